"""Decides whether models still fit, and builds them whole or in part."""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

import duckdb

from convocommerce.building import apart, refreshing
from convocommerce.building.ruling import write_rules
from convocommerce.errors import MemoryLimitError, UsageError
from convocommerce.sqlfiles import sql_files
from convocommerce.warehouse import touching
from convocommerce.warehouse.contacts import STATEMENTS, resolve_contacts
from convocommerce.windows import WINDOW_RULES

if TYPE_CHECKING:
    from convocommerce.rules import Rules
    from convocommerce.warehouse.connection import Database

ENOUGH_BYTES = 150_000_000
ENOUGH_BYTES_PER_MESSAGE = 20
ENOUGH_BYTES_PER_MESSAGE_OF_ONE = 200
"""With what building gets by when all that can be spilled is: a million messages of many people
were built with 160 MB and not with 100 MB, ten million with 400 MB; a million of one contact with
192 MB. Fifty million got by with 650 MB, less than this says."""

Progress = Callable[[str, int, int], None]
"""Called with the name of a step, its number and the number of steps."""


def ensure_built(database: Database, rules: Rules, progress: Progress | None = None) -> bool:
    """Build the models unless they already fit the records, the rules and this package.

    Where only records changed, only the contacts that they touched are built again.

    Args:
        database: An open database.
        rules: The rules to build under.
        progress: Told of each step.

    Returns:
        Whether anything was built.

    Raises:
        UsageError: The models are too old and the database is open for reading only.
    """
    con = database.con
    revision, meaning = _revision(con), meaning_of(rules)
    built = _built(con)
    if built == (revision, meaning):
        return False
    if database.is_read_only:
        raise UsageError(
            f"{database.path} is open for reading only and its models were built from other "
            "records or under other rules; open it for writing once, or ask under its own rules"
        )
    try:
        with database.transaction():
            bring_up(con, rules, progress)
    except MemoryLimitError as error:
        raise MemoryLimitError(f"{error}{_what_it_takes(con)}") from None
    return True


def bring_up(
    con: duckdb.DuckDBPyConnection, rules: Rules, progress: Progress | None = None
) -> None:
    """Bring the models up to the records and rules, inside the caller's transaction."""
    built, meaning = _built(con), meaning_of(rules)
    fits = built is not None and built[1] == meaning
    if not (fits and refreshing.refresh(con, rules, progress)):
        build(con, rules, progress)
    con.execute(
        "create or replace table built as select ?::bigint as revision, ? as meaning",
        [_revision(con), meaning],
    )


def _what_it_takes(con: duckdb.DuckDBPyConnection) -> str:
    """Return a sentence on how much memory building takes, if that much can still be counted."""
    try:
        n, largest = con.execute(
            "select sum(n), max(n) from (select count(*) as n from messages group by thread_key)"
        ).fetchall()[0]
    except duckdb.Error:
        return ""
    needed = max(
        ENOUGH_BYTES + int(n or 0) * ENOUGH_BYTES_PER_MESSAGE,
        int(largest or 0) * ENOUGH_BYTES_PER_MESSAGE_OF_ONE,
    )
    return (
        f". Building the models of its {n:,} messages takes about {needed / 1e6:,.0f}MB. "
        f"Its longest thread holds {largest:,} of them, and one contact is always built at once"
    )


def build(con: duckdb.DuckDBPyConnection, rules: Rules, progress: Progress | None = None) -> None:
    """Build every reference and model from the records that are there.

    Args:
        con: A connection whose current schema holds the canonical tables.
        rules: The rules to build under.
        progress: Told of each step.
    """
    references = sql_files("references")
    n_models = apart.steps_needed(con)
    steps = 2 + len(references) + n_models
    tell = progress or (lambda _name, _step, _steps: None)
    tell("rules", 1, steps)
    write_rules(con, rules)
    tell("contacts", 2, steps)
    resolve_contacts(
        con,
        country_calling_code=rules.phone_country_code,
        max_people_per_key=rules.people_per_key,
    )
    for number, file in enumerate(references.values(), start=3):
        tell(file.name, number, steps)
        con.execute(f"create or replace table {file.name} as {file.sql}")
    done = 2 + len(references)
    apart.build_all(con, lambda name, number: tell(name, done + number, steps))
    touching.forget(con)


def _revision(con: duckdb.DuckDBPyConnection) -> int:
    return int(con.execute("select revision from state").fetchall()[0][0])


def meaning_of(rules: Rules) -> str:
    """Return a hash of all that models depend on beside the records."""
    sql = "".join(
        file.sql for folder in ("references", "models") for file in sql_files(folder).values()
    )
    # Some of what is known of platforms stands in Python, and may change with the package.
    everything = f"{_version()}|{rules.fingerprint()}|{WINDOW_RULES}|{sql}|{STATEMENTS}"
    return hashlib.sha256(everything.encode()).hexdigest()


@cache
def _version() -> str:
    return importlib.metadata.version("convocommerce")


def _built(con: duckdb.DuckDBPyConnection) -> tuple[int, str] | None:
    """Return the revision and the meaning that the models were built from, if they were."""
    if not touching.is_built(con):
        return None
    rows = con.execute("select revision, meaning from built").fetchall()
    return (int(rows[0][0]), str(rows[0][1])) if rows else None
