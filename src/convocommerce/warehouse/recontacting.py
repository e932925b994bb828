"""Who is the same person, worked out again only for those whom a load may have touched.

What a record shows can tie whoever shows the same, and untie them again when it turns out that too
many do. So these are worked out again together: everybody of whom a record changed; the contacts
they belonged to; and the contacts of everybody who shows one of their keys. What those showed of
whom nothing changed is known from before. A key that was shown by too many already ties nobody and
draws nobody in. What comes out is what working out everything would give.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convocommerce.warehouse import contact_sql, recontact_sql, touching
from convocommerce.warehouse.contacts import (
    check_limits,
    find_everywhere,
    find_in_slices,
    show_keys,
    tie,
    with_limit,
    working,
)
from convocommerce.warehouse.rows import count
from convocommerce.warehouse.sight import SEEN, drop, in_sight, see

if TYPE_CHECKING:
    import duckdb

REPLACED = ("threads", "order_contacts", "checkout_contacts")
"""The tables that models read, of which is known afterwards what was replaced by what."""

LEFT = (
    *touching.TEMPORARY,
    *SEEN,
    *(f"{when}_{name}" for when in ("before", "after") for name in REPLACED),
)
"""The temporary tables that ``update_contacts`` leaves to its caller, who drops them."""

_TEMPORARY = (
    "before_receipts", "before_rare_codes", "codes_moved", "moved", "moved_keys", "part_contacts",
    "part_threads", "fresh_subjects", "fresh_keys", "dropped_moved",
    *(f"found_{name}" for name in contact_sql.RESULTS),
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
        Whether it could be done. If so, ``before_threads`` and ``after_threads`` hold the rows that
        gave way and those that came, and so for every table of ``REPLACED``. If not, such as when a
        key that too many showed is no longer shown by as many, everything must be worked out again.
    """
    check_limits(country_calling_code, max_people_per_key)
    drop(con, LEFT)
    try:
        touching.gather(con)
        _find_moved(con, max_people_per_key)
        con.execute(recontact_sql.CONTACTS_OF_MOVED)
        con.execute(recontact_sql.PART_THREADS)
        see(con, "from part_threads")
        with working(con), in_sight(con, recontact_sql.RECORDS):
            show_keys(con, country_calling_code)
            con.execute(recontact_sql.FRESH)
            con.execute(recontact_sql.MOVED_KEYS)
            con.execute(recontact_sql.CONTACTS_OF_KEYS)
            con.execute(recontact_sql.PART)
            tie(con, max_people_per_key, closed="select key_no from dropped_keys")
            for name, sql in contact_sql.RESULTS.items():
                found = with_limit(sql, max_people_per_key)
                con.execute(f"create or replace temp table found_{name} as {found}")
            con.execute(recontact_sql.OTHER_CASES)
        for name in ("contact_keys", "dropped_keys"):
            _replace(con, name)
        if not _recount_dropped(con, max_people_per_key):
            return False
        for name in REPLACED:
            gone = recontact_sql.GONE[name]
            con.execute(f"create or replace temp table before_{name} as from {name} where {gone}")
            con.execute(f"create or replace temp table after_{name} as from found_{name}")
        for name in ("identity_edges", "thread_guests", *REPLACED):
            _replace(con, name)
        return True
    finally:
        drop(con, _TEMPORARY)


def _find_moved(con: duckdb.DuckDBPyConnection, max_people_per_key: int) -> None:
    for name in ("receipts", "rare_codes"):
        con.execute(f"create or replace temp table before_{name} as from {name}")
    find_everywhere(con, max_people_per_key)
    con.execute(recontact_sql.CODES_MOVED)
    con.execute(recontact_sql.MOVED)
    if count(con, "codes_moved"):
        con.execute(recontact_sql.SAYERS)


def _replace(con: duckdb.DuckDBPyConnection, name: str) -> None:
    con.execute(f"delete from {name} where {recontact_sql.GONE[name]}")
    con.execute(f"insert into {name} by name from found_{name}")


def _recount_dropped(con: duckdb.DuckDBPyConnection, max_people_per_key: int) -> bool:
    """Count anew who stands behind keys that tied nobody; tell whether that is still so."""
    con.execute(recontact_sql.DROPPED_MOVED)
    n = count(con, "dropped_moved")
    if not n:
        return True
    with working(con):
        con.execute(recontact_sql.BEHIND_DROPPED)
        find_in_slices(con, "people_of_keys")
        con.execute("create or replace temp table closed_keys (key_no ubigint)")
        still = f"""
            select * from ({with_limit(contact_sql.DROPPED_KEYS, max_people_per_key)})
            where key_no in (select key_no from dropped_moved)
        """
        if count(con, f"({still})") != n:
            return False
        con.execute("delete from dropped_keys where key_no in (select key_no from dropped_moved)")
        con.execute(f"insert into dropped_keys {still}")
    return True
