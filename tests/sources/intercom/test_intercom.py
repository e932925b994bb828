"""Intercom's conversations become messages with the one who spoke, whichever way they come."""

from __future__ import annotations

import copy
from datetime import datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convocommerce.sources.contract import check
from convocommerce.sources.intercom.source import SOURCE

AT = 1772442845  # 2026-03-02 09:14:05
CONTACT = "66f0aa00bb11cc22dd33ee44"
PERSON = {"type": "lead", "id": CONTACT, "name": "Ana", "email": "ana@voorbeeld.nl"}
AGENT = {"type": "admin", "id": "814860", "name": "Joost", "email": "joost@winkel.example"}
BOT = {"type": "bot", "id": "5512", "name": "Fin", "from_ai_agent": True, "is_ai_answer": True}


def part(number: int, seconds: int, author: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "conversation_part",
        "id": str(9007199254740993000 + number),
        "part_type": "comment",
        "body": "<p>Hallo</p>",
        "created_at": AT + seconds,
        "updated_at": AT + seconds,
        "assigned_to": None,
        "author": author,
        "attachments": [],
        "redacted": False,
        **more,
    }


def conversation(*parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "conversation",
        "id": "215469380263515",
        "created_at": AT,
        "updated_at": AT + 900,
        "state": "open",
        "open": True,
        "admin_assignee_id": 814860,
        "team_assignee_id": None,
        "source": {
            "type": "conversation",
            "id": "403918251",
            "delivered_as": "customer_initiated",
            "subject": "",
            "body": "<p>Hebben jullie deze in M?</p>",
            "author": PERSON,
            "attachments": [],
            "redacted": False,
        },
        "contacts": {
            "type": "contact.list",
            "contacts": [{"type": "contact", "id": CONTACT, "external_id": "klant-7301"}],
        },
        "conversation_rating": {},
        "statistics": None,
        "conversation_parts": {
            "type": "conversation_part.list",
            "conversation_parts": list(parts),
            "total_count": len(parts),
        },
        **more,
    }


def webhook(topic: str, item: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "notification_event",
        "app_id": "abc123",
        "id": "notif_1",
        "topic": topic,
        "delivery_attempts": 1,
        "created_at": AT + 900,
        "data": {"type": "notification_event_data", "item": item},
    }


def said(run: Any, *documents: dict[str, Any]) -> list[dict[str, Any]]:
    found = run(SOURCE, "conversations", documents)["messages"]
    return sorted(found, key=lambda row: (row["sent_at"], row["sequence"]))


def test_a_conversation_is_told_from_its_opening_to_its_close(run):
    document = conversation(
        part(1, 3, BOT, body="<p>Ik zoek het <b>op</b> &amp; meld me.</p>"),
        part(2, 5, BOT, part_type="assignment", body=None,
             assigned_to={"type": "team", "id": "77"}),
        part(3, 60, AGENT, part_type="note", body="<p>belt zelf</p>"),
        part(4, 65, AGENT, body="<p>Ja</p><p>tot morgen</p>"),
        part(5, 70, PERSON, part_type="quick_reply", body="<p>Top</p>"),
        part(6, 80, AGENT, part_type="close", body=None),
    )  # fmt: skip
    rows = said(run, document)
    keys = ("direction", "kind", "declared_role", "agent_id", "text")
    assert [tuple(row[key] for key in keys) for row in rows] == [
        ("in", "text", "customer", None, "Hebben jullie deze in M?"),
        ("out", "text", "bot", None, "Ik zoek het op & meld me."),
        ("none", "handover", "human", None, None),
        ("out", "note", "note", None, "belt zelf"),
        ("out", "text", "human", "814860", "Ja\ntot morgen"),
        ("in", "quick_reply", "customer", None, "Top"),
        ("none", "close", "system", None, None),
    ]
    assert {row["case_id"] for row in rows} == {"215469380263515"}
    assert {row["customer_id"] for row in rows} == {CONTACT}
    assert rows[0]["sent_at"] == datetime(2026, 3, 2, 9, 14, 5)
    assert rows[1]["message_id"] == "intercom:9007199254740993001"
    assert not any(row["is_cut_off"] for row in rows)


def test_a_webhook_tells_the_same_messages_as_the_api(run):
    parts = [part(1, 60, AGENT), part(2, 60, AGENT, part_type="close", body="<p>Dag</p>")]
    from_api = said(run, conversation(*parts))
    log = [webhook("conversation.admin.replied", conversation(p)) for p in parts]
    from_log = said(run, *log)
    told = {(r["message_id"], r["sequence"], r["kind"], r["text"]) for r in from_log}
    assert told == {(r["message_id"], r["sequence"], r["kind"], r["text"]) for r in from_api}
    assert {row["detail"] for row in from_api} == {2}
    assert {row["detail"] for row in from_log} == {1}


