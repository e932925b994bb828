"""Chats loaded from their tables: who really spoke, and what the dbt package makes of it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

import convocommerce as cc
from convocommerce.profiles import CaseTime, case_times
from helpdesk_tables import write_rows
from tables import at

SYNCED = "2026-06-01 03:04:05.000"
NOW = dt.datetime(2026, 6, 1)
CUSTOMER, AGENT, STRANGER = 201, 101, 999
Events = list[tuple[float, str]]

BOT = json.dumps({"source": {"type": "zd:answerBot"}, "author": {"type": "business"}})
CODES: dict[str, dict[str, Any]] = {
    "c": {"actor_id": CUSTOMER},
    "f": {"actor_id": CUSTOMER, "type": "ChatFileAttachment", "message": ""},
    "h": {"actor_id": AGENT},
    "H": {"actor_id": f"agent:{AGENT}"},
    "g": {"actor_id": AGENT, "type": "ChatFileAttachment", "message": ""},
    "b": {"actor_id": f"agent:{AGENT}", "original_message": BOT},
    "t": {"actor_id": "__trigger"},
    "s": {"actor_id": "__system"},
    "e": {"actor_id": "agent:"},
    "j": {"actor_id": AGENT, "type": "ChatJoin"},
    "k": {"actor_id": STRANGER},
}


def load(folder: Path, chats: Sequence[tuple[Events, float]]) -> cc.Shop:
    """Load chats given as events and when their ticket was made; their numbers count from 1."""
    tables = folder / "tables"
    tables.mkdir(parents=True)
    users = [(CUSTOMER, "end-user"), (AGENT, "agent")]
    write_rows(
        tables / "user.csv",
        [
            {
                "id": number, "_fivetran_synced": SYNCED, "email": f"u{number}@example.com",
                "role": role, "name": "Somebody", "time_zone": "Amsterdam", "suspended": "FALSE",
                "verified": "TRUE", "created_at": "2014-01-01 00:00:00",
            }
            for number, role in users
        ],
    )  # fmt: skip
    write_rows(
        tables / "ticket.csv",
        [
            {
                "id": number, "_fivetran_synced": SYNCED, "created_at": at(created),
                "requester_id": CUSTOMER, "submitter_id": CUSTOMER, "status": "open",
                "updated_at": at(created), "via_channel": "native_messaging",
            }
            for number, (_, created) in enumerate(chats, 1)
        ],
    )  # fmt: skip
    write_rows(
        tables / "ticket_chat.csv",
        [
            {
                "chat_id": f"chat{number}", "_fivetran_synced": SYNCED, "backend": "chat",
                "channel": "native_messaging", "initiator": 1, "ticket_id": number,
                "user_id": CUSTOMER, "visitor_id": f"21432-{number}",
            }
            for number, _ in enumerate(chats, 1)
        ],
    )  # fmt: skip
    write_rows(
        tables / "ticket_chat_event.csv",
        [
            {
                "chat_id": f"chat{number}", "created_at": f"{at(seconds):%Y-%m-%d %H:%M:%S.%f}",
                "_fivetran_synced": SYNCED, "chat_index": place, "is_history_context": "",
                "message_id": f"m{number}-{place}", "message": "text", "original_message": "",
                "external_message_id": "", "type": "ChatMessage", **CODES[code],
            }
            for number, (events, _) in enumerate(chats, 1)
            for place, (seconds, code) in enumerate(events)
        ],
    )  # fmt: skip
    shop = cc.open(folder / "shop.duckdb")
    shop.load(tables)
    shop.build()
    return shop


def told(shop: cc.Shop, profile: str) -> dict[int, CaseTime]:
    rows = case_times(shop.database.con, profile, None, NOW)
    answered = [row for row in rows if row.calendar_seconds is not None]
    found = {int(row.case_id.removeprefix("zendesk:")): row for row in rows}
    return found | {int(row.case_id.removeprefix("zendesk:")): row for row in reversed(answered)}


NAMED: dict[str, tuple[Events, float, dict[str, float | None]]] = {
    "a bot under the number of an agent": (
        [(0, "c"), (3, "b"), (900, "H")],
        0,
        {"canonical": 900, "zendesk_native": 900, "dbt_zendesk": 3},
    ),
    "older than its ticket": (
        [(-300, "c"), (-234, "h")],
        0,
        {"canonical": 66, "zendesk_native": None, "dbt_zendesk": -234},
    ),
    "begun by an agent": (
        [(0, "h"), (3600, "c"), (3900, "h")],
        0,
        {"canonical": 300, "dbt_zendesk": 3900},
    ),
    "handed over by the bot": (
        [(-240, "c"), (-235, "b"), (600, "h")],
        0,
        {"canonical": 840, "zendesk_native": 600, "dbt_zendesk": -235},
    ),
    "rules answer nobody": (
        [(0, "c"), (1, "t"), (2, "s"), (3, "e"), (4, "j"), (90, "h")],
        0,
        {"canonical": 90, "zendesk_native": 90, "dbt_zendesk": 90},
    ),
    "a picture is an answer, and none for the package": (
        [(0, "c"), (60, "g"), (90, "h")],
        0,
        {"canonical": 60, "zendesk_native": 60, "dbt_zendesk": 90},
    ),
}


def test_named_chats(tmp_path: Path) -> None:
    shop = load(tmp_path, [(events, created) for events, created, _ in NAMED.values()])
    wanted = {name: values for name, (_, _, values) in NAMED.items()}
    rows = {
        profile: told(shop, profile) for profile in ("canonical", "zendesk_native", "dbt_zendesk")
    }
    found = {
        name: {profile: rows[profile][number].calendar_seconds for profile in values}
        for number, (name, values) in enumerate(wanted.items(), 1)
    }
    shop.close()
    assert found == wanted


def canonical(events: Events, created: float) -> float | None:
    asked = None
    for seconds, code in events:
        if code in "cf":
            asked = seconds if asked is None else asked
        elif code in "hHgk" and asked is not None:
            return seconds - asked
    return None


def native(events: Events, created: float) -> float | None:
    return next(
        (seconds - created for seconds, code in events if code in "hHgk" and seconds >= created),
        None,
    )


def package(events: Events, created: float) -> float | None:
    """Walk through messages of people who are listed; nobody else wrote anything."""
    roles = [(seconds, code not in "cf") for seconds, code in events if code in "chHb"]
    roles.sort()
    agents = [seconds for seconds, is_agent in roles if is_agent]
    later = [seconds for seconds in agents if seconds > roles[0][0]]
    return int(later[0]) - created if later else None


@pytest.mark.parametrize("seed", [1, 2])
def test_random_chats_against_walking_through_them(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    chats: list[tuple[Events, float]] = []
    for _ in range(130):
        seconds, events = 0.0, []
        for _ in range(random.randint(1, 9)):
            events.append((seconds, random.choice("cccfhHgbbtsejk")))
            seconds += random.choice([0, 1, 3, 60, 600, 4000])
        chats.append((events, float(random.choice([0, 0, seconds, seconds // 2, -5]))))
    shop = load(tmp_path, chats)
    walks = {"canonical": canonical, "zendesk_native": native, "dbt_zendesk": package}
    for profile, walk in walks.items():
        rows = told(shop, profile)
        for number, (events, created) in enumerate(chats, 1):
            row = rows.get(number)
            found = row.calendar_seconds if row else None
            assert found == walk(events, created), (profile, events, created)
    shop.close()
