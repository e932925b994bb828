"""What a log of Messenger and Instagram webhook deliveries becomes."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from convocommerce.sources.messenger.source import SOURCE

PAGE = "102030405060708"
PERSON = "7311223344556677"
AT = 1790337612204
AT_UTC = datetime(2026, 9, 25, 12, 0, 12, 204000)
SUBJECT = f"messenger:{PAGE}:{PERSON}"


def inbound(**what: Any) -> dict[str, Any]:
    return {"sender": {"id": PERSON}, "recipient": {"id": PAGE}, "timestamp": AT, **what}


def echo(**message: Any) -> dict[str, Any]:
    return {
        "sender": {"id": PAGE},
        "recipient": {"id": PERSON},
        "timestamp": AT,
        "message": {"mid": "m_out", "is_echo": True, **message},
    }


def delivery(*events: Any, platform: str = "page", feed: str = "messaging") -> dict[str, Any]:
    entry = {"id": PAGE, "time": AT + 300, feed: list(events)}
    return {"object": platform, "entry": [entry]}


@pytest.fixture
def read(run):
    def read_events(*events, **how):
        return run(SOURCE, "webhooks", [delivery(*events, **how)])

    return read_events


def test_a_typed_message_is_the_customer_speaking(read):
    mapped = read(inbound(message={"mid": "m_1", "text": "Is de groene jas er nog?"}))
    assert mapped.one("messages") == {
        "channel": "messenger",
        "business_id": PAGE,
        "customer_id": PERSON,
        "message_id": "m_1",
        "sent_at": AT_UTC,
        "sequence": 0,
        "direction": "in",
        "kind": "text",
        "declared_role": "customer",
        "app_id": None,
        "metadata": None,
        "agent_id": None,
        "is_failed": None,
        "detail": 40,
        "order_number": None,
        "shared_token": None,
        "cart_amount": None,
        "currency": None,
        "text": "Is de groene jas er nog?",
    }
    assert mapped.keys_of(SUBJECT) == {("chat_id", PERSON)}
    assert mapped["touchpoints"] == []
    assert mapped.outcomes == {}


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ({"text": "ja"}, "text"),
        ({"text": "M", "quick_reply": {"payload": "SIZE_M"}}, "quick_reply"),
        ({"attachments": [{"type": "image", "payload": {"url": "https://x.example/a.jpg"}}]},
         "attachment"),
        ({"attachments": [{"type": "sticker", "payload": {"sticker_id": 369239263222822}},
                          {"type": "image", "payload": {"url": "https://x.example/s.png"}}]},
         "sticker"),
        ({"sticker_id": 369239263222822}, "sticker"),
        ({"text": "kijk", "attachments": [{"type": "fallback", "payload": None}]}, "text"),
        ({"attachments": [{"type": "template", "payload": {"product": {"elements": []}}}]},
         "attachment"),
        ({"attachments": [{"type": "ephemeral"}]}, "attachment"),
        ({"attachments": [{"type": "story_mention", "payload": {"url": "https://x.example"}}]},
         "attachment"),
        ({"attachments": [{"type": "unsupported_type"}]}, "unsupported"),
        ({"is_unsupported": True}, "unsupported"),
        ({"text": "prijs?", "reply_to": {"story": {"id": "1", "url": "https://x.example"}}},
         "text"),
    ],
)  # fmt: skip
def test_what_the_customer_sends_has_a_kind(read, message, kind):
    mapped = read(inbound(message={"mid": "m_1", **message}), platform="instagram")
    row = mapped.one("messages")
    assert (row["channel"], row["kind"], row["direction"], row["declared_role"]) == (
        "instagram", kind, "in", "customer",
    )  # fmt: skip


@pytest.mark.parametrize("app_id", [263902037430900, "263902037430900"])
def test_an_echo_is_the_business_and_keeps_the_app_as_text(read, app_id):
    row = read(echo(text="Ja hoor!", app_id=app_id)).one("messages")
    assert row["direction"] == "out"
    assert row["customer_id"] == PERSON
    assert row["app_id"] == "263902037430900"
    assert row["declared_role"] is None


def test_metadata_names_the_employee(read):
    row = read(echo(text="Ja hoor!", app_id=1, metadata="agent:anna")).one("messages")
    assert (row["metadata"], row["agent_id"]) == ("agent:anna", "anna")


def test_an_old_echo_that_names_the_customer_as_sender_is_still_the_business(read):
    event = inbound(message={"mid": "m_old", "text": "hoi", "is_echo": True})
    row = read(event).one("messages")
    assert (row["direction"], row["business_id"], row["customer_id"]) == ("out", PAGE, PERSON)


def test_a_message_by_the_page_without_an_echo_flag_is_the_business(read):
    event = echo(text="hoi")
    del event["message"]["is_echo"]
    row = read(event).one("messages")
    assert (row["direction"], row["customer_id"]) == ("out", PERSON)


@pytest.mark.parametrize("metadata", ["marketing", "sponsored:spring"])
def test_what_the_sending_app_calls_marketing_is_marketing(read, metadata):
    row = read(echo(text="-20%", metadata=metadata)).one("messages")
    assert (row["kind"], row["declared_role"]) == ("marketing", "marketing")


def test_a_receipt_names_its_order(read):
    payload = {"template_type": "receipt", "order_number": "#1042", "currency": "EUR"}
    row = read(echo(attachments=[{"type": "template", "payload": payload}])).one("messages")
    assert (row["kind"], row["order_number"]) == ("receipt", "#1042")


def test_other_templates_of_the_business_are_templates(read):
    payload = {"template_type": "button", "text": "Kies", "buttons": []}
    row = read(echo(attachments=[{"type": "template", "payload": payload}])).one("messages")
    assert (row["kind"], row["order_number"]) == ("template", None)


def test_a_cart_sent_into_the_chat_has_an_exact_amount(read):
    products = [
        {"id": 4455, "unit_price": 79.95, "currency": "EUR", "quantity": 2},
        {"id": 4456, "unit_price": "0.10", "currency": "EUR"},
    ]
    row = read(inbound(order={"products": products, "note": "ophalen"})).one("messages")
    assert (row["kind"], row["cart_amount"], row["currency"]) == ("cart", Decimal("160.0"), "EUR")
    assert row["message_id"].startswith("made:")
    assert row["text"] == "ophalen"


@pytest.mark.parametrize(
    "products",
    [
        [{"unit_price": 1, "currency": "EUR"}, {"unit_price": 1, "currency": "USD"}],
        [{"unit_price": 1, "currency": "EUR"}, {"currency": "EUR"}],
        [],
    ],
)
def test_a_cart_that_cannot_be_added_up_has_no_amount(read, products):
    assert read(inbound(order={"products": products})).one("messages")["cart_amount"] is None


def test_a_postback_without_an_id_has_one_id_in_every_copy(run):
    tapped = inbound(postback={"title": "Begin", "payload": "GET_STARTED"})
    bodyless = inbound(postback={"title": "Begin"})
    mapped = run(SOURCE, "webhooks", [delivery(tapped), delivery(bodyless, feed="standby")])
    first, second = mapped["messages"]
    assert first == second
    assert first["kind"] == "postback"
    assert first["message_id"].startswith("made:")


def test_the_standby_copy_of_a_message_is_the_same_message(run):
    event = inbound(message={"mid": "m_1", "text": "hoi"})
    mapped = run(SOURCE, "webhooks", [delivery(event), delivery(event, feed="standby")])
    first, second = mapped["messages"]
    assert first == second


def test_a_delivery_with_both_feeds_and_several_entries_keeps_every_event(run):
    def said(mid):
        return inbound(message={"mid": mid, "text": mid})

    document = delivery(said("a"), said("b"))
    document["entry"][0]["standby"] = [said("c")]
    document["entry"].append({"id": PAGE, "time": AT, "messaging": [said("d")]})
    rows = run(SOURCE, "webhooks", [document])["messages"]
    found = {row["message_id"]: row["sequence"] for row in rows}
    assert found == {"a": 0, "b": 1, "c": 2, "d": 1000}


def test_a_reaction_is_kept_and_taking_it_back_is_not(run):
    reaction = {"mid": "m_out", "reaction": "love", "emoji": "❤", "action": "react"}
    mapped = run(
        SOURCE,
        "webhooks",
        [
            delivery(inbound(reaction=reaction)),
            delivery(inbound(reaction={**reaction, "action": "unreact"})),
        ],
    )
    assert mapped.one("messages")["kind"] == "reaction"
    assert mapped.outcomes == {1: ("ignored", "reaction taken back")}


@pytest.mark.parametrize(
    ("event", "app"),
    [
        ({"pass_thread_control": {"new_owner_app_id": 123, "metadata": "naar mens"}}, "123"),
        ({"take_thread_control": {"previous_owner_app_id": 9, "new_owner_app_id": "5"}}, "5"),
        ({"request_thread_control": {"requested_owner_app_id": "77"}}, "77"),
    ],
)
def test_a_handover_is_the_platform_speaking_and_names_the_app(read, event, app):
    row = read(inbound(**event)).one("messages")
    assert (row["kind"], row["direction"], row["declared_role"], row["app_id"]) == (
        "handover", "none", "system", app,
    )  # fmt: skip
    assert row["customer_id"] == PERSON


def test_a_deletion_is_a_change_and_not_a_message(read):
    mapped = read(inbound(message={"mid": "m_1", "is_deleted": True}), platform="instagram")
    assert mapped["messages"] == []
    assert mapped.one("message_changes") == {
        "channel": "instagram",
        "message_id": "m_1",
        "change": "deleted",
        "revision": 0,
        "changed_at": AT_UTC,
        "text": None,
    }
    assert mapped["identities"] == []


def test_a_deletion_that_still_has_content_is_both(read):
    mapped = read(inbound(message={"mid": "m_1", "is_deleted": True, "text": "oeps"}))
    assert mapped.one("messages")["message_id"] == "m_1"
    assert mapped.one("message_changes")["change"] == "deleted"


def test_an_edit_carries_its_number_and_new_text(read):
    mapped = read(inbound(message_edit={"mid": "m_1", "text": "maat M", "num_edit": "2"}))
    row = mapped.one("message_changes")
    assert (row["change"], row["revision"], row["text"]) == ("edited", 2, "maat M")
    assert mapped["messages"] == []


@pytest.mark.parametrize(
    ("timestamp", "expected"),
    [
        (AT, AT_UTC),
        (str(AT), AT_UTC),
        (AT // 1000, AT_UTC.replace(microsecond=0)),
        (str(AT // 1000), AT_UTC.replace(microsecond=0)),
        ("2026-09-25T14:00:12.204+0200", AT_UTC),
        (None, AT_UTC.replace(microsecond=504000)),
    ],
)
def test_times_come_in_any_unit_and_fall_back_on_the_delivery(read, timestamp, expected):
    event = inbound(message={"mid": "m_1", "text": "hoi"}) | {"timestamp": timestamp}
    assert read(event).one("messages")["sent_at"] == expected


@pytest.mark.parametrize(
    ("referral", "entry_point", "label"),
    [
        ({"source": "ADS", "type": "OPEN_THREAD", "ad_id": 120231987654320123}, "ad", "ADS"),
        ({"source": "SHORTLINK", "type": "OPEN_THREAD", "ref": "flyer"}, "link", "SHORTLINK"),
        ({"source": "CUSTOMER_CHAT_PLUGIN", "referer_uri": "https://x.example"},
         "chat_plugin", "CUSTOMER_CHAT_PLUGIN"),
        ({"product": {"id": "445566"}}, "shop", None),
        ({"source": "ADS", "type": "LEAD_COMPLETE", "ad_id": "1"}, "lead_form", "ADS"),
        ({"ads_context_data": {"post_id": "99"}}, "post", None),
        ({"source": "DISCOVER_TAB", "type": "OPEN_THREAD"}, "other", "DISCOVER_TAB"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["event", "postback", "message"])
def test_a_referral_is_read_wherever_it_stands(read, referral, entry_point, label, place):
    event = {
        "event": inbound(referral=referral),
        "postback": inbound(postback={"mid": "m_p", "title": "Begin", "referral": referral}),
        "message": inbound(message={"mid": "m_p", "text": "hoi", "referral": referral}),
    }[place]
    row = read(event).one("touchpoints")
    assert (row["entry_point"], row["source_label"]) == (entry_point, label)
    assert row["customer_id"] == PERSON
    if place == "event":
        assert row["touchpoint_id"].startswith("made:")
    else:
        assert row["touchpoint_id"] == "m_p"


def test_an_ad_referral_keeps_every_digit_and_the_post(read):
    referral = {
        "source": "ADS",
        "ref": "herfst_jas",
        "ad_id": 120231987654320123,
        "ads_context_data": {"ad_title": "Herfst", "post_id": "998877665544332"},
    }
    mapped = read(inbound(message={"mid": "m_1", "text": "hoi", "referral": referral}))
    row = mapped.one("touchpoints")
    assert (row["ad_id"], row["ref"], row["post_id"]) == (
        "120231987654320123", "herfst_jas", "998877665544332",
    )  # fmt: skip
    assert ("ref", "herfst_jas") in mapped.keys_of(SUBJECT)


def test_a_lone_referral_is_an_arrival_and_not_a_message(read):
    mapped = read(inbound(referral={"source": "SHORTLINK", "ref": "a"}))
    assert mapped["messages"] == []
    assert len(mapped["touchpoints"]) == 1


def test_a_postback_that_names_the_person_as_the_entry_is_still_theirs(run):
    document = delivery(inbound(postback={"mid": "p", "title": "Begin"}), platform="instagram")
    document["entry"][0]["id"] = PERSON
    row = run(SOURCE, "webhooks", [document]).one("messages")
    assert (row["business_id"], row["customer_id"], row["direction"]) == (PAGE, PERSON, "in")


def test_the_checkbox_of_a_web_page_is_a_chat_plugin(read):
    event = inbound(
        message={"mid": "m_1", "text": "hoi"},
        prior_message={"source": "checkbox_plugin", "identifier": "u1"},
    )
    assert read(event).one("touchpoints")["entry_point"] == "chat_plugin"


@pytest.mark.parametrize(
    ("message", "keys"),
    [
        ({"text": "Mail maar naar Sanne.V+jas@Voorbeeld.NL, of bel."},
         {("typed_email", "sanne.v+jas@voorbeeld.nl")}),
        ({"text": "x", "quick_reply": {"payload": "Sanne@voorbeeld.nl"}},
         {("email", "sanne@voorbeeld.nl")}),
        ({"text": "x", "quick_reply": {"payload": "+31 6 12345678"}},
         {("phone", "+31 6 12345678")}),
        ({"text": "bestelling 0612345678"}, set()),
        ({"text": "x", "quick_reply": {"payload": "1234567890"}}, set()),
    ],
)  # fmt: skip
def test_keys_the_customer_gives_are_kept(read, message, keys):
    mapped = read(inbound(message={"mid": "m_1", **message}))
    assert mapped.keys_of(SUBJECT) == {("chat_id", PERSON)} | keys


def test_an_address_the_business_writes_is_not_the_customers(read):
    mapped = read(echo(text="Mail naar info@winkel.example"))
    assert mapped.keys_of(SUBJECT) == {("chat_id", PERSON)}


@pytest.mark.parametrize(
    ("url", "token", "key_kind"),
    [
        ("https://w.example/checkouts/cn/Z2NwLWV1cm9wZTAx/information?x=1",
         "Z2NwLWV1cm9wZTAx", "token"),
        ("https://w.example/1234/checkouts/2a1ace52255252df566af0faaedfbfa7",
         "2a1ace52255252df566af0faaedfbfa7", "token"),
        ("https://w.example/cart/c/hWN5abcdEFGH?key=9", "hWN5abcdEFGH", "token"),
        ("https://w.example/cart/4455:1?attributes[chat]=7311223344556677",
         "7311223344556677", "link"),
        ("https://w.example/cart/4455:1?a=b&attributes%5Bchat%5D=ab%3D12", "ab=12", "link"),
        ("https://w.example/p?ref=gesprek_9", "gesprek_9", "link"),
        ("https://w.example/123/invoices/0a1b2c3d4e5f", "0a1b2c3d4e5f", "token"),
        ("https://w.example/afrekenen/order-pay/7/?pay_for_order=true&key=wc_order_Ab12Cd34",
         "wc_order_Ab12Cd34", "token"),
        ("https://checkout.stripe.com/c/pay/cs_live_a1B2c3D4e5", "cs_live_a1B2c3D4e5", "token"),
        ("https://buy.stripe.com/x?client_reference_id=gesprek-9", "gesprek-9", "link"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["text", "button"])
def test_a_link_in_the_chat_carries_its_token(read, url, token, key_kind, place):
    if place == "text":
        event = echo(text=f"Hier staat alles klaar: {url} !")
    else:
        button = {"type": "web_url", "title": "Kopen", "url": url}
        payload = {"template_type": "generic", "elements": [{"title": "a", "buttons": [button]}]}
        event = echo(attachments=[{"type": "template", "payload": payload}])
    mapped = read(event)
    assert mapped.one("messages")["shared_token"] == token
    assert (key_kind, token) in mapped.keys_of(SUBJECT)


def test_a_link_the_customer_pastes_is_not_a_shared_one(read):
    text = "https://w.example/cart/c/hWN5abcdEFGH"
    assert read(inbound(message={"mid": "m", "text": text})).one("messages")["shared_token"] is None
