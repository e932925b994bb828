"""Until when records speak, table by table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

LAST_POSSIBLE = "(select coalesce(max(finished_at), 'infinity') from loads) + interval 1 day"
"""SQL of the last instant a record can honestly speak of: a day's slack after its load."""

TOLD_IN_TICKETS = "kind is distinct from 'chat'"
"""SQL condition over ticket events: something happened, and it does not just tie a chat to its
ticket, whose table knows no time but that of its copying."""

SENT_AT = "case when is_local then timezone('UTC', timezone('{zone}', sent_at)) else sent_at end"
"""SQL of the instant of a message in UTC, with the zone of the rules to be filled in."""

HORIZONS = {
    "messages": SENT_AT,
    "touchpoints": "occurred_at",
    "ticket_events": f"case when {TOLD_IN_TICKETS} then happened_at end",
    "orders": "created_at",
    "checkouts": "created_at",
}


def horizons(time_zone: str) -> dict[str, str]:
    """Return the SQL of the instant of every row, by table, under the zone of the rules."""
    return {table: instant.format(zone=time_zone) for table, instant in HORIZONS.items()}


BESIDE = {
    "ad_days": "last_day + interval 1 day",
    "web_events": "happened_at",
    "ratings": "rated_at",
}
"""Tables by whose last instant an as-of is chosen only where nothing else is loaded."""


def data_through(con: duckdb.DuckDBPyConnection, time_zone: str) -> dict[str, dt.datetime]:
    """Return the last instant that each canonical table speaks of, where it has any row.

    Instants later than the load that brought them are mistakes of the source and are left out:
    one wrong year would otherwise make every wait look endless.
    """
    return _last_instants(con, horizons(time_zone))


def data_beside(con: duckdb.DuckDBPyConnection) -> dict[str, dt.datetime]:
    """Return the last instant that the tables beside talk and trade speak of, where any does."""
    return _last_instants(con, BESIDE)


def _last_instants(
    con: duckdb.DuckDBPyConnection, instants: Mapping[str, str]
) -> dict[str, dt.datetime]:
    found = {}
    for table, column in instants.items():
        last = con.execute(
            f"select max({column}) from {table} where {column} <= {LAST_POSSIBLE}"
        ).fetchall()[0][0]
        if last is not None:
            found[table] = last
    return found
