"""Builds the models of some contacts, apart from those of all others.

A part is a set of temporary tables that bear the names of the records and hold only those of its
contacts. Temporary tables come first where SQL names a table, so the very same files build a part
and the whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from convocommerce.sqlfiles import sql_files

if TYPE_CHECKING:
    import duckdb

_WANTED = "part_contacts"
_LEFT = "part_threads"

# A chat's own events stand under its number, and a helpdesk may copy one chat into several tickets.
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
    "ticket_events": """
        with copied as (
            select platform, chat_id
            from {whole}.ticket_events semi join temp.tickets using (platform, ticket_id)
            where kind = 'chat'
        )
        from {whole}.ticket_events
        where (platform, ticket_id) in (select (platform, ticket_id) from temp.tickets)
            or (platform, ticket_id) in (select (platform, 'chat:' || chat_id) from copied)
            or (kind = 'chat' and (platform, chat_id) in (select (platform, chat_id) from copied))
    """,
    "ticket_schedules": (
        "from {whole}.ticket_schedules semi join temp.tickets using (platform, ticket_id)"
    ),
}


def whole(con: duckdb.DuckDBPyConnection) -> str:
    """Return how SQL names the schema of the whole, which temporary tables do not hide."""
    name = con.execute("select current_database()").fetchall()[0][0]
    return f'"{name}".main'


@contextmanager
def part(con: duckdb.DuckDBPyConnection, contacts: str) -> Iterator[None]:
    """Let tables hold only the records of some contacts, in the block.

    Args:
        con: A connection whose current schema holds the records and the contacts.
        contacts: The SQL of their keys, one column ``contact_key``. Contacts that are gone may be
            among them.
    """
    everything = whole(con)
    made = [_WANTED]
    try:
        con.execute(f"create or replace temp table {_WANTED} as {contacts}")
        for name, sql in _RECORDS.items():
            con.execute(f"create temp table {name} as {sql.format(whole=everything)}")
            made.append(name)
        yield
    finally:
        for name in made:
            con.execute(f"drop table if exists temp.{name}")


def build_models(con: duckdb.DuckDBPyConnection, replace: str) -> None:
    """Build the models of the part that is in force, and put them in place of the old ones.

    Args:
        con: The connection.
        replace: The table of threads whose rows are replaced, beside those of the part's contacts.
    """
    everything = whole(con)
    made = []
    try:
        for file in sql_files("models").values():
            con.execute(f"create or replace temp table {file.name} as {file.sql}")
            made.append(file.name)
        for name in made:
            columns = {row[0] for row in con.execute(f"describe temp.{name}").fetchall()}
            if "contact_key" in columns:
                gone = f"contact_key in (select contact_key from {_WANTED})"
            else:
                gone = f"thread_key in (select thread_key from {replace})"
            con.execute(f"delete from {everything}.{name} where {gone}")
            con.execute(f"insert into {everything}.{name} from temp.{name}")
    finally:
        for name in made:
            con.execute(f"drop table if exists temp.{name}")
