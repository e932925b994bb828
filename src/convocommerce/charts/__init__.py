"""Pictures: one description of a chart, two ways to draw it.

A description says what is to be seen; `to_svg` draws it for pages, mail and print, `to_plotly`
for exploring in a notebook, and `Picture` holds both so that every viewer shows something.
"""

from __future__ import annotations

from convocommerce.charts.describe import (
    ENDING_MARKS,
    TIME_MARKS,
    Bars,
    Chart,
    Curve,
    Distribution,
    Dots,
    Endings,
    Funnel,
    FunnelPlot,
    Gauge,
    HeatMap,
    Limits,
    Meter,
    Part,
    Point,
    Rows,
    Series,
    Shift,
    Stacks,
    Stage,
    Total,
    Trend,
    Waterfall,
)
from convocommerce.charts.interactive import to_plotly
from convocommerce.charts.picture import Picture
from convocommerce.charts.spark import to_spark
from convocommerce.charts.svg import NARROW, WIDE, to_svg
from convocommerce.charts.theme import THEME_CSS

__all__ = [
    "ENDING_MARKS",
    "NARROW",
    "THEME_CSS",
    "TIME_MARKS",
    "WIDE",
    "Bars",
    "Chart",
    "Curve",
    "Distribution",
    "Dots",
    "Endings",
    "Funnel",
    "FunnelPlot",
    "Gauge",
    "HeatMap",
    "Limits",
    "Meter",
    "Part",
    "Picture",
    "Point",
    "Rows",
    "Series",
    "Shift",
    "Stacks",
    "Stage",
    "Total",
    "Trend",
    "Waterfall",
    "to_plotly",
    "to_spark",
    "to_svg",
]
