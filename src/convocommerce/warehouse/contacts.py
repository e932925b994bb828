"""Who is the same person: threads, orders and checkouts tied together by the keys they show.

This is the only step that looks beyond one contact. Two subjects that show the same key are the
same contact, stage by stage from the strongest kind of key to the weakest; a key that would tie
too many people together (a shared mailbox, the shop's own number) ties nobody. Only records
decide, never the order in which they arrived.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convocommerce.errors import DatabaseError, UsageError
from convocommerce.warehouse import contact_sql

if TYPE_CHECKING:
    import duckdb

STAGES = ("chat_id", "token", "shop_customer", "email", "phone", "ref")
"""The kinds of keys, the strongest first; an order's match rule is one of them or ``none``."""

_TEMPORARY = (
    "subjects", "shown_keys", "kept_keys", "labels", "links", "hooks", "matches", "people_of_keys",
)  # fmt: skip


def resolve_contacts(
    con: duckdb.DuckDBPyConnection,
    *,
    country_calling_code: str | None = "31",
    max_people_per_key: int = 4,
) -> None:
    """Build who is who from the canonical records.

    Makes, replacing what was there:

    - ``threads``: one row per thread, with its contact;
    - ``order_contacts`` and ``checkout_contacts``: one row per order or checkout, with its
      contact and the rule that tied it to a chat (``none`` if nothing did);
    - ``dropped_keys``: one row per key that would have tied too many people, without the key.

    Args:
        con: An open connection to the database.
        country_calling_code: What a phone number's leading 0 stands for, digits only; null
            leaves national numbers as they are.
        max_people_per_key: A key is dropped when its subjects show more than this many different
            customers, shop customers, e-mail addresses or phone numbers.

    Raises:
        UsageError: The calling code is not made of digits, or the limit is below 1.
        DatabaseError: Two different threads have the same 64-bit hash.
    """
    if country_calling_code is not None and not country_calling_code.isdecimal():
        raise UsageError(f"country_calling_code is {country_calling_code!r}, must be digits only")
    if max_people_per_key < 1:
        raise UsageError(f"max_people_per_key is {max_people_per_key}, must be at least 1")
    try:
        con.execute(contact_sql.PHONE_MACROS)
        con.execute(contact_sql.SUBJECTS)
        _refuse_collisions(con)
        con.execute(contact_sql.SHOWN_KEYS, {"code": country_calling_code})
        con.execute(contact_sql.PEOPLE_OF_KEYS)
        con.execute(contact_sql.KEPT_KEYS, {"most": max_people_per_key})
        con.execute(contact_sql.DROPPED_KEYS, {"most": max_people_per_key})
        con.execute(contact_sql.LABELS)
        con.execute(contact_sql.MATCHES)
        for stage in STAGES:
            _tie(con, stage)
        for statement in contact_sql.RESULTS:
            con.execute(statement)
    finally:
        for name in _TEMPORARY:
            con.execute(f"drop table if exists temp.{name}")


def _refuse_collisions(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(
        "select count(*) from (select subject_key from subjects group by subject_key "
        "having count(*) > 1)"
    ).fetchall()
    if rows[0][0]:
        raise DatabaseError("two different threads have the same 64-bit hash")


def _tie(con: duckdb.DuckDBPyConnection, stage: str) -> None:
    """Give everything that one kind of key connects the same label, the least of them."""
    con.execute(contact_sql.LINKS, {"stage": stage})
    while True:
        con.execute(contact_sql.HOOKS)
        if not _count(con, "select count(*) from hooks"):
            break
        # Follow each hook to its end, halving the way every time.
        while _count(con, contact_sql.COUNT_LONG_HOOKS):
            con.execute(contact_sql.SHORTEN_HOOKS)
        con.execute(contact_sql.RELABEL)
        con.execute(contact_sql.RELINK)
    con.execute(contact_sql.MATCH, {"stage": stage})


def _count(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    return int(con.execute(sql).fetchall()[0][0])
