"""Tickets drawn from ``(seconds, code)`` pairs, as a helpdesk's tables would hold them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from convocommerce.building import ensure_built
from convocommerce.profiles import CaseTime, case_times
from convocommerce.rules import Rules
from convocommerce.warehouse import Database
from tables import SENDERS, at, database_of

LATER = at(60 * 86400)

PEOPLE: list[dict[str, Any]] = [
    {"person_id": "ann", "role": "customer"},
    {"person_id": "eva", "role": "human"},
    {"person_id": "joe", "role": "human"},
]

CODES: dict[str, dict[str, Any]] = {
    "c": {"author_id": "ann"},
    "h": {"author_id": "eva"},
    "j": {"author_id": "joe"},
    "u": {"author_id": "who"},
    "n": {"author_id": "eva", "kind": "note"},
    "b": {"author_id": "eva", "declared_role": "bot"},
    "B": {"declared_role": "bot"},
    "a": {"declared_role": "auto"},
    "x": {"author_id": "eva", "declared_role": "human"},
    "H": {"declared_role": "human", "kind": "handover"},
    "S": {"declared_role": "system", "kind": "close", "sequence": 2000000000},
    "O": {"declared_role": "system", "kind": "reopen"},
}
STATUSES = {"new", "open", "pending", "hold", "solved", "closed"}


def ticket(
    events: Iterable[Sequence[Any]], number: int = 1, created: float = 0, **more: Any
) -> dict[str, list[dict[str, Any]]]:
    """Return the records of one ticket; an event whose code is a status is a change to it."""
    name = str(number)
    one = {"ticket_id": name, "customer_id": "ann", "created_at": at(created), **more}
    tables: dict[str, list[dict[str, Any]]] = {
        "tickets": [one],
        "ticket_events": [],
        "ticket_statuses": [],
        "deliveries": [],
    }
    for place, (seconds, code) in enumerate(events):
        key = f"{name}-{place:03d}"
        if code in STATUSES:
            change = {"ticket_id": name, "event_id": key, "changed_at": at(seconds), "status": code}
            tables["ticket_statuses"].append(change)
            continue
        said = {"ticket_id": name, "event_id": key, "happened_at": at(seconds), "sequence": place}
        tables["ticket_events"].append(said | CODES[code])
        if code == "x":
            refused = {"message_id": f"desk:{key}", "status": "failed", "happened_at": at(seconds)}
            tables["deliveries"].append(refused)
    return tables


def desk(
    *tickets: dict[str, list[dict[str, Any]]], rules: Rules | None = None, **tables: Any
) -> Database:
    """Build a database that holds these tickets, with the people who work there."""
    merged: dict[str, list[dict[str, Any]]] = {"people": PEOPLE, **tables}
    for one in tickets:
        for name, rows in one.items():
            merged[name] = [*merged.get(name, []), *rows]
    database = database_of(**merged)
    ensure_built(database, rules or Rules(senders=SENDERS))
    return database


def told(database: Database, profile: str, as_of: Any = LATER) -> list[CaseTime]:
    return case_times(database.con, profile, None, as_of)


def seconds_of(
    events: Iterable[Sequence[Any]], profile: str, as_of: Any = LATER, **more: Any
) -> float | None:
    """Return what one profile says of one ticket; the first row where it gives several."""
    rows = told(desk(ticket(events, **more)), profile, as_of)
    return rows[0].calendar_seconds if rows else None
