"""Results: figures with their meaning, their base and what lies behind them."""

from convocommerce.results.asking import asked, period_of
from convocommerce.results.comparing import Change, Comparison, change_between
from convocommerce.results.result import Result

__all__ = ["Change", "Comparison", "Result", "asked", "change_between", "period_of"]
