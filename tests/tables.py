"""Small databases from drawn tables: what a test says stands in the records, and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from convocommerce.records import TABLES
from convocommerce.warehouse import Database, open_database
from convocommerce.warehouse.schema import KEY_COLUMNS

T0 = dt.datetime(2026, 3, 2, 9, 0)  # a Monday

DEFAULTS: dict[str, dict[str, Any]] = {
    "messages": {
        "channel": "messenger",
        "business_id": "page",
        "customer_id": "ann",
        "sequence": 0,
        "direction": "in",
        "kind": "text",
    },
    "touchpoints": {
        "channel": "messenger",
        "business_id": "page",
        "customer_id": "ann",
        "sequence": 0,
        "entry_point": "ad",
    },
    "orders": {
        "platform": "shopify",
        "payment_status": "paid",
        "currency": "EUR",
        "total_amount": "100",
    },
    "refunds": {"platform": "shopify", "currency": "EUR"},
    "checkouts": {"platform": "shopify", "currency": "EUR", "total_amount": "100"},
    "ad_objects": {"platform": "meta", "level": "ad"},
    "ad_days": {"platform": "meta", "currency": "EUR", "breakdown": "none", "level": "ad"},
    "ad_day_versions": {"platform": "meta", "currency": "EUR", "breakdown": "none"},
    "web_events": {"platform": "ga4"},
    "sent_conversions": {"platform": "meta"},
    "identities": {},
    "message_changes": {"channel": "messenger", "revision": 0},
    "deliveries": {"channel": "messenger"},
    "tickets": {"platform": "desk", "business_id": "desk", "channel": "messenger"},
    "ticket_events": {"platform": "desk", "sequence": 0, "kind": "text"},
    "ticket_statuses": {"platform": "desk"},
    "schedules": {"platform": "desk", "time_zone": "UTC", "created_at": dt.datetime(2020, 1, 1)},
    "schedule_holidays": {"platform": "desk", "schedule_id": "none"},
    "ticket_schedules": {"platform": "desk", "sequence": 0},
    "people": {"platform": "desk"},
    "ratings": {"platform": "desk", "scale": "good_bad"},
    "reported_times": {"platform": "desk", "measure": "first_reply", "instance": 0},
}


def at(seconds: float) -> dt.datetime:
    """Return an instant so many seconds after ``T0``."""
    return T0 + dt.timedelta(seconds=seconds)


def database_of(**tables: Iterable[Mapping[str, Any]]) -> Database:
    """Make an in-memory database that holds exactly these records."""
    database = open_database(":memory:")
    for name, rows in tables.items():
        fill(database, name, list(rows))
    return database


def arrow_of(name: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return rows of a canonical table as text, column by column."""
    values = [{**DEFAULTS[name], **row} for row in rows]
    return pa.table(
        {
            column.name: pa.array(
                [None if row.get(column.name) is None else str(row[column.name]) for row in values],
                pa.string(),
            )
            for column in TABLES[name].columns
        }
    )


def typed_rows(name: str, source: str) -> str:
    """Return the SQL of the rows of ``arrow_of``, registered under a name, as they are stored."""
    typed = (f"{one.name}::{one.type} as {one.name}" for one in TABLES[name].columns)
    keys = [f"{sql} as {key}" for key, sql in KEY_COLUMNS.get(name, {}).items()]
    return f"select {', '.join(['*', *keys])} from (select {', '.join(typed)} from {source})"


def fill(database: Database, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add records to one canonical table, as they would stand after loading.

    Loading also notes what it touches; here everything is built again.
    """
    database.con.register("drawn_rows", arrow_of(name, rows))
    database.con.execute(f"insert into {name} by name {typed_rows(name, 'drawn_rows')}")
    database.con.unregister("drawn_rows")
    database.con.execute("update state set revision = revision + 1; drop table if exists built")


EVENT_CODES: dict[str, dict[str, Any]] = {
    "c": {"direction": "in"},
    "h": {"direction": "out", "app_id": "helpdesk"},
    "e": {"direction": "out"},
    "b": {"direction": "out", "app_id": "robot"},
    "a": {"direction": "out", "declared_role": "auto"},
    "n": {"direction": "out", "declared_role": "note", "kind": "note"},
    "s": {"direction": "none", "declared_role": "system"},
    "m": {"direction": "out", "declared_role": "marketing"},
    "r": {"direction": "in", "kind": "reaction"},
    "x": {"direction": "out", "app_id": "helpdesk", "is_failed": True},
    "H": {"direction": "none", "kind": "handover", "declared_role": "system", "app_id": "helpdesk"},
}
SENDERS = {"helpdesk": "human", "robot": "bot"}


def thread(
    events: Iterable[Sequence[Any]], customer: str = "ann", **more: Any
) -> list[dict[str, Any]]:
    """Return the messages of one thread from ``(seconds, code)`` pairs, in the order given."""
    return [
        {
            "message_id": f"{customer}-{number:04d}",
            "customer_id": customer,
            "sent_at": at(event[0]),
            "sequence": number,
            **EVENT_CODES[event[1]],
            **more,
        }
        for number, event in enumerate(events)
    ]
