"""Interactive pictures of what is held against limits: funnel plots and meters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convocommerce.charts.figure import safe, set_names, set_ticks, show_legend, whiskers
from convocommerce.charts.funnel_plot import point_text
from convocommerce.charts.meter import gauge_title
from convocommerce.charts.svg_funnel_plot import plot_ticks
from convocommerce.charts.theme import LIGHT, SERIES
from convocommerce.charts.words import word

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from convocommerce.charts.funnel_plot import FunnelPlot
    from convocommerce.charts.meter import Meter
    from convocommerce.formatting import Formatter

_DASHES = ("solid", "dash", "dot")


def add_funnel_plot(figure: go.Figure, chart: FunnelPlot, write: Formatter) -> None:
    """Draw the limits as lines and the shares as dots, with their estimates as rings."""
    for limits, dash in zip(chart.limits, _DASHES, strict=False):
        for number, side in enumerate((limits.low, limits.high)):
            figure.add_scatter(
                x=list(limits.n),
                y=list(side),
                mode="lines",
                line={"color": LIGHT["axis"], "width": 1.5, "dash": dash},
                hoverinfo="skip",
                name=safe(limits.name),
                legendgroup=safe(limits.name),
                showlegend=number == 0,
            )
    if chart.centre is not None:
        figure.add_hline(y=chart.centre, line={"color": LIGHT["ink"], "width": 1.25})
    hover = [safe(point_text(chart, point, write)) for point in chart.points]
    places = [point.n for point in chart.points]
    if chart.has_estimates:
        estimates = [point.estimate for point in chart.points]
        figure.add_scatter(
            x=places,
            y=estimates,
            mode="markers",
            marker={"symbol": "circle-open", "size": 9, "color": SERIES[0]},
            error_y=whiskers(
                estimates,
                [point.low for point in chart.points],
                [point.high for point in chart.points],
                SERIES[0],
            ),
            hovertext=hover,
            hoverinfo="text",
            name=safe(chart.estimate_label or word("estimate", write.language)),
        )
    figure.add_scatter(
        x=places,
        y=[point.value for point in chart.points],
        mode="markers+text",
        marker={"size": 9, "color": SERIES[0]},
        text=[safe(point.name) for point in chart.points],
        textposition="middle right",
        cliponaxis=False,
        hovertext=hover,
        hoverinfo="text",
        name=safe(chart.value_label or word("value", write.language)),
    )
    across, up = plot_ticks(chart)
    set_ticks(figure.layout.xaxis, across, "count", write)
    set_ticks(figure.layout.yaxis, up, chart.unit, write)
    figure.update_xaxes(range=[across[0], across[-1]], title=safe(chart.n_label or "n"))
    figure.update_yaxes(range=[up[0], up[-1]])
    show_legend(figure, rows=2)


def add_meter(figure: go.Figure, chart: Meter, write: Formatter) -> None:
    """Draw each value as a bar on a scale of its own, with a tick at its limit."""
    places = list(range(len(chart.gauges)))
    hover = [safe(gauge_title(gauge, write)) for gauge in chart.gauges]
    figure.add_bar(
        x=[None if gauge.value is None else gauge.part(gauge.value) for gauge in chart.gauges],
        y=places,
        orientation="h",
        marker_color=SERIES[0],
        hovertext=hover,
        hoverinfo="text",
    )
    for place, gauge in zip(places, chart.gauges, strict=True):
        limit = gauge.part(gauge.limit)
        first, last = (0.0, limit) if gauge.is_lower_better else (limit, 1.0)
        figure.add_shape(
            type="rect",
            x0=first,
            x1=last,
            y0=place - 0.4,
            y1=place + 0.4,
            fillcolor=SERIES[2],
            opacity=0.28,
            line_width=0,
            layer="below",
        )
    figure.add_scatter(
        x=[gauge.part(gauge.limit) for gauge in chart.gauges],
        y=places,
        mode="markers",
        marker={"symbol": "line-ns", "size": 26, "line": {"width": 2, "color": LIGHT["ink"]}},
        hovertext=hover,
        hoverinfo="text",
    )
    figure.update_xaxes(visible=False, range=[0, 1])
    names = [
        f"{gauge.name}: {write.value(gauge.value, gauge.unit)} ({gauge.limit_text(write)})"
        for gauge in chart.gauges
    ]
    set_names(figure.layout.yaxis, places, names)
    figure.update_layout(height=figure.layout.margin.t + figure.layout.margin.b + 60 * len(places))
