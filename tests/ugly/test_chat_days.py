"""The odd days of a page's inbox, as its webhooks tell them, against sums done by hand.

Every person lives through one oddity; what each system says follows from its own definition.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import convocommerce as cc
from convocommerce.profiles import case_times

PAGE, DESK, ROBOT = "108000000000001", 990011223344556, 551122334455667
BEGIN = dt.datetime(2026, 3, 2, 9)
LATER = BEGIN + dt.timedelta(days=60)
HOUR, DAY = 3600, 86400
Events = list[tuple[float, str]]
Wanted = dict[str, list[float | None]]


def event(person: int, place: int, seconds: float, code: str) -> dict[str, Any]:
    """Return one event of a thread; its letters are those of the definitions."""
    customer, page = {"id": str(7_400_000_000_000_000 + person)}, {"id": PAGE}
    at = round((BEGIN - dt.datetime(1970, 1, 1)).total_seconds() * 1000 + seconds * 1000)
    come = {"sender": customer, "recipient": page, "timestamp": at}
    gone = {"sender": page, "recipient": customer, "timestamp": at}
    said = {"mid": f"m_{person}_{place}", "text": f"tekst {person} {place}"}
    echo = {**said, "is_echo": True}
    match code:
        case "c":
            return {**come, "message": said}
        case "r":
            reacted = {"mid": f"m_{person}_0", "action": "react", "reaction": "love"}
            return {**come, "reaction": reacted}
        case "o":
            return {**come, "referral": {"source": "SHORTLINK", "type": "OPEN_THREAD", "ref": "x"}}
        case "h":
            return {**gone, "message": {**echo, "app_id": DESK}}
        case "e":
            # Typed in the page's own app, which names none.
            return {**gone, "message": echo}
        case "b":
            return {**gone, "message": {**echo, "app_id": ROBOT}}
    handed = {"previous_owner_app_id": str(ROBOT), "new_owner_app_id": str(DESK)}
    return {**come, "pass_thread_control": handed}


DAYS: dict[str, tuple[Events, Wanted]] = {
    # Nobody spoke before it, so it shortens nothing but Chatwoot's clock.
    "handed over without a bot": (
        [(0, "c"), (60, "H"), (600, "h")],
        {
            "canonical": [600],
            "zendesk_native": [600],
            "chatwoot": [540],
            "intercom": [600],
            "gorgias": [600],
            "plain": [600],
            "meta_page": [600],
        },
    ),
    "handed over by a bot": (
        [(0, "c"), (5, "b"), (240, "H"), (840, "h")],
        {
            "canonical": [840],
            "zendesk_native": [600],
            "chatwoot": [600],
            "intercom": [840],
            "gorgias": [840],
            "plain": [840],
            "meta_page": [5],
        },
    ),
    "answered in the page's own app before the helpdesk": (
        [(0, "c"), (3, "b"), (200, "e"), (500, "h")],
        {
            "canonical": [200],
            "chatwoot": [200],
            "intercom": [200],
            "gorgias": [500],
            "plain": [200],
            "meta_page": [3],
        },
    ),
    "question and answer in one millisecond": (
        [(0, "c"), (0, "h"), (90, "h")],
        {
            "canonical": [0],
            "zendesk_native": [0],
            "chatwoot": [0],
            "intercom": [0],
            "gorgias": [0],
            "plain": [0],
            "meta_page": [0],
            "dbt_zendesk": [90],
        },
    ),
    "a heart is no question": (
        [(0, "c"), (60, "h"), (DAY + 60, "r"), (3 * DAY, "c"), (3 * DAY + 30, "h")],
        {"canonical": [60, 30], "meta_page": [60, 30]},
    ),
    "a link that only opened the thread is no question": (
        [(0, "o"), (100, "c"), (130, "h")],
        {"canonical": [30], "chatwoot": [30], "intercom": [30], "plain": [30], "meta_page": [30]},
    ),
    # Who waits is not cut off by silence; for Meta the second message was the next question.
    "unanswered while the customer writes on": (
        [(0, "c"), (30 * HOUR, "c"), (31 * HOUR, "h")],
        {"canonical": [31 * HOUR], "meta_page": [None, HOUR]},
    ),
    "silence of exactly the gap": (
        [(0, "c"), (60, "h"), (60 + DAY, "c"), (90 + DAY, "h")],
        {"canonical": [60, 30], "meta_page": [60, 30], "gorgias": [60]},
    ),
    "silence of a millisecond less": (
        [(0, "c"), (60, "h"), (59.999 + DAY, "c"), (90 + DAY, "h")],
        {"canonical": [60], "meta_page": [60]},
    ),
    # From the first message of the person on, and none of the business's tickets.
    "begun by the shop": (
        [(0, "h"), (HOUR, "c"), (HOUR + 300, "h")],
        {
            "canonical": [300],
            "intercom": [300],
            "gorgias": [None],
            "plain": [None],
            "chatwoot": [0],
            "meta_page": [],
        },
    ),
    "only a bot": (
        [(0, "c"), (5, "b")],
        {
            "canonical": [None],
            "zendesk_native": [None],
            "chatwoot": [None],
            "plain": [None],
            "meta_page": [5],
        },
    ),
}
PROFILES = sorted({profile for _, wanted in DAYS.values() for profile in wanted})


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[cc.Shop]:
    path: Path = tmp_path_factory.mktemp("page") / "webhooks.ndjson"
    lines = [
        {"object": "page", "entry": [{"id": PAGE, "time": 1, "messaging": [one]}]}
        for person, (events, _) in enumerate(DAYS.values())
        for one in (event(person, place, *told) for place, told in enumerate(events))
    ]
    path.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    with cc.open(":memory:") as found:
        found.load(path)
        found.rules = cc.Rules(senders={str(DESK): "human", str(ROBOT): "bot"})
        found.build()
        yield found


@pytest.mark.parametrize("profile", PROFILES)
def test_first_answers(shop: cc.Shop, profile: str) -> None:
    people = dict(
        shop.database.con.sql(
            "select conversations.conversation_id, customer_id"
            " from conversations join threads using (thread_key)"
        ).fetchall()
    )
    found: dict[int, list[float | None]] = {}
    rows = case_times(shop.database.con, profile, None, LATER)
    for row in sorted(rows, key=lambda one: (one.started_at is None, one.started_at)):
        conversation = int(row.case_id.removeprefix("conversation:"))
        person = int(people[conversation]) - 7_400_000_000_000_000
        found.setdefault(person, []).append(row.calendar_seconds)
    days = [(name, wanted, found.get(n, [])) for n, (name, (_, wanted)) in enumerate(DAYS.items())]
    told = {name: said for name, wanted, said in days if profile in wanted}
    assert told == {name: wanted[profile] for name, wanted, _ in days if profile in wanted}
