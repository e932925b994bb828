"""Chatwoot's conversations become tickets and what was said in them, whichever way they come."""

from __future__ import annotations

import copy
from datetime import datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convocommerce.sources.chatwoot.source import SOURCE
from convocommerce.sources.contract import check

AT = 1772442845  # 2026-03-02 09:14:05
CUSTOMER = {"id": 4, "name": "Ana", "email": "ana@voorbeeld.nl", "phone_number": "+31612345678"}
AGENT = {"id": 9, "name": "Joost", "email": "joost@winkel.example", "type": "user"}
BOT = {"id": 2, "name": "Slofje", "type": "agent_bot"}


def conversation(**more: Any) -> dict[str, Any]:
    return {
        "additional_attributes": {},
        "can_reply": True,
        "channel": "Channel::FacebookPage",
        "contact_inbox": {"id": 180, "contact_id": 4, "inbox_id": 3, "source_id": "7311223344"},
        "id": 207,
        "inbox_id": 3,
        "messages": [],
        "labels": [],
        "meta": {"sender": CUSTOMER, "assignee": AGENT, "team": None},
        "status": "open",
        "last_activity_at": AT,
        "timestamp": AT,
        "created_at": AT,
        "updated_at": AT + 0.25,
        **more,
    }


def created(number: int, text: str | None = "Hoi", **more: Any) -> dict[str, Any]:
    """A webhook about a message."""
    return {
        "event": "message_created",
        "account": {"id": 1, "name": "Winkel"},
        "additional_attributes": {},
        "content_attributes": {},
        "content_type": "text",
        "content": text,
        "conversation": conversation(),
        "created_at": "2026-03-02T09:14:05.120Z",
        "id": number,
        "inbox": {"id": 3, "name": "Facebook"},
        "message_type": "incoming",
        "private": False,
        "sender": CUSTOMER,
        "source_id": "m_abc",
        **more,
    }


def changed(before: str, after: str, **more: Any) -> dict[str, Any]:
    """A webhook about a conversation whose status changed."""
    attributes = [{"status": {"previous_value": before, "current_value": after}}]
    return conversation(
        event="conversation_status_changed",
        status=after,
        changed_attributes=attributes,
        updated_at=AT + 60.5,
        **more,
    )


def stored(number: int, seconds: int = 0, **more: Any) -> dict[str, Any]:
    """A message as the API gives it."""
    return {
        "id": number,
        "content": "Hoi",
        "inbox_id": 3,
        "conversation_id": 207,
        "message_type": 0,
        "content_type": "text",
        "status": "sent",
        "content_attributes": {},
        "created_at": AT + seconds,
        "private": False,
        "source_id": None,
        "sender": {**CUSTOMER, "type": "contact"},
        **more,
    }


def page(*messages: dict[str, Any], **meta: Any) -> dict[str, Any]:
    around = {"labels": [], "additional_attributes": {}, "contact": CUSTOMER, **meta}
    return {"meta": around, "payload": list(messages)}


def listed(*messages: dict[str, Any], **more: Any) -> dict[str, Any]:
    one = conversation(account_id=1, messages=list(messages) or [stored(12)], **more)
    one["meta"] = {"sender": CUSTOMER, "channel": one.pop("channel")}
    del one["contact_inbox"], one["updated_at"]
    return {"data": {"meta": {"mine_count": 1, "all_count": 1}, "payload": [one]}}


def said(run: Any, *documents: dict[str, Any]) -> list[dict[str, Any]]:
    rows = run(SOURCE, "conversations", documents)["ticket_events"]
    return sorted(rows, key=lambda row: (row["happened_at"], row["sequence"]))


