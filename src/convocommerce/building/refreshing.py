"""Builds again only what a load touched, and ends where building everything would have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convocommerce.building import parts
from convocommerce.building.ruling import write_rules
from convocommerce.sqlfiles import sql_files
from convocommerce.warehouse import touching
from convocommerce.warehouse.contacts import resolve_contacts
from convocommerce.warehouse.recontacting import update_contacts
from convocommerce.warehouse.touching import LINKED_TICKETS

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb

    from convocommerce.rules import Rules

MOST = 0.2
"""From which share of the contacts on building everything costs less."""

_WATCHED = {
    "threads": "select thread_key, contact_key from threads",
    "order_contacts": "select platform, order_id, contact_key, match_rule from order_contacts",
    "checkout_contacts": "from checkout_contacts",
    "ads": "from ads",
    "automatic_texts": "from automatic_texts",
    "close_tellers": "from close_tellers",
    "shop_payments": "from shop_payments",
    "calendars": "from calendars",
    "calendar_uses": "from calendar_uses",
    "opening_slots": "from opening_slots",
}
"""What models read beside the records of one contact, and what of it they read."""

_CALENDARS = ("calendars", "calendar_uses", "opening_slots")

_TOUCHED_THREADS = f"""
create or replace temp table touched_threads as
with {LINKED_TICKETS}
select key as thread_key from touched where about = 'thread'
union
select thread_key from messages
where message_key in (select key from touched where about = 'message')
union
select threads.thread_key
from threads
join tickets
    on tickets.channel = threads.channel
    and tickets.business_id = threads.business_id
    and tickets.ticket_id = threads.case_id
where tickets.platform || ':' || tickets.ticket_id in (from linked)
union
select thread_key from changed_threads
union
select thread_key from touchpoints where ad_id in (select ad_id from changed_ads)
union
select thread_key from messages
where exists (from changed_automatic_texts)
    and lower(trim(text)) in (select text from changed_automatic_texts)
union
select thread_key from threads
where (channel, business_id) in (select (channel, business_id) from changed_close_tellers)
"""

_TOUCHED_CONTACTS = """
create or replace temp table touched_contacts as
with orders_touched as (
    select platform, order_id from order_contacts
    where platform || ':' || order_id in (select name from touched where about = 'order')
    union
    select platform, order_id from changed_shop_payments
)
select contact_key from threads semi join touched_threads using (thread_key)
union
select contact_key from before_threads semi join touched_threads using (thread_key)
union
select contact_key from changed_order_contacts
union
select contact_key from order_contacts semi join orders_touched using (platform, order_id)
union
select contact_key from changed_checkout_contacts
union
select contact_key from checkout_contacts
where platform || ':' || checkout_id in (select name from touched where about = 'checkout')
"""


def refresh(
    con: duckdb.DuckDBPyConnection,
    rules: Rules,
    progress: Callable[[str, int, int], None] | None = None,
) -> None:
    """Bring models that were built under the same rules up to the records there are now.

    Args:
        con: A connection, inside a transaction.
        rules: The rules that the models were built under.
        progress: Told of each step.
    """
    tell = progress or (lambda _name, _step, _steps: None)
    steps = 5
    try:
        for name, sql in _WATCHED.items():
            con.execute(f"create or replace temp table before_{name} as {sql}")
        tell("rules", 1, steps)
        write_rules(con, rules)
        tell("contacts", 2, steps)
        code, most = rules.phone_country_code, rules.people_per_key
        if not update_contacts(con, country_calling_code=code, max_people_per_key=most):
            resolve_contacts(con, country_calling_code=code, max_people_per_key=most)
        tell("references", 3, steps)
        for file in sql_files("references").values():
            con.execute(f"create or replace table {file.name} as {file.sql}")
        for name, sql in _WATCHED.items():
            con.execute(
                f"create or replace temp table changed_{name} as "
                f"(from before_{name} except ({sql})) union (({sql}) except from before_{name})"
            )
        tell("what was touched", 4, steps)
        con.execute(_TOUCHED_THREADS)
        con.execute(_TOUCHED_CONTACTS)
        tell("models", 5, steps)
        if _is_much(con):
            parts.build_all(con, lambda _name, _number: None)
        else:
            _build_touched(con)
        touching.forget(con)
    finally:
        for name in _WATCHED:
            con.execute(f"drop table if exists temp.before_{name}")
            con.execute(f"drop table if exists temp.changed_{name}")
        con.execute("drop table if exists temp.touched_threads")
        con.execute("drop table if exists temp.touched_contacts")


def _is_much(con: duckdb.DuckDBPyConnection) -> bool:
    """Tell whether building everything is right: the calendars moved, or most is touched."""
    if any(_count(con, f"changed_{name}") for name in _CALENDARS):
        return True
    return _count(con, "touched_contacts") > MOST * _count(
        con, "(select contact_key from threads union select contact_key from order_contacts)"
    )


def _build_touched(con: duckdb.DuckDBPyConnection) -> None:
    # What is a contact now may have been several, or part of one, before.
    con.execute(
        "create or replace temp table replaced_threads as "
        "select thread_key from before_threads semi join touched_contacts using (contact_key) "
        "union select thread_key from threads semi join touched_contacts using (contact_key) "
        "union from touched_threads"
    )
    try:
        with parts.part(con, "from touched_contacts"):
            parts.replace_models(con, "replaced_threads")
    finally:
        con.execute("drop table if exists temp.replaced_threads")


def _count(con: duckdb.DuckDBPyConnection, rows: str) -> int:
    return int(con.execute(f"select count(*) from {rows}").fetchall()[0][0])