def test_what_is_said_while_closing_comes_before_the_close(run):
    rows = said(run, conversation(part(1, 9, AGENT, part_type="close", body="<p>Dag</p>")))
    assert [row["kind"] for row in rows] == ["text", "text", "close"]
    assert rows[1]["sequence"] < rows[2]["sequence"]


def test_a_webhook_of_an_older_version_is_read(run):
    item = {
        "type": "conversation",
        "id": "147",
        "created_at": str(AT),
        "user": {"type": "user", "id": CONTACT, "user_id": "klant-7301", "email": "ana@x.nl"},
        "assignee": {"type": "nobody_admin", "id": None},
        "conversation_message": {
            "type": "conversation_message",
            "id": "26",
            "body": "<p>Help</p>",
            "author": {"type": "user", "id": "another"},
        },
        "conversation_parts": {"conversation_parts": [part(1, 5, AGENT, part_type="open")]},
    }
    rows = said(run, webhook("conversation.admin.replied", item))
    assert [(r["direction"], r["declared_role"], r["text"]) for r in rows] == [
        ("in", "customer", "Help"), ("out", "human", "Hallo"),
    ]  # fmt: skip
    assert {row["channel"] for row in rows} == {"web_chat"}


def test_a_list_without_parts_does_not_pretend_to_know_the_answers(run):
    document = conversation()
    del document["conversation_parts"]
    (row,) = said(run, document)
    assert row["is_cut_off"] is True
    assert row["detail"] == 0


def test_of_a_conversation_with_too_many_parts_the_beginning_is_unknown(run):
    document = conversation(part(501, 60, AGENT), part(502, 70, PERSON))
    document["conversation_parts"]["total_count"] = 502
    assert [row["is_cut_off"] for row in said(run, document)] == [True, True, None]


def test_a_webhook_of_one_part_is_not_cut_off(run):
    document = conversation(part(1, 60, AGENT))
    document["conversation_parts"]["total_count"] = 40
    rows = said(run, webhook("conversation.admin.replied", document))
    assert [row["is_cut_off"] for row in rows] == [None, None]


@pytest.mark.parametrize(
    ("delivered_as", "author", "role", "kind"),
    [
        ("customer_initiated", PERSON, "customer", "text"),
        ("admin_initiated", AGENT, "human", "text"),
        ("campaigns_initiated", AGENT, "marketing", "marketing"),
        ("automated", AGENT, "auto", "text"),
        ("operator_initiated", BOT, "bot", "text"),
        ("operator_initiated", AGENT | {"from_ai_agent": True}, "bot", "text"),
        ("operator_initiated", {"type": "bot", "id": "5500"}, "bot", "text"),
        ("automated", {"type": "bot", "id": "5500", "from_ai_agent": False}, "auto", "text"),
        ("something_new", AGENT, "human", "text"),
        ("customer_initiated", None, "customer", "text"),
    ],
)
def test_who_opened_it(run, delivered_as, author, role, kind):
    document = conversation()
    document["source"] |= {"delivered_as": delivered_as, "author": author}
    (row,) = said(run, document)
    assert (row["declared_role"], row["kind"]) == (role, kind)
    assert row["direction"] == ("in" if role == "customer" else "out")


@pytest.mark.parametrize(
    ("more", "kinds"),
    [
        ({"part_type": "assignment", "body": None}, []),
        ({"part_type": "assignment", "body": "<p>Ik vraag een collega</p>"}, ["text"]),
        ({"part_type": "open", "body": None}, []),
        ({"part_type": "snoozed", "body": None}, []),
        ({"part_type": "away_mode_assignment", "body": None}, []),
        ({"part_type": "conversation_attribute_updated_by_admin", "body": "None"}, []),
        ({"part_type": "participant_added", "body": None}, []),
        ({"part_type": "something_new", "body": "<p>x</p>"}, []),
        ({"part_type": "note_and_reopen"}, ["note"]),
        ({"body": None, "attachments": [{"type": "upload"}]}, ["attachment"]),
        ({"body": "<p></p>"}, ["template"]),
        ({"part_type": "close", "body": None}, ["close"]),
    ],
)
def test_what_a_part_of_an_employee_is(run, more, kinds):
    rows = said(run, conversation(part(1, 9, AGENT, **more)))
    assert [row["kind"] for row in rows[1:]] == kinds


