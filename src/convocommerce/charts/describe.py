"""The kinds of picture: bars, trends, distributions of waiting time, heat maps and funnels.

Each is a frozen description that any renderer can draw. Sequences are copied into tuples, and
missing values become None, so a description made from a pandas column is as fixed as one made
by hand.
"""

from __future__ import annotations

from convocommerce.charts.bars import Bars
from convocommerce.charts.base import Chart, Rows
from convocommerce.charts.distribution import TIME_MARKS, Curve, Distribution
from convocommerce.charts.funnel import Funnel, Stage
from convocommerce.charts.heatmap import HeatMap
from convocommerce.charts.trend import Series, Trend

__all__ = [
    "TIME_MARKS",
    "Bars",
    "Chart",
    "Curve",
    "Distribution",
    "Funnel",
    "HeatMap",
    "Rows",
    "Series",
    "Stage",
    "Trend",
]
