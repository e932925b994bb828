"""What a log of WhatsApp deliveries becomes."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from convocommerce.sources.whatsapp.source import WEBHOOKS

from .conftest import (
    AT,
    DISPLAY,
    NUMBER_ID,
    SUBJECT,
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

AT_UTC = datetime(2026, 9, 25, 13, 0)
FIXTURES = Path(__file__).with_name("fixtures")


def test_a_typed_message_is_the_customer_speaking(read):
    mapped = read(inbound(text("Is de groene jas er nog?")))
    found = mapped.one("messages")
    assert {name: value for name, value in found.items() if value is not None} == {
        "channel": "whatsapp",
        "business_id": NUMBER_ID,
        "customer_id": WA_ID,
        "message_id": "wamid.in",
        "sent_at": AT_UTC,
        "sequence": 101_001,
        "direction": "in",
        "kind": "text",
        "declared_role": "customer",
        "detail": 4,
        "text": "Is de groene jas er nog?",
    }
    assert mapped["touchpoints"] == mapped["deliveries"] == []
    assert mapped.outcomes == {}


@pytest.mark.parametrize(
    ("content", "kind", "said"),
    [
        ({"type": "image", "image": {"id": "1", "caption": "deze"}}, "attachment", "deze"),
        ({"type": "video", "video": {"id": "1"}}, "attachment", None),
        ({"type": "audio", "audio": {"id": "1", "voice": True}}, "attachment", None),
        ({"type": "voice", "voice": {"id": "1"}}, "attachment", None),
        ({"type": "document", "document": {"id": "1", "filename": "a.pdf", "caption": "bon"}},
         "attachment", "bon"),
        ({"type": "location", "location": {"latitude": 1, "longitude": 2, "name": "Dam"}},
         "attachment", "Dam"),
        ({"type": "contacts", "contacts": [{"name": {}, "phones": []}]}, "attachment", None),
        ({"type": "sticker", "sticker": {"id": "1", "animated": True}}, "sticker", None),
        ({"type": "button", "button": {"payload": "p", "text": "Ja"}}, "quick_reply", "Ja"),
        ({"type": "interactive",
          "interactive": {"type": "button_reply", "button_reply": {"id": "1", "title": "Ja"}}},
         "quick_reply", "Ja"),
        ({"type": "interactive",
          "interactive": {"type": "list_reply",
                          "list_reply": {"id": "1", "title": "Maat 38", "description": "x"}}},
         "quick_reply", "Maat 38"),
        ({"type": "interactive",
          "interactive": {"type": "nfm_reply",
                          "nfm_reply": {"name": "flow", "body": "Sent", "response_json": "[1]"}}},
         "quick_reply", "Sent"),
        ({"type": "interactive"}, "quick_reply", None),
        ({"type": "reaction", "reaction": {"message_id": "w", "emoji": "❤"}}, "reaction", "❤"),
        ({"type": "unsupported", "errors": [{"code": 131051}]}, "unsupported", None),
        ({"type": "unknown", "errors": [{"code": 501}]}, "unsupported", None),
        ({"type": "something_new", "something_new": {}}, "unsupported", None),
        ({"type": None, "text": {"body": "zonder soort"}}, "text", "zonder soort"),
    ],
)  # fmt: skip
def test_every_type_of_message_has_its_kind(read, content, kind, said):
    found = read(inbound(message(**content) if content["type"] else {**message(), **content}))
    record = found.one("messages")
    assert (record["kind"], record["text"]) == (kind, said)
    assert (record["direction"], record["declared_role"]) == ("in", "customer")


def test_a_cart_sent_into_the_chat_has_its_amount(read):
    items = [
        {"product_retailer_id": "JAS", "quantity": 1, "item_price": 79.95, "currency": "EUR"},
        {"product_retailer_id": "SOK", "quantity": "2", "item_price": "4.50", "currency": "eur"},
    ]
    order = {"catalog_id": "1", "text": "deze graag", "product_items": items}
    record = read(inbound(message("order", order=order))).one("messages")
    assert (record["kind"], record["text"]) == ("cart", "deze graag")
    assert (record["cart_amount"], record["currency"]) == (Decimal("88.95"), "EUR")


@pytest.mark.parametrize(
    "items",
    [
        [{"quantity": 1, "item_price": 1, "currency": "EUR"},
         {"quantity": 1, "item_price": 1, "currency": "USD"}],
        [{"quantity": 1, "currency": "EUR"}],
        [],
        None,
    ],
)  # fmt: skip
def test_a_cart_whose_amount_is_not_told_has_none(read, items):
    record = read(inbound(message("order", order={"product_items": items}))).one("messages")
    assert (record["kind"], record["cart_amount"]) == ("cart", None)


@pytest.mark.parametrize("key", ["message_echoes", "smb_message_echoes"])
def test_what_the_phone_app_sends_is_the_business_speaking(read, key):
    cart = "hWN5abcdEFGH"
    said = f"Hier: https://w.example/cart/c/{cart}"
    mapped = read(delivery(change("smb_message_echoes", **{key: [echo(said)]})))
    record = mapped.one("messages")
    assert (record["direction"], record["customer_id"]) == ("out", WA_ID)
    # Nobody is named: the rules say who types in the app, and find its automatic texts.
    assert (record["declared_role"], record["app_id"]) == (None, None)
    assert record["shared_token"] == cart
    assert ("token", cart) in mapped.keys_of(SUBJECT)


def test_a_link_that_the_customer_pastes_is_not_a_shared_one(read):
    record = read(inbound(text("https://w.example/cart/c/hWN5abcdEFGH"))).one("messages")
    assert record["shared_token"] is None


def history(*messages, thread=WA_ID):
    told = {"metadata": {"phase": 0, "chunk_order": 1, "progress": 55}}
    told["threads"] = [{"id": thread, "messages": list(messages)}]
    return delivery(change("history", history=[told]))


def test_history_tells_both_sides_and_what_failed(read):
    mapped = read(
        history(
            {**text("Hoi"), "id": "h1", "history_context": {"status": "READ"}},
            {**echo("Dag"), "id": "h2", "to": None, "history_context": {"status": "DELIVERED"}},
            {**echo("Nog eens"), "id": "h3", "history_context": {"status": "ERROR"}},
            {**echo(), "id": "h4", "type": "media_placeholder", "text": None},
        )
    )
    found = {row["message_id"]: row for row in mapped["messages"]}
    assert {key: (row["direction"], row["customer_id"]) for key, row in found.items()} == {
        "h1": ("in", WA_ID),
        "h2": ("out", WA_ID),
        "h3": ("out", WA_ID),
        "h4": ("out", WA_ID),
    }
    assert [found[key]["is_failed"] for key in ("h2", "h3")] == [False, True]
    assert found["h4"]["kind"] == "attachment"
    # The file itself comes later and counts more than its place-holder.
    assert found["h4"]["detail"] < found["h2"]["detail"]


def test_history_knows_the_sides_when_the_business_is_written_otherwise(read):
    mapped = read(history({**echo("Dag"), "from": "the shop", "to": None}, text("Hoi")))
    assert {row["direction"] for row in mapped["messages"]} == {"in", "out"}


def test_history_may_name_the_person_by_id_alone(read):
    told = {"context": {"user_id": USER_ID, "username": "sanne"}}
    told["messages"] = [
        {**text("Hoi"), "from": None, "from_user_id": USER_ID, "id": "h1"},
        {**echo("Dag"), "to": None, "id": "h2"},
    ]
    mapped = read(delivery(change("history", history=[{"threads": [told]}])))
    assert [(row["direction"], row["customer_id"]) for row in mapped["messages"]] == [
        ("in", USER_ID),
        ("out", USER_ID),
    ]


def test_a_file_of_the_history_is_told_apart_from_what_arrives_now(read):
    image = message("image", image={"id": "1", "caption": "kijk"})
    record = read(delivery(change("history", messages=[image]))).one("messages")
    assert (record["detail"], record["text"]) == (3, "kijk")


def test_edits_and_revocations_change_a_message(read):
    edit = {"original_message_id": "wamid.in", "message": {"type": "text", "text": {"body": "nu"}}}
    caption = {"type": "image", "image": {"caption": "zo"}}
    mapped = read(
        inbound(message("edit", id="e1", edit=edit)),
        inbound(message("edit", id="e2", edit={**edit, "message": caption})),
        inbound(message("revoke", id="r", revoke={"original_message_id": "wamid.in"})),
        delivery(
            change(
                "smb_message_echoes",
                message_echoes=[echo(type="revoke", revoke={"original_message_id": "wamid.echo"})],
            )
        ),
    )
    assert [
        (row["message_id"], row["change"], row["revision"], row["text"])
        for row in mapped["message_changes"]
    ] == [
        ("wamid.in", "edited", 1, "nu"),
        ("wamid.in", "edited", 1, "zo"),
        ("wamid.in", "deleted", 0, None),
        ("wamid.echo", "deleted", 0, None),
    ]
    assert mapped["messages"] == []


AD = {
    "source_url": "https://fb.example/3cr", "source_id": "120231987654320123", "source_type": "ad",
    "headline": "Chat met ons", "body": "Herfstjassen", "ctwa_clid": "Aff-n8ZTOD",
    "welcome_message": {"text": "Hoi!"},
}  # fmt: skip
PRODUCT = {"referred_product": {"catalog_id": "1", "product_retailer_id": "JAS-GROEN-M"}}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"referral": AD}, ("ad", AD["source_id"], None, None, "Aff-n8ZTOD")),
        ({"referral": {**AD, "source_type": None}},
         ("ad", AD["source_id"], None, None, "Aff-n8ZTOD")),
        # Ads in the status of WhatsApp come without their click.
        ({"referral": {**AD, "ctwa_clid": None}}, ("ad", AD["source_id"], None, None, None)),
        ({"referral": {**AD, "source_type": "post", "ctwa_clid": None}},
         ("post", None, AD["source_id"], None, None)),
        ({"referral": {**AD, "source_type": "unheard of", "ctwa_clid": None}},
         ("other", None, None, None, None)),
        ({"context": PRODUCT}, ("shop", None, None, "JAS-GROEN-M", None)),
        ({"context": PRODUCT, "referral": AD},
         ("ad", AD["source_id"], None, "JAS-GROEN-M", "Aff-n8ZTOD")),
    ],
)  # fmt: skip
def test_what_brought_the_person(read, more, expected):
    found = read(inbound(text("Hoi", **more))).one("touchpoints")
    assert (found["touchpoint_id"], found["customer_id"]) == ("wamid.in", WA_ID)
    assert expected == (
        found["entry_point"],
        found["ad_id"],
        found["post_id"],
        found["product_id"],
        found["click_id"],
    )


@pytest.mark.parametrize(
    "more",
    [
        {"context": {"from": DISPLAY, "id": "wamid.out"}},
        {"context": {"forwarded": True}},
        {"referral": {}},
        {"referral": None},
        {"referral": "x"},
    ],
)
def test_replies_and_forwards_bring_nobody(read, more):
    mapped = read(inbound(text("Hoi", **more)))
    assert mapped["touchpoints"] == []
    assert mapped.one("messages")["kind"] == "text"


def test_an_ad_counts_even_if_the_message_cannot_be_shown(read):
    mapped = read(inbound(message("unsupported", errors=[{"code": 131051}], referral=AD)))
    assert mapped.one("touchpoints")["entry_point"] == "ad"
    assert mapped.one("messages")["kind"] == "unsupported"


def test_a_hand_over_to_people_is_told(read):
    def passed(**more):
        value = {
            "messaging_product": "whatsapp", "timestamp": str(AT),
            "recipient": {"display_phone_number": DISPLAY, "phone_number_id": NUMBER_ID},
            "sender": {"phone_number": WA_ID},
        }  # fmt: skip
        return {"field": "messaging_handovers", "value": {**value, **more}}

    mapped = read(
        delivery(passed(control_passed={"new_owner_role": "escalation", "metadata": "wil mens"})),
        passed(timestamp=str(AT + 1), control_taken={}),
        delivery(passed(timestamp=str(AT + 2), control_passed={"metadata": "x"})),
    )
    assert [
        (row["kind"], row["direction"], row["declared_role"], row["business_id"])
        for row in sorted(mapped["messages"], key=lambda row: row["sent_at"])
    ] == [
        ("handover", "none", "human", NUMBER_ID),
        ("handover", "none", "human", NUMBER_ID),
        ("handover", "none", "system", NUMBER_ID),
    ]


def test_a_group_is_one_thread_whoever_writes_in_it(read):
    other = {"from": "31687654321", "id": "g2"}
    mapped = read(
        inbound(text("Hoi", group_id="Y2FwaV9n")),
        inbound({**text("Dag", group_id="Y2FwaV9n"), **other}),
        statuses(status(recipient_id="Y2FwaV9n", recipient_type="group")),
    )
    assert [row["customer_id"] for row in mapped["messages"]] == ["Y2FwaV9n"] * 3
    # Nobody's number stands for the group.
    assert mapped.keys_of(f"whatsapp:{NUMBER_ID}:Y2FwaV9n") == {("chat_id", "Y2FwaV9n")}


def test_inside_one_second_the_answer_follows_the_question(read):
    answer = status(timestamp=str(AT))
    mapped = read(delivery(change(statuses=[answer])), inbound(text("Hoi")))
    by_direction = {row["direction"]: row["sequence"] for row in mapped["messages"]}
    assert by_direction["in"] < by_direction["out"]


@pytest.mark.parametrize(
    "wrap",
    [
        lambda whole: whole,
        lambda whole: {"body": whole, "headers": {}, "query": {}},
        lambda whole: {"entry": whole["entry"]},
        lambda whole: whole["entry"][0]["changes"][0],
        lambda whole: {"body": whole["entry"][0]["changes"][0]},
        lambda whole: whole["entry"][0]["changes"][0]["value"],
        lambda whole: {"body": whole["entry"][0]["changes"][0]["value"]},
    ],
)
def test_however_the_log_keeps_a_delivery_it_says_the_same(read, wrap):
    documents = [wrap(inbound(text("Hoi"))), wrap(statuses(status()))]
    assert all(map(WEBHOOKS.recognise, documents))
    mapped = read(*documents)
    assert [(row["business_id"], row["message_id"]) for row in mapped["messages"]] == [
        (NUMBER_ID, "wamid.in"),
        (NUMBER_ID, "wamid.out"),
    ]
    assert mapped.outcomes == {}


def test_the_older_interface_names_no_business(read):
    mapped = read({"contacts": [{"wa_id": WA_ID}], "messages": [text("Hoi")]})
    record = mapped.one("messages")
    assert (record["business_id"], record["customer_id"]) == ("whatsapp", WA_ID)


def test_the_examples_become_what_is_written_beside_them(read):
    lines = (FIXTURES / "webhooks.ndjson").read_text("utf-8").splitlines()
    mapped = read(*map(json.loads, lines))
    expected = json.loads((FIXTURES / "expected.json").read_text("utf-8"))
    assert mapped.outcomes == {}
    for table, rows in expected.items():
        found = json.loads(json.dumps(mapped[table], default=str))
        assert len(found) == len(rows)
        for row in rows:
            assert any(row.items() <= one.items() for one in found), (table, row)
    assert USER_ID in json.dumps(lines)
