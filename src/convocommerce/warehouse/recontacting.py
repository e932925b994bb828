"""Who is the same person, worked out again only for those whom a load may have touched.

What a record shows can tie whoever shows the same, and untie them again when it turns out that too
many do. So these are worked out again together, from all that their records show: everybody of
whom a record changed; the contacts they belonged to; and the contacts of everybody who shows one
of their keys. A key that was shown by too many already ties nobody and draws nobody in. What comes
out is what working out everything would give.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from convocommerce.warehouse import contact_sql, recontact_sql
from convocommerce.warehouse.contacts import (
    check_limits,
    find_everywhere,
    show_keys,
    with_limit,
    worked_out,
)
from convocommerce.warehouse.touching import LINKED_TICKETS

if TYPE_CHECKING:
    import duckdb

_TEMPORARY = (
    "before_receipts", "before_rare_codes", "codes_moved", "moved", "moved_keys", "part_contacts",
    "part_subjects", "part_threads", "linked_tickets", "dropped_moved", "subjects", "shown_keys",
    "people_of_keys", *(f"found_{name}" for name in contact_sql.RESULTS),
)  # fmt: skip


def update_contacts(
    con: duckdb.DuckDBPyConnection,
    *,
    country_calling_code: str | None = "31",
    max_people_per_key: int = 4,
) -> bool:
    """Bring who is who up to the records, after ``resolve_contacts`` once with the same limits.

    Args:
        con: An open connection, inside a transaction.
        country_calling_code: As for ``resolve_contacts``.
        max_people_per_key: As for ``resolve_contacts``.

    Returns:
        Whether it could be done. If not, such as when a key that too many showed is no longer shown
        by as many, everything must be worked out again.
    """
    check_limits(country_calling_code, max_people_per_key)
    everything = f'"{con.execute("select current_database()").fetchall()[0][0]}".main'
    try:
        for name in ("receipts", "rare_codes"):
            con.execute(f"create or replace temp table before_{name} as from {name}")
        find_everywhere(con, max_people_per_key)
        con.execute(
            f"create or replace temp table linked_tickets as with {LINKED_TICKETS} from linked"
        )
        con.execute(recontact_sql.CODES_MOVED)
        con.execute(recontact_sql.MOVED)
        if _count(con, "codes_moved"):
            con.execute(recontact_sql.SAYERS)
        con.execute(recontact_sql.CONTACTS_OF_MOVED)
        _take_in_guests(con)
        with _records_in_sight(con, everything):
            show_keys(con, country_calling_code)
            con.execute(recontact_sql.KEYS_OF_MOVED)
            before = _count(con, "part_contacts")
            con.execute(recontact_sql.CONTACTS_OF_KEYS)
            _take_in_guests(con)
            is_whole = before == _count(con, "part_contacts")
            if is_whole:
                is_done = _work_out(con, everything, country_calling_code, max_people_per_key)
        if not is_whole:
            with _records_in_sight(con, everything):
                is_done = _work_out(con, everything, country_calling_code, max_people_per_key)
        if not is_done:
            return False
        for name, gone in recontact_sql.GONE.items():
            con.execute(f"delete from {name} where {gone}")
            con.execute(f"insert into {name} from found_{name}")
        return _recount_dropped(con, max_people_per_key)
    finally:
        for name in _TEMPORARY:
            con.execute(f"drop table if exists temp.{name}")


def _work_out(
    con: duckdb.DuckDBPyConnection,
    whole: str,
    country_calling_code: str | None,
    max_people_per_key: int,
) -> bool:
    """Find who those in sight are; tell whether nobody else was seen in part."""
    closed = f"select key_no from {whole}.dropped_keys"
    with worked_out(con, country_calling_code, max_people_per_key, closed=closed):
        # Of anybody else only some records are in sight, and nothing must be made of those.
        if con.execute(recontact_sql.STRANGERS).fetchall()[0][0]:
            return False
        for name, sql in contact_sql.RESULTS.items():
            found = with_limit(sql, max_people_per_key)
            con.execute(f"create or replace temp table found_{name} as {found}")
    return True


def _take_in_guests(con: duckdb.DuckDBPyConnection) -> None:
    before = -1
    while before != (before := _count(con, "part_contacts")):
        con.execute(recontact_sql.CONTACTS_OF_GUESTS)


@contextmanager
def _records_in_sight(con: duckdb.DuckDBPyConnection, whole: str) -> Iterator[None]:
    """Let tables hold only the records of those who are worked out again, in the block."""
    made = []
    try:
        con.execute(recontact_sql.PART_SUBJECTS.format(whole=whole))
        con.execute(recontact_sql.PART_THREADS.format(whole=whole))
        for name, sql in recontact_sql.RECORDS.items():
            con.execute(f"create temp table {name} as {sql.format(whole=whole)}")
            made.append(name)
        yield
    finally:
        for name in made:
            con.execute(f"drop table if exists temp.{name}")


def _recount_dropped(con: duckdb.DuckDBPyConnection, max_people_per_key: int) -> bool:
    """Count anew who stands behind keys that tied nobody; tell whether that is still so."""
    con.execute(recontact_sql.BEHIND_DROPPED)
    if not _count(con, "dropped_moved"):
        return True
    con.execute(contact_sql.PEOPLE_OF_KEYS)
    con.execute("create or replace temp table closed_keys (key_no ubigint)")
    try:
        still = f"""
            select * from ({with_limit(contact_sql.DROPPED_KEYS, max_people_per_key)})
            where key_no in (select key_no from dropped_moved)
        """
        if _count(con, f"({still})") != _count(con, "dropped_moved"):
            return False
        con.execute("delete from dropped_keys where key_no in (select key_no from dropped_moved)")
        con.execute(f"insert into dropped_keys {still}")
    finally:
        con.execute("drop table temp.closed_keys")
    return True


def _count(con: duckdb.DuckDBPyConnection, rows: str) -> int:
    return int(con.execute(f"select count(*) from {rows}").fetchall()[0][0])
