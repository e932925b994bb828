"""Keeps what was known at an as-of, while many questions are asked about the same days.

States stand before every query as common table expressions, so each question works them out anew.
A page asks dozens of questions at two or three instants; inside ``keeping`` the second question
about an instant writes the states of the days in question into a temporary table, and it and all
that follow read them from there. One question may also take several queries about the same rows,
which ``sharing`` works out once. The SQL that people are shown stays the whole one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb


class Keeper:
    """The temporary tables of one connection.

    Attributes:
        con: The connection.
        first_day: The first local day that is kept; questions about earlier ones are not served.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, first_day: dt.date) -> None:
        """Keep nothing yet."""
        self.con = con
        self.first_day = first_day
        self._asked: set[tuple[str, dt.datetime]] = set()
        self._kept: dict[tuple[str, dt.datetime], str] = {}

    def table(self, states: str, common: str, as_of: dt.datetime) -> str | None:
        """Return the table that holds these states, or null when they are asked for only once.

        Args:
            states: The name of the table of states.
            common: The common table expressions that define it.
            as_of: The instant whose knowledge counts.
        """
        key = states, as_of
        if key not in self._kept:
            if key not in self._asked:
                self._asked.add(key)
                return None
            name = f"kept_{states}_{len(self._kept)}"
            self.con.execute(
                f"create or replace temp table {name} as with {common} "
                f"from {states} where started_local >= $first_day",
                {"as_of": as_of, "first_day": self.first_day},
            )
            self._kept[key] = name
        return self._kept[key]

    def drop(self) -> None:
        """Remove every table."""
        for name in self._kept.values():
            self.con.execute(f"drop table if exists temp.{name}")
        self._kept.clear()


_KEEPER: ContextVar[Keeper | None] = ContextVar("keeper", default=None)


@contextmanager
def keeping(con: duckdb.DuckDBPyConnection, first_day: dt.date) -> Iterator[None]:
    """Keep states between the questions asked in the block; records must not change in it.

    Args:
        con: The connection the questions are asked on.
        first_day: The first local day that most of them are about.
    """
    keeper = Keeper(con, first_day)
    token = _KEEPER.set(keeper)
    try:
        yield
    finally:
        _KEEPER.reset(token)
        keeper.drop()


def kept(
    con: duckdb.DuckDBPyConnection,
    states: str,
    common: str,
    as_of: dt.datetime,
    first_day: dt.date | None,
) -> str | None:
    """Return the table that holds the states of a question, or null when none is kept.

    Args:
        con: The connection the question is asked on.
        states: The table of states.
        common: The common table expressions that define it.
        as_of: The instant whose knowledge counts.
        first_day: The first day the question is about; null for all days.
    """
    keeper = _KEEPER.get()
    if keeper is None or keeper.con is not con or first_day is None:
        return None
    return keeper.table(states, common, as_of) if first_day >= keeper.first_day else None


@dataclass(frozen=True)
class _Shared:
    """The rows of one question, worked out."""

    con: duckdb.DuckDBPyConnection
    rows: str
    values: Mapping[str, Any]
    table: str


_SHARED: ContextVar[_Shared | None] = ContextVar("shared", default=None)
_NUMBERS = count()


@contextmanager
def sharing(
    con: duckdb.DuckDBPyConnection,
    rows: str,
    values: Mapping[str, Any],
    sql: str,
    bound: Mapping[str, Any],
) -> Iterator[None]:
    """Keep the rows of one question while its queries are run in the block.

    Args:
        con: The connection that they are run on.
        rows: The SQL by which those queries define the rows.
        values: The values of the names in it.
        sql: The SQL that works the rows out.
        bound: The values of the names in that.
    """
    table = f"shared_{next(_NUMBERS)}"
    con.execute(f"create temp table {table} as {sql}", dict(bound))
    token = _SHARED.set(_Shared(con, rows, values, table))
    try:
        yield
    finally:
        _SHARED.reset(token)
        con.execute(f"drop table if exists temp.{table}")


def shared(con: duckdb.DuckDBPyConnection, rows: str, values: Mapping[str, Any]) -> str | None:
    """Return the table that holds the rows of a query, or null when they are not worked out."""
    one = _SHARED.get()
    if one is None or one.con is not con or one.rows != rows or one.values != values:
        return None
    return one.table
