"""What a log of Sunshine Conversations webhooks becomes."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import convocommerce as cc
from convocommerce.sources.contract import check
from convocommerce.sources.sunshine.source import SOURCE
from convocommerce.warehouse import state_hash
from sources.sunshine.drawn import (
    APP,
    AT,
    CONVERSATION,
    MESSENGER,
    PAGE,
    PSID,
    STAND_IN,
    SUBJECT,
    USER,
    WORKSPACE,
    delivery,
    event,
    former,
    former_message,
    message,
    told,
    typed,
)

AT_UTC = datetime(2026, 3, 2, 9, 14, 5, 300000)
REFERRAL = {"code": "lente_m", "details": {"source": "ADS", "type": "OPEN-THREAD", "adId": 238501}}


@pytest.fixture
def read(run):
    return lambda *events: run(SOURCE, "webhooks", [delivery(*events)])


def test_a_message_of_the_customer_says_whose_conversation_it_is(read):
    mapped = read(message(typed("Hebben jullie deze in M?")))
    assert mapped.one("ticket_events") == {
        "is_transcript": False,
        "platform": "sunshine",
        "event_id": "60d1",
        "ticket_id": CONVERSATION,
        "happened_at": AT_UTC,
        "sequence": 0,
        "author_id": USER,
        "declared_role": "customer",
        "kind": "text",
        "detail": 1,
        "text": "Hebben jullie deze in M?",
    }
    assert mapped.one("tickets") == {
        "platform": "sunshine",
        "ticket_id": CONVERSATION,
        "business_id": PAGE,
        "channel": "messenger",
        "customer_id": USER,
        "created_at": datetime(2025, 8, 28, 7, 6, 40),
        "updated_at": AT_UTC,
        "is_messaging": True,
    }
    assert mapped.keys_of(SUBJECT) == {
        ("person", f"sunshine:{USER}"),
        ("token", f"sunshine:{CONVERSATION}"),
        ("chat_id", PSID),
    }
    assert mapped.outcomes == {}


@pytest.mark.parametrize(
    ("author", "rest", "role"),
    [
        ({}, {"metadata": {"__zendesk_msg.agent.id": "361"}}, "human"),
        ({}, {"metadata": {"__zendesk_msg.agent.id": 361}}, "human"),
        ({}, {"metadata": {"__zendesk_msg.agent.id": "__trigger"}}, "auto"),
        ({"displayName": "Automated Response"}, {}, "auto"),
        ({}, {}, "human"),
        ({}, {"source": {"type": "zd:answerBot"}}, "bot"),
        ({}, {"source": {"type": "api:conversations"}}, "bot"),
        ({}, {"source": None}, "bot"),
        ({"subtypes": ["AI"]}, {}, "bot"),
        ({"subtypes": ["bot"]}, {}, "bot"),
        ({"subtypes": ["agent"]}, {"source": {"type": "api:conversations"}}, "human"),
        ({}, {"source": {"type": "api:conversations", "campaign": {"id": "c1"}}}, "marketing"),
    ],
)
def test_who_spoke_for_the_business(read, author, rest, role):
    mapped = read(message(told(author, **rest)))
    assert mapped.one("ticket_events")["declared_role"] == role
    assert mapped["tickets"] == []


def test_an_employee_is_known_by_the_mark_of_the_workspace(read):
    marked = {"metadata": {"__zendesk_msg.agent.id": "361"}}
    mapped = read(message(told({"displayName": "Mara"}, **marked)))
    assert mapped.one("ticket_events")["author_id"] == "361"
    row = mapped.one("people")
    assert (row["person_id"], row["role"], row["name"]) == ("361", "human", "Mara")


@pytest.mark.parametrize(
    ("content", "kind", "text"),
    [
        ({"type": "text", "text": "M", "payload": "SIZE_M"}, "quick_reply", "M"),
        ({"type": "image", "mediaUrl": "https://x.example/a.jpg"}, "attachment", None),
        ({"type": "file", "mediaUrl": "https://x.example/a.pdf", "text": "bon"}, "attachment",
         "bon"),
        ({"type": "location", "coordinates": {"lat": 52.1, "long": 4.3}}, "attachment", None),
        ({"type": "formResponse", "fields": [], "textFallback": "Naam: Lot"}, "text",
         "Naam: Lot"),
        ({"type": "hologram"}, "unsupported", None),
    ],
)  # fmt: skip
def test_what_the_customer_sends_has_a_kind(read, content, kind, text):
    row = read(message(typed(content=content))).one("ticket_events")
    assert (row["kind"], row["text"]) == (kind, text)


@pytest.mark.parametrize(
    "content",
    [
        {"type": "carousel", "items": [{"title": "Sloffen"}]},
        {"type": "text", "text": "Kies", "actions": [{"type": "reply", "text": "M"}]},
        {"type": "form", "fields": [{"type": "email", "name": "email"}]},
    ],
)
def test_what_the_business_offers_to_tap_is_a_template(read, content):
    row = read(message(told({}, content=content))).one("ticket_events")
    assert row["kind"] == "template"


@pytest.mark.parametrize(
    ("source", "channel"),
    [
        ("instagram", "instagram"),
        ("whatsapp", "whatsapp"),
        ("web", "web_chat"),
        ("ios", "web_chat"),
        ("twilio", "sms"),
        ("mailgun", "email"),
        ("googlercs", "google_rcs"),
        ("twitter", "x"),
        ("apple", "apple"),
        ("kakao", "other"),
    ],
)
def test_the_customers_side_says_the_channel(read, source, channel):
    mapped = read(message(typed(source={"type": source})))
    row = mapped.one("tickets")
    assert (row["channel"], row["business_id"]) == (channel, APP)


def test_what_was_written_on_a_customers_behalf_gives_way(read):
    mapped = read(message(typed(source={"type": "api:conversations"})))
    assert mapped.one("tickets")["updated_at"] is None


@pytest.mark.parametrize("kind", ["conversation:create", "conversation:referral"])
def test_an_ad_brings_a_person(read, kind):
    user = {"id": USER, "zendeskId": "7001", "externalId": 77}
    came = event(kind, source=MESSENGER, user=user, referral=REFERRAL)
    mapped = read(came)
    assert mapped.one("touchpoints") == {
        "channel": "messenger",
        "touchpoint_id": "60e1",
        "business_id": PAGE,
        "customer_id": USER,
        "case_id": CONVERSATION,
        "occurred_at": AT_UTC,
        "sequence": 0,
        "entry_point": "ad",
        "source_label": "ADS",
        "ad_id": "238501",
        "ref": "lente_m",
        "post_id": None,
        "click_id": None,
    }
    assert mapped.keys_of(SUBJECT) >= {
        ("ref", "lente_m"),
        ("person", "zendesk:7001"),
        ("person", "sunshine:external:77"),
    }


@pytest.mark.parametrize(
    ("referral", "entry_point"),
    [
        ({"code": "qr", "details": {"source": "MESSENGER_CODE"}}, "link"),
        ({"code": "qr"}, "link"),
        ({"details": {"source": "SHORTLINK"}}, "link"),
        ({"details": {"source": "CUSTOMER_CHAT_PLUGIN"}}, "chat_plugin"),
        ({"details": {"source": "DISCOVER_TAB"}}, "other"),
        ({"details": {"adId": "9"}}, "ad"),
    ],
)
def test_entry_points(read, referral, entry_point):
    came = event("conversation:referral", source=MESSENGER, user={"id": USER}, referral=referral)
    assert read(came).one("touchpoints")["entry_point"] == entry_point


def test_whatsapp_tells_the_ad_in_its_own_words(read):
    raw = {"referral": {"source_type": "ad", "source_id": "120", "ctwa_clid": "ARx1"}}
    source = {"type": "whatsapp", "client": {"externalId": "31612345678", "raw": raw}}
    mapped = read(event("conversation:create", source=source, user={"id": USER}))
    row = mapped.one("touchpoints")
    assert (row["entry_point"], row["ad_id"], row["click_id"]) == ("ad", "120", "ARx1")
    assert mapped.keys_of(f"whatsapp:{APP}:{USER}") >= {
        ("chat_id", "31612345678"),
        ("phone", "+31612345678"),
    }


@pytest.mark.parametrize("kind", ["passControl", "acceptControl"])
def test_control_of_the_workspace_is_a_handover_to_people(read, kind):
    held = {"id": CONVERSATION, "activeSwitchboardIntegration": WORKSPACE}
    row = read(event(f"switchboard:{kind}", conversation=held)).one("ticket_events")
    assert (row["kind"], row["declared_role"], row["happened_at"]) == ("handover", "human", AT_UTC)


def test_a_closed_ticket_closes_the_conversation(read):
    passed = event("switchboard:passControl", reason="ticketClosed", number="60e2")
    ended = message({**told({"subtypes": []}), "activity": {"type": "ticket:closed"}})
    for one in (passed, ended):
        row = read(one).one("ticket_events")
        assert (row["kind"], row["declared_role"]) == ("close", "system")


def test_a_tapped_button_is_the_customer(read):
    postback = {"payload": "+31612345678", "displayText": "Bel mij"}
    tapped = event("conversation:postback", postback=postback, user={"id": USER}, source=MESSENGER)
    mapped = read(tapped)
    row = mapped.one("ticket_events")
    assert (row["kind"], row["declared_role"], row["text"]) == ("postback", "customer", "Bel mij")
    assert ("phone", "+31612345678") in mapped.keys_of(SUBJECT)


def test_an_address_in_a_form_is_stated_and_one_in_a_text_is_typed(read):
    form = {
        "type": "formResponse",
        "fields": [{"type": "email", "name": "email", "email": "Lot@Voorbeeld.example"}],
    }
    mapped = read(message(typed(content=form)), message(typed("of a@b.example", "60d9")))
    assert mapped.keys_of(SUBJECT) >= {
        ("email", "lot@voorbeeld.example"),
        ("typed_email", "a@b.example"),
    }


def test_a_link_of_the_business_is_tied_by_the_conversation(read):
    link = {"type": "link", "text": "Afrekenen", "uri": "https://s.example/cart/c/hWN2abcdefgh"}
    content = {"type": "text", "text": "Kijk", "actions": [link]}
    mapped = read(message(typed()), message(told({}, content=content)))
    assert mapped.keys_of(STAND_IN) == {
        ("token", "hWN2abcdefgh"),
        ("token", f"sunshine:{CONVERSATION}"),
    }


@pytest.mark.parametrize(
    ("kind", "status"),
    [("failure", "failed"), ("channel", "sent"), ("user", "delivered")],
)
def test_what_became_of_a_message(read, kind, status):
    error = {"code": "bad_request", "underlyingError": {"code": 10, "message": "x"}}
    done = event(
        f"conversation:message:delivery:{kind}",
        message={"id": "60d2"},
        destination=MESSENGER,
        error=error if kind == "failure" else None,
    )
    row = read(done).one("deliveries")
    assert (row["channel"], row["message_id"]) == ("messenger", "sunshine:60d2")
    assert (row["status"], row["happened_at"]) == (status, AT_UTC)
    assert row["error_code"] == ("10" if kind == "failure" else None)


def test_people_who_are_merged_share_a_key(read):
    merged = {"surviving": {"id": USER, "zendeskId": "7001"}, "discarded": {"id": "68aold"}}
    mapped = read(event("user:merge", mergedUsers=merged, reason="channelLinking"))
    assert mapped.keys_of(f"other:{APP}:{USER}") == {
        ("person", f"sunshine:{USER}"),
        ("person", "sunshine:68aold"),
        ("person", "zendesk:7001"),
    }


def test_a_changed_profile_and_a_new_client_show_keys(read):
    user = {
        "id": USER,
        "profile": {"email": "Lot@Voorbeeld.example"},
        "identities": [{"type": "phoneNumber", "value": "+31612345678"}],
    }
    changed = read(event("user:update", user=user, conversation=None))
    assert changed.keys_of(f"other:{APP}:{USER}") >= {
        ("email", "lot@voorbeeld.example"),
        ("phone", "+31612345678"),
    }
    client = {"type": "instagram", "integrationId": "5ec9", "externalId": "17840001"}
    added = read(event("client:add", user={"id": USER}, client=client, conversation=None))
    assert added.keys_of(f"instagram:5ec9:{USER}") == {
        ("person", f"sunshine:{USER}"),
        ("chat_id", "17840001"),
    }


def test_several_people_of_one_conversation_are_not_made_one(read):
    mapped = read(message(typed(), conversation={"id": CONVERSATION, "type": "sdkGroup"}))
    assert "token" not in {kind for kind, _ in mapped.keys_of(SUBJECT)}


@pytest.mark.parametrize(
    ("document", "outcome"),
    [
        (delivery(event("conversation:read", activity={"type": "conversation:read"})),
         ("ignored", "read receipt")),
        (delivery(event("conversation:typing")), ("ignored", "somebody types")),
        (delivery(event("conversation:join")), ("ignored", "somebody joins or leaves")),
        (delivery(event("conversation:remove")), ("ignored", "conversation removed")),
        (delivery(event("switchboard:passControl")),
         ("ignored", "control passed, not to people")),
        (delivery(event("switchboard:offerControl")), ("ignored", "control offered or refused")),
        (delivery(event("user:remove", user={"id": USER})),
         ("ignored", "person changed or removed")),
        (delivery(event("passthrough:messaging")), ("ignored", "event of the channel itself")),
        (delivery(event("conversation:referral", at=None, referral={})),
         ("ignored", "conversation that begins without a person")),
        (delivery(event("planet:created")), ("ignored", "unknown kind of event")),
        (delivery(), ("ignored", "delivery of no events")),
        (delivery(message(told({"subtypes": ["activity"]}))),
         ("ignored", "activity, not a message")),
        (delivery(message(typed(received=None), at=None)), ("quarantined", "event without a time")),
        (delivery(message(typed(), conversation=None)),
         ("quarantined", "event without its conversation")),
        (delivery(message(typed(author=None))), ("quarantined", "message without an author")),
        (delivery(message(typed(author={"type": "user"}))),
         ("quarantined", "event without the person")),
        (delivery(event("conversation:create", referral=REFERRAL, user={"id": USER})),
         ("quarantined", "event without its channel")),
        (delivery(event("user:merge")), ("quarantined", "merge without both people")),
        (delivery(event("conversation:message:delivery:failure")),
         ("quarantined", "delivery without its message")),
        (delivery({"id": "60e1"}), ("quarantined", "event without a type")),
    ],
)  # fmt: skip
def test_deliveries_that_hold_nothing_to_keep_say_why(run, document, outcome):
    mapped = run(SOURCE, "webhooks", [document])
    assert mapped.outcomes == {0: outcome}
    assert mapped.kept() == set()


def test_an_event_stored_without_its_delivery_is_the_same_event(run, read):
    lone = run(SOURCE, "webhooks", [message(typed())])
    assert lone["ticket_events"] == read(message(typed()))["ticket_events"]


def test_the_first_version_tells_the_same(run):
    documents = [
        former("message:appUser", messages=[former_message("appUser")]),
        former("message:appMaker", messages=[former_message("appMaker", "55c2")]),
        former("message:appMaker", messages=[
            former_message("appMaker", "55c3", source={"type": "zendesk"}),
            former_message("whisper", "55c4"),
        ]),
        former("postback", timestamp=1772442850.1,
               postbacks=[{"action": {"type": "postback", "text": "Ja", "payload": "YES"}}]),
    ]  # fmt: skip
    mapped = run(SOURCE, "webhooks", documents)
    found = {
        row["event_id"]: (row["declared_role"], row["kind"]) for row in mapped["ticket_events"]
    }
    (tap,) = (key for key in found if key.startswith("made:"))
    assert found == {
        "55c1": ("customer", "text"),
        "55c2": ("bot", "text"),
        "55c3": ("human", "text"),
        "55c4": ("note", "note"),
        tap: ("customer", "postback"),
    }
    assert {row["ticket_id"] for row in mapped["ticket_events"]} == {f"user:{USER}"}
    assert {row["channel"] for row in mapped["tickets"]} == {"messenger"}
    first = next(row for row in mapped["ticket_events"] if row["event_id"] == "55c1")
    assert first["happened_at"] == AT_UTC
    assert ("email", "lot@voorbeeld.example") in mapped.keys_of(f"messenger:{APP}:{USER}")


def test_the_first_version_tells_of_failures_arrivals_merges_and_payments(run):
    failed = former(
        "delivery:failure",
        destination={"type": "messenger"},
        error={"code": "unauthorized", "underlyingError": {"message": "x"}},
        messages=[former_message("appMaker")],
        timestamp=1772442850.1,
    )
    came = former(
        "conversation:referral",
        source={"type": "messenger"},
        referral={"code": "qr", "details": {"source": "MESSENGER_CODE", "type": "OPEN_THREAD"}},
        timestamp=1772442850.1,
    )
    merged = {
        "trigger": "merge:appUser",
        "app": {"_id": APP},
        "surviving": {"_id": USER, "userId": "k17"},
        "discarded": [{"_id": "68aold"}],
    }
    paid = former(
        "payment:success",
        payments=[{"source": {"type": "messenger"}, "charge": {"id": "ch_19dPr"}}],
        timestamp=1772442850.1,
    )
    mapped = run(SOURCE, "webhooks", [failed, came, merged, paid])
    row = mapped.one("deliveries")
    assert (row["message_id"], row["error_code"]) == ("sunshine:55c1", "unauthorized")
    assert mapped.one("touchpoints")["ref"] == "qr"
    assert ("person", "sunshine:68aold") in mapped.keys_of(f"other:{APP}:{USER}")
    assert ("payment", "ch_19dPr") in mapped.keys_of(f"messenger:{APP}:{USER}")
    assert mapped.outcomes == {}


@pytest.mark.parametrize(
    ("document", "kinds"),
    [
        (delivery(message(typed())), ["webhooks"]),
        (delivery(), ["webhooks"]),
        (message(typed()), ["webhooks"]),
        (former("message:appUser", messages=[former_message("appUser")]), ["webhooks"]),
        ({"messages": [typed()], "meta": {"hasMore": False}}, ["messages"]),
        ({"messages": [former_message("appUser")], "conversation": {"_id": "1"}}, ["messages"]),
        (typed(), ["messages"]),
        ({"id": USER, "profile": {}, "signedUpAt": AT, "identities": []}, ["users"]),
        ({"object": "page", "entry": []}, []),
        ({"object": "whatsapp_business_account", "entry": []}, []),
        ({"events": [{"id": "1", "type": "Messaging::ConversationMessage"}]}, []),
        ({"events": []}, []),
        ({"events": [5], "webhook": "x"}, []),
        ({"messages": [{"id": "wamid.1", "from": "31", "type": "text"}]}, []),
        ({"id": 1, "messages": [{"content": "x", "message_type": 0}]}, []),
        ({"type": "conversation", "id": "1", "conversation_parts": {}}, []),
        ({"id": "1", "type": "chat", "history": [], "visitor": {}}, []),
        ({"trigger": ["postback"], "app": {}}, []),
        ({"author": "user", "content": "x", "received": 1}, []),
        ({}, []),
    ],
)
def test_recognition(document, kinds):
    assert [kind.name for kind in SOURCE.kinds if kind.recognise(document)] == kinds


WHOLE = [
    delivery(message(typed("a@b.example")), message(told({"subtypes": ["agent"]}))),
    delivery(event("conversation:create", source=MESSENGER, user={"id": USER}, referral=REFERRAL)),
    delivery(event("switchboard:passControl", conversation={
        "id": CONVERSATION, "activeSwitchboardIntegration": WORKSPACE})),
    delivery(event("conversation:message:delivery:failure", message={"id": "60d2"},
                   destination=MESSENGER, error={"code": "x", "underlyingError": {"code": 1}})),
    delivery(event("user:merge", mergedUsers={"surviving": {"id": "a"}, "discarded": {"id": "b"}})),
    delivery(event("user:update", user={"id": USER, "profile": {"email": "a@b.example"},
                                        "identities": [{"type": "email", "value": "c@d.nl"}]})),
    delivery(event("conversation:postback", postback={"payload": "x"}, user={"id": USER},
                   source=MESSENGER)),
    former("message:appUser", messages=[former_message("appUser")]),
    former("postback", postbacks=[{"action": {"text": "Ja"}}], timestamp=1772442850.1),
    former("delivery:failure", messages=[former_message("appMaker")],
           destination={"type": "line"}, timestamp=1772442850.1),
    message(typed()),
]  # fmt: skip


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_damaged_deliveries_never_stop_the_rest(run, mutant, seed):
    random = Random(seed)
    documents = [mutant(random.choice(WHOLE), random) for _ in range(120)]
    mapped = run(SOURCE, "webhooks", documents)
    lost = [json.dumps(documents[number]) for number in mapped.unaccounted(len(documents))]
    assert lost == []
    assert mapped.incomplete == []
    assert mapped.kept().isdisjoint(mapped.outcomes)


def test_a_log_in_any_order_and_number_ends_in_the_same_state(tmp_path: Path):
    elsewhere = {"type": "web", "integrationId": "5ec9"}
    log: list[Any] = [
        *WHOLE,
        delivery(message(typed("later", "60d7", "2026-03-02T09:20:00.000Z", source=elsewhere))),
        delivery(message(typed("vandaag", "60d8", source={"type": "api:conversations"}))),
    ]
    lines = [json.dumps(document) for document in log]
    page = json.dumps({"messages": [typed("a@b.example"), told({"subtypes": ["agent"]})]})
    states = set()
    for seed in range(4):
        folder = tmp_path / str(seed)
        folder.mkdir()
        shuffled = lines * (1 + seed % 2)
        Random(seed).shuffle(shuffled)
        half = len(shuffled) // (seed + 1)
        files = {"a.ndjson": shuffled[:half], "b.ndjson": shuffled[half:]}
        files[f"{CONVERSATION}.json"] = [page]
        with cc.open(":memory:") as shop:
            for name, content in sorted(files.items(), reverse=bool(seed % 2)):
                if content:
                    (folder / name).write_text("\n".join(content), "utf-8")
                    shop.load(folder / name)
            states.add(state_hash(shop.database.con))
    assert len(states) == 1


def test_the_fixture_gives_what_stands_beside_it():
    folder = Path(__file__).parent / "fixtures"
    with cc.open(":memory:") as shop:
        shop.load(folder / "webhooks.ndjson")
        found = shop.database.con.execute(
            "select event_id, ticket_id, happened_at::varchar as happened_at, "
            "declared_role, kind, text "
            "from ticket_events order by all"
        )
        names = [column[0] for column in found.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    assert rows == json.loads((folder / "expected.json").read_text("utf-8"))


def test_the_description_is_whole(column_types):
    check(SOURCE)
    assert column_types(SOURCE) == set()
