"""What loads changed since the models were built, so that only that need be built again.

Nothing is noted while there are no models: then everything has to be built anyway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convocommerce.warehouse.schema import hash_sql

if TYPE_CHECKING:
    import duckdb

_ABOUT: dict[str, tuple[str, str, str]] = {
    "messages": ("thread", "null", "{row}.thread_key"),
    "touchpoints": ("thread", "null", "{row}.thread_key"),
    "deliveries": ("message", "null", hash_sql("{row}.channel || chr(31) || {row}.message_id")),
    "tickets": ("ticket", "{row}.platform || ':' || {row}.ticket_id", "null"),
    "ticket_events": ("ticket", "{row}.platform || ':' || {row}.ticket_id", "null"),
    "ticket_schedules": ("ticket", "{row}.platform || ':' || {row}.ticket_id", "null"),
    "people": ("person", "{row}.platform || ':' || {row}.person_id", "null"),
    "orders": ("order", "{row}.platform || ':' || {row}.order_id", "null"),
    "checkouts": ("checkout", "{row}.platform || ':' || {row}.checkout_id", "null"),
}
"""By canonical table what a row touches. Other tables are read when something is asked, or are
small enough to be compared as a whole."""


def is_built(con: duckdb.DuckDBPyConnection) -> bool:
    """Tell whether models were ever built."""
    rows = con.execute(
        "select count(*) from duckdb_tables() where table_name = 'built' and not internal"
    ).fetchall()
    return bool(rows[0][0])


def note(con: duckdb.DuckDBPyConnection, table: str, rows: str) -> None:
    """Note what some rows touch, before they are removed or after they were added.

    Args:
        con: A connection, inside the transaction of the change.
        table: The canonical table that they belong to.
        rows: What follows ``from`` to get them, with ``changing`` as their alias.
    """
    if table not in _ABOUT or not is_built(con):
        return
    about, name, key = (part.format(row="changing") for part in _ABOUT[table])
    con.execute(f"insert into touched select distinct '{about}', {name}, {key} from {rows}")


def forget(con: duckdb.DuckDBPyConnection) -> None:
    """Forget what was touched: the models have it now."""
    con.execute("delete from touched")
