"""The worked cases of reply windows, page response and conversations started."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from convocommerce.building import ensure_built
from convocommerce.insights.answering.page_response import page_response
from convocommerce.insights.answering.sent_replies import sent_replies
from convocommerce.periods import Period
from convocommerce.rules import Rules
from tables import SENDERS, at, database_of, thread

VECTORS = json.loads((Path(__file__).parents[1] / "vectors.json").read_text("utf-8"))
ALL = Period("2026")


def cases(kind: str) -> list[Any]:
    found = [case for case in VECTORS if case["metric"] == kind]
    assert found, f"no vectors of kind {kind}"
    return [pytest.param(case, id=case["id"]) for case in found]


AFTER_THE_POLICY = dt.timedelta(days=220)
"""Puts a case behind 28 September 2026, when an ad's longer window began."""


@pytest.mark.parametrize("case", cases("reply_window"))
def test_reply_windows(case: Any) -> None:
    params = case["params"]
    is_ad = params["entry"] != "organic"
    sender = "b" if params.get("sender") == "bot" else "h"
    messages = thread([(params["last_customer"], "c"), (params["now"], sender)])
    messages = [{**one, "sent_at": one["sent_at"] + AFTER_THE_POLICY} for one in messages]
    clicks = [{"touchpoint_id": "1", "occurred_at": messages[0]["sent_at"]}] if is_ad else []
    database = database_of(messages=messages, touchpoints=clicks)
    ensure_built(database, Rules(senders=SENDERS))
    (found,) = sent_replies(database.con, ALL, at(400 * 86400))
    # Who has no tag may write only while the window is open to everybody.
    allowed = found.standard + found.ad + (found.human_agent if params["tag"] else 0)
    assert bool(allowed) is case["expect"]


@pytest.mark.parametrize("case", cases("meta_response"))
def test_page_response(case: Any) -> None:
    messages = []
    for number, (reply,) in enumerate(case["events"]):
        answer = [] if reply is None else [(number + reply, "h")]
        messages += thread([(number, "c"), *answer], customer=f"c{number}")
    database = database_of(messages=messages)
    ensure_built(database, Rules(senders=SENDERS))
    (found,) = page_response(database.con, at(3 * 86400))
    expect = case["expect"]
    assert found.rate == expect["rate"]
    assert found.seconds == found.badge_time == expect["time_s"]
    assert found.has_badge is expect["badge"]