@pytest.mark.parametrize(
    ("part_type", "author", "to", "is_handover"),
    [
        ("assignment", BOT, "team", True),
        ("assignment", BOT, "admin", True),
        ("assignment", BOT, "nobody_admin", False),
        ("assignment", AGENT, "team", False),
        ("default_assignment", BOT, "team", False),
    ],
)
def test_only_a_bot_that_passes_on_hands_over(run, part_type, author, to, is_handover):
    document = conversation(
        part(1, 9, author, part_type=part_type, body=None, assigned_to={"type": to, "id": "7"})
    )
    assert [r["kind"] for r in said(run, document)[1:]] == ["handover"] * is_handover


@pytest.mark.parametrize(
    ("kind", "channel"),
    [("conversation", "web_chat"), ("email", "email"), ("facebook", "messenger"),
     ("instagram", "instagram"), ("whatsapp", "whatsapp"), ("sms", "sms"), ("twitter", "x"),
     ("phone_call", "phone"), ("push", "web_chat"), (None, "web_chat"), ("fax", "other")],
)  # fmt: skip
def test_channels(run, kind, channel):
    document = conversation()
    document["source"]["type"] = kind
    assert [row["channel"] for row in said(run, document)] == [channel]


def test_a_redacted_part_keeps_its_place_and_loses_its_text(run):
    deleted = part(1, 9, PERSON, body="<p><i>This message was deleted</i></p>", redacted=True)
    mapped = run(SOURCE, "conversations", [conversation(deleted)])
    texts = {row["message_id"]: row["text"] for row in mapped["messages"]}
    assert texts["intercom:9007199254740993001"] is None
    assert mapped.one("message_changes")["change"] == "deleted"
    older = webhook("conversation_part.redacted", conversation(deleted | {"redacted": None}))
    assert run(SOURCE, "conversations", [older]).one("message_changes")["message_id"] == (
        "intercom:9007199254740993001"
    )


def test_what_intercom_counted_is_kept_beside_our_own(run):
    document = conversation(
        statistics={
            "time_to_admin_reply": 120,
            "first_contact_reply_at": AT,
            "first_admin_reply_at": AT + 50_000,
            "time_to_first_close": 300,
            "first_close_at": AT + 300,
            "median_time_to_reply": 60,
        }
    )
    rows = {r["measure"]: r for r in run(SOURCE, "conversations", [document])["reported_times"]}
    assert set(rows) == {"first_reply", "first_resolution"}
    assert rows["first_reply"]["business_seconds"] == 120
    assert rows["first_reply"]["calendar_seconds"] == 50_000
    assert rows["first_resolution"]["started_at"] == datetime(2026, 3, 2, 9, 14, 5)


def test_ratings_and_tickets(run):
    rating = {"rating": 5, "remark": "Snel!", "created_at": AT + 950, "teammate": {"id": "814860"}}
    mapped = run(
        SOURCE, "conversations", [conversation(conversation_rating=rating, state="snoozed")]
    )
    rated = mapped.one("ratings")
    assert (rated["scale"], rated["score"], rated["is_good"]) == ("1_to_5", Decimal(5), True)
    assert (rated["case_id"], rated["agent_id"]) == ("215469380263515", "814860")
    ticket = mapped.one("tickets")
    assert (ticket["status"], ticket["agent_id"], ticket["team_id"]) == ("hold", "814860", None)


def test_a_rating_that_was_only_asked_for_is_none(run):
    asked = {"rating": None, "remark": None, "created_at": AT}
    assert run(SOURCE, "conversations", [conversation(conversation_rating=asked)])["ratings"] == []


def test_by_what_a_person_is_known(run):
    link = '<p><a href="https://w.example/cart/c/hN1abcdefgh?x=1&amp;y=2">Afrekenen</a></p>'
    document = conversation(
        part(1, 5, PERSON, body="<p>mijn mail is Ana.Oud@post.example</p>"),
        part(2, 9, AGENT, body=link),
    )
    mapped = run(SOURCE, "conversations", [document])
    assert mapped.keys_of(f"web_chat:intercom:{CONTACT}") == {
        ("person", f"intercom:{CONTACT}"),
        ("shop_customer", "klant-7301"),
        ("email", "ana@voorbeeld.nl"),
        ("typed_email", "ana.oud@post.example"),
        ("token", "hN1abcdefgh"),
    }
    assert {row["shared_token"] for row in mapped["messages"]} == {None, "hN1abcdefgh"}


