"""Conversions that every platform needs mean the same however a program writes a value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import duckdb
import pytest

from convocommerce.sources.contract import MACROS

NEW_YEAR = dt.datetime(2026, 1, 1)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(MACROS.read_text("utf-8"))
        yield connection


def instant(con: duckdb.DuckDBPyConnection, text: str) -> dt.datetime | None:
    ((found,),) = con.execute("select instant(?)", [text]).fetchall()
    return found


@pytest.mark.parametrize(
    "text",
    [
        "1767225600", "1767225600000", "1767225600000000",
        "2026-01-01T00:00:00Z", "2026-01-01T00:00:00+00:00", "2026-01-01T01:00:00+01:00",
        "2026-01-01T01:00:00+0100", "2025-12-31T18:30:00.000-05:30", "2026-01-01T00:00:00",
        "2026-01-01 00:00:00 UTC", "2026-01-01T00:00:00GMT", "2026-01-01 01:00:00 +0100",
        " 2026-01-01T00:00:00 Z ", "2026-01-01T00:00",
    ],
)  # fmt: skip
def test_an_instant_is_the_same_however_it_is_written(
    con: duckdb.DuckDBPyConnection, text: str
) -> None:
    assert instant(con, text) == NEW_YEAR


@pytest.mark.parametrize(
    "text",
    [
        "", "soon", "2026-01-01", "2026-02-30T00:00:00Z", "2026-01-01T25:00:00Z",
        "2026-01-01T 0:00:00Z", "1989-12-31T23:59:59Z", "2100-01-01T00:00:00Z", "631151999",
        "infinity",
    ],
)  # fmt: skip
def test_what_is_no_instant_of_these_times_is_null(
    con: duckdb.DuckDBPyConnection, text: str
) -> None:
    assert instant(con, text) is None


def test_the_year_that_counts_is_the_one_that_is_written(con: duckdb.DuckDBPyConnection) -> None:
    first = instant(con, "1990-01-01T00:30:00+01:00")
    last = instant(con, "2099-12-31T23:30:00-01:00")
    assert (first and first.year, last and last.year) == (1989, 2100)
    assert instant(con, "2100-01-01T00:30:00+01:00") is None


def test_keys_are_trimmed_and_empty_ones_left_out(con: duckdb.DuckDBPyConnection) -> None:
    ((keys,),) = con.execute("select keys_of('email', [' a@b.nl', null, '', ' '])").fetchall()
    assert keys == [{"key_kind": "email", "key_value": "a@b.nl"}]


@pytest.mark.parametrize(
    ("text", "is_met"),
    [("aab", True), ("aaab", False), ("ab", False), ("xaab", False), (None, None), ("", False)],
)
def test_bounds_of_a_pattern_hold_though_they_are_asked_last(
    con: duckdb.DuckDBPyConnection, text: str | None, is_met: bool | None
) -> None:
    found = con.execute(r"select matches_within_bounds(?::varchar, '^(?:a{2,2}b)$')", [text])
    assert found.fetchall() == [(is_met,)]
