"""See how well conversations sell: answer times, in-chat conversion and cart abandonment.

>>> import convocommerce as cc
>>> shop = cc.open(":memory:")
>>> cc.metrics()["first_response_time"].better
'lower'
>>> shop.close()
"""

from convocommerce.errors import ConvocommerceError
from convocommerce.inspecting import Inspection, inspect, propose_mapping, try_mapping
from convocommerce.metrics import CATALOGUE, Metric
from convocommerce.periods import Period
from convocommerce.reports import AlertRule, Brand, Options
from convocommerce.results import Comparison, Result
from convocommerce.rules import Rules
from convocommerce.shop import Shop, open  # noqa: A004  # convocommerce.open reads best

__all__ = [
    "AlertRule",
    "Brand",
    "Comparison",
    "ConvocommerceError",
    "Inspection",
    "Metric",
    "Options",
    "Period",
    "Result",
    "Rules",
    "Shop",
    "inspect",
    "metrics",
    "open",
    "propose_mapping",
    "try_mapping",
]

__version__ = "0.1.0"


def metrics() -> dict[str, Metric]:
    """Return the catalogue of metrics by name."""
    return dict(CATALOGUE)