@pytest.mark.parametrize(
    ("more", "role", "kind"),
    [
        ({}, "customer", "text"),
        ({"message_type": 0}, "customer", "text"),
        ({"message_type": "outgoing", "sender": AGENT}, "human", "text"),
        ({"message_type": 1, "sender": None, "sender_type": "User"}, "human", "text"),
        ({"message_type": "outgoing", "sender": BOT}, "bot", "text"),
        ({"message_type": 1, "sender": None, "sender_type": "Captain::Assistant"}, "bot", "text"),
        ({"message_type": "outgoing", "sender": {"id": 1, "type": "captain_assistant"}}, "bot",
         "text"),
        ({"message_type": "template", "sender": None}, "auto", "text"),
        ({"message_type": "3", "content_type": "input_csat", "sender": None}, "auto", "text"),
        ({"message_type": "outgoing", "private": True, "sender": AGENT}, "note", "note"),
        ({"message_type": "outgoing", "sender": None,
          "content_attributes": {"automation_rule_id": 3}}, "auto", "text"),
        ({"message_type": "outgoing", "sender": AGENT,
          "additional_attributes": {"campaign_id": 3}}, "marketing", "text"),
        ({"message_type": "outgoing", "sender": None,
          "additional_attributes": {"campaign_id": 3}}, "marketing", "text"),
        ({"message_type": "outgoing", "sender": None,
          "content_attributes": {"external_echo": True}}, None, "text"),
        ({"content": None, "attachments": [{"file_type": "image"}]}, "customer", "attachment"),
        ({"message_type": None, "sender": {**CUSTOMER, "type": "contact"}}, "customer", "text"),
    ],
)  # fmt: skip
def test_who_spoke(run, more, role, kind):
    (row,) = said(run, created(12, **more))
    assert (row["declared_role"], row["kind"]) == (role, kind)


def test_a_message_keeps_its_number_its_time_and_its_author(run):
    (row,) = said(run, created(12, message_type="outgoing", sender=AGENT))
    assert (row["event_id"], row["ticket_id"], row["author_id"]) == ("12", "207", "9")
    assert row["happened_at"] == datetime(2026, 3, 2, 9, 14, 5, 120000)
    (row,) = said(run, created(12))
    assert row["author_id"] == "4"


def test_a_webhook_a_page_and_a_list_tell_one_message(run):
    rows = said(run, created(12), page(stored(12)), listed())
    assert {row["event_id"] for row in rows} == {"12"}
    assert sorted(row["detail"] for row in rows) == [0, 1, 2]
    assert {row["sequence"] for row in rows} == {12}


def test_the_last_message_alone_is_no_beginning(run):
    mapped = run(SOURCE, "conversations", [listed(stored(40, 3600))])
    assert mapped["ticket_events"] == []
    assert mapped.one("tickets")["ticket_id"] == "207"
    whole = listed(stored(12), stored(40, 3600))
    assert [row["event_id"] for row in said(run, whole)] == ["12", "40"]


def test_of_a_page_the_ticket_gives_way_to_what_knows_the_channel(run):
    tickets = run(SOURCE, "conversations", [page(stored(12)), listed()])["tickets"]
    told = {row["channel"]: row["updated_at"] for row in tickets}
    assert told == {"other": None, "messenger": datetime(2026, 3, 2, 9, 14, 5)}
    assert {row["ticket_id"] for row in tickets} == {"207"}


@pytest.mark.parametrize(
    ("more", "kinds"),
    [
        (changed("open", "resolved"), ["close"]),
        (changed("pending", "open"), ["handover"]),
        (changed("resolved", "open"), ["reopen"]),
        (changed("open", "snoozed"), []),
        (changed("open", "pending"), []),
        (changed("pending", "resolved"), ["close"]),
        (changed("open", "resolved") | {"changed_attributes": None}, ["close"]),
        (changed("open", "resolved") | {"changed_attributes": {"status": ["open", "resolved"]}},
         ["close"]),
        (changed("open", "resolved") | {"event": "conversation_updated"}, ["close"]),
        (conversation(event="conversation_updated", status="resolved"), []),
        (conversation(event="conversation_resolved", status="resolved"), ["close"]),
        (conversation(event="conversation_created"), []),
    ],
)  # fmt: skip
def test_changes_of_status(run, more, kinds):
    rows = said(run, more)
    assert [row["kind"] for row in rows] == kinds
    assert [row["declared_role"] for row in rows] == [
        "human" if kind == "handover" else "system" for kind in kinds
    ]


