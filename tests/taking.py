"""Records taken in as a load of them would, and people forgotten."""

from __future__ import annotations

from convocommerce.warehouse import Database, merging, staging, touching
from oracle_shops import Records
from tables import arrow_of, typed_rows


def take(database: Database, records: Records) -> None:
    """Load records as a file that tells them would."""
    con = database.con
    staging.prepare(con)
    with database.transaction():
        for name, rows in records.items():
            con.register("told", arrow_of(name, rows))
            con.execute(
                f"insert into staged_{name} by name "
                f"select row_number() over () as document_no, * from ({typed_rows(name, 'told')})"
            )
            con.unregister("told")
        if merging.merge(con):
            con.execute("update state set revision = revision + 1")
    staging.discard(con)
    merging.discard(con)


def erase(database: Database, customer: str) -> None:
    """Remove all that was said by and to one person."""
    mine = f"messages as changing where customer_id = '{customer}'"
    with database.transaction() as con:
        touching.note(con, "messages", mine)
        con.execute(f"delete from {mine.replace(' as changing', '')}")
        con.execute("update state set revision = revision + 1")
