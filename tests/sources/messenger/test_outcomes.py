"""Every delivery that gives no record says why."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convocommerce.sources.contract import check
from convocommerce.sources.messenger.source import SOURCE

PAGE, PERSON, AT = "102030405060708", "7311223344556677", 1790337612204


def inbound(**what: Any) -> dict[str, Any]:
    return {"sender": {"id": PERSON}, "recipient": {"id": PAGE}, "timestamp": AT, **what}


def delivery(*events: Any, **entry: Any) -> dict[str, Any]:
    content = {"id": PAGE, "time": AT, "messaging": list(events)} | entry
    return {"object": "page", "entry": [content]}


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (delivery(inbound(delivery={"mids": ["m"], "watermark": AT})), "delivery receipt"),
        (delivery({"sender": {"id": PERSON}, "recipient": {"id": PAGE}, "delivery": {}}),
         "delivery receipt"),
        (delivery(inbound(read={"watermark": AT})), "read receipt"),
        (delivery(inbound(optin={"user_ref": "y"})), "opt-in"),
        (delivery(inbound(account_linking={"status": "linked"})), "account linking"),
        (delivery({"recipient": {"id": PAGE}, "timestamp": AT,
                   "policy_enforcement": {"action": "block"}}), "policy enforcement"),
        (delivery({"recipient": {"id": PAGE}, "timestamp": AT, "app_roles": {"1": ["x"]}}),
         "app roles"),
        (delivery(inbound(response_feedback={"feedback": "Good response", "mid": "m"})),
         "feedback on an answer"),
        (delivery(inbound(messaging_feedback={"feedback_screens": []})),
         "customer feedback form that gives no score"),
        (delivery(inbound(messaging_feedback={"feedback_screens": [{"questions": {
            "q": {"type": "free_form", "payload": "prima"}, "r": "x"}}]})),
         "customer feedback form that gives no score"),
        (delivery({"sender": {"user_ref": "u"}, "recipient": {"id": PAGE}, "timestamp": AT,
                   "optin": {"ref": "x", "user_ref": "u"}}),
         "opt-in of a person not known yet"),
        (delivery(inbound(optin={"type": "notification_messages", "ref": "x"})), "opt-in"),
        (delivery(inbound(template={"type": "coupon"})), "coupon revealed"),
        (delivery(inbound(form={"id": "1"})), "form submitted"),
        (delivery(inbound(game_play={"game_id": "1"})), "game play"),
        (delivery(inbound(payment={"payload": "x"})), "payment of the former buy button"),
        (delivery(inbound(something_new={"a": 1})), "unknown kind of event"),
        (delivery(inbound(referral={})), "referral that names nothing"),
        (delivery(None), "unknown kind of event"),
        (delivery(), "delivery without events"),
        (delivery(messaging=None, changes=[{"field": "feed", "value": {}}]),
         "page field, not messages"),
        (delivery(messaging=None, field="comments", value={}), "page field, not messages"),
        ({"object": "page", "entry": []}, "delivery without entries"),
        ({"object": "whatsapp_business_account", "entry": [{"id": "1"}]},
         "not a Messenger or Instagram delivery"),
        ({"hello": "world"}, "not a delivery of messages"),
    ],
)  # fmt: skip
def test_what_is_passed_over_says_why(run, document, reason):
    mapped = run(SOURCE, "webhooks", [document])
    assert mapped.outcomes == {0: ("ignored", reason)}
    assert not any(mapped.records.values())


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (delivery({"recipient": {"id": PAGE}, "timestamp": AT, "message": {"mid": "m"}}),
         "event without the id of the person"),
        (delivery({"sender": {"user_ref": "u"}, "recipient": {"id": PAGE}, "timestamp": AT,
                   "message": {"mid": "m", "text": "x"}}), "event without the id of the person"),
        (delivery({"sender": {"id": PERSON}, "timestamp": AT, "message": {"mid": "m"}}, id=None),
         "event without the id of the page"),
        (delivery({"sender": {"id": PERSON}, "recipient": {"id": PAGE}, "message": {"mid": "m"}},
                  time=None), "event without a time"),
        (delivery(inbound(message={})), "message without id or content"),
        (delivery(inbound(message=5)), "message without id or content"),
        (delivery(inbound(message_edit={"text": "x"})), "change of a message without its id"),
        ({"object": "page"}, "delivery without a list of entries"),
        ({"object": "page", "entry": {}}, "delivery without a list of entries"),
        ({"object": "page", "entry": ["x"]}, "entry without a list of events"),
        (delivery(messaging=inbound(message={"mid": "m"})), "entry without a list of events"),
        (delivery(messaging=None, changes=[{"field": "messages", "value": {
            "sender": {"id": PERSON}, "message": {"mid": "m"}}}], id="0"),
         "event without the id of the page"),
        ({"entry": delivery(inbound(message={"mid": "m"}))["entry"]},
         "delivery that does not say which platform"),
    ],
)  # fmt: skip
def test_what_lacks_an_id_or_a_time_is_quarantined(run, document, reason):
    mapped = run(SOURCE, "webhooks", [document])
    assert mapped.outcomes == {0: ("quarantined", reason)}
    assert not any(mapped.records.values())


def test_one_kept_event_keeps_the_delivery(run):
    document = delivery(inbound(read={}), inbound(message={"mid": "m", "text": "x"}), inbound())
    mapped = run(SOURCE, "webhooks", [document])
    assert mapped.outcomes == {}
    assert len(mapped["messages"]) == 1


def test_a_fault_says_more_than_a_receipt(run):
    mapped = run(SOURCE, "webhooks", [delivery(inbound(read={}), inbound(message={}))])
    assert mapped.outcomes == {0: ("quarantined", "message without id or content")}


@pytest.mark.parametrize(
    ("document", "kinds"),
    [
        (delivery(), ["webhooks"]),
        ({"object": "instagram", "entry": []}, ["webhooks"]),
        ({"object": "whatsapp_business_account", "entry": []}, []),
        ({"object": ["page"], "entry": {}}, []),
        ({"body": delivery()}, ["webhooks"]),
        ({"body": json.dumps(delivery()), "headers": {}}, ["webhooks"]),
        ({"body": '{"entry"'}, []),
        (inbound(message={"mid": "m"}), ["webhooks"]),
        (inbound(message="x"), []),
        (inbound(sender=PERSON, message={"mid": "m"}), []),
        ({"id": "t_1", "participants": {}}, ["conversations_api"]),
        ({"id": 5, "participants": {}}, []),
        ({"id": "1", "email": "x"}, []),
        ({}, []),
    ],
)
def test_recognition(document, kinds):
    assert [kind.name for kind in SOURCE.kinds if kind.recognise(document)] == kinds


REFERRAL = {"source": "ADS", "ad_id": 12, "ref": "a", "ads_context_data": {"post_id": "9"}}
FIXTURES = [
    delivery(inbound(message={"mid": "m", "text": "a@b.nl", "referral": REFERRAL})),
    delivery(inbound(message={"mid": "m", "text": "x", "quick_reply": {"payload": "+31612345"}})),
    delivery(inbound(message={"mid": "m", "attachments": [{"type": "sticker", "payload": {}}]})),
    delivery({"sender": {"id": PAGE}, "recipient": {"id": PERSON}, "timestamp": str(AT),
              "message": {"mid": "m", "is_echo": True, "app_id": 1, "metadata": "agent:x",
                          "text": "https://w.example/cart/1:1?attributes[chat]=12&ref=a"}}),
    delivery({"sender": {"id": PAGE}, "recipient": {"id": PERSON}, "timestamp": AT,
              "message": {"mid": "m", "is_echo": True, "attachments": [
                  {"type": "template", "payload": {"template_type": "receipt",
                                                   "order_number": "1042"}}]}}),
    delivery(inbound(postback={"title": "Begin", "payload": "x", "referral": REFERRAL})),
    delivery(inbound(reaction={"mid": "m", "action": "react", "emoji": "x"})),
    delivery(inbound(order={"products": [{"unit_price": 1.5, "currency": "EUR", "quantity": 1}]})),
    delivery(inbound(message_edit={"mid": "m", "text": "x", "num_edit": 1})),
    delivery(inbound(pass_thread_control={"new_owner_app_id": 1, "metadata": "x"})),
    delivery(inbound(referral=REFERRAL), inbound(read={"watermark": AT})),
    delivery(standby=[inbound(message={"mid": "m", "is_deleted": True})]),
    delivery(messaging=None, changes=[{"field": "messages", "value": inbound(message={
        "mid": "m", "text": "x"})}]),
    {"object": "instagram", "entry": [{"id": PAGE, "time": AT, "field": "messages",
                                       "value": inbound(message={"mid": "m", "text": "x"})}]},
    delivery(inbound(optin={"ref": "x"})),
    delivery(inbound(messaging_feedback={"feedback_screens": [{"screen_id": 1, "questions": {
        "q": {"type": "csat", "payload": "4", "follow_up": {"payload": "prima"}}}}]})),
    {"body": delivery(inbound(message={"mid": "m", "text": "x"}))},
    {"body": json.dumps(delivery(inbound(message={"mid": "m", "text": "x"})))},
    inbound(message={"mid": "m", "text": "x"}),
    inbound(postback={"title": "Begin", "payload": "x", "referral": REFERRAL}),
    inbound(read={"watermark": AT}),
]  # fmt: skip


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_damaged_deliveries_never_stop_the_rest(run, mutant, seed):
    random = Random(seed)
    documents = [mutant(random.choice(FIXTURES), random) for _ in range(120)]
    mapped = run(SOURCE, "webhooks", documents)
    lost = [json.dumps(documents[number]) for number in mapped.unaccounted(len(documents))]
    assert lost == []
    assert mapped.incomplete == []
    assert {row["document_no"] for rows in mapped.records.values() for row in rows}.isdisjoint(
        mapped.outcomes
    )


def test_the_description_is_whole(column_types):
    check(SOURCE)
    assert column_types(SOURCE) == set()