def test_a_change_told_by_two_events_is_one(run):
    one = changed("open", "resolved")
    rows = said(run, one, one | {"event": "conversation_updated"})
    assert len({row["event_id"] for row in rows}) == 1
    assert rows[0]["happened_at"] == datetime(2026, 3, 2, 9, 15, 5, 500000)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Conversation was marked resolved by Joost", ["close"]),
        ("Conversation was resolved by Ana", ["close"]),
        ("Joost self-assigned this conversation", []),
        (None, []),
    ],
)
def test_what_the_platform_notes_in_a_page(run, text, kinds):
    rows = said(run, page(stored(13, message_type=2, content=text, sender=None)))
    assert [row["kind"] for row in rows] == kinds


def test_an_edit_and_a_deletion_win_over_what_was_sent_first(run):
    rows = said(
        run,
        created(12),
        created(12, "Hoi!", event="message_updated"),
        created(12, event="message_updated", content_attributes={"deleted": True}),
    )
    assert [(r["detail"], r["text"]) for r in sorted(rows, key=lambda r: r["detail"])] == [
        (2, "Hoi"), (3, "Hoi!"), (4, None),
    ]  # fmt: skip


def test_a_refused_message_is_kept_and_said_to_be_refused(run):
    refused = created(12, event="message_updated", message_type="outgoing", sender=AGENT,
                      status="failed", updated_at="2026-03-02T09:14:09Z")  # fmt: skip
    mapped = run(SOURCE, "conversations", [refused])
    assert mapped.one("ticket_events")["event_id"] == "12"
    assert mapped.one("deliveries") == {
        "channel": "messenger",
        "message_id": "chatwoot:12",
        "status": "failed",
        "happened_at": datetime(2026, 3, 2, 9, 14, 9),
    }


def test_every_change_of_status_is_told(run):
    changed = {
        **conversation(status="open", updated_at=AT + 60),
        "event": "conversation_status_changed",
        "changed_attributes": [{"status": {"previous_value": "snoozed", "current_value": "open"}}],
    }
    told = run(SOURCE, "conversations", [changed]).one("ticket_statuses")
    assert (told["ticket_id"], told["status_before"], told["status"]) == ("207", "hold", "open")
    assert told["changed_at"] == datetime(2026, 3, 2, 9, 15, 5)


@pytest.mark.parametrize(
    ("more", "channel"),
    [
        ({}, "messenger"),
        ({"additional_attributes": {"type": "instagram_direct_message"}}, "instagram"),
        ({"channel": "Channel::Instagram"}, "instagram"),
        ({"channel": "Channel::Whatsapp"}, "whatsapp"),
        ({"channel": "Channel::TwilioSms"}, "sms"),
        ({"channel": "Channel::TwilioSms",
          "contact_inbox": {"contact_id": 4, "source_id": "whatsapp:+31612345678"}}, "whatsapp"),
        ({"channel": "Channel::WebWidget"}, "web_chat"),
        ({"channel": "Channel::Email"}, "email"),
        ({"channel": "Channel::Api"}, "api"),
        ({"channel": "Channel::Telegram"}, "telegram"),
        ({"channel": "Channel::Line"}, "line"),
        ({"channel": "Channel::Tiktok"}, "other"),
        ({"channel": None}, "other"),
    ],
)  # fmt: skip
def test_channels(run, more, channel):
    document = created(12, conversation=conversation(**more))
    ticket = run(SOURCE, "conversations", [document]).one("tickets")
    assert ticket["channel"] == channel
    assert ticket["is_messaging"] is (channel != "email")


def test_the_newest_state_of_a_conversation(run):
    ticket = run(SOURCE, "conversations", [changed("open", "resolved")]).one("tickets")
    assert ticket == {
        "platform": "chatwoot",
        "ticket_id": "207",
        "business_id": "3",
        "channel": "messenger",
        "customer_id": "4",
        "created_at": datetime(2026, 3, 2, 9, 14, 5),
        "updated_at": datetime(2026, 3, 2, 9, 15, 5, 500000),
        "status": "solved",
        "agent_id": "9",
        "team_id": None,
        "is_messaging": True,
    }


