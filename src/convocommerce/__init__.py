"""See how well conversations sell: answer times, in-chat conversion and cart abandonment.

>>> import convocommerce as cc
>>> shop = cc.open(":memory:")
>>> cc.metrics()["first_response_time"].better
'lower'
>>> shop.close()
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from convocommerce.errors import ConvocommerceError
from convocommerce.metrics import CATALOGUE, Metric
from convocommerce.periods import Period
from convocommerce.rules import Rules

if TYPE_CHECKING:
    from convocommerce import cluster
    from convocommerce.inspecting import Inspection, inspect, propose_mapping, try_mapping
    from convocommerce.reports import AlertRule, Brand, Options
    from convocommerce.results import Comparison, Result
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
    "cluster",
    "inspect",
    "metrics",
    "open",
    "propose_mapping",
    "try_mapping",
]

__version__ = "0.1.0"


def __dir__() -> list[str]:
    return [*__all__, "__version__"]


def metrics() -> dict[str, Metric]:
    """Return the catalogue of metrics by name."""
    return dict(CATALOGUE)


# Everything else is imported when it is first asked for: most of it is about pages and pictures,
# and a program that loads a file in the night should not pay for those.
_LATER = {
    "AlertRule": "reports",
    "Brand": "reports",
    "Comparison": "results",
    "Inspection": "inspecting",
    "Options": "reports",
    "Result": "results",
    "Shop": "shop",
    "inspect": "inspecting",
    "open": "shop",
    "propose_mapping": "inspecting",
    "try_mapping": "inspecting",
}


def __getattr__(name: str) -> Any:
    if name == "cluster":
        return import_module(f"{__name__}.cluster")
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    globals()[name] = found
    return found
