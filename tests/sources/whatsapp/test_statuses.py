"""What delivery statuses tell: what became of a message, and that it was sent at all."""

from __future__ import annotations

from datetime import datetime

import pytest

from .conftest import AT, WA_ID, change, delivery, echo, inbound, status, statuses, text

SENT_AT = datetime(2026, 9, 25, 13, 1)
WINDOW = 72 * 3600


def test_a_status_says_what_became_of_a_message_and_what_it_cost(read):
    conversation = {
        "id": "72b1",
        "expiration_timestamp": str(AT + 60 + WINDOW),
        "origin": {"type": "referral_conversion"},
    }
    pricing = {"billable": False, "pricing_model": "PMP", "type": "free_entry_point"}
    pricing["category"] = "referral_conversion"
    found = read(statuses(status(conversation=conversation, pricing=pricing))).one("deliveries")
    assert found == {
        "channel": "whatsapp",
        "message_id": "wamid.out",
        "status": "sent",
        "happened_at": SENT_AT,
        "error_code": None,
        "price_category": "referral_conversion",
        "price_type": "free_entry_point",
        "is_billable": False,
        "window_kind": "referral_conversion",
        "window_ends_at": datetime(2026, 9, 28, 13, 1),
    }


def test_a_refused_message_says_why_and_was_not_said(read):
    errors = [{"code": 131047, "title": "Re-engagement message", "error_data": {"details": "x"}}]
    mapped = read(statuses(status("failed", errors=errors)))
    found = mapped.one("deliveries")
    assert (found["status"], found["error_code"]) == ("failed", "131047")
    assert found["is_billable"] is None
    assert mapped["messages"] == []


def test_that_it_was_sent_is_a_message_of_unknown_content(read):
    found = read(statuses(status())).one("messages")
    assert (found["message_id"], found["sent_at"]) == ("wamid.out", SENT_AT)
    assert (found["direction"], found["kind"], found["text"]) == ("out", "text", None)
    assert found["customer_id"] == WA_ID
    # An app sent it, so it is not somebody typing in the platform's own app.
    assert (found["app_id"], found["declared_role"]) == ("whatsapp_api", None)


@pytest.mark.parametrize("name", ["delivered", "read", "played", "DELIVERED"])
def test_when_it_arrived_or_was_read_is_no_time_of_writing(read, name):
    mapped = read(statuses(status(name)))
    assert mapped.one("deliveries")["status"] == name.lower()
    assert mapped["messages"] == []
    assert mapped.outcomes == {}


def test_the_message_itself_counts_more_than_its_status(read):
    mapped = read(
        statuses(status(id="wamid.echo")),
        delivery(change("smb_message_echoes", message_echoes=[echo()])),
    )
    by_text = {row["text"]: row["detail"] for row in mapped["messages"]}
    assert by_text["Dag!"] > by_text[None]


def test_the_sending_app_can_name_who_wrote(read):
    found = read(statuses(status(biz_opaque_callback_data="agent:anna"))).one("messages")
    assert (found["metadata"], found["agent_id"]) == ("agent:anna", "anna")
    other = read(statuses(status(biz_opaque_callback_data="order-77"))).one("messages")
    assert (other["metadata"], other["agent_id"]) == ("order-77", None)


def priced(category, model="PMP", **more):
    return status(pricing={"pricing_model": model, "category": category}, **more)


@pytest.mark.parametrize(
    ("item", "kind", "role"),
    [
        (priced("marketing"), "template", "marketing"),
        (priced("marketing_lite"), "template", "marketing"),
        (priced("group_marketing"), "template", "marketing"),
        (priced("MARKETING"), "template", "marketing"),
        (priced("utility"), "template", "bot"),
        (priced("authentication"), "template", "bot"),
        (priced("authentication-international"), "template", "bot"),
        (priced("utility", biz_opaque_callback_data="agent:anna"), "template", None),
        (priced("marketing", biz_opaque_callback_data="agent:anna"), "template", "marketing"),
        (priced("service"), "text", None),
        (priced("group_service"), "text", None),
        (priced("referral_conversion"), "text", None),
        (priced("something new"), "text", None),
        (priced(None), "text", None),
        (status(pricing=None), "text", None),
    ],
)
def test_the_price_tells_templates_from_answers(read, item, kind, role):
    found = read(statuses(item)).one("messages")
    assert (found["kind"], found["declared_role"]) == (kind, role)


@pytest.mark.parametrize(
    ("hours_left", "kind", "role"),
    [(24, "template", "marketing"), (20, "text", None), (None, "template", "marketing")],
)
def test_the_price_of_a_conversation_is_that_of_the_message_that_opened_it(
    read, hours_left, kind, role
):
    ends = None if hours_left is None else str(AT + 60 + hours_left * 3600)
    conversation = {"id": "1", "expiration_timestamp": ends, "origin": {"type": "marketing"}}
    found = read(statuses(priced("marketing", "CBP", conversation=conversation)))
    assert (found.one("messages")["kind"], found.one("messages")["declared_role"]) == (kind, role)


def test_statuses_of_one_delivery_belong_to_their_own_messages(read):
    mapped = read(
        statuses(status(id="a"), status(id="b", recipient_id="31687654321"), status("read", id="a"))
    )
    assert {(row["message_id"], row["customer_id"]) for row in mapped["messages"]} == {
        ("a", WA_ID),
        ("b", "31687654321"),
    }
    assert len(mapped["deliveries"]) == 3


def test_a_status_without_a_recipient_is_still_a_delivery(read):
    mapped = read(statuses(status(recipient_id=None)))
    assert mapped.one("deliveries")["status"] == "sent"
    assert mapped["messages"] == []
    assert mapped.outcomes == {}


def test_messages_and_statuses_may_come_together(read):
    mapped = read(inbound(text("Hoi"), statuses=[status()]))
    assert {row["message_id"] for row in mapped["messages"]} == {"wamid.in", "wamid.out"}
