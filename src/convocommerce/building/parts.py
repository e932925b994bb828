"""Builds the models of some contacts, apart from those of all others.

A part is a set of temporary tables that bear the names of the records and hold only those of its
contacts (``warehouse.sight``), so the very same files build a part and the whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from convocommerce.sqlfiles import sql_files
from convocommerce.warehouse.plans import joins_as_written
from convocommerce.warehouse.rows import columns_of
from convocommerce.warehouse.sight import EVENTS_OF_TICKETS, SEEN_MESSAGES, drop, in_sight, whole

if TYPE_CHECKING:
    import duckdb

_WANTED = "part_contacts"

_RECORDS = {
    "threads": "from {whole}.threads semi join part_contacts using (contact_key)",
    "order_contacts": "from {whole}.order_contacts semi join part_contacts using (contact_key)",
    "checkout_contacts": (
        "from {whole}.checkout_contacts semi join part_contacts using (contact_key)"
    ),
    "messages": "from {whole}.messages semi join temp.threads using (thread_key)",
    "touchpoints": "from {whole}.touchpoints semi join temp.threads using (thread_key)",
    "orders": "from {whole}.orders semi join temp.order_contacts using (platform, order_id)",
    "checkouts": (
        "from {whole}.checkouts semi join temp.checkout_contacts using (platform, checkout_id)"
    ),
    "tickets": """
        from {whole}.tickets
        semi join (select channel, business_id, case_id as ticket_id from temp.threads)
            using (channel, business_id, ticket_id)
    """,
    "ticket_events": EVENTS_OF_TICKETS,
    "ticket_schedules": (
        "from {whole}.ticket_schedules semi join temp.tickets using (platform, ticket_id)"
    ),
}

_OF_CONTACTS = ("threads", "order_contacts", "checkout_contacts")


def records_of(is_wanted: str, everything: str) -> dict[str, str]:
    """Return by table the SQL of the records of some contacts, for ``warehouse.sight.show``.

    Args:
        is_wanted: The condition on ``contact_key``, in SQL.
        everything: How SQL names the schema of the whole.
    """
    found = {name: sql.format(whole=everything) for name, sql in _RECORDS.items()}
    return found | {name: f"from {everything}.{name} where {is_wanted}" for name in _OF_CONTACTS}


@contextmanager
def part(con: duckdb.DuckDBPyConnection, contacts: str) -> Iterator[None]:
    """Let tables hold only the records of some contacts, in the block.

    Args:
        con: A connection whose current schema holds the records and the contacts, and on which
            ``see`` looked up the messages of these contacts and of nobody else.
        contacts: The SQL of their keys, one column ``contact_key``. Contacts that are gone may be
            among them.
    """
    try:
        con.execute(f"create or replace temp table {_WANTED} as {contacts}")
        with in_sight(con, _RECORDS | {"messages": SEEN_MESSAGES}):
            yield
    finally:
        drop(con, [_WANTED])


@contextmanager
def models(con: duckdb.DuckDBPyConnection) -> Iterator[list[str]]:
    """Build the models of the part that is in force, as temporary tables for the block.

    Yields:
        Their names.
    """
    made: list[str] = []
    try:
        with joins_as_written(con):
            for file in sql_files("models").values():
                con.execute(f"create or replace temp table {file.name} as {file.sql}")
                made.append(file.name)
        yield made
    finally:
        drop(con, made)


def replace_models(con: duckdb.DuckDBPyConnection, threads: str) -> None:
    """Build the models of the part that is in force, and put them in place of the old ones.

    Args:
        con: The connection.
        threads: The table of threads whose rows are replaced, beside those of the part's contacts.
    """
    everything = whole(con)
    with models(con) as names:
        for name in names:
            if "contact_key" in columns_of(con, f"temp.{name}"):
                gone = f"contact_key in (select contact_key from {_WANTED})"
            else:
                gone = f"thread_key in (select thread_key from {threads})"
            con.execute(f"delete from {everything}.{name} where {gone}")
            con.execute(f"insert into {everything}.{name} from temp.{name}")
