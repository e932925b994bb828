"""What every plotly figure here shares: the quiet layout, safe text, labels and whiskers."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from convocommerce.charts.base import at
from convocommerce.charts.scale import tick_label
from convocommerce.charts.text import clean, wrap
from convocommerce.charts.theme import FONT, LIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from convocommerce.charts.base import Chart
    from convocommerce.formatting import Formatter


def safe(text: str) -> str:
    """Return text that plotly shows as it is: no markup, no link, no formula.

    >>> safe('<a href="x">$5$</a>')
    '&lt;a href="x"&gt;&#36;5&#36;&lt;/a&gt;'
    """
    return escape(clean(text), quote=False).replace("$", "&#36;")


def layout(chart: Chart) -> dict[str, Any]:
    """Return the layout of a figure: title, caption, type, colours and margins."""
    title = "<br>".join(map(safe, wrap(clean(chart.title), 640, 16, lines=3)))
    caption = "<br>".join(map(safe, wrap(clean(chart.caption), 460, 11, lines=10)))
    axis = {
        "gridcolor": LIGHT["rule"],
        "zerolinecolor": LIGHT["axis"],
        "linecolor": LIGHT["axis"],
        "tickfont": {"color": LIGHT["soft"]},
        "fixedrange": True,
        "automargin": True,
    }
    return {
        "template": "none",
        "height": 420 + 15 * (caption.count("<br>") + 1),
        "title": {
            "text": title,
            "x": 0,
            "xref": "container",
            "y": 1,
            "yanchor": "top",
            "pad": {"l": 20, "t": 18},
            "font": {"size": 16},
        },
        "font": {"family": FONT, "size": 12, "color": LIGHT["ink"]},
        "paper_bgcolor": LIGHT["ground"],
        "plot_bgcolor": LIGHT["ground"],
        "margin": {"l": 60, "r": 40, "t": 64, "b": 56 + 15 * (caption.count("<br>") + 1)},
        "hovermode": "closest",
        "hoverlabel": {"align": "left"},
        "bargap": 0.4,
        "showlegend": False,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "xaxis": dict(axis),
        "yaxis": dict(axis),
        "annotations": [
            {
                "text": caption,
                "x": 0,
                "y": 0,
                "xref": "paper",
                "yref": "paper",
                "yshift": -40,
                "yanchor": "top",
                "xanchor": "left",
                "align": "left",
                "showarrow": False,
                "font": {"size": 11, "color": LIGHT["soft"]},
            }
        ]
        if caption
        else [],
    }


def add_labels(
    figure: go.Figure,
    values: Sequence[float | None],
    high: Sequence[float | None],
    places: Sequence[int],
    labels: Sequence[str],
) -> None:
    """Write the values beyond bars and whiskers, where neither covers them."""
    ends = [max(v or 0, at(high, i) or 0, 0) for i, v in enumerate(values)]
    for place, end, label in zip(places, ends, labels, strict=True):
        figure.add_annotation(
            x=end, y=place, text=safe(label), showarrow=False, xanchor="left", xshift=8
        )


def show_legend(figure: go.Figure, rows: int) -> None:
    """Show the legend between title and plot, with room for its rows."""
    figure.update_layout(showlegend=True, margin_t=72 + 20 * rows)


def set_names(axis: Any, places: Sequence[float], names: Sequence[str]) -> None:
    """Give an axis names at places instead of numbers."""
    texts = ["<br>".join(map(safe, wrap(clean(name), 180, 12, lines=2))) for name in names]
    axis.update(
        tickmode="array", tickvals=list(places), ticktext=texts, showgrid=False, zeroline=False
    )
    if axis.plotly_name == "yaxis":
        axis.update(autorange="reversed")


def set_ticks(axis: Any, ticks: Sequence[float], unit: str, write: Formatter) -> None:
    """Give an axis ticks written in the unit and language."""
    texts = [safe(tick_label(tick, ticks[1] - ticks[0], unit, write)) for tick in ticks]
    axis.update(tickmode="array", tickvals=list(ticks), ticktext=texts)


def whiskers(
    values: Sequence[float | None],
    low: Sequence[float | None],
    high: Sequence[float | None],
    colour: str = LIGHT["ink"],
) -> dict[str, Any] | None:
    """Return error bars from low to high, or None when there are no intervals."""
    if not low or not high:
        return None
    above: list[float | None] = []
    below: list[float | None] = []
    for value, first, last in zip(values, low, high, strict=True):
        is_known = value is not None and first is not None and last is not None
        above.append(last - value if is_known else None)  # type: ignore[operator]  # checked above
        below.append(value - first if is_known else None)  # type: ignore[operator]  # checked above
    return {
        "type": "data",
        "symmetric": False,
        "array": above,
        "arrayminus": below,
        "color": colour,
        "thickness": 1.25,
        "width": 4,
    }
