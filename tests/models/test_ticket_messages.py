"""What stands in a ticket, row by row: who wrote it, in which direction, and what is left out."""

from __future__ import annotations

from typing import Any

import pytest

from convocommerce.building import ensure_built
from convocommerce.rules import Rules
from convocommerce.warehouse.schema import KEY_COLUMNS
from tables import SENDERS, at, database_of

TICKET = {"ticket_id": "1", "customer_id": "ann", "created_at": at(0)}


def event(name: str, seconds: float = 0, **more: Any) -> dict[str, Any]:
    return {"event_id": name, "ticket_id": "1", "happened_at": at(seconds), **more}


def rows(
    columns: str, events: list[dict[str, Any]], *, tickets: Any = (TICKET,), people: Any = ()
) -> list[tuple[Any, ...]]:
    """Return columns of what the tickets are told as, in the order of the events' names."""
    with database_of(tickets=tickets, ticket_events=events, people=people) as database:
        ensure_built(database, Rules(senders=SENDERS))
        sql = f"select {columns} from ticket_messages order by message_id"
        return database.con.execute(sql).fetchall()


WROTE = "declared_role, direction, agent_id"


@pytest.mark.parametrize(
    ("told", "wrote"),
    [
        ({"author_id": "ann"}, ("customer", "in", None)),
        # An employee who asks is a customer in that ticket; a bystander is what the list says.
        ({"author_id": "bob"}, ("customer", "in", None)),
        ({"author_id": "eva"}, ("human", "out", "eva")),
        ({"author_id": "robot"}, ("bot", "out", None)),
        ({"author_id": "who"}, ("human", "out", "who")),
        ({}, ("human", "out", None)),
        ({"author_id": "eva", "kind": "note"}, ("note", "out", None)),
        ({"author_id": "eva", "declared_role": "auto"}, ("auto", "out", None)),
        ({"author_id": "ann", "declared_role": "human"}, ("human", "out", "ann")),
        ({"author_id": "eva", "kind": "close"}, ("system", "none", None)),
        ({"author_id": "ann", "kind": "reopen"}, ("system", "none", None)),
        ({"author_id": "eva", "kind": "close", "declared_role": "human"}, ("system", "none", None)),
    ],
)
def test_who_wrote_it_and_in_which_direction(told: dict[str, Any], wrote: Any) -> None:
    people = [
        {"person_id": "ann", "role": "human"},
        {"person_id": "bob", "role": "customer"},
        {"person_id": "eva", "role": "human"},
        {"person_id": "robot", "role": "bot"},
        # Another helpdesk's people have the same numbers.
        {"platform": "other", "person_id": "eva", "role": "customer"},
    ]
    assert rows(WROTE, [event("1", **told)], people=people) == [wrote]


def test_a_hand_over_is_by_nobody_and_goes_in_no_direction() -> None:
    """It needs a bot that had the ticket before; what the bot said in that instant counts."""
    for seconds, n_handed in ((4, 0), (5, 1), (6, 1)):
        events = [
            event("1", 5, declared_role="bot"),
            event("2", seconds, kind="handover", declared_role="human", author_id="eva"),
            event("3", 9, declared_role="bot"),
        ]
        found = rows(f"kind, {WROTE}", events)
        handed = [one for one in found if one[0] == "handover"]
        assert handed == [("handover", "human", "none", None)] * n_handed


def test_a_bot_of_one_ticket_hands_over_no_other() -> None:
    tickets = [TICKET, {**TICKET, "ticket_id": "2"}, {**TICKET, "platform": "other"}]
    handover = {"kind": "handover", "declared_role": "human"}
    events = [
        event("1", 0, declared_role="bot"),
        event("2", 9, **handover, ticket_id="2"),
        event("3", 9, **handover, platform="other"),
        event("4", 9, **handover),
    ]
    found = rows("message_id, case_id", events, tickets=tickets)
    assert found == [("desk:1", "1"), ("desk:4", "1")]


