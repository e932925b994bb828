"""Deliveries in other wrappings, scores given to conversations, and opt-ins of plugins."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

import convocommerce as cc
from convocommerce.sources.messenger.source import SOURCE
from convocommerce.warehouse import state_hash

PAGE, PERSON, AT = "102030405060708", "7311223344556677", 1790337612204
AT_UTC = datetime(2026, 9, 25, 12, 0, 12, 204000)
IGID, IGSID = "17841400000000001", "5614879040000001"
REFERRAL = {"source": "ADS", "type": "OPEN_THREAD", "ad_id": "120231987654320123", "ref": "jas"}


def inbound(**what: Any) -> dict[str, Any]:
    return {"sender": {"id": PERSON}, "recipient": {"id": PAGE}, "timestamp": AT, **what}


def outbound(**what: Any) -> dict[str, Any]:
    return {"sender": {"id": PAGE}, "recipient": {"id": PERSON}, "timestamp": AT, **what}


def delivery(*events: Any, **entry: Any) -> dict[str, Any]:
    content = {"id": PAGE, "time": AT, "messaging": list(events)} | entry
    return {"object": "page", "entry": [content]}


def feedback(**questions: Any) -> dict[str, Any]:
    screens = [{"screen_id": 0, "questions": questions}]
    return inbound(messaging_feedback={"feedback_screens": screens})


@pytest.fixture
def read(run):
    return lambda *documents: run(SOURCE, "webhooks", list(documents))


SAID = inbound(message={"mid": "m_1", "text": "hoi", "referral": REFERRAL})


@pytest.mark.parametrize(
    "document",
    [
        SAID,
        inbound(timestamp=str(AT), message=SAID["message"]),
        {"body": delivery(SAID), "headers": {"x": "y"}},
        {"body": json.dumps(delivery(SAID)), "isBase64Encoded": False},
        delivery(messaging=None, changes=[{"field": "feed", "value": {}},
                                          {"field": "messages", "value": SAID}]),
        delivery(messaging=None, field="messages", value=SAID),
    ],
)  # fmt: skip
def test_a_message_is_the_same_however_it_is_wrapped(read, document):
    mapped, plain = read(document), read(delivery(SAID))
    assert plain.one("messages")["detail"] == 40
    for table in ("messages", "touchpoints", "identities"):
        assert mapped[table] == plain[table]
    assert mapped.outcomes == {}


@pytest.mark.parametrize(
    ("event", "direction", "kind"),
    [
        (outbound(message={"mid": "m", "text": "x", "is_echo": True, "app_id": 1}), "out", "text"),
        (inbound(postback={"title": "Begin", "payload": "x"}), "in", "postback"),
        (inbound(reaction={"mid": "m", "action": "react", "emoji": "x"}), "in", "reaction"),
        (inbound(order={"products": []}), "in", "cart"),
        (inbound(pass_thread_control={"new_owner_app_id": 1}), "none", "handover"),
    ],
)
def test_events_without_their_delivery_are_read(read, event, direction, kind):
    row = read(event).one("messages")
    assert (row["direction"], row["kind"], row["business_id"], row["customer_id"]) == (
        direction, kind, PAGE, PERSON,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("event", "channel"),
    [
        (inbound(message={"mid": "m_1", "text": "x"}), "messenger"),
        (inbound(message={"mid": "aWdfone", "text": "x"}), "instagram"),
        ({"sender": {"id": IGSID}, "recipient": {"id": IGID}, "timestamp": AT,
          "message": {"mid": "x", "text": "x"}}, "instagram"),
    ],
)  # fmt: skip
def test_an_event_without_its_delivery_is_of_messenger_unless_it_says_otherwise(
    read, event, channel
):
    assert read(event).one("messages")["channel"] == channel


def test_receipts_without_their_delivery_stay_ignored(read):
    mapped = read(inbound(read={"watermark": AT}), inbound(delivery={"watermark": AT}))
    assert mapped.outcomes == {0: ("ignored", "read receipt"), 1: ("ignored", "delivery receipt")}


def test_the_test_button_names_no_page_so_the_recipient_is_it(read):
    value = {"sender": {"id": "12334"}, "recipient": {"id": "23245"}, "timestamp": "1527459824",
             "message": {"mid": "random_mid", "text": "random_text"}}  # fmt: skip
    document = {
        "object": "instagram",
        "entry": [{"id": "0", "time": 5, "changes": [{"field": "messages", "value": value}]}],
    }
    row = read(document).one("messages")
    assert (row["business_id"], row["customer_id"]) == ("23245", "12334")
    assert row["sent_at"] == datetime(2018, 5, 27, 22, 23, 44)


@pytest.mark.parametrize(
    ("kind", "payload", "scale"),
    [("csat", "4", "1_to_5"), ("nps", 9, "0_to_10"), ("CES", "7", "1_to_7")],
)
def test_a_score_is_a_rating(read, kind, payload, scale):
    question = {"type": kind, "payload": payload, "follow_up": {"payload": "Snel geholpen"}}
    mapped = read(delivery(feedback(q1=question, q2={"type": "free_form", "payload": "x"})))
    row = mapped.one("ratings")
    assert row.pop("rating_id").startswith("made:")
    assert row == {
        "platform": "messenger",
        "rated_at": AT_UTC,
        "channel": "messenger",
        "business_id": PAGE,
        "customer_id": PERSON,
        "scale": scale,
        "score": Decimal(payload),
        "comment": "Snel geholpen",
    }
    assert mapped.outcomes == {}


def test_two_questions_are_two_ratings_and_a_copy_is_none(read):
    event = feedback(a={"type": "csat", "payload": "4"}, b={"type": "csat", "payload": "2"})
    rows = read(delivery(event), delivery(event))["ratings"]
    assert len(rows) == 4
    assert len({row["rating_id"] for row in rows}) == 2


@pytest.mark.parametrize(
    "question",
    [
        {"type": "csat", "payload": ""},
        {"type": "csat", "payload": "goed"},
        {"type": "stars", "payload": "4"},
        {"payload": "4"},
        "4",
        None,
        [],
    ],
)
def test_a_question_that_was_not_answered_is_no_rating(read, question):
    mapped = read(delivery(feedback(q=question)))
    assert mapped["ratings"] == []
    assert mapped.outcomes == {0: ("ignored", "customer feedback form that gives no score")}


def test_an_opt_in_of_a_plugin_brings_a_person(read):
    row = read(delivery(inbound(optin={"ref": "hoodie", "user_ref": "u"}))).one("touchpoints")
    assert (row["entry_point"], row["source_label"], row["ref"], row["customer_id"]) == (
        "chat_plugin", "optin", "hoodie", PERSON,
    )  # fmt: skip
    assert (row["channel"], row["occurred_at"]) == ("messenger", AT_UTC)


def test_wrapped_and_plain_copies_end_in_the_same_state(tmp_path):
    said = [inbound(timestamp=AT + n, message={"mid": f"m_{n}", "text": "x"}) for n in range(6)]
    files = {
        "plain.ndjson": [delivery(*said[:3]), delivery(feedback(q={"type": "nps", "payload": 3}))],
        "bare.ndjson": said[2:],
        "wrapped.ndjson": [{"body": json.dumps(delivery(one))} for one in said],
    }
    for name, documents in files.items():
        (tmp_path / name).write_text("".join(f"{json.dumps(one)}\n" for one in documents))
    hashes = set()
    for names in (list(files), ["wrapped.ndjson", "bare.ndjson", "wrapped.ndjson", "plain.ndjson"]):
        with cc.open(":memory:") as shop:
            for name in names:
                report = shop.load(tmp_path / name)
                assert [file.kind for file in report.files] == ["webhooks"]
            hashes.add(state_hash(shop.database.con))
    assert len(hashes) == 1


def test_events_whose_keys_a_library_changed_are_read(read):
    message = {"mid": "m", "text": "x", "isEcho": True, "appId": 263902037430900}
    row = read(outbound(message=message)).one("messages")
    assert (row["direction"], row["customer_id"], row["app_id"]) == (
        "out", PERSON, "263902037430900",
    )  # fmt: skip
