"""Who is the same person: threads, orders and checkouts tied together by the keys they show.

This is the only step that looks beyond one contact. Two subjects that show the same key are the
same contact, stage by stage from the strongest kind of key to the weakest; a key that would tie
too many people together (a shared mailbox, the shop's own number) ties nobody. Only records
decide, never the order in which they arrived.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from convocommerce.errors import DatabaseError, UsageError
from convocommerce.warehouse import contact_sql, said_sql, tying_sql
from convocommerce.warehouse.memory import pieces_needed
from convocommerce.warehouse.rows import count
from convocommerce.warehouse.sight import drop

if TYPE_CHECKING:
    import duckdb

STAGES = (
    "chat_id", "person", "token", "payment", "link", "shop_customer", "email", "phone",
    "typed_email", "typed_phone", "code", "ref",
)  # fmt: skip
"""The kinds of keys, the strongest first; an order's match rule is one of them or ``none``."""

STATEMENTS = "".join(
    (
        contact_sql.SUBJECTS,
        contact_sql.RECEIPTS,
        *(table.sql for table in contact_sql.SLICED.values()),
        said_sql.TYPED_PHONES,
        said_sql.SAID_CODES,
        *contact_sql.RESULTS.values(),
    )
)
"""The SQL by which people are found: contacts found by other SQL are found again."""

FOR_LATER = ("contact_keys", "thread_guests", "receipts", "rare_codes")
"""The tables that only ``recontacting`` reads, when more is loaded."""