@pytest.mark.parametrize(
    ("ticket", "is_told"),
    [
        ({"status": "open"}, True),
        ({"status": "deleted"}, False),
        ({"status": "merged"}, False),
        ({"is_sample": True}, False),
        ({"is_sample": False}, True),
        # Nobody is known to have asked.
        ({"customer_id": None}, False),
    ],
)
def test_tickets_that_are_none_are_left_out(ticket: dict[str, Any], is_told: bool) -> None:
    events = [event("1", author_id="ann")]
    assert bool(rows("case_id", events, tickets=[TICKET | ticket])) is is_told


@pytest.mark.parametrize(
    ("ticket", "told", "is_told"),
    [
        # A comment of a chat's ticket only copies the chat, unless it says that it does not.
        ({"is_messaging": True}, {}, False),
        ({"is_messaging": True}, {"kind": "attachment"}, False),
        ({"is_messaging": True}, {"is_transcript": False}, True),
        ({"is_messaging": True}, {"kind": "note"}, True),
        ({"is_messaging": True}, {"kind": "close"}, True),
        ({"is_messaging": False}, {"is_transcript": True}, False),
        ({"is_messaging": False}, {"is_transcript": True, "kind": "attachment"}, False),
        ({"is_messaging": False}, {}, True),
        ({}, {}, True),
    ],
)
def test_copies_of_a_chat_are_left_out(
    ticket: dict[str, Any], told: dict[str, Any], is_told: bool
) -> None:
    events = [event("1", author_id="ann", **told)]
    assert bool(rows("case_id", events, tickets=[TICKET | ticket])) is is_told


def test_where_one_ticket_has_a_log_only_its_own_chats_record_is_left_out() -> None:
    tickets = [TICKET, {**TICKET, "ticket_id": "2"}, {**TICKET, "platform": "other"}]
    events = [
        event("1", told_as="log"),
        event("2", told_as="chat"),
        event("3"),
        event("4", told_as="chat", ticket_id="2"),
        event("5", told_as="chat", platform="other"),
        event("6", ticket_id="2"),
    ]
    found = rows("message_id", events, tickets=tickets)
    assert [name for (name,) in found] == ["desk:1", "desk:3", "desk:4", "desk:6", "other:5"]


def test_a_chat_belongs_to_the_first_ticket_it_was_copied_into_and_its_visitor_asks() -> None:
    tickets = [TICKET, {**TICKET, "ticket_id": "2"}, {**TICKET, "platform": "other"}]
    events = [
        event("1", kind="chat", chat_id="x", author_id="visitor", ticket_id="2"),
        event("2", kind="chat", chat_id="x", author_id="visitor"),
        event("3", 3, ticket_id="chat:x", chat_id="x", author_id="visitor"),
        event("4", 4, ticket_id="chat:x", chat_id="x", author_id="eva"),
        event("5", 5, ticket_id="chat:x", chat_id="x"),
        # Another chat, and the same number at another helpdesk, belong to no ticket known.
        event("6", 6, ticket_id="chat:y", author_id="visitor"),
        event("7", 7, ticket_id="chat:x", author_id="visitor", platform="other"),
    ]
    assert rows(f"message_id, case_id, {WROTE}", events, tickets=tickets) == [
        ("desk:3", "1", "customer", "in", None),
        ("desk:4", "1", "human", "out", "eva"),
        ("desk:5", "1", "human", "out", None),
    ]


def test_an_asker_without_a_chat_is_known_by_the_ticket_alone() -> None:
    """Who wrote is not told at all: nobody is taken for the customer."""
    tickets = [TICKET, {**TICKET, "ticket_id": "2", "platform": "other", "customer_id": "eva"}]
    events = [event("1", author_id="ann"), event("2", author_id="eva"), event("3")]
    found = rows("declared_role", events, tickets=tickets)
    assert found == [("customer",), ("human",), ("human",)]


def test_what_is_written_in_a_ticket_bears_the_keys_of_messages() -> None:
    keys = KEY_COLUMNS["messages"]
    tickets = [TICKET, {**TICKET, "ticket_id": "2", "channel": "email", "business_id": "shop"}]
    events = [event("1"), event("2", ticket_id="2")]
    same = ", ".join(f"{key} = {keys[key]}" for key in ("message_key", "thread_key"))
    assert rows(same, events, tickets=tickets) == [(True, True), (True, True)]
