"""What becomes of conversions that the business reported to Meta."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import convocommerce as cc
from convocommerce.sources.meta_ads.source import SOURCE

MESSENGER = {"page_id": "102030405060708", "page_scoped_user_id": "5500000000000001"}
INSTAGRAM = {"instagram_business_account_id": "17841400000000001", "ig_sid": "7700000000000001"}
WHATSAPP = {"whatsapp_business_account_id": "330000000000001", "ctwa_clid": "ARAkLkA8rmlFeiCktEJQ"}


def sent(**changes: Any) -> dict[str, Any]:
    return {
        "event_name": "Purchase",
        "event_time": 1790337612,
        "action_source": "business_messaging",
        "messaging_channel": "messenger",
        "user_data": MESSENGER,
        "custom_data": {"currency": "eur", "value": 79.95, "order_id": "#1001"},
        **changes,
    }


def test_a_conversion_says_who_what_and_when(run):
    row = run(SOURCE, "sent_conversions", [sent(event_id="e-1")]).one("sent_conversions")
    assert row == {
        "platform": "meta",
        "event_id": "e-1",
        "event_name": "Purchase",
        "happened_at": datetime(2026, 9, 25, 12, 0, 12),
        "channel": "messenger",
        "business_id": "102030405060708",
        "customer_id": "5500000000000001",
        "click_id": None,
        "order_number": "#1001",
        "value_amount": Decimal("79.95"),
        "currency": "EUR",
    }


@pytest.mark.parametrize(
    ("channel", "user", "business", "customer", "click"),
    [
        ("instagram", INSTAGRAM, "17841400000000001", "7700000000000001", None),
        (None, INSTAGRAM, "17841400000000001", "7700000000000001", None),
        ("instagram", {"ig_account_id": "1784", "ig_sid": 77}, "1784", "77", None),
        ("whatsapp", WHATSAPP, "330000000000001", None, "ARAkLkA8rmlFeiCktEJQ"),
        ("fax", {}, None, None, None),
    ],
)
def test_each_channel_names_people_its_own_way(run, channel, user, business, customer, click):
    event = sent(messaging_channel=channel, user_data=user)
    row = run(SOURCE, "sent_conversions", [event]).one("sent_conversions")
    assert (row["business_id"], row["customer_id"], row["click_id"]) == (business, customer, click)


def test_the_same_event_sent_twice_is_one_and_another_is_another(run):
    events = [sent(), sent(event_time="1790337612"), sent(event_time=1790337613)]
    rows = run(SOURCE, "sent_conversions", events)["sent_conversions"]
    ids = [row["event_id"] for row in rows]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize(
    ("event", "outcome", "reason"),
    [
        (sent(action_source="website", messaging_channel=None), "ignored",
         "not an event of a chat"),
        ({"events_received": 1, "fbtrace_id": "x"}, "ignored",
         "answer of the platform, no event"),
        (sent(event_name=None), "quarantined", "event without a name"),
        (sent(event_time="gisteren"), "quarantined", "event without a time"),
    ],
)  # fmt: skip
def test_what_is_no_event_of_a_chat_says_why(run, event, outcome, reason):
    mapped = run(SOURCE, "sent_conversions", [event])
    assert mapped.outcomes == {0: (outcome, reason)}
    assert mapped.kept() == set()


@pytest.mark.parametrize(
    ("document", "is_known"),
    [
        (sent(), True),
        (sent(action_source="website"), True),
        ({"event_name": "purchase", "event_timestamp": "1", "user_pseudo_id": "x"}, False),
        ({"event_name": "x", "event_time": 1, "user_data": "y", "action_source": "z"}, False),
    ],
)
def test_recognition(document, is_known):
    found = [kind.name for kind in SOURCE.kinds if kind.recognise(document)]
    assert found == (["sent_conversions"] if is_known else [])


def test_a_log_of_requests_is_read_request_by_request(tmp_path: Path):
    log = tmp_path / "sent.ndjson"
    requests = [
        {"data": [sent(), sent(user_data=INSTAGRAM, messaging_channel="instagram")],
         "partner_agent": "acme"},
        {"data": [sent()]},
    ]  # fmt: skip
    log.write_text("".join(json.dumps(request) + "\n" for request in requests), "utf-8")
    with cc.open(":memory:") as shop:
        report = shop.load(log)
        assert (report.read, report.quarantined, report.ignored) == (3, 0, 0)
        n = shop.database.con.execute("select count(*) from sent_conversions").fetchall()
    assert n == [(2,)]


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_damaged_events_never_stop_the_rest(run, mutant, seed):
    random = Random(seed)
    documents = [mutant(sent(), random) for _ in range(100)]
    mapped = run(SOURCE, "sent_conversions", documents)
    assert mapped.unaccounted(len(documents)) == set()
    assert mapped.incomplete == []
