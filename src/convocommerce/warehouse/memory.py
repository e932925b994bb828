"""How much memory a database may use."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from convocommerce.errors import UsageError

if TYPE_CHECKING:
    import duckdb

_AMOUNT = re.compile(r"\s*(?=.*[1-9])\d+(\.\d+)?\s*[KMGT]i?B\s*", re.IGNORECASE)


def check_memory_limit(limit: str | None, name: str = "memory_limit") -> None:
    """Refuse what is no amount of memory; DuckDB takes a negative one for no limit at all.

    Args:
        limit: Such as ``"2GB"``, or null for no limit of one's own.
        name: What the argument is called.

    Raises:
        UsageError: It is not a number above 0 with its unit.

    >>> check_memory_limit("1.5 GiB")
    >>> check_memory_limit("10")
    Traceback (most recent call last):
        ...
    convocommerce.errors.UsageError: memory_limit is '10', must be a number above 0 with its unit,
    such as '500MB' or '2GB', or be left out
    """
    if limit is not None and not (isinstance(limit, str) and _AMOUNT.fullmatch(limit)):
        raise UsageError(
            f"{name} is {limit!r}, must be a number above 0 with its unit, such as '500MB' or "
            "'2GB', or be left out"
        )


def memory_limit_of(con: duckdb.DuckDBPyConnection) -> int:
    """Return how many bytes of memory a database may use."""
    ((limit,),) = con.execute(
        "select parse_formatted_bytes(current_setting('memory_limit'))"
    ).fetchall()
    return int(limit)


def pieces_needed(con: duckdb.DuckDBPyConnection, needed: float) -> int:
    """Return in how many pieces to do what holds so many bytes, so that one fits the limit."""
    return max(1, math.ceil(needed / memory_limit_of(con)))


def limit_memory(con: duckdb.DuckDBPyConnection, limit: str | None) -> None:
    """Set how much memory a database may use, where a limit was given."""
    if limit is not None:
        con.execute("set memory_limit = ?", [limit])
