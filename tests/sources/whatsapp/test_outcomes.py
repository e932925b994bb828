"""Every WhatsApp delivery that gives no record says why, and only WhatsApp's are recognised."""

from __future__ import annotations

import json
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import convocommerce as cc
from convocommerce.sources.contract import check
from convocommerce.sources.whatsapp.source import SOURCE, WEBHOOKS
from convocommerce.warehouse import state_hash

from .conftest import (
    AT,
    DISPLAY,
    NUMBER_ID,
    USER_ID,
    WA_ID,
    change,
    delivery,
    echo,
    inbound,
    message,
    status,
    statuses,
    text,
)

CALL = {"id": "wacid.A", "timestamp": str(AT), "recipient_id": WA_ID, "status": "RINGING"}
DECLINED = {"errors": [{"code": 2593109, "title": "History sync is turned off"}]}
PASSED_OVER = [
    (inbound(message("reaction", reaction={"message_id": "w", "emoji": ""})),
     "reaction taken back"),
    (inbound(message("reaction", reaction={"message_id": "w"})), "reaction taken back"),
    (inbound(message("request_welcome")), "chat opened, nothing said"),
    (statuses(status("deleted")), "unknown status"),
    (statuses(status("in orbit")), "unknown status"),
    (statuses(status("captured", type="payment")), "payment status"),
    (delivery(change("calls", statuses=[{**CALL, "type": "call"}])), "call"),
    (delivery(change("calls", statuses=[CALL])), "call"),
    (delivery(change("calls", calls=[{"id": "wacid.A", "event": "connect"}])), "call"),
    (delivery(change(errors=[{"code": 0}])), "error report of the platform"),
    (delivery(change("history", history=[DECLINED])), "history without messages"),
    (delivery(change("history", history=[{"metadata": {"progress": 100}, "threads": []}])),
     "history without messages"),
    (delivery(change("smb_app_state_sync", state_sync=[{"type": "contact"}])),
     "contact list of the phone app"),
    (delivery(change("user_preferences", user_preferences=[{"value": "stop"}])),
     "preferences about marketing"),
    (delivery(change("message_template_status_update", event="APPROVED")),
     "change of a template"),
    (delivery(change("template_category_update")), "change of a template"),
    (delivery(change("account_update", event="VERIFIED_ACCOUNT")), "change of the account"),
    (delivery(change("phone_number_quality_update")), "change of the account"),
    (delivery(change("flows")), "another field than messages"),
    ({"messaging_product": "whatsapp", "contacts": [{"input": "316", "wa_id": "316"}],
      "messages": [{"id": "wamid.1"}]}, "request to send or the answer to it"),
    ({"messaging_product": "whatsapp", "to": WA_ID, "type": "text", "text": {"body": "x"}},
     "request to send or the answer to it"),
    ({"object": "page", "entry": [{"id": "1", "messaging": []}]}, "not a WhatsApp delivery"),
    ({"entry": [{"id": "1", "changes": [{"field": "feed", "value": {"item": "post"}}]}]},
     "not a delivery of messages"),
]  # fmt: skip


def test_what_is_passed_over_says_why(read):
    mapped = read(*(document for document, _ in PASSED_OVER))
    assert [mapped.outcomes.get(number) for number in range(len(PASSED_OVER))] == [
        ("ignored", reason) for _, reason in PASSED_OVER
    ]
    assert not any(mapped.records.values())