_TYPED = "typed_"
_TEMPORARY = (
    "subjects", "shown_keys", "kept_keys", "labels", "links", "hooks", "matches", "people_of_keys",
    "typed_phones", "real_phones", "said_codes", "closed_keys",
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
    - ``identity_edges``: one row per key that a subject shares with others, with the rule it
      stands for and how sure that is;
    - ``dropped_keys``: one row per key that would have tied too many people, by a hash of the key;
    - ``contact_keys``, ``thread_guests``, ``receipts`` and ``rare_codes``: what
      ``recontacting`` needs to find again whom a new record may touch.

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
    check_limits(country_calling_code, max_people_per_key)
    find_everywhere(con, max_people_per_key)
    with working(con):
        show_keys(con, country_calling_code)
        tie(con, max_people_per_key, closed="select 0 where false")
        for name, sql in contact_sql.RESULTS.items():
            con.execute(f"create or replace table {name} as {with_limit(sql, max_people_per_key)}")


def check_limits(country_calling_code: str | None, max_people_per_key: int) -> None:
    """Refuse limits that make no sense."""
    if country_calling_code is not None and not country_calling_code.isdecimal():
        raise UsageError(f"country_calling_code is {country_calling_code!r}, must be digits only")
    if max_people_per_key < 1:
        raise UsageError(f"max_people_per_key is {max_people_per_key}, must be at least 1")


def with_limit(sql: str, max_people_per_key: int) -> str:
    """Return SQL with the limit on people per key, a number, filled in."""
    return sql.replace("$most", str(int(max_people_per_key)))


def find_everywhere(con: duckdb.DuckDBPyConnection, max_people_per_key: int) -> None:
    """Make ``receipts`` and ``rare_codes``, which must be looked for among all records."""
    con.execute(contact_sql.RECEIPTS)
    con.execute(with_limit(said_sql.RARE_CODES, max_people_per_key))


@contextmanager
def working(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Drop what ``show_keys`` and ``tie`` made at the end of the block."""
    try:
        yield
    finally:
        drop(con, _TEMPORARY)


def show_keys(con: duckdb.DuckDBPyConnection, country_calling_code: str | None) -> None:
    """Make ``subjects`` and ``shown_keys``: all that could be somebody, and what it shows."""
    con.execute(said_sql.PHONE_MACROS)
    con.execute(contact_sql.SUBJECTS)
    con.execute(said_sql.TYPED_PHONES)
    _keep_real_phones(con, country_calling_code)
    con.execute(said_sql.SAID_CODES)
    find_in_slices(con, "shown_keys", {"code": country_calling_code})


def tie(con: duckdb.DuckDBPyConnection, max_people_per_key: int, *, closed: str) -> None:
    """Work out who is who from ``subjects`` and ``shown_keys``: ``labels`` and ``matches``.

    Args:
        con: An open connection.
        max_people_per_key: The limit on people per key.
        closed: The SQL of the keys that are known to tie nobody.
    """
    _refuse_collisions(con)
    con.execute(
        f"create or replace temp table closed_keys as select * from ({closed}) as c(key_no)"
    )
    find_in_slices(con, "people_of_keys")
    con.execute(contact_sql.KEPT_KEYS, {"most": max_people_per_key})
    con.execute(tying_sql.LABELS)
    con.execute(tying_sql.MATCHES)
    kept = con.execute("select distinct key_kind, is_typed from kept_keys").fetchall()
    for stage in STAGES:
        # Without such a key the stage would tie nobody.
        if (stage.removeprefix(_TYPED), stage.startswith(_TYPED)) in kept:
            _tie_stage(con, stage)


def find_in_slices(
    con: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, str | None] | None = None
) -> None:
    """Make a temporary table of keys in as many slices as the memory limit asks for.

    Args:
        con: An open connection.
        name: A table of ``contact_sql.SLICED``.
        parameters: Those of its SQL.
    """
    table = contact_sql.SLICED[name]
    n = pieces_needed(con, count(con, "identities") * table.bytes_per_key)
    for one in range(n):
        mine = "true" if n == 1 else f"{table.number} % {n} = {one}"
        put = f"insert into {name}" if one else f"create or replace temp table {name} as"
        con.execute(f"{put} {table.sql.replace('{mine}', mine)}", parameters or {})


def _refuse_collisions(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(
        "select count(*) from (select subject_key from subjects group by subject_key "
        "having count(*) > 1)"
    ).fetchall()
    if rows[0][0]:
        raise DatabaseError("two different threads have the same 64-bit hash")


def _keep_real_phones(con: duckdb.DuckDBPyConnection, calling_code: str | None) -> None:
    """Make ``real_phones`` of the typed numbers that exist, as digits with their country."""
    con.execute("create or replace temp table real_phones (subject_id varchar, number varchar)")
    typed = [row[0] for row in con.execute("select distinct typed from typed_phones").fetchall()]
    if not typed:
        return
    import pyarrow as pa
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    regions = COUNTRY_CODE_TO_REGION_CODE.get(int(calling_code or 0), (None,))
    numbers = [_real_phone(text, regions[0]) for text in typed]
    con.register("phone_numbers", pa.table({"typed": typed, "number": numbers}))
    try:
        con.execute(
            "insert into real_phones select subject_id, number from typed_phones "
            "join phone_numbers using (typed) where number is not null"
        )
    finally:
        con.unregister("phone_numbers")


def _real_phone(text: str, region: str | None) -> str | None:
    """Return a number with its country if it can exist, else null.

    >>> _real_phone("06-1234 5678", "NL"), _real_phone("01-02-2026", "NL")
    ('+31612345678', None)
    """
    from phonenumbers import (
        NumberParseException,
        PhoneNumberFormat,
        format_number,
        is_valid_number,
        parse,
    )

    try:
        number = parse(text, region)
    except NumberParseException:
        return None
    return format_number(number, PhoneNumberFormat.E164) if is_valid_number(number) else None


def _tie_stage(con: duckdb.DuckDBPyConnection, stage: str) -> None:
    """Give everything that one kind of key connects the same label, the least of them."""
    kind = stage.removeprefix(_TYPED)
    con.execute(tying_sql.LINKS, {"kind": kind, "typed": stage.startswith(_TYPED)})
    while True:
        con.execute(tying_sql.HOOKS)
        if not count(con, "hooks"):
            break
        # Follow each hook to its end, halving the way every time.
        while count(con, tying_sql.LONG_HOOKS):
            con.execute(tying_sql.SHORTEN_HOOKS)
        con.execute(tying_sql.RELABEL)
        con.execute(tying_sql.RELINK)
    con.execute(tying_sql.MATCH, {"stage": stage})
