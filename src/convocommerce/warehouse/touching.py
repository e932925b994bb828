"""What loads changed since the models were built, so that only that need be built again.

Nothing is noted while there are no models: then everything has to be built anyway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convocommerce.records import TABLES
from convocommerce.warehouse.schema import THREAD_KEY, hash_sql, subject_key

if TYPE_CHECKING:
    import duckdb

_CUSTOMER = "{row}.channel || ':' || {row}.business_id || ':' || {row}.customer_id"
_CUSTOMER_KEY = hash_sql(
    "{row}.channel || chr(31) || {row}.business_id || chr(31) || {row}.customer_id"
)
_TABLE = "table"
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
            subject_key("{row}.subject_kind", "{row}.subject_id"),
        ),
    ),
}
"""By canonical table what a row touches: its kind, its id and its 64-bit key.

Of every table it is noted that it changed; what is not noted here is small, or read only when
something is asked."""


TEMPORARY = ("linked_tickets", "touched_threads")
"""The temporary tables that ``gather`` makes."""

_LINKED_TICKETS = """
create or replace temp table linked_tickets as
with tickets_of_chats as (
    select platform || ':chat:' || chat_id as chat, platform || ':' || ticket_id as name
    from ticket_events where kind = 'chat'
),
named as (
    select name from touched where about = 'ticket'
    union
    select events.platform || ':' || events.ticket_id
    from ticket_events as events
    join touched
        on touched.about = 'person' and touched.name = events.platform || ':' || events.author_id
)
select name from named
union
-- One chat may be held under its number and copied into several tickets.
select others.name
from tickets_of_chats as mine
join tickets_of_chats as others using (chat)
where mine.name in (from named) or mine.chat in (from named)
"""

_TOUCHED_THREADS = f"""
create or replace temp table touched_threads as
select distinct key as thread_key from touched where about = 'thread'
union
select {THREAD_KEY}
from (select channel, business_id, customer_id, ticket_id as case_id, platform from tickets)
where platform || ':' || case_id in (select name from linked_tickets)
"""


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
    if not is_built(con):
        return
    con.execute(
        f"insert into touched select '{_TABLE}', '{table}', null "
        f"where exists (select 1 from {rows})"
    )
    for note_of in _NOTES.get(table, ()):
        about, name, key = (part.format(row="changing") for part in note_of)
        con.execute(f"insert into touched select distinct '{about}', {name}, {key} from {rows}")


def tables(con: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the canonical tables of which a row came, changed or went.

    A file that an older version loaded into does not say; then it may be any.
    """
    found = con.execute("select distinct name from touched where about = ?", [_TABLE]).fetchall()
    return {str(name) for (name,) in found} or set(TABLES)


def gather(con: duckdb.DuckDBPyConnection) -> None:
    """Find every ticket and every thread whose talk may read otherwise now.

    Makes the temporary tables ``linked_tickets`` (``name``, which is ``platform:ticket_id``) and
    ``touched_threads`` (``thread_key``).
    """
    con.execute(_LINKED_TICKETS)
    con.execute(_TOUCHED_THREADS)


def forget(con: duckdb.DuckDBPyConnection) -> None:
    """Forget what was touched: the models have it now."""
    con.execute("delete from touched")