NAMELESS = {"id": "w", "timestamp": str(AT), "type": "text", "text": {"body": "geheim"}}
FAULTY = [
    (inbound(NAMELESS, contacts=[{"profile": {"name": "Sanne"}}]),
     "message without the one who wrote it"),
    (inbound(NAMELESS, contacts=None), "message without the one who wrote it"),
    (delivery(change("smb_message_echoes", message_echoes=[echo(to=None)])),
     "message without the one it went to"),
    (inbound(text("geheim", timestamp="x")), "message without a time"),
    (inbound(text("geheim", timestamp=None)), "message without a time"),
    (inbound(text("geheim", timestamp="121323212")), "message without a time"),
    (inbound(message("revoke", revoke={})), "change of a message without its id"),
    (inbound(message("edit", edit=None)), "change of a message without its id"),
    (inbound(message("revoke", timestamp=None, revoke={"original_message_id": "w"})),
     "change without a time"),
    (inbound({}), "message without id or content"),
    (inbound(5), "message without id or content"),
    (statuses(status(id=None)), "status without the id of its message"),
    (statuses(status(timestamp="nooit")), "status without a time"),
    (inbound(messages=5), "delivery without messages"),
    (inbound(messages=[]), "delivery without messages"),
    (delivery({"field": "messages", "value": 5}), "delivery without messages"),
    (delivery(), "delivery without changes"),
    ({"object": "whatsapp_business_account", "entry": []}, "delivery without changes"),
    ({"object": "whatsapp_business_account", "entry": [None]}, "delivery without changes"),
    ({"object": "whatsapp_business_account", "entry": 5}, "delivery without changes"),
    ({"field": "messaging_handovers", "value": {"messaging_product": "whatsapp", "timestamp": "1",
                                                "control_passed": {}}}, "handover without a time"),
]  # fmt: skip


def test_what_lacks_something_is_set_apart_and_says_what(read):
    mapped = read(*(document for document, _ in FAULTY))
    assert [mapped.outcomes.get(number) for number in range(len(FAULTY))] == [
        ("quarantined", reason) for _, reason in FAULTY
    ]
    assert not any(mapped.records.values())


def test_one_good_message_keeps_its_delivery(read):
    mapped = read(
        inbound(text("Hoi"), text("x", timestamp="x")), statuses(status(), status("in orbit"))
    )
    assert mapped.outcomes == {}
    assert len(mapped["messages"]) == 2


KEPT = [
    inbound(text("Hoi", referral={"source_type": "ad", "source_id": "1", "ctwa_clid": "A"})),
    inbound(
        message("order", order={"product_items": [{"item_price": 1, "currency": "EUR"}]}),
        contacts=[{"wa_id": WA_ID, "user_id": USER_ID}],
    ),
    inbound(message("interactive", interactive={"button_reply": {"title": "Ja"}})),
    inbound(message("edit", edit={"original_message_id": "w", "message": {"text": {"body": "x"}}})),
    inbound(message("system", system={"type": "user_changed_number", "wa_id": "31687654321"})),
    statuses(status(conversation={"origin": {"type": "x"}}, pricing={"billable": True}), status()),
    delivery(change("smb_message_echoes", message_echoes=[echo("https://w.example/?ref=abc")])),
    delivery(change("history", history=[{"threads": [{"id": WA_ID, "messages": [text("Oud")]}]}])),
    delivery(
        change("user_id_update", user_id_update=[{"wa_id": WA_ID, "user_id": {"current": "a"}}])
    ),
    {"body": {"messages": [text("Hoi")], "contacts": [{"wa_id": WA_ID}]}},
    change(messages=[text("Hoi")]),
]
FIXTURES = KEPT + [document for document, _ in PASSED_OVER + FAULTY]


def test_whole_deliveries_are_all_kept(read):
    mapped = read(*KEPT)
    assert mapped.kept() == set(range(len(KEPT)))
    assert mapped.incomplete == []


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**9))
def test_damaged_deliveries_never_stop_the_rest(run, mutant, seed):
    random = Random(seed)
    documents = [mutant(random.choice(FIXTURES), random) for _ in range(150)]
    mapped = run(SOURCE, "webhooks", documents)
    lost = [json.dumps(documents[number]) for number in mapped.unaccounted(len(documents))]
    assert lost == []
    assert mapped.incomplete == []
    assert mapped.kept().isdisjoint(mapped.outcomes)
    for document in documents:
        WEBHOOKS.recognise(document)


