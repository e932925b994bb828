"""Interactive pictures: plotly figures of the same descriptions, for notebooks.

Only bar, scatter and heatmap traces are used, which every plotly build draws. Text from data is
escaped, so a name can neither become a link nor a formula, and positions are numbers, so two
categories with one name stay two bars.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from convocommerce.charts.bars import Bars
from convocommerce.charts.cutting import cut
from convocommerce.charts.distribution import LAST_MARK, TIME_MARKS, Distribution, mark_label
from convocommerce.charts.dots import Dots
from convocommerce.charts.endings import Endings
from convocommerce.charts.figure import (
    add_labels,
    layout,
    safe,
    set_names,
    set_ticks,
    show_legend,
    whiskers,
)
from convocommerce.charts.funnel import Funnel
from convocommerce.charts.funnel_plot import FunnelPlot
from convocommerce.charts.heatmap import HeatMap
from convocommerce.charts.interactive_limits import add_funnel_plot, add_meter
from convocommerce.charts.interactive_parts import add_dots, add_endings, add_stacks, add_waterfall
from convocommerce.charts.meter import Meter
from convocommerce.charts.scale import axis_ticks, bend, tick_label
from convocommerce.charts.stacks import Stacks
from convocommerce.charts.svg_bars import bar_title
from convocommerce.charts.svg_trend import point_title
from convocommerce.charts.theme import HEAT_STEPS, LIGHT, SERIES, blend, series_colour
from convocommerce.charts.trend import Series, Trend
from convocommerce.charts.waterfall import Waterfall
from convocommerce.charts.words import word
from convocommerce.errors import UsageError
from convocommerce.formatting import Formatter

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from convocommerce.charts.base import Chart
    from convocommerce.charts.distribution import Curve

_SYMBOLS: Final = ("circle", "square", "diamond", "triangle-up", "triangle-down", "line-ew")


def to_plotly(chart: Chart, language: str = "en") -> go.Figure:
    """Draw a description as a plotly figure.

    Args:
        chart: What to draw.
        language: ``"en"`` or ``"nl"``.

    Returns:
        A figure with the quiet look of `to_svg`; hovering tells value, interval and n.

    Raises:
        UsageError: The kind of chart is unknown.
        UnknownNameError: The language does not exist.
    """
    import plotly.graph_objects as go

    write = Formatter(language)
    chart = cut(chart, language)
    figure = go.Figure(layout=layout(chart))
    if chart.is_empty:
        figure.update_xaxes(visible=False)
        figure.update_yaxes(visible=False)
        figure.add_annotation(text=safe(word("no data", language)), showarrow=False)
        return figure
    match chart:
        case Bars():
            _add_bars(figure, chart, write)
        case Trend():
            _add_trend(figure, chart, write)
        case Distribution():
            _add_distribution(figure, chart, write)
        case HeatMap():
            _add_heatmap(figure, chart, write)
        case Funnel():
            _add_funnel(figure, chart, write)
        case Dots():
            add_dots(figure, chart, write)
        case Stacks():
            add_stacks(figure, chart, write)
        case Endings():
            add_endings(figure, chart, write)
        case FunnelPlot():
            add_funnel_plot(figure, chart, write)
        case Meter():
            add_meter(figure, chart, write)
        case Waterfall():
            add_waterfall(figure, chart, write)
        case _:
            raise UsageError(f"no drawing is known for {type(chart).__name__}")
    return figure


def _add_bars(figure: go.Figure, chart: Bars, write: Formatter) -> None:
    places = list(range(len(chart.categories)))
    hover = [safe(bar_title(chart, i, write)) for i in places]
    labels = [write.value(v, chart.unit) for v in chart.values]
    if chart.n:
        labels = [f"{text} · n {write.count(chart.n[i])}" for i, text in enumerate(labels)]
    figure.add_bar(
        x=list(chart.values),
        y=places,
        orientation="h",
        marker_color=SERIES[0],
        hovertext=hover,
        hoverinfo="text",
        error_x=whiskers(chart.values, chart.low, chart.high),
        name=safe(chart.value_label or word("value", write.language)),
    )
    add_labels(figure, chart.values, chart.high, places, labels)
    if chart.comparison:
        figure.add_scatter(
            x=list(chart.comparison),
            y=places,
            mode="markers",
            marker={"symbol": "line-ns", "size": 18, "line": {"width": 3, "color": SERIES[1]}},
            hovertext=hover,
            hoverinfo="text",
            name=safe(chart.comparison_label or word("comparison", write.language)),
        )
        show_legend(figure, rows=1)
    if chart.reference is not None:
        figure.add_vline(x=chart.reference, line={"color": LIGHT["soft"], "dash": "dash"})
    known = [*chart.values, *chart.low, *chart.high, *chart.comparison, chart.reference]
    set_ticks(figure.layout.xaxis, axis_ticks(known, chart.unit, from_zero=True), chart.unit, write)
    set_names(figure.layout.yaxis, places, chart.categories)
    figure.update_layout(height=figure.layout.margin.t + figure.layout.margin.b + 34 * len(places))


def _add_trend(figure: go.Figure, chart: Trend, write: Formatter) -> None:
    places = list(range(len(chart.x)))
    if chart.usual is not None:
        figure.add_hrect(
            y0=min(chart.usual),
            y1=max(chart.usual),
            fillcolor=LIGHT["axis"],
            opacity=0.16,
            line_width=0,
        )
    for i, line in enumerate(chart.series):
        _add_line(figure, chart, line, i, write)
    if chart.target is not None:
        label = f"{chart.target_label or word('target', write.language)}: "
        figure.add_hline(
            y=chart.target,
            line={"color": LIGHT["soft"], "dash": "dash"},
            annotation_text=safe(label + write.value(chart.target, chart.unit)),
            annotation_position="top left",
        )
    if chart.is_partial and places:
        figure.add_vrect(
            x0=places[-1] - 0.5,
            x1=places[-1] + 0.5,
            fillcolor=LIGHT["pale"],
            layer="below",
            line_width=0,
            annotation_text=safe(word("partial mark", write.language)),
            annotation_position="top left",
        )
    every = [v for line in chart.series for v in (*line.values, *line.low, *line.high)]
    ticks = axis_ticks([*every, chart.target, *(chart.usual or ())], chart.unit)
    set_ticks(figure.layout.yaxis, ticks, chart.unit, write)
    figure.update_yaxes(range=[ticks[0], ticks[-1]])
    labels = chart.labels(write.language, short=True)
    widest = max(map(len, labels), default=1)
    step = max(1, -(-len(places) * (widest + 2) // 90))
    shown = places[::-1][::step][::-1]
    set_names(figure.layout.xaxis, shown, [labels[i] for i in shown])
    if len(chart.series) > 1:
        show_legend(figure, rows=-(-len(chart.series) // 3))


def _add_line(figure: go.Figure, chart: Trend, line: Series, index: int, write: Formatter) -> None:
    places = list(range(len(line.values)))
    symbol = _SYMBOLS[index % len(_SYMBOLS)]
    symbols = [symbol] * len(places)
    if chart.is_partial and symbols:
        symbols[-1] = symbol + "-open"
    figure.add_scatter(
        x=places,
        y=list(line.values),
        mode="lines+markers",
        name=safe(line.name),
        connectgaps=False,
        cliponaxis=False,
        line={"color": series_colour(index), "width": 2.25},
        marker={"symbol": symbols, "size": 8, "color": series_colour(index)},
        error_y=whiskers(line.values, line.low, line.high, colour=series_colour(index)),
        hovertext=[safe(point_title(chart, line, i, write)) for i in places],
        hoverinfo="text",
    )


def _add_distribution(figure: go.Figure, chart: Distribution, write: Formatter) -> None:
    for i, curve in enumerate(chart.curves):
        kept = [k for k, seconds in enumerate(curve.seconds) if seconds <= LAST_MARK]
        seconds = [0.0, *(curve.seconds[k] for k in kept)]
        shares = [0.0, *(curve.share[k] for k in kept)]
        until = LAST_MARK if curve.until is None else min(curve.until, LAST_MARK)
        figure.add_scatter(
            x=[bend(s) for s in (*seconds, max(until, seconds[-1]))],
            y=[*shares, shares[-1]],
            mode="lines",
            name=safe(_curve_name(curve, write)),
            line={"color": series_colour(i), "width": 2.25, "shape": "hv"},
            hovertext=[
                safe(text) for text in _step_titles(curve, kept, [*seconds, until], shares, write)
            ],
            hoverinfo="text",
        )
    for guide in chart.guides:
        figure.add_vline(
            x=bend(min(guide, LAST_MARK)),
            line={"color": LIGHT["soft"], "dash": "dash"},
            annotation_text=safe(f"≤ {mark_label(guide, write)}"),
        )
    marks = [bend(mark) for mark in TIME_MARKS]
    set_names(figure.layout.xaxis, marks, [mark_label(mark, write) for mark in TIME_MARKS])
    set_ticks(figure.layout.yaxis, [0, 0.25, 0.5, 0.75, 1], "share", write)
    figure.update_yaxes(range=[0, 1])
    show_legend(figure, rows=len(chart.curves))


def _add_heatmap(figure: go.Figure, chart: HeatMap, write: Formatter) -> None:
    rows, columns = chart.row_names(write.language), chart.column_names()
    hover = [
        [
            safe(
                f"{row} {column}: "
                + (
                    chart.missing(write.language)
                    if chart.values[i][k] is None
                    else write.value(chart.values[i][k], chart.unit)
                )
                + (f", n {write.count(chart.n[i][k])}" if chart.n else "")
            )
            for k, column in enumerate(columns)
        ]
        for i, row in enumerate(rows)
    ]
    known = [value for row in chart.values for value in row if value is not None]
    ticks = axis_ticks(known, chart.unit, from_zero=True)
    texts = [tick_label(tick, ticks[1] - ticks[0], chart.unit, write) for tick in ticks]
    figure.add_heatmap(
        z=[list(row) for row in chart.values],
        x=list(range(len(columns))),
        y=list(range(len(rows))),
        xgap=2,
        ygap=2,
        zmin=ticks[0],
        zmax=ticks[-1],
        hoverongaps=True,
        hovertext=hover,
        hoverinfo="text",
        colorscale=[
            [k / (len(HEAT_STEPS) - 1), blend(SERIES[0], LIGHT["ground"], opacity)]
            for k, opacity in enumerate(HEAT_STEPS)
        ],
        colorbar={"tickvals": ticks, "ticktext": [safe(text) for text in texts], "thickness": 12},
    )
    set_names(figure.layout.xaxis, list(range(len(columns))), columns)
    set_names(figure.layout.yaxis, list(range(len(rows))), rows)
    _mark_missing(figure, chart, hover)


def _step_titles(
    curve: Curve,
    kept: Sequence[int],
    seconds: Sequence[float],
    shares: Sequence[float | None],
    write: Formatter,
) -> list[str]:
    """Return what each step says: its share, its interval and within which time."""
    said = []
    for i, second in enumerate(seconds):
        share = shares[min(i, len(shares) - 1)]
        text = f"{curve.name}: {write.share(share)}"
        if curve.low and curve.high and i > 0 and kept:
            k = kept[min(i, len(kept)) - 1]
            text += f" {write.interval(curve.low[k], curve.high[k], 'share')}"
        said.append(f"{text} ≤ {mark_label(second, write)}")
    return said


def _mark_missing(figure: go.Figure, chart: HeatMap, hover: list[list[str]]) -> None:
    """Cross out cells without data: their blank ground alone would read as a low value."""
    cells = [(i, k) for i, row in enumerate(chart.values) for k, v in enumerate(row) if v is None]
    if cells:
        figure.add_scatter(
            x=[k for _, k in cells],
            y=[i for i, _ in cells],
            mode="markers",
            marker={
                "symbol": "x-thin",
                "size": 6,
                "line": {"width": 1, "color": LIGHT["axis"]},
            },
            hovertext=[hover[i][k] for i, k in cells],
            hoverinfo="text",
        )


def _add_funnel(figure: go.Figure, chart: Funnel, write: Formatter) -> None:
    places = list(range(len(chart.stages)))
    counts = [stage.count for stage in chart.stages]
    labels = [
        write.count(s.count) + (f" · {write.share(s.share)}" if s.share is not None else "")
        for s in chart.stages
    ]
    figure.add_bar(
        x=counts,
        y=places,
        orientation="h",
        marker_color=SERIES[0],
        hovertext=[
            safe(f"{s.name}: {label}")
            + (
                "<br>"
                + safe(word("from previous", write.language, share=write.share(s.step_share)))
                if s.step_share is not None
                else ""
            )
            for s, label in zip(chart.stages, labels, strict=True)
        ],
        hoverinfo="text",
    )
    add_labels(figure, counts, (), places, labels)
    figure.update_xaxes(visible=False, range=[0, max([c for c in counts if c], default=1) * 1.3])
    set_names(figure.layout.yaxis, places, [stage.name for stage in chart.stages])
    figure.update_layout(height=figure.layout.margin.t + figure.layout.margin.b + 44 * len(places))


def _curve_name(curve: Curve, write: Formatter) -> str:
    said = curve.name
    if curve.n is not None:
        said += f" · n {write.count(curve.n)}"
    if curve.open_share is not None:
        said += f" · {write.share(curve.open_share)} {word('open', write.language)}"
    return said
