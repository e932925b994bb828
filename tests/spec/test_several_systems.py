"""The same talk told by a page, a helpdesk or both: who is the customer, what counts, and once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from convocommerce.building import ensure_built
from convocommerce.checking import check
from convocommerce.measuring import answer, ask
from convocommerce.metrics import metric_named
from convocommerce.notes import limits_on, notes_on
from convocommerce.periods import Period
from convocommerce.rules import Rules
from convocommerce.warehouse import Database
from tables import SENDERS, at, database_of, thread

TICKET = {"ticket_id": "1", "customer_id": "u1", "created_at": at(0)}


def event(number: int, seconds: float, **more: Any) -> dict[str, Any]:
    return {
        "event_id": str(number),
        "ticket_id": "1",
        "happened_at": at(seconds),
        "text": f"line {number} of the talk",
        "export": "desk/comments",
        **more,
    }


@contextmanager
def built(told_by: Mapping[str, str] | None = None, **tables: Any) -> Iterator[Database]:
    with database_of(**tables) as database:
        ensure_built(database, Rules(senders=SENDERS, told_by=told_by or {}))
        yield database


def conversations(database: Database) -> list[tuple[Any, ...]]:
    return database.con.execute(
        "select started_at, human_at, bot_at, agent_id, n_messages from conversations order by all"
    ).fetchall()


def test_who_wrote_in_a_ticket_is_told_by_the_ticket_and_the_list_of_people() -> None:
    people = [
        {"person_id": "robot", "role": "bot"},
        {"person_id": "u2", "role": "customer"},
        {"person_id": "a1", "role": "human"},
    ]
    events = [
        event(1, 0, author_id="u1"),
        event(2, 10, author_id="robot"),
        event(3, 20, author_id="u2"),
        event(4, 30, author_id="a2", kind="note"),
        event(5, 40, author_id="a1"),
    ]
    with built(tickets=[TICKET], ticket_events=events, people=people) as database:
        assert conversations(database) == [(at(0), at(40), at(10), "a1", 4)]


def test_an_employee_whom_nobody_lists_still_answers() -> None:
    events = [event(1, 0, author_id="u1"), event(2, 60, author_id="a9")]
    with built(tickets=[TICKET], ticket_events=events) as database:
        assert conversations(database) == [(at(0), at(60), None, "a9", 2)]


def test_of_a_ticket_with_a_conversation_log_the_chats_own_record_is_left_out() -> None:
    events = [
        event(1, 0, author_id="u1", told_as="log"),
        event(2, 60, author_id="a1", told_as="log"),
        event(3, 1, author_id="u1", told_as="chat"),
        event(4, 30, author_id="a1", told_as="chat"),
        event(5, 90, author_id="a1", told_as="comment"),
    ]
    with built(tickets=[TICKET], ticket_events=events) as database:
        assert conversations(database) == [(at(0), at(60), None, "a1", 3)]
    with built(tickets=[TICKET], ticket_events=events[2:]) as database:
        assert conversations(database) == [(at(1), at(30), None, "a1", 3)]


def test_two_tickets_of_one_customer_are_two_conversations_of_one_contact() -> None:
    tickets = [TICKET, {**TICKET, "ticket_id": "2"}]
    events = [
        event(1, 0, author_id="u1"),
        event(2, 5, author_id="u1", ticket_id="2"),
        event(3, 60, author_id="a1"),
        event(4, 90, author_id="a1", ticket_id="2"),
    ]
    with built(tickets=tickets, ticket_events=events) as database:
        assert [(one[0], one[1]) for one in conversations(database)] == [
            (at(0), at(60)),
            (at(5), at(90)),
        ]
        found = database.con.execute("select count(distinct contact_key) from conversations")
        assert found.fetchall() == [(1,)]


def test_what_stands_in_no_known_ticket_is_counted_as_lost() -> None:
    events = [event(1, 0, author_id="u1", ticket_id="404")]
    with built(tickets=[TICKET], ticket_events=events) as database:
        (finding,) = [one for one in check(database.con) if one.name == "tickets"]
        assert not finding.is_fit
        assert "1 of 1 messages in tickets" in finding.found


def twice(n: int = 30) -> dict[str, Any]:
    """Return a talk that the page's log and the helpdesk both tell, and what tied them."""
    said = [(60.0 * number, "ch"[number % 2]) for number in range(n)]
    messages = [
        {**message, "text": f"line {number} of the talk", "export": "messenger/webhooks"}
        for number, message in enumerate(thread(said))
    ]
    events = [
        event(number, seconds + 0.5, author_id={"c": "u1", "h": "a1"}[code])
        for number, (seconds, code) in enumerate(said)
    ]
    identities = [
        {
            "subject_kind": "customer",
            "subject_id": subject,
            "key_kind": "chat_id",
            "key_value": "ann",
        }
        for subject in ("messenger:page:ann", "messenger:desk:u1")
    ]
    touch = {"touchpoint_id": "t", "occurred_at": at(-1), "ad_id": "ad1"}
    return {
        "messages": messages,
        "tickets": [TICKET],
        "ticket_events": events,
        "identities": identities,
        "touchpoints": [touch],
    }


