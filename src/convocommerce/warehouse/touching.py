"""What loads changed since the models were built, so that only that need be built again.

Nothing is noted while there are no models: then everything has to be built anyway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convocommerce.warehouse.schema import hash_sql

if TYPE_CHECKING:
    import duckdb

_CUSTOMER = "{row}.channel || ':' || {row}.business_id || ':' || {row}.customer_id"
_CUSTOMER_KEY = hash_sql(
    "{row}.channel || chr(31) || {row}.business_id || chr(31) || {row}.customer_id"
)
_TICKET = ("ticket", "{row}.platform || ':' || {row}.ticket_id", "null")
_THREAD = ("thread", "null", "{row}.thread_key")

_NOTES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "messages": (_THREAD, ("customer", _CUSTOMER, _CUSTOMER_KEY)),
    "touchpoints": (_THREAD, ("customer", _CUSTOMER, _CUSTOMER_KEY)),
    "deliveries": (("message", "null", hash_sql("{row}.channel || chr(31) || {row}.message_id")),),
    "tickets": (_TICKET, ("customer", _CUSTOMER, _CUSTOMER_KEY)),
    "ticket_events": (_TICKET,),
    "ticket_schedules": (_TICKET,),
    "people": (("person", "{row}.platform || ':' || {row}.person_id", "null"),),
    "orders": (
        (
            "order",
            "{row}.platform || ':' || {row}.order_id",
            hash_sql("'order' || chr(31) || {row}.platform || ':' || {row}.order_id"),
        ),
    ),
    "checkouts": (
        (
            "checkout",
            "{row}.platform || ':' || {row}.checkout_id",
            hash_sql("'checkout' || chr(31) || {row}.platform || ':' || {row}.checkout_id"),
        ),
    ),
    "identities": (
        (
            "' || {row}.subject_kind || '",
            "{row}.subject_id",
            "case when {row}.subject_kind = 'customer' then "
            + hash_sql(
                r"regexp_replace({row}.subject_id, '^([^:]+):([^:]+):', "
                r"'\1' || chr(31) || '\2' || chr(31))"
            )
            + " else "
            + hash_sql("{row}.subject_kind || chr(31) || {row}.subject_id")
            + " end",
        ),
    ),
}
"""By canonical table what a row touches: its kind, its id and its 64-bit key.

Other tables are read when something is asked, or are small enough to be compared as a whole."""


LINKED_TICKETS = """
tickets_of_chats as (
    select platform || ':chat:' || chat_id as chat, platform || ':' || ticket_id as name
    from ticket_events where kind = 'chat'
),
named_tickets as (
    select name from touched where about = 'ticket'
    union
    select events.platform || ':' || events.ticket_id
    from ticket_events as events
    join touched
        on touched.about = 'person' and touched.name = events.platform || ':' || events.author_id
),
-- One chat may be held under its number and copied into several tickets.
linked as (
    select name from named_tickets
    union
    select others.name
    from tickets_of_chats as mine
    join tickets_of_chats as others using (chat)
    where mine.name in (from named_tickets) or mine.chat in (from named_tickets)
)
"""
"""Common table expressions; ``linked`` holds every ticket whose talk may read otherwise now."""


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
    if table not in _NOTES or not is_built(con):
        return
    for note_of in _NOTES[table]:
        about, name, key = (part.format(row="changing") for part in note_of)
        con.execute(f"insert into touched select distinct '{about}', {name}, {key} from {rows}")


def forget(con: duckdb.DuckDBPyConnection) -> None:
    """Forget what was touched: the models have it now."""
    con.execute("delete from touched")
