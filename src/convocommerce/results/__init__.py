"""Results: figures with their meaning, their base and what lies behind them."""

from convocommerce.results.comparing import Change, Comparison, change_between
from convocommerce.results.result import Result

__all__ = ["Change", "Comparison", "Result", "change_between"]