def test_talk_that_two_exports_tell_is_said_to_count_twice() -> None:
    with built(**twice()) as database:
        assert len(conversations(database)) == 2
        (finding,) = [one for one in check(database.con) if one.name == "told twice"]
        assert not finding.is_fit
        assert "desk/comments, messenger/webhooks" in finding.found
        notes = notes_on(
            database.con, [metric_named("first_response_time")], Rules(), None, at(9999), "en"
        )
        assert [note for note in notes if "choose one in Rules.told_by" in note]


@pytest.mark.parametrize(
    ("told_by", "bot_or_agent"),
    [("messenger", None), ("messenger/webhooks", None), ("desk", "a1"), ("desk/comments", "a1")],
)
def test_one_export_is_chosen_and_the_ad_still_belongs_to_the_talk(
    told_by: str, bot_or_agent: str | None
) -> None:
    with built({"messenger": told_by}, **twice()) as database:
        (only,) = conversations(database)
        assert (only[3], only[4]) == (bot_or_agent, 30)
        found = database.con.execute("select entry_point, ad_id from conversations").fetchall()
        assert found == [("ad", "ad1")]
        assert all(one.is_fit for one in check(database.con) if one.name == "told twice")


def test_a_choice_of_an_export_that_told_nothing_is_said_out_loud() -> None:
    rules = Rules(senders=SENDERS, told_by={"messenger": "messenger/webhook", "sms": "desk"})
    with built(rules.told_by, **twice()) as database:
        assert not conversations(database)
        found = notes_on(
            database.con, [metric_named("first_response_time")], rules, None, at(9999), "en"
        )
        (said,) = [note for note in found if "left out" in note]
        assert "messages of messenger are left out" in said
        assert "names messenger/webhook," in said


def test_a_few_equal_lines_are_chance() -> None:
    with built(**twice(6)) as database:
        assert all(one.is_fit for one in check(database.con) if one.name == "told twice")


def test_an_answer_that_was_not_delivered_is_none() -> None:
    messages = thread([(0, "c"), (10, "h"), (50, "h")])
    failed = {"message_id": "ann-0001", "status": "failed", "happened_at": at(11)}
    read = {"message_id": "ann-0002", "status": "read", "happened_at": at(51)}
    with built(messages=messages, deliveries=[failed, read]) as database:
        assert conversations(database) == [(at(0), at(50), None, None, 2)]


def test_a_hand_over_that_the_source_says_goes_to_people_needs_no_rule() -> None:
    messages = thread([(0, "c"), (5, "b"), (10, "H"), (60, "h")])
    messages[2] |= {"declared_role": "human", "app_id": None}
    with built(messages=messages) as database:
        found = database.con.execute("select handoff_at from conversations").fetchall()
        assert found == [(at(10),)]


def test_a_conversation_that_an_export_cuts_off_is_counted_and_not_timed() -> None:
    messages = thread([(0, "c"), (10, "h")]) + thread([(0, "c"), (99, "h")], customer="ben")
    messages[0]["is_cut_off"] = True
    with built(messages=messages) as database:
        figures = {}
        for name in ("first_response_time", "conversations"):
            question = ask(database.con, metric_named(name), as_of=at(9999))
            rows, _ = answer(database.con, question)
            figures[name] = rows[0]
        assert (figures["first_response_time"].value, figures["first_response_time"].n) == (99, 1)
        assert figures["conversations"].value == 2
        metric = metric_named("first_response_time")
        notes = notes_on(database.con, [metric], Rules(), None, at(9999), "en")
        assert [note for note in notes if note.startswith("1 conversations are not judged")]


def test_a_cut_that_another_record_fills_is_none() -> None:
    """What the API leaves out, the log of webhooks may hold: then the conversation is whole."""
    messages = thread([(0, "c"), (10, "h"), (20, "c")])
    messages[2]["is_cut_off"] = True
    with built(messages=messages) as database:
        found = database.con.execute("select is_cut_off from conversations").fetchall()
        assert found == [(False,)]


def test_limits_of_the_exports_met_are_repeated_and_no_others() -> None:
    messages = thread([(0, "c"), (10, "h")])
    for message, kind in zip(messages, ("webhooks", "conversations_api"), strict=True):
        message["export"] = f"messenger/{kind}"
    with built(messages=messages) as database:
        found = limits_on(database.con, ["answers"], at(9999), "en")
        titles = " ".join(title for title, _ in found)
        assert "Graph API conversations of a page (50% of the messages)" in titles
        assert not [word for word in ("Zendesk", "Shopify", "WhatsApp") if word in titles]
        assert limits_on(database.con, ["checkouts"], at(9999), "en") == ()
        assert limits_on(database.con, ["answers"], at(9999), "en", channels=["whatsapp"]) == ()
        before = Period("2020-01")
        assert limits_on(database.con, ["answers"], at(9999), "en", period=before) == ()


@pytest.mark.parametrize(
    ("export", "entry_point"), [("messenger/webhooks", "organic"), ("messenger/archive", "unknown")]
)
def test_what_brought_people_is_unknown_where_the_export_cannot_tell(
    export: str, entry_point: str
) -> None:
    with built(messages=thread([(0, "c"), (10, "h")], export=export)) as database:
        found = database.con.execute("select entry_point from conversations").fetchall()
        assert found == [(entry_point,)]
