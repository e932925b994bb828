"""Builds all models: in one go, or part after part of contacts where memory is short.

A part is a range of contact keys, which are evenly spread. While it is built every table shows only
its rows of that range, so the very same files build a part and the whole, and what they write
follows the order of contacts as if it had been built in one go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import duckdb

from convocommerce.building.parts import records_of
from convocommerce.sqlfiles import sql_files
from convocommerce.warehouse.memory import memory_limit_of, pieces_needed
from convocommerce.warehouse.plans import joins_as_written
from convocommerce.warehouse.rows import columns_of, count
from convocommerce.warehouse.sight import show, whole

BYTES_PER_MESSAGE = 150
"""What building the models must hold for each message when everything else is spilled: ten million
took 1 GB and not 700 MB."""

BYTES_PER_MESSAGE_APART = 1400
"""The same where records and models are also held as temporary tables."""

_KEYS = 1 << 64


def build_all(con: duckdb.DuckDBPyConnection, tell: Callable[[str, int], None]) -> None:
    """Build all models, in as many parts as the memory limit asks for.

    Args:
        con: A connection with records, contacts and references.
        tell: Told which model or part comes next, and its number from 1 on.
    """
    n = _parts_needed(con)
    with joins_as_written(con):
        if n > 1:
            _build_in_parts(con, n, tell)
        else:
            _build_at_once(con, tell)


def steps_needed(con: duckdb.DuckDBPyConnection) -> int:
    """Return in how many steps ``build_all`` would go."""
    n = _parts_needed(con)
    return n if n > 1 else len(sql_files("models"))


def fits(con: duckdb.DuckDBPyConnection, messages: int) -> bool:
    """Return whether so many messages and their models may be held as temporary tables."""
    return messages * BYTES_PER_MESSAGE_APART <= memory_limit_of(con)


def _parts_needed(con: duckdb.DuckDBPyConnection) -> int:
    messages = count(con, "messages") + count(con, "ticket_events")
    return pieces_needed(con, messages * BYTES_PER_MESSAGE)


def _build_at_once(con: duckdb.DuckDBPyConnection, tell: Callable[[str, int], None]) -> None:
    for number, file in enumerate(sql_files("models").values(), start=1):
        tell(file.name, number)
        con.execute(f"create or replace table {file.name} as {file.sql}")


def _build_in_parts(
    con: duckdb.DuckDBPyConnection, n: int, tell: Callable[[str, int], None]
) -> None:
    everything = whole(con)
    for number, mine in enumerate(_ranges(n), start=1):
        tell(f"models, part {number} of {n}", number)
        with ExitStack() as sight:
            for name, sql in records_of(mine, everything).items():
                sight.enter_context(show(con, name, sql))
            for file in sql_files("models").values():
                table = f"{everything}.{file.name}"
                start = "create or replace table {} as" if number == 1 else "insert into {}"
                con.execute(f"{start.format(table)} {file.sql}")
                # Few tables do not know the contact, and theirs are the threads in sight.
                rows = (
                    f"from {table} where {mine}"
                    if "contact_key" in columns_of(con, table)
                    else f"from {table} semi join temp.threads using (thread_key)"
                )
                sight.enter_context(show(con, file.name, rows))


def _ranges(n: int) -> Iterator[str]:
    """Give the condition on ``contact_key`` of each of so many ranges, in their order."""
    for number in range(n):
        first, end = _KEYS * number // n, _KEYS * (number + 1) // n
        yield f"contact_key between {first} and {end - 1}"
