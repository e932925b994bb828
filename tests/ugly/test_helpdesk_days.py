"""The odd days of a helpdesk, exported by it and loaded, against sums done by hand.

Every ticket is one oddity; what each system says of it follows from its own published definition.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import convocommerce as cc
from convocommerce.profiles import case_times, reconcile
from sources.zendesk.shapes import AGENT, CUSTOMER, Row, audit, comment, ticket, user, via

BEGIN = dt.datetime(2026, 3, 2, 9)
LATER = BEGIN + dt.timedelta(days=60)
DAY = 86400
BOT = json.dumps({"source": {"type": "zd:answerBot"}})
MERGE = {"channel": "web", "source": {"from": {"ticket_ids": [9]}, "to": {}, "rel": "merge"}}
Wanted = dict[str, list[float | None]]


def clock(seconds: float) -> str:
    return f"{BEGIN + dt.timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"


def wrote(number: int, seconds: float, author: int, **changes: Any) -> Row:
    """Return an audit that holds one comment; their numbers count on as they are written."""
    said = comment(number * 10 + 1, author, **changes)
    # The audit says once when it was and, unless the comment does, how it came.
    said = {key: value for key, value in said.items() if key != "created_at"}
    return audit(number * 10, author, said, created_at=clock(seconds))


def changed(number: int, seconds: float, before: str | None, status: str) -> Row:
    kind = "Create" if before is None else "Change"
    event = {
        "id": number * 10 + 2, "type": kind, "field_name": "status", "value": status,
        "previous_value": before,
    }  # fmt: skip
    return audit(number * 10, AGENT, event, created_at=clock(seconds))


def chatted(number: int, made: float, *history: tuple[float, str]) -> Row:
    """Return the audit that holds a whole chat."""
    actors = {
        "c": {"actor_type": "end-user", "actor_id": str(CUSTOMER)},
        "h": {"actor_type": "agent", "actor_id": f"agent:{AGENT}"},
        # The helpdesk's own bot posts under the number of an agent.
        "b": {"actor_type": "agent", "actor_id": f"agent:{AGENT}", "original_message": BOT},
    }
    lines = [
        {
            "type": "ChatMessage", "chat_index": place, "message": "tekst",
            "message_id": f"{number}-{place}",
            "timestamp": int((BEGIN - dt.datetime(1970, 1, 1)).total_seconds() + seconds) * 1000,
            **actors[code],
        }
        for place, (seconds, code) in enumerate(history)
    ]  # fmt: skip
    value = {"visitor_id": "v", "chat_id": f"chat-{number}", "history": lines}
    event = {"id": number * 10 + 2, "type": "ChatStartedEvent", "value": value}
    return audit(number * 10, CUSTOMER, event, created_at=clock(made), via=via("chat"))


def told(made: float, *audits: Row, **changes: Any) -> tuple[Row, list[Row]]:
    """Return a ticket of somebody who has no other, and what stands in it."""
    number = audits[0]["id"] // 1000
    about = {"id": number, "created_at": clock(made), "updated_at": clock(made)}
    text = json.dumps([ticket(**about | changes), [row | {"ticket_id": number} for row in audits]])
    one, rows = json.loads(text.replace(str(CUSTOMER), str(CUSTOMER + number)))
    return one, rows


DAYS: dict[str, tuple[tuple[Row, list[Row]], Wanted]] = {
    "answered within the second": (
        told(
            0,
            wrote(30101, 0, CUSTOMER),
            wrote(30102, 0, AGENT),
            wrote(30103, 300, AGENT),
        ),
        {
            "canonical": [0],
            "zendesk_native": [0],
            "dbt_zendesk": [300],
            "chatwoot": [0],
            "intercom": [0],
            "gorgias": [0],
            "plain": [0],
            "meta_page": [0],
        },
    ),
    # Listed before the customer's, it answers nothing, and the agent opened the ticket.
    "written within the second before": (
        told(
            0,
            wrote(30201, 0, AGENT),
            wrote(30202, 0, CUSTOMER),
            wrote(30203, 300, AGENT),
            submitter_id=AGENT,
        ),
        {
            "canonical": [300],
            "zendesk_native": [300],
            "dbt_zendesk": [300],
            "chatwoot": [0],
            "intercom": [300],
            "gorgias": [None],
            "plain": [None],
            "meta_page": [],
        },
    ),
    # The first public comment answers for the helpdesk and the package; the customer, who wrote
    # later, was answered after a minute.
    "opened by an agent with a note": (
        told(
            0,
            wrote(30301, 0, AGENT, public=False),
            wrote(30302, 600, AGENT),
            wrote(30303, 1200, CUSTOMER),
            wrote(30304, 1260, AGENT),
            submitter_id=AGENT,
        ),
        {
            "canonical": [60],
            "zendesk_native": [600],
            "dbt_zendesk": [600],
            "chatwoot": [600],
            "intercom": [60],
            "gorgias": [None],
            "plain": [None],
            "meta_page": [],
        },
    ),
    "opened by an agent and never answered": (
        told(0, wrote(30401, 0, AGENT), submitter_id=AGENT),
        {
            "canonical": [None],
            "zendesk_native": [None],
            "dbt_zendesk": [None],
            "chatwoot": [0],
            "intercom": [None],
            "gorgias": [None],
            "plain": [None],
            "meta_page": [],
        },
    ),
    "solved, and written in again after three days": (
        told(
            0,
            wrote(30501, 0, CUSTOMER),
            changed(30502, 0, None, "new"),
            wrote(30503, 120, AGENT),
            changed(30504, 180, "new", "solved"),
            wrote(30505, 3 * DAY, CUSTOMER),
            changed(30506, 3 * DAY, "solved", "open"),
            wrote(30507, 3 * DAY + 600, AGENT),
            changed(30508, 3 * DAY + 700, "open", "solved"),
            status="solved",
        ),
        {
            "canonical": [120, 600],
            "zendesk_native": [120],
            "dbt_zendesk": [120],
            "chatwoot": [120],
            "intercom": [120],
            "gorgias": [120],
            "plain": [120],
            "meta_page": [120, 600],
        },
    ),
    "a bot under the number of an agent": (
        told(0, chatted(30601, 0, (0, "c"), (3, "b"), (900, "h")), via=via("chat")),
        {
            "canonical": [900],
            "zendesk_native": [900],
            "dbt_zendesk": [3],
            "chatwoot": [900],
            "intercom": [900],
            "gorgias": [900],
            "plain": [900],
            "meta_page": [3],
        },
    ),
    "a chat older than its ticket": (
        told(300, chatted(30701, 300, (0, "c"), (66, "h"), (400, "h")), via=via("chat")),
        {
            "canonical": [66],
            # From the making of the ticket to the next message of a person.
            "zendesk_native": [100],
            "dbt_zendesk": [-234],
            "intercom": [66],
            "gorgias": [66],
            "plain": [66],
            "meta_page": [66],
        },
    ),
    # The package takes whatever stands under an agent's number for the agent.
    "a rule that writes as the agent": (
        told(
            0,
            wrote(30801, 0, CUSTOMER),
            wrote(30802, 1, AGENT, via=via("rule", "trigger")),
            wrote(30803, 900, AGENT),
        ),
        {
            "canonical": [900],
            "zendesk_native": [900],
            "dbt_zendesk": [1],
            "intercom": [900],
            "plain": [900],
            "meta_page": [900],
        },
    ),
    # What says that two tickets are one answers neither; the package takes it for an answer.
    "merged into another": (
        told(
            0,
            wrote(31001, 0, CUSTOMER),
            wrote(31002, 3600, AGENT, via=MERGE),
            status="closed",
            tags=["closed_by_merge"],
        ),
        {"canonical": [], "zendesk_native": [None], "dbt_zendesk": [3600], "plain": [None]},
    ),
    "that another was merged into": (
        told(
            1800,
            wrote(31101, 1800, CUSTOMER),
            wrote(31102, 3600, AGENT, via=MERGE),
            wrote(31103, 4200, AGENT),
        ),
        {
            "canonical": [2400],
            "zendesk_native": [2400],
            "dbt_zendesk": [1800],
            "plain": [2400],
            "meta_page": [2400],
        },
    ),
    "unanswered while the customer writes on for days": (
        told(
            0,
            wrote(30901, 0, CUSTOMER),
            wrote(30902, 30 * 3600, CUSTOMER),
            wrote(30903, 31 * 3600, AGENT),
        ),
        {
            "canonical": [31 * 3600],
            "zendesk_native": [31 * 3600],
            "dbt_zendesk": [31 * 3600],
            "intercom": [31 * 3600],
            # Two messages after a day of silence; the first was not answered within a day.
            "meta_page": [None, 3600],
        },
    ),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[cc.Shop]:
    folder: Path = tmp_path_factory.mktemp("account")
    tickets = [one for (one, _), _ in DAYS.values()]
    audits = [row for (_, rows), _ in DAYS.values() for row in rows]
    customers = [
        user(one["requester_id"], email=None, phone=None, external_id=None) for one in tickets
    ]
    pages = {
        "tickets": {"tickets": tickets},
        "audits": {"audits": audits},
        "users": {"users": [*customers, user(AGENT, "agent")]},
    }
    for name, page in pages.items():
        (folder / f"{name}.json").write_text(json.dumps(page), "utf-8")
    with cc.open(folder / "shop.duckdb") as found:
        found.load(folder)
        found.build()
        yield found


PROFILES = sorted({profile for _, wanted in DAYS.values() for profile in wanted})


@pytest.mark.parametrize("profile", PROFILES)
def test_first_answers(shop: cc.Shop, profile: str) -> None:
    found: dict[str, list[float | None]] = {}
    for row in case_times(shop.database.con, profile, None, LATER):
        found.setdefault(row.case_id, []).append(row.calendar_seconds)
    said = {
        name: found.get(f"zendesk:{one['id']}", [])
        for name, ((one, _), wanted) in DAYS.items()
        if profile in wanted
    }
    assert said == {
        name: wanted[profile] for name, (_, wanted) in DAYS.items() if profile in wanted
    }


def test_why_two_systems_part(shop: cc.Shop) -> None:
    told = reconcile(shop.database.con, "zendesk_native", "dbt_zendesk", None, LATER)
    found = {one.case_id: [part.reason for part in one.parts] for one in told.differences}
    names = {f"zendesk:{one['id']}": name for name, ((one, _), _) in DAYS.items()}
    assert {names[case]: reasons for case, reasons in found.items()} == {
        "answered within the second": ["same_second"],
        "a bot under the number of an agent": ["bot_time"],
        "a chat older than its ticket": ["before_ticket"],
        "a rule that writes as the agent": ["automatic_reply"],
        "merged into another": ["automatic_reply"],
        "that another was merged into": ["automatic_reply"],
    }
