"""Builds again only what a load touched, and ends where building everything would have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from convocommerce.building import apart, parts
from convocommerce.building.ruling import write_rules
from convocommerce.sqlfiles import sql_files
from convocommerce.warehouse import touching
from convocommerce.warehouse.contacts import resolve_contacts
from convocommerce.warehouse.recontacting import LEFT, REPLACED, update_contacts
from convocommerce.warehouse.rows import count
from convocommerce.warehouse.sight import drop, in_sight, see

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb

    from convocommerce.rules import Rules

MOST = 0.2
"""From which share of the contacts on building everything costs less."""

_CALENDARS = ("calendars", "calendar_uses", "opening_slots")

_WATCHED = ("ads", "automatic_texts", "close_tellers", "shop_payments")
"""The references that models read beside the records of one contact."""

_OF_THREADS = "sent_texts"
"""The reference that is local to a thread."""

_CHANGED = """
create or replace temp table changed_{name} as
(from before_{name} except from {after}) union (from {after} except from before_{name})
"""

_ALSO_TOUCHED = """
insert into touched_threads
select thread_key from messages
where message_key in (select key from touched where about = 'message')
union
select thread_key from changed_threads
union
select thread_key from touchpoints where ad_id in (select ad_id from changed_ads)
union
select thread_key from sent_texts
where text_key in (
    select (md5_number(text) >> 64)::ubigint from changed_automatic_texts
)
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
-- Of all whose messages were looked up anyway, all that touched threads say is among them.
select contact_key from threads semi join seen_threads using (thread_key)
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


_THREADS_OF_LOADS = "(select distinct key from touched where about = 'thread')"
_EVERYBODY = "(select contact_key from threads union select contact_key from order_contacts)"


def refresh(
    con: duckdb.DuckDBPyConnection,
    rules: Rules,
    progress: Callable[[str, int, int], None] | None = None,
) -> bool:
    """Bring models that were built under the same rules up to the records there are now.

    Args:
        con: A connection, inside a transaction.
        rules: The rules that the models were built under.
        progress: Told of each step.

    Returns:
        Whether it was done. If not, because most is touched, or too much for the memory, or the
        calendars moved, everything must be built.
    """
    tell = progress or (lambda _name, _step, _steps: None)
    steps = 5
    try:
        tell("rules", 1, steps)
        with _watched(con, _CALENDARS):
            write_rules(con, rules)
        if any(count(con, f"changed_{name}") for name in _CALENDARS):
            return False
        if count(con, _THREADS_OF_LOADS) > MOST * count(con, "threads"):
            return False
        tell("contacts", 2, steps)
        _update_contacts(con, rules)
        tell("references", 3, steps)
        with _watched(con, _WATCHED):
            _update_references(con)
        tell("what was touched", 4, steps)
        con.execute(_ALSO_TOUCHED)
        see(con, "from touched_threads")
        con.execute(_TOUCHED_CONTACTS)
        if count(con, "touched_contacts") > MOST * count(con, _EVERYBODY):
            return False
        tell("models", 5, steps)
        see(con, "from threads semi join touched_contacts using (contact_key)")
        if not apart.fits(con, count(con, "seen_messages")):
            return False
        _build_touched(con)
        touching.forget(con)
        return True
    finally:
        drop(con, LEFT)
        drop(con, (f"changed_{name}" for name in (*_CALENDARS, *_WATCHED, *REPLACED)))
        drop(con, ("touched_contacts", "replaced_threads"))


@contextmanager
def _watched(con: duckdb.DuckDBPyConnection, names: Iterable[str]) -> Iterator[None]:
    """Make ``changed_...`` of some small tables, with the rows that come and go in the block."""
    for name in names:
        con.execute(f"create or replace temp table before_{name} as from {name}")
    yield
    for name in names:
        con.execute(_CHANGED.format(name=name, after=name))
        drop(con, [f"before_{name}"])


def _update_contacts(con: duckdb.DuckDBPyConnection, rules: Rules) -> None:
    """Find who is who, with the rows that came and went in ``changed_...`` of ``REPLACED``."""
    code, most = rules.phone_country_code, rules.people_per_key
    after = "after_{}"
    if not update_contacts(con, country_calling_code=code, max_people_per_key=most):
        after = "{}"
        for name in REPLACED:
            con.execute(f"create or replace temp table before_{name} as from {name}")
        resolve_contacts(con, country_calling_code=code, max_people_per_key=most)
    for name in REPLACED:
        con.execute(_CHANGED.format(name=name, after=after.format(name)))


def _update_references(con: duckdb.DuckDBPyConnection) -> None:
    """Build again what reads a table that changed."""
    changed = touching.tables(con)
    for file in sql_files("references").values():
        if not changed & {*file.reads}:
            continue
        if file.name == _OF_THREADS:
            see(con, "from touched_threads")
            mine = "from temp.seen_messages semi join touched_threads using (thread_key)"
            con.execute(f"delete from {file.name} where thread_key in (from touched_threads)")
            with in_sight(con, {"messages": mine}):
                con.execute(f"insert into {file.name} {file.sql}")
        else:
            con.execute(f"create or replace table {file.name} as {file.sql}")


def _build_touched(con: duckdb.DuckDBPyConnection) -> None:
    # What is a contact now may have been several, or part of one, before.
    con.execute(
        "create or replace temp table replaced_threads as "
        "select thread_key from before_threads semi join touched_contacts using (contact_key) "
        "union select thread_key from threads semi join touched_contacts using (contact_key) "
        "union from touched_threads"
    )
    with parts.part(con, "from touched_contacts"):
        parts.replace_models(con, "replaced_threads")
