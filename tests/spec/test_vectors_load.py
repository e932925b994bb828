"""The worked cases of load on employees, changing channel and conversations started."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from convocommerce.building import ensure_built
from convocommerce.insights.talking.load import agent_loads, channel_switching
from convocommerce.insights.talking.started import conversations_started
from convocommerce.periods import Period
from convocommerce.rules import Rules
from tables import SENDERS, at, database_of, thread

VECTORS = json.loads((Path(__file__).parents[1] / "vectors.json").read_text("utf-8"))
YEAR = Period("2026")
LATER = at(60 * 86400)


def cases(kind: str) -> list[Any]:
    found = [case for case in VECTORS if case["metric"] == kind]
    assert found, f"no vectors of kind {kind}"
    return [pytest.param(case, id=case["id"]) for case in found]


@pytest.mark.parametrize("case", cases("concurrency"))
def test_concurrency(case: Any) -> None:
    messages = []
    for name, start, end in case["events"]:
        messages += thread([(start, "c"), (end, "h")], customer=name, agent_id="eva")
    database = database_of(messages=messages)
    ensure_built(database, Rules(senders=SENDERS))
    (found,) = agent_loads(database.con, YEAR, LATER)
    expect = case["expect"]
    assert (found.most, found.average, found.busy_seconds) == (
        expect["max"], expect["avg"], expect["busy_s"],
    )  # fmt: skip


@pytest.mark.parametrize("case", cases("switch_rate"))
def test_switch_rate(case: Any) -> None:
    messages, identities = [], []
    for number, (contact, channel, seconds) in enumerate(case["events"]):
        name = f"{contact}-{channel}"
        (message,) = thread([(seconds, "c")], customer=name, channel=channel)
        messages.append({**message, "message_id": str(number)})
        identities.append(
            {
                "subject_kind": "customer",
                "subject_id": f"{channel}:page:{name}",
                "key_kind": "email",
                "key_value": f"{contact}@example.com",
            }
        )
    database = database_of(messages=messages, identities=identities)
    ensure_built(database, Rules(senders=SENDERS))
    within = dt.timedelta(seconds=case["params"]["window_s"])
    found = channel_switching(database.con, YEAR, LATER, within=within)
    expect = case["expect"]
    assert (found.contacts, found.switched) == (expect["contacts"], expect["switched"])
    assert found.rate == expect["rate"]


@pytest.mark.parametrize("case", cases("conversations_started"))
def test_conversations_started(case: Any) -> None:
    database = database_of(messages=thread(case["events"]))
    ensure_built(database, Rules(senders=SENDERS))
    days = case["params"]["inactive_days"]
    (found,) = conversations_started(database.con, YEAR, LATER, inactive_days=days)
    assert found.started == case["expect"]