def test_contacts_and_topics_about_contacts_show_the_same(run):
    contact = {
        "type": "contact", "id": CONTACT, "role": "user", "workspace_id": "abc123",
        "email": "ana@voorbeeld.nl", "phone": "+31612345678", "external_id": "7",
    }  # fmt: skip
    wanted = {
        ("person", f"intercom:{CONTACT}"),
        ("email", "ana@voorbeeld.nl"),
        ("phone", "+31612345678"),
    }
    subject = f"web_chat:intercom:{CONTACT}"
    assert run(SOURCE, "contacts", [contact]).keys_of(subject) == wanted
    for topic, item in (
        ("contact.user.created", contact),
        ("contact.user.tag.created", {"type": "contact_tag", "contact": contact}),
    ):
        mapped = run(SOURCE, "conversations", [webhook(topic, item)])
        assert mapped.keys_of(subject) == wanted
        assert mapped["messages"] == []


@pytest.mark.parametrize(
    ("document", "outcome", "reason"),
    [
        (webhook("ping", {"type": "ping", "message": "x"}), "ignored", "test of the webhook"),
        (webhook("company.created", {"type": "company", "id": "1"}), "ignored",
         "topic that is not about a conversation"),
        (webhook("ticket.created", {"type": "ticket", "id": "1"}), "ignored",
         "topic that is not about a conversation"),
        (webhook("contact.deleted", {"type": "contact"}), "quarantined", "contact without its id"),
        (conversation(id=None), "quarantined", "conversation without its id"),
        (conversation(created_at="gisteren"), "quarantined",
         "conversation without the time it began"),
        (conversation(contacts=None, source=None), "quarantined",
         "conversation without its contact"),
    ],
)  # fmt: skip
def test_what_holds_nothing_says_why(run, document, outcome, reason):
    mapped = run(SOURCE, "conversations", [document])
    assert mapped.outcomes == {0: (outcome, reason)}
    assert mapped.kept() == set()


@pytest.mark.parametrize("wrapped", [True, False])
def test_lists_come_bare_or_wrapped(run, wrapped):
    document = conversation(part(1, 9, AGENT))
    if not wrapped:
        document["contacts"] = document["contacts"]["contacts"]
        document["conversation_parts"] = document["conversation_parts"]["conversation_parts"]
    assert [row["declared_role"] for row in said(run, document)] == ["customer", "human"]


@pytest.mark.parametrize(
    ("document", "kinds"),
    [
        (conversation(), ["conversations"]),
        (webhook("ping", {}), ["conversations"]),
        ({"topic": "conversation.user.created", "data": {"item": {"id": "1"}}}, ["conversations"]),
        ({k: v for k, v in conversation().items() if k != "type"}, ["conversations"]),
        ({"type": "contact", "id": "1", "workspace_id": "a"}, ["contacts"]),
        ({"type": "conversation", "id": "1"}, []),
        ({"type": "personal", "id": "1", "source": {"type": "web"}}, []),
        ({"object": "page", "entry": []}, []),
        ({"id": 5, "name": "#1042", "source_name": "web", "total_price": "1.00"}, []),
        ({"event": "message_created", "conversation": {}}, []),
        ({"topic": 5, "data": []}, []),
        ({"type": ["x"], "source": 5}, []),
        ({}, []),
    ],
)
def test_recognition(document, kinds):
    assert [kind.name for kind in SOURCE.kinds if kind.recognise(document)] == kinds


FULL = conversation(
    part(1, 3, BOT),
    part(2, 5, BOT, part_type="assignment", body=None, assigned_to={"type": "team", "id": "7"}),
    part(3, 65, AGENT, part_type="close"),
    statistics={"time_to_admin_reply": 5, "first_close_at": AT},
    conversation_rating={"rating": 2, "created_at": AT, "teammate": {"id": 5}},
)
FIXTURES = {
    "conversations": [FULL, webhook("conversation.admin.closed", copy.deepcopy(FULL))],
    "contacts": [{"type": "contact", "id": "1", "email": "a@b.nl", "external_id": "klant-1"}],
}


@pytest.mark.parametrize("kind", sorted(FIXTURES))
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_damaged_documents_never_stop_the_rest(run, mutant, kind, seed):
    random = Random(seed)
    documents = [mutant(random.choice(FIXTURES[kind]), random) for _ in range(120)]
    mapped = run(SOURCE, kind, documents)
    assert mapped.unaccounted(len(documents)) == set()
    assert mapped.incomplete == []
    assert mapped.kept().isdisjoint(mapped.outcomes)


def test_the_description_is_whole(column_types):
    check(SOURCE)
    assert column_types(SOURCE) == set()
