"""What is gone of people who asked to be forgotten, and stays gone when it is loaded again.

Of whom was erased only marks are kept: salted 64-bit hashes of the ids of their lines, messages,
tickets and orders. The same statements go over the tables when somebody is erased and over staged
records before they are merged, so that what arrives again ends where erasing left it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convocommerce.records import TABLES
from convocommerce.warehouse import touching
from convocommerce.warehouse.rows import count
from convocommerce.warehouse.schema import hash_sql

if TYPE_CHECKING:
    import duckdb

REASON = "is about somebody who was erased"
"""Why a document that arrives again is ignored."""

CUSTOMER = "channel || ':' || business_id || ':' || customer_id"
CASE = "channel || ':' || business_id || ':' || {case}"
ORDER = "platform || ':' || order_id"
ORDER_BY_NUMBER = "platform || ':number:' || order_number"
CHECKOUT = "platform || ':' || checkout_id"
_MESSAGE = "channel || ':' || message_id"
_TICKET = "platform || ':' || ticket_id"
_TICKET_CASE = "platform || ':' || case_id"
_CHAT = "platform || ':chat:' || chat_id"
OF_SHOP = "platform || ':' || customer_id"
_VISITOR = "platform || ':' || visitor_id"
NUMBER = "ltrim(order_number, '#')"

# Who answers may have asked something once; what they answered others stays.
_ANSWERS = "select platform || ':' || person_id from people where role in ('human', 'bot')"


def mark(salt: str, kind: str, text: str) -> str:
    """Return the SQL of the mark that is kept of an erased id, from the SQL of the id."""
    return hash_sql(f"'{salt}' || chr(31) || '{kind}' || chr(31) || {text}")


def is_marked(salt: str, kind: str, text: str) -> str:
    """Return the SQL condition that the mark of an id is kept."""
    return f"{mark(salt, kind, text)} in (select key from erased)"


def salt_of(con: duckdb.DuckDBPyConnection) -> str | None:
    """Return what the marks of this database are salted with; null if nobody was ever erased."""
    rows = con.execute("select salt from erasure_salt").fetchall()
    return str(rows[0][0]) if rows else None


def conditions(salt: str) -> dict[str, str]:
    """Return by table the SQL condition of the rows that are erased."""

    def gone(kind: str, text: str) -> str:
        return is_marked(salt, kind, text)

    customer, message = gone("customer", CUSTOMER), gone("message", _MESSAGE)
    case, ticket = gone("case", CASE.format(case="case_id")), gone("ticket", _TICKET)
    author = gone("person", "platform || ':' || author_id")
    # A helpdesk may know who chatted under another id, which several may share: only that goes.
    person = " or ".join(
        gone(kind, "platform || ':' || person_id") for kind in ("person", "visitor")
    )
    subjects = " or ".join(
        f"(subject_kind = '{kind}' and {gone(kind, 'subject_id')})"
        for kind in ("customer", "order", "checkout")
    )
    return {
        "messages": f"({customer} or {case} or {message})",
        "message_changes": f"({message})",
        "deliveries": f"({message})",
        "tickets": (f"({customer} or {ticket} or {gone('case', CASE.format(case='ticket_id'))})"),
        "ticket_events": (
            f"({ticket} or {gone('ticket', _CHAT)} or ({author} "
            "and coalesce(declared_role, 'customer') = 'customer' "
            f"and platform || ':' || author_id not in ({_ANSWERS})))"
        ),
        "ticket_statuses": f"({ticket})",
        "people": f"(({person}) and coalesce(role, 'customer') = 'customer')",
        "touchpoints": (
            f"({customer} or {case} or "
            f"{gone('message', _MESSAGE.replace('message_id', 'touchpoint_id'))})"
        ),
        "ratings": f"({customer} or {case} or {message} or {gone('ticket', _TICKET_CASE)})",
        "reported_times": f"({gone('ticket', _TICKET_CASE)})",
        "ticket_schedules": f"({ticket})",
        "web_events": f"({gone('visitor', _VISITOR)})",
        "sent_conversions": f"({customer} or {gone('click', 'click_id')})",
        "identities": f"({subjects})",
        "orders": (
            f"({gone('order', ORDER)} or {gone('order', ORDER_BY_NUMBER)} "
            f"or {gone('shop_customer', OF_SHOP)})"
        ),
        "checkouts": f"({gone('checkout', CHECKOUT)} or {gone('shop_customer', OF_SHOP)})",
    }


EMPTIED = {
    "orders": ("customer_id", "discount_code", "utm_content", "cart_token", "checkout_token"),
    "checkouts": ("customer_id", "cart_token", "checkout_token"),
}
"""The books of the shop: their rows stay, without what names a person or what a chat may show."""

UNTOUCHED = (
    "refunds", "ad_objects", "ad_days", "ad_day_versions", "schedules", "schedule_holidays",
)  # fmt: skip
"""The tables that say nothing of any customer."""

REMOVED = (
    "messages", "message_changes", "deliveries", "tickets", "ticket_events", "ticket_statuses",
    "touchpoints", "ratings", "reported_times", "ticket_schedules", "web_events",
    "sent_conversions", "identities", "people",
)  # fmt: skip
"""The tables whose rows about an erased person go; last what tells that others are employees."""

_MAY_COME_BEFORE = tuple(name for name in REMOVED if name not in ("messages", "tickets"))
"""The tables whose rows may be loaded before what tells that they are about an erased person."""

_MARKED = ("cart_token", "checkout_token")
_GONE = "erased:"


def _drawn_in(salt: str) -> list[tuple[str, str, str, str]]:
    """Return what else is erased because of what is: a table, its rows, and the mark they leave."""
    rows = conditions(salt)
    chats = f"kind = 'chat' and {rows['ticket_events']}"
    return [
        ("orders", rows["orders"], "order", ORDER),
        ("orders", rows["orders"], "order", ORDER_BY_NUMBER),
        ("checkouts", rows["checkouts"], "checkout", CHECKOUT),
        ("identities", f"key_kind = 'person' and {rows['identities']}", "person", "key_value"),
        ("tickets", rows["tickets"], "ticket", _TICKET),
        ("tickets", rows["tickets"], "case", CASE.format(case="ticket_id")),
        ("tickets", rows["tickets"], "person", OF_SHOP),
        ("ticket_events", chats, "ticket", _CHAT),
        ("ticket_events", chats, "visitor", "platform || ':' || author_id"),
        ("messages", rows["messages"], "message", _MESSAGE),
        ("touchpoints", rows["touchpoints"], "click", "click_id"),
        (
            "web_events",
            is_marked(salt, "number", NUMBER),
            "visitor",
            _VISITOR,
        ),
    ]


def add_marks(con: duckdb.DuckDBPyConnection, salt: str, kind: str, text: str, rows: str) -> None:
    """Keep the marks of some ids.

    Args:
        con: A connection, inside a transaction.
        salt: What marks are salted with.
        kind: What the ids are of.
        text: The SQL of an id; nothing is kept where it is null.
        rows: What follows ``from`` to get them.
    """
    con.execute(
        f"insert into erased select distinct {mark(salt, kind, text)} as marked from {rows} "
        "except select key from erased except select null::ubigint"
    )


def draw_in(con: duckdb.DuckDBPyConnection, salt: str, stage: str = "") -> bool:
    """Mark what is erased because of what is, and tell whether that was anything new.

    A staged record of what is known as somebody else's, such as a ticket that was once an erased
    person's, marks nothing.
    """
    before = count(con, "erased")
    for table, rows, kind, text in _drawn_in(salt):
        unknown = "true"
        if stage:
            key = "message_key" if table == "messages" else f"({', '.join(TABLES[table].key)})"
            unknown = f"{key} not in (select {key} from {table})"
        add_marks(con, salt, kind, text, f"{stage}{table} where {rows} and {unknown}")
    return count(con, "erased") > before


def remove(
    con: duckdb.DuckDBPyConnection, salt: str, names: tuple[str, ...] = REMOVED
) -> dict[str, int]:
    """Remove the rows about erased people, and return how many of each table."""
    removed = {}
    rows = conditions(salt)
    for name in names:
        # Found once: each mark is a hash of every row.
        con.execute(
            "create or replace temp table gone_rows as "
            f"select rowid as gone from {name} where {rows[name]}"
        )
        mine = "rowid in (select gone from gone_rows)"
        touching.note(con, name, f"{name} as changing where {mine}")
        removed[name] = _changed(con, f"delete from {name} where {mine}")
    con.execute("drop table if exists temp.gone_rows")
    return removed


def empty(con: duckdb.DuckDBPyConnection, salt: str, stage: str = "") -> dict[str, int]:
    """Take out of the books what names erased people, and return how many rows were changed.

    Tokens give way to marks of them: the books still tell which checkout became which order.
    """
    emptied = {}
    for name, columns in EMPTIED.items():
        still = " or ".join(
            f"not starts_with({one}, '{_GONE}')" if one in _MARKED else f"{one} is not null"
            for one in columns
        )
        where = f"{conditions(salt)[name]} and ({still})"
        values = ", ".join(
            f"{one} = case when starts_with({one}, '{_GONE}') then {one} else "
            f"'{_GONE}' || printf('%016x', {mark(salt, 'token', one)}) end"
            if one in _MARKED
            else f"{one} = null"
            for one in columns
        )
        if not stage:
            touching.note(con, name, f"{name} as changing where {where}")
        emptied[name] = _changed(con, f"update {stage}{name} set {values} where {where}")
    return emptied


def leave_out(con: duckdb.DuckDBPyConnection) -> bool:
    """Leave out of staged records what is about erased people, before they are merged.

    A document that holds nothing else is ignored, with ``REASON``.

    Returns:
        Whether anything that was merged before turned out to be about them too.
    """
    salt = salt_of(con)
    if salt is None:
        return False
    is_new = draw_in(con, salt, "staged_")
    empty(con, salt, "staged_")
    con.execute("create or replace temp table erased_documents (document_no bigint)")
    rows = conditions(salt)
    for name in REMOVED:
        con.execute(
            f"insert into erased_documents select document_no from staged_{name} where {rows[name]}"
        )
        con.execute(f"delete from staged_{name} where {rows[name]}")
    left = " union all ".join(
        f"select document_no from staged_{name}" for name in (*REMOVED, *EMPTIED, *UNTOUCHED)
    )
    con.execute(
        "update staged_documents set outcome = 'ignored', reason = $reason "
        "where outcome is null and document_no in (select document_no from erased_documents) "
        f"and document_no not in ({left})",
        {"reason": REASON},
    )
    con.execute(
        f"update staged_quarantine set text = null where {is_marked(salt, 'document', 'text')}"
    )
    con.execute("drop table temp.erased_documents")
    return is_new and any(remove(con, salt, _MAY_COME_BEFORE).values())


def _changed(con: duckdb.DuckDBPyConnection, statement: str) -> int:
    """Return how many rows a statement changed."""
    return int(con.execute(statement).fetchall()[0][0])
