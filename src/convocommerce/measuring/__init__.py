"""Computes metrics: one aggregate query over one table of states, checked names, bound values.

States say what was known at an as-of (``states/*.sql``); they stand before each query as common
table expressions, so the SQL of a result runs on its own.
"""

from convocommerce.measuring.answer import Row, answer
from convocommerce.measuring.curves import Waits, waits
from convocommerce.measuring.formulas import formula, grain_of, unit_of
from convocommerce.measuring.keeping import keeping
from convocommerce.measuring.query import Query, facts, states_before
from convocommerce.measuring.question import (
    AsOf,
    Question,
    as_of_instant,
    ask,
    check_begun,
    local_day,
)

__all__ = [
    "AsOf",
    "Query",
    "Question",
    "Row",
    "Waits",
    "answer",
    "as_of_instant",
    "ask",
    "check_begun",
    "facts",
    "formula",
    "grain_of",
    "keeping",
    "local_day",
    "states_before",
    "unit_of",
    "waits",
]