def test_by_what_a_customer_is_known(run):
    link = "Reken af: https://w.example/cart/c/hN1abcdefgh?x=1"
    mapped = run(
        SOURCE,
        "conversations",
        [
            created(12, "ik ben Ana.Oud@post.example"),
            created(13, link, message_type="outgoing", sender=AGENT),
            created(14, message_type="template", event="message_updated",
                    content_attributes={"submitted_email": "ana@derde.example"}),
        ],
    )  # fmt: skip
    assert mapped.keys_of("messenger:3:4") == {
        ("person", "chatwoot:4"),
        ("chat_id", "7311223344"),
        ("email", "ana@voorbeeld.nl"),
        ("phone", "+31612345678"),
        ("typed_email", "ana.oud@post.example"),
        ("email", "ana@derde.example"),
        ("token", "hN1abcdefgh"),
    }


def test_a_contact_is_known_without_a_conversation(run):
    contact = {**CUSTOMER, "event": "contact_updated", "account": {"id": 1},
               "identifier": "klant-7301"}  # fmt: skip
    assert run(SOURCE, "conversations", [contact]).keys_of("other:chatwoot:4") == {
        ("person", "chatwoot:4"),
        ("email", "ana@voorbeeld.nl"),
        ("phone", "+31612345678"),
        ("shop_customer", "klant-7301"),
    }


def test_the_first_webhooks_of_old_versions_are_read(run):
    old = {
        "event": "message_created",
        "id": "1",
        "content": "Hi",
        "created_at": "2020-03-03 13:05:57 UTC",
        "message_type": "outgoing",
        "sender": {"id": "1", "name": "Agent"},
        "contact": {"id": "8", "name": "Bo"},
        "conversation": {"display_id": "5", "additional_attributes": {}},
        "account": {"id": "1"},
    }
    (row,) = said(run, old)
    assert (row["ticket_id"], row["author_id"]) == ("5", "1")
    assert row["happened_at"] == datetime(2020, 3, 3, 13, 5, 57)


@pytest.mark.parametrize(
    ("document", "outcome", "reason"),
    [
        ({"event": "webwidget_triggered", "inbox": {"id": 1}}, "ignored", "widget opened"),
        (conversation(event="conversation_typing_on"), "ignored", "typing"),
        ({"event": "inbox_created", "inbox": {}}, "ignored", "change of an inbox"),
        ({"event": "agent_danced", "id": 1}, "ignored", "unknown kind of event"),
        ({"data": {"meta": {"all_count": 0}, "payload": []}}, "ignored",
         "page without conversations"),
        (created(12, conversation=None), "quarantined", "message without its conversation"),
        (created(12, conversation={"id": 1}, message_type="outgoing"), "quarantined",
         "conversation without its contact"),
        (created(12, created_at=None), "quarantined", "message without a time"),
        (created(12) | {"id": None}, "quarantined", "message without its id"),
        (created(12, message_type="x"), "quarantined", "message without who wrote it"),
        ({"event": "contact_created", "account": {}}, "quarantined", "contact without its id"),
        (conversation(event="conversation_created", id=None), "quarantined",
         "conversation without its id"),
    ],
)  # fmt: skip
def test_what_holds_nothing_says_why(run, document, outcome, reason):
    mapped = run(SOURCE, "conversations", [document])
    assert mapped.outcomes == {0: (outcome, reason)}
    assert mapped.kept() == set()


def test_one_message_that_can_be_kept_keeps_the_page(run):
    mapped = run(SOURCE, "conversations", [page(stored(12), stored(13, created_at=None))])
    assert mapped.outcomes == {}
    assert len(mapped["ticket_events"]) == 1


REPORTED = {
    "id": 31, "name": "first_response", "value": 61.4, "value_in_business_hours": 30.0,
    "event_start_time": "2026-03-02T09:14:05.120Z", "event_end_time": "2026-03-02T09:15:06.520Z",
    "conversation_id": 207, "inbox_id": 3, "created_at": "2026-03-02T09:15:07Z",
    "updated_at": "2026-03-02T09:15:07Z",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "measure", "instance"),
    [("first_response", "first_reply", 0), ("reply_time", "next_reply", 31),
     ("conversation_resolved", "full_resolution", 31)],
)  # fmt: skip
def test_what_chatwoot_counted(run, name, measure, instance):
    row = run(SOURCE, "reporting_events", [{**REPORTED, "name": name}]).one("reported_times")
    assert (row["measure"], row["instance"], row["case_id"]) == (measure, instance, "207")
    assert (row["calendar_seconds"], row["business_seconds"]) == (61, 30)