def test_reasons_hold_nothing_of_a_document(read):
    mapped = read(*FIXTURES)
    said = json.dumps(list(mapped.outcomes.values()))
    for secret in (WA_ID, USER_ID, NUMBER_ID, DISPLAY, "geheim"):
        assert secret not in said


def test_the_description_is_whole(column_types):
    check(SOURCE)
    assert column_types(SOURCE) == set()


def test_its_own_deliveries_are_recognised():
    foreign = ("request to send", "not a WhatsApp delivery", "not a delivery of messages")
    documents = KEPT + [one for one, reason in PASSED_OVER if not reason.startswith(foreign)]
    assert [one for one in documents if not WEBHOOKS.recognise(one)] == []


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"object": "page", "entry": [{"id": "1", "messaging": []}]},
        {"object": "instagram", "entry": []},
        {"object": "whatsapp_business_account"},
        {"object": "whatsapp_business_account", "entry": {}},
        {"entry": [{"id": "1", "changes": [{"field": "feed", "value": {"item": "post"}}]}]},
        {"entry": [{"id": "1", "changes": 5}, 5]},
        {"entry": [5]},
        {"body": "text", "id": "1"},
        {"body": {"object": "page", "entry": []}},
        {"field": "feed", "value": {"item": "post"}},
        {"field": 5, "value": {"messaging_product": "whatsapp", "messages": []}},
        {"messaging_product": "whatsapp", "to": WA_ID, "type": "text", "text": {"body": "x"}},
        {"messages": [], "statuses": []},
        {"messages": [{"id": 1, "type": "message", "date": "2026-01-01T00:00:00", "from": "Jan"}]},
        {"messages": [{"id": "1", "type": "text", "timestamp": AT, "from": WA_ID}]},
        {"messages": [{"id": "1", "type": "text", "timestamp": "noon", "from": WA_ID}]},
        {"id": "t_1", "messages": {"data": []}, "participants": {"data": []}},
        {"app": {"id": "1"}, "events": [], "webhook": {}},
        {"ticket": {"id": 1}, "messages": [text("x")]},
        {"statuses": [{"id": "1", "status": "sent"}]},
        {"messages": "x", "statuses": {"a": 1}},
    ],
)
def test_other_peoples_documents_are_not(document):
    assert not WEBHOOKS.recognise(document)


def written(folder, name, documents):
    folder.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(document) + "\n" for document in documents)
    (folder / name).write_text(lines, "utf-8")


def test_the_same_log_in_any_order_and_cut_ends_the_same(tmp_path):
    told = [
        inbound(text("Hoi", id="m1")),
        statuses(status(id="m2"), status("delivered", id="m2")),
        delivery(change("smb_message_echoes", message_echoes=[echo(id="m2")])),
        delivery(change("history", history=[{"threads": [
            {"id": WA_ID, "messages": [text("Hoi", id="m1"), {**echo("Oud"), "id": "m0"}]}]}])),
        statuses(status("read", id="m2"), status(id="m3", recipient_user_id=USER_ID)),
        inbound(message("edit", id="m4", edit={"original_message_id": "m1",
                                               "message": {"text": {"body": "Hallo"}}})),
        inbound(message("system", id="m5", system={"type": "user_changed_number",
                                                   "wa_id": "31687654321"})),
    ]  # fmt: skip
    written(tmp_path / "a", "log.ndjson", told)
    written(tmp_path / "b", "log.ndjson", told[::-1] + told[2:4])
    for number, part in enumerate((told[4:], told[:2], told[1:5])):
        written(tmp_path / "c", f"log-{number}.ndjson", part)
    hashes = set()
    for folders in ("a", "b", "c", "ac"):
        with cc.open(":memory:") as shop:
            for folder in folders:
                shop.load(tmp_path / folder)
            hashes.add(state_hash(shop.database.con))
            echoed = shop.database.con.execute(
                "select text, app_id from messages where message_id = 'm2'"
            ).fetchall()
            # The phone app's own message wins over what its status shows of it.
            assert echoed == [("Dag!", None)]
    assert len(hashes) == 1
