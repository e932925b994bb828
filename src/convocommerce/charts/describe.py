"""The kinds of picture: bars, dots, stacks, trends, times, maps, funnels, waterfalls and limits.

Each is a frozen description that any renderer can draw. Sequences are copied into tuples, and
missing values become None, so a description made from a pandas column is as fixed as one made
by hand.
"""

from __future__ import annotations

from convocommerce.charts.bars import Bars
from convocommerce.charts.base import Chart, Rows
from convocommerce.charts.distribution import TIME_MARKS, Curve, Distribution
from convocommerce.charts.dots import Dots
from convocommerce.charts.endings import ENDING_MARKS, Endings
from convocommerce.charts.funnel import Funnel, Stage
from convocommerce.charts.funnel_plot import FunnelPlot, Limits, Point
from convocommerce.charts.heatmap import HeatMap
from convocommerce.charts.meter import Gauge, Meter
from convocommerce.charts.stacks import Part, Stacks
from convocommerce.charts.trend import Series, Trend
from convocommerce.charts.waterfall import Shift, Total, Waterfall

__all__ = [
    "ENDING_MARKS",
    "TIME_MARKS",
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
    "Point",
    "Rows",
    "Series",
    "Shift",
    "Stacks",
    "Stage",
    "Total",
    "Trend",
    "Waterfall",
]
