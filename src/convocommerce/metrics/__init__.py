"""The catalogue of metrics: constants, no logic.

A new metric is one constant in one topic file, listed here. The command line, the documentation,
captions and reports read the catalogue.
"""

from convocommerce.errors import UnknownNameError
from convocommerce.metrics import answering, leaving, resolving, selling
from convocommerce.metrics.definition import (
    Dimension,
    Metric,
    Quantile,
    Share,
    Statistic,
    Total,
    Waiting,
    Within,
)
from convocommerce.metrics.dimensions import CALENDAR, CUTS, DIMENSIONS

CATALOGUE: dict[str, Metric] = {
    metric.name: metric
    for topic in (answering, resolving, selling, leaving)
    for metric in vars(topic).values()
    if isinstance(metric, Metric)
}

__all__ = [
    "CALENDAR",
    "CATALOGUE",
    "CUTS",
    "DIMENSIONS",
    "Dimension",
    "Metric",
    "Quantile",
    "Share",
    "Statistic",
    "Total",
    "Waiting",
    "Within",
    "dimension_named",
    "metric_named",
]


def metric_named(name: str) -> Metric:
    """Return one metric of the catalogue.

    Raises:
        UnknownNameError: There is none of that name; the message offers the nearest.
    """
    if name not in CATALOGUE:
        raise UnknownNameError("metric", name, CATALOGUE)
    return CATALOGUE[name]


def dimension_named(name: str) -> Dimension:
    """Return one dimension.

    Raises:
        UnknownNameError: There is none of that name; the message offers the nearest.
    """
    if name not in DIMENSIONS:
        raise UnknownNameError("column to cut by", name, DIMENSIONS)
    return DIMENSIONS[name]
