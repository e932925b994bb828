"""Results: figures with their meaning, their base and what lies behind them."""

from convocommerce.results.asking import asked, period_of
from convocommerce.results.changes import Change, change_between, judged
from convocommerce.results.comparing import Comparison
from convocommerce.results.contributing import Contribution, Contributions, contributions
from convocommerce.results.result import Result

__all__ = [
    "Change",
    "Comparison",
    "Contribution",
    "Contributions",
    "Result",
    "asked",
    "change_between",
    "contributions",
    "judged",
    "period_of",
]
