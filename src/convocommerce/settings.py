"""Rules kept in the database, so that every way of asking uses the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from convocommerce.rules import Rules

if TYPE_CHECKING:
    import duckdb

    from convocommerce.warehouse import Database


def stored_rules(con: duckdb.DuckDBPyConnection) -> Rules:
    """Return the rules that the database keeps, or the defaults."""
    known = con.execute(
        "select count(*) from duckdb_tables() where table_name = 'settings' and not internal"
    ).fetchall()
    if not known[0][0]:
        return Rules()
    rows = con.execute("select rules from settings").fetchall()
    return Rules.from_dict(json.loads(rows[0][0])) if rows else Rules()


def store_rules(database: Database, rules: Rules) -> None:
    """Keep the rules in the database."""
    with database.transaction():
        database.con.execute(
            "create or replace table settings as select ?::varchar as rules",
            [json.dumps(rules.to_dict())],
        )