@pytest.mark.parametrize(
    ("more", "outcome", "reason"),
    [
        ({"name": "conversation_bot_handoff"}, "ignored",
         "reporting event that is no answer or solution"),
        ({"name": "something_new"}, "ignored", "unknown kind of reporting event"),
        ({"conversation_id": None}, "quarantined", "reporting event without its conversation"),
        ({"name": None}, "quarantined", "reporting event without a name"),
        ({"name": "reply_time", "id": None}, "quarantined", "reporting event without its id"),
    ],
)  # fmt: skip
def test_reporting_events_that_are_not_kept(run, more, outcome, reason):
    mapped = run(SOURCE, "reporting_events", [REPORTED | more])
    assert mapped.outcomes == {0: (outcome, reason)}


RATED = {
    "id": 8, "rating": 4, "feedback_message": "Top", "account_id": 1, "message_id": 77,
    "contact": CUSTOMER, "conversation_id": 207, "assigned_agent": AGENT, "created_at": AT,
}  # fmt: skip


def test_a_rating(run):
    assert run(SOURCE, "csat_survey_responses", [RATED]).one("ratings") == {
        "platform": "chatwoot",
        "rating_id": "8",
        "rated_at": datetime(2026, 3, 2, 9, 14, 5),
        "customer_id": "4",
        "case_id": "207",
        "message_id": "chatwoot:77",
        "scale": "1_to_5",
        "score": Decimal(4),
        "is_good": True,
        "agent_id": "9",
        "comment": "Top",
    }


@pytest.mark.parametrize(
    ("more", "outcome", "reason"),
    [
        ({"rating": None}, "ignored", "survey that was not answered"),
        ({"rating": 9}, "quarantined", "survey response without a rating from 1 to 5"),
        ({"rating": "x"}, "quarantined", "survey response without a rating from 1 to 5"),
        ({"id": None}, "quarantined", "survey response without its id"),
        ({"created_at": None}, "quarantined", "survey response without a time"),
    ],
)
def test_surveys_that_are_not_kept(run, more, outcome, reason):
    mapped = run(SOURCE, "csat_survey_responses", [RATED | more])
    assert mapped.outcomes == {0: (outcome, reason)}


@pytest.mark.parametrize(
    ("document", "kinds"),
    [
        (created(12), ["conversations"]),
        (changed("open", "resolved"), ["conversations"]),
        (page(stored(12)), ["conversations"]),
        (listed(), ["conversations"]),
        (listed()["data"]["payload"][0], ["conversations"]),
        (stored(12), ["conversations"]),
        ({"event": "contact_created", "account": {}, "email": "x"}, ["conversations"]),
        (REPORTED, ["reporting_events"]),
        (RATED, ["csat_survey_responses"]),
        ({"event": "message", "sender": {"id": "x"}}, []),
        ({"event": ["message_created"], "inbox": {}}, []),
        ({"object": "page", "entry": []}, []),
        ({"type": "conversation", "id": "1", "source": {}, "contacts": {}}, []),
        ({"payload": [], "meta": {}}, []),
        ({"payload": 5, "data": [5]}, []),
        ({"id": 1, "name": "#1", "total_price": "1.00", "financial_status": "paid"}, []),
        ({}, []),
    ],
)
def test_recognition(document, kinds):
    assert [kind.name for kind in SOURCE.kinds if kind.recognise(document)] == kinds


FIXTURES = {
    "conversations": [
        created(12), created(13, message_type="outgoing", sender=AGENT, status="read"),
        changed("pending", "open"), changed("open", "resolved"), listed(),
        page(stored(12), stored(13, 9, message_type=1, sender=AGENT)),
        {**CUSTOMER, "event": "contact_updated", "account": {"id": 1}},
    ],
    "reporting_events": [REPORTED],
    "csat_survey_responses": [RATED],
}  # fmt: skip


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
    documents = [mutant(copy.deepcopy(random.choice(FIXTURES[kind])), random) for _ in range(120)]
    mapped = run(SOURCE, kind, documents)
    assert mapped.unaccounted(len(documents)) == set()
    assert mapped.incomplete == []
    assert mapped.kept().isdisjoint(mapped.outcomes)


def test_the_description_is_whole(column_types):
    check(SOURCE)
    assert column_types(SOURCE) == set()
