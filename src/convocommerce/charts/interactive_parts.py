"""Interactive pictures of dots, stacks, endings and waterfalls, of the same traces as others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convocommerce.charts.base import at
from convocommerce.charts.distribution import mark_label
from convocommerce.charts.figure import add_labels, safe, set_names, set_ticks, show_legend
from convocommerce.charts.scale import axis_ticks, bend
from convocommerce.charts.svg_dots import dot_title, tick_text
from convocommerce.charts.svg_stacks import part_role
from convocommerce.charts.svg_waterfall import BAR_ROLES
from convocommerce.charts.theme import LIGHT, SERIES, series_colour
from convocommerce.charts.words import word

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from convocommerce.charts.distribution import Curve
    from convocommerce.charts.dots import Dots
    from convocommerce.charts.endings import Endings
    from convocommerce.charts.stacks import Stacks
    from convocommerce.charts.waterfall import Waterfall
    from convocommerce.formatting import Formatter


def add_dots(figure: go.Figure, chart: Dots, write: Formatter) -> None:
    """Draw dots with their intervals; an open side reaches to the axis' end."""
    places = list(range(len(chart.categories)))
    ticks = chart.ticks()

    def inside(value: float | None, end: float) -> float:
        known = end if value is None else value
        return min(max(known, ticks[0]), ticks[-1])

    hover = [safe(dot_title(chart, i, write)) for i in places]
    for i in places:
        low, high = at(chart.low, i), at(chart.high, i)
        if low is not None or high is not None:
            figure.add_scatter(
                x=[inside(low, ticks[0]), inside(high, ticks[-1])],
                y=[i, i],
                mode="lines",
                line={"color": SERIES[0], "width": 3},
                hoverinfo="skip",
            )
    figure.add_scatter(
        x=[None if v is None else inside(v, v) for v in chart.values],
        y=places,
        mode="markers",
        marker={"size": 11, "color": SERIES[0]},
        hovertext=hover,
        hoverinfo="text",
        name=safe(chart.value_label or word("value", write.language)),
    )
    if chart.base is not None:
        figure.add_vline(x=chart.base, line={"color": LIGHT["axis"]})
    if chart.reference is not None:
        label = chart.reference_label or word("reference", write.language)
        figure.add_vline(
            x=chart.reference,
            line={"color": LIGHT["soft"], "dash": "dash"},
            annotation_text=safe(f"{label}: {write.value(chart.reference, chart.unit)}"),
        )
    texts = [safe(tick_text(chart, tick, write)) for tick in ticks]
    figure.update_xaxes(tickmode="array", tickvals=ticks, ticktext=texts)
    if chart.is_log:
        figure.update_xaxes(type="log")
    set_names(figure.layout.yaxis, places, chart.categories)
    figure.update_layout(height=figure.layout.margin.t + figure.layout.margin.b + 40 * len(places))


def add_stacks(figure: go.Figure, chart: Stacks, write: Formatter) -> None:
    """Draw each part as bars that begin where the part before it ended."""
    places = list(range(len(chart.categories)))
    for index, part in enumerate(chart.parts):
        figure.add_bar(
            x=list(part.values),
            y=places,
            orientation="h",
            name=safe(part.name),
            marker_color=series_colour(int(part_role(chart, index)[1:])),
            marker_line={"color": LIGHT["ground"], "width": 1},
            hovertext=[
                safe(
                    f"{chart.categories[i]}, {part.name}: {write.value(value, chart.unit)}"
                    + (f", n {write.count(chart.n[i])}" if chart.n else "")
                )
                for i, value in enumerate(part.values)
            ],
            hoverinfo="text",
        )
    totals = [sum(part.values[i] or 0 for part in chart.parts) for i in places]
    if chart.n:
        labels = [f"n {write.count(n)}" for n in chart.n]
        add_labels(figure, totals, (), places, labels)
    figure.update_layout(barmode="stack")
    figure.update_xaxes(visible=False, range=[0, max([*totals, 1e-12]) * 1.2])
    set_names(figure.layout.yaxis, places, chart.categories)
    show_legend(figure, rows=-(-len(chart.parts) // 3))
    figure.update_layout(height=figure.layout.margin.t + figure.layout.margin.b + 44 * len(places))


def add_endings(figure: go.Figure, chart: Endings, write: Formatter) -> None:
    """Draw one share from the bottom and the other from the top."""
    for index, (curve, is_falling) in enumerate(zip(chart.curves, (False, True), strict=True)):
        edge = 1.0 if is_falling else 0.0
        seconds = [0.0, *curve.seconds]
        shares = [0.0, *curve.share]
        until = max(curve.until or 0.0, seconds[-1])
        figure.add_scatter(
            x=[bend(s) for s in (*seconds, until)],
            y=[None if share is None else abs(edge - share) for share in (*shares, shares[-1])],
            mode="lines",
            name=safe(_name(curve, write)),
            line={
                "color": series_colour(index),
                "width": 2.25,
                "shape": "hv",
                "dash": "dash" if is_falling else "solid",
            },
            hovertext=[
                safe(f"{curve.name}: {write.share(share)} ≤ {mark_label(second, write)}")
                for second, share in zip((*seconds, until), (*shares, shares[-1]), strict=True)
            ],
            hoverinfo="text",
        )
    shown = [mark for mark in chart.marks if mark <= chart.last]
    set_names(figure.layout.xaxis, [bend(m) for m in shown], [mark_label(m, write) for m in shown])
    set_ticks(figure.layout.yaxis, [0, 0.25, 0.5, 0.75, 1], "share", write)
    figure.update_yaxes(range=[0, 1])
    show_legend(figure, rows=2)


def _name(curve: Curve, write: Formatter) -> str:
    return curve.name if curve.n is None else f"{curve.name} · n {write.count(curve.n)}"


def add_waterfall(figure: go.Figure, chart: Waterfall, write: Formatter) -> None:
    """Draw every bar from where it begins to where it ends, and a line on to the next."""
    bars = list(chart.bars(write.language))
    places = list(range(len(bars)))
    for i, bar in enumerate(bars[:-1]):
        if bar.last is not None:
            figure.add_scatter(
                x=[bar.last, bar.last],
                y=[i, i + 1],
                mode="lines",
                line={"color": LIGHT["axis"], "width": 1, "dash": "dot"},
                hoverinfo="skip",
            )
    figure.add_bar(
        x=[None if bar.last is None else bar.last - (bar.first or 0) for bar in bars],
        base=[bar.first or 0 for bar in bars],
        y=places,
        orientation="h",
        marker_color=[series_colour(int(BAR_ROLES[bar.kind][1:])) for bar in bars],
        hovertext=[safe(bar.title(write)) for bar in bars],
        hoverinfo="text",
    )
    ends = [max(bar.first or 0, bar.last or 0) for bar in bars]
    sizes = ["" if bar.n is None else f" · n {write.count(bar.n)}" for bar in bars]
    labels = [bar.text + size for bar, size in zip(bars, sizes, strict=True)]
    add_labels(figure, ends, (), places, labels)
    known = [place for bar in bars for place in (bar.first, bar.last)]
    ticks = axis_ticks(known, chart.unit, from_zero=True)
    set_ticks(figure.layout.xaxis, ticks, chart.unit, write)
    set_names(figure.layout.yaxis, places, [bar.name for bar in bars])
    figure.update_layout(height=figure.layout.margin.t + figure.layout.margin.b + 34 * len(places))
