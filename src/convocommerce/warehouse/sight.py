"""Temporary tables and views that bear the names of tables, so that SQL sees only some rows.

They come first where SQL names a table, so the very same statements work on a part and on the
whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from convocommerce.warehouse.rows import count, database_name

if TYPE_CHECKING:
    import duckdb

SEEN_MESSAGES = "from temp.seen_messages"
"""The messages that were seen, for ``in_sight``."""

SEEN = ("seen_threads", "seen_messages", "unseen_threads")
"""The temporary tables that ``see`` makes; who sees drops them."""

# Ids are long, and models know messages by their keys.
_MESSAGES = "select * exclude (message_id) from messages"

# A chat's own events stand under its number, and a helpdesk may copy one chat into several tickets.
EVENTS_OF_TICKETS = """
with copied as (
    select platform, chat_id
    from {whole}.ticket_events semi join temp.tickets using (platform, ticket_id)
    where kind = 'chat'
)
from {whole}.ticket_events
where (platform, ticket_id) in (select (platform, ticket_id) from temp.tickets)
    or (platform, ticket_id) in (select (platform, 'chat:' || chat_id) from copied)
    or (kind = 'chat' and (platform, chat_id) in (select (platform, chat_id) from copied))
"""
"""The events of the tickets in sight, for ``in_sight``."""


def whole(con: duckdb.DuckDBPyConnection) -> str:
    """Return how SQL names the schema of the whole, which temporary tables do not hide."""
    return f"{database_name(con)}.main"


@contextmanager
def in_sight(con: duckdb.DuckDBPyConnection, records: Mapping[str, str]) -> Iterator[None]:
    """Let tables hold only some of their rows, in the block.

    Args:
        con: A connection whose current schema holds the tables.
        records: By the name of each table the SQL of its rows, with ``{whole}`` where it names the
            schema of the whole. Each may read those before it, as ``temp.name``. Messages
            that were seen are not copied, only looked at.
    """
    everything = whole(con)
    made = {}
    try:
        for name, sql in records.items():
            kind = "view" if SEEN_MESSAGES in sql else "table"
            con.execute(f"create temp {kind} {name} as {sql.format(whole=everything)}")
            made[name] = kind
        yield
    finally:
        for name, kind in made.items():
            con.execute(f"drop {kind} temp.{name}")


@contextmanager
def show(con: duckdb.DuckDBPyConnection, name: str, sql: str) -> Iterator[None]:
    """Let a table show only the rows of a query, in the block; none is copied.

    Args:
        con: A connection.
        name: The table.
        sql: The query, which names the table itself with the schema of the whole.
    """
    con.execute(f"create temp view {name} as {sql}")
    try:
        yield
    finally:
        con.execute(f"drop view temp.{name}")


def see(con: duckdb.DuckDBPyConnection, threads: str) -> None:
    """Add the messages of some threads to ``seen_messages``, each once.

    Looking for the messages of a few threads among all costs nearly what reading all of them does,
    so what several steps ask for is looked up once.

    Args:
        con: The connection.
        threads: The SQL of their keys, one column ``thread_key``.
    """
    con.execute("create temp table if not exists seen_threads (thread_key ubigint)")
    con.execute(f"create temp table if not exists seen_messages as {_MESSAGES} limit 0")
    con.execute(
        "create or replace temp table unseen_threads as "
        f"select distinct thread_key from ({threads}) anti join seen_threads using (thread_key)"
    )
    if count(con, "unseen_threads"):
        con.execute(
            f"insert into seen_messages {_MESSAGES} semi join unseen_threads using (thread_key)"
        )
        con.execute("insert into seen_threads from unseen_threads")


def drop(con: duckdb.DuckDBPyConnection, names: Iterable[str]) -> None:
    """Drop temporary tables that may be there."""
    for name in names:
        con.execute(f"drop table if exists temp.{name}")
