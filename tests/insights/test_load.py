"""Who is busy with how many conversations, who changes channel, and what begins one for Meta."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from convocommerce.building import ensure_built
from convocommerce.insights.talking.load import (
    AgentLoad,
    ChannelSwitching,
    agent_loads,
    channel_switching,
)
from convocommerce.insights.talking.started import Started, conversations_started
from convocommerce.periods import Period
from convocommerce.rules import Rules
from convocommerce.warehouse import Database
from tables import SENDERS, at, database_of, thread

YEAR = Period("2026")
LATER = at(60 * 86400)
DAY = 86400

Row = dict[str, Any]


def built(messages: list[Row], **tables: list[Row]) -> Database:
    database = database_of(messages=messages, **tables)
    ensure_built(database, Rules(senders=SENDERS))
    return database


def loads(messages: list[Row], as_of: dt.datetime = LATER) -> list[AgentLoad]:
    database = built(messages)
    return agent_loads(database.con, YEAR, as_of)


def chat(events: list[tuple[float, str]], customer: str = "ann", agent: str = "eva") -> list[Row]:
    return [
        {**one, "agent_id": agent if one["direction"] == "out" else None}
        for one in thread(events, customer=customer)
    ]


@pytest.mark.parametrize(
    ("silence", "found"),
    [
        (1800, AgentLoad("eva", 1, 1, 1860, 1.0)),
        (1800.001, AgentLoad("eva", 2, 1, 60, 1.0)),
    ],
)
def test_a_long_silence_is_no_work(silence: float, found: AgentLoad) -> None:
    assert loads(chat([(0, "c"), (60, "h"), (60 + silence, "h")])) == [found]


def test_waiting_overnight_is_no_work() -> None:
    assert loads(chat([(0, "c"), (40000, "h")])) == [AgentLoad("eva", 1, 1, 0, None)]


def test_what_a_customer_adds_after_the_last_answer_is_nobodys_work() -> None:
    assert loads(chat([(0, "c"), (60, "h"), (600, "c")])) == [AgentLoad("eva", 1, 1, 60, 1.0)]


def test_bots_are_no_employees_and_the_unnamed_are_left_out() -> None:
    assert loads(chat([(0, "c"), (60, "b")])) == []
    assert loads(thread([(0, "c"), (60, "h")])) == []


def test_each_employee_has_their_own_part_of_a_conversation() -> None:
    messages = chat([(0, "c"), (60, "h"), (100, "c"), (160, "h"), (200, "h")])
    for one in messages[3:]:
        one["agent_id"] = "joe"
    assert loads(messages) == [
        AgentLoad("eva", 1, 1, 60, 1.0),
        AgentLoad("joe", 1, 1, 100, 1.0),
    ]


def test_three_at_once_and_a_pause() -> None:
    messages = [
        *chat([(0, "c"), (600, "h")], "a"),
        *chat([(0, "c"), (600, "h")], "b"),
        *chat([(300, "c"), (600, "h")], "d"),
        *chat([(5000, "c"), (5600, "h")], "e"),
    ]
    assert loads(messages) == [AgentLoad("eva", 4, 3, 1200, 2100 / 1200)]


def test_only_what_is_known_by_then_counts() -> None:
    messages = chat([(0, "c"), (60, "h"), (120, "h")])
    assert loads(messages, at(60)) == [AgentLoad("eva", 1, 1, 60, 1.0)]
    assert loads(messages, at(59)) == []


def two_channels(apart: float, *, tied: bool = True) -> Database:
    messages = [
        *thread([(0, "c")], channel="messenger"),
        *thread([(apart, "c")], channel="whatsapp"),
    ]
    identities = [
        {
            "subject_kind": "customer",
            "subject_id": f"{channel}:page:ann",
            "key_kind": "email",
            "key_value": "ann@example.com",
        }
        for channel in ("messenger", "whatsapp")
    ]
    return built(messages, identities=identities if tied else [])


@pytest.mark.parametrize(("apart", "switched"), [(7 * DAY, 1), (7 * DAY + 0.001, 0)])
def test_a_channel_is_changed_within_a_week(apart: float, switched: int) -> None:
    database = two_channels(apart)
    assert channel_switching(database.con, YEAR, LATER) == ChannelSwitching(1, switched)


def test_people_who_cannot_be_tied_are_two() -> None:
    database = two_channels(60, tied=False)
    assert channel_switching(database.con, YEAR, LATER) == ChannelSwitching(2, 0)


def test_both_messages_must_be_known_and_of_the_period() -> None:
    database = two_channels(DAY)
    assert channel_switching(database.con, YEAR, at(DAY - 1)) == ChannelSwitching(1, 0)
    day = Period("2026-03-02")
    assert channel_switching(database.con, day, LATER) == ChannelSwitching(1, 0)
    nobody = channel_switching(database.con, YEAR, at(-1))
    assert (nobody, nobody.rate) == (ChannelSwitching(None, None), None)


def starts(messages: list[Row], period: Period = YEAR, as_of: dt.datetime = LATER) -> list[Started]:
    database = built(messages)
    return conversations_started(database.con, period, as_of)


@pytest.mark.parametrize(("silence", "started"), [(7 * DAY, 2), (7 * DAY - 0.001, 1)])
def test_seven_whole_days_of_silence_start_anew(silence: float, started: int) -> None:
    messages = thread([(0, "c"), (silence, "c")])
    assert starts(messages) == [Started("messenger", "page", started, 1, 0)]


def test_a_business_that_writes_first_starts_nothing() -> None:
    assert starts(thread([(0, "h")])) == []
    assert starts(thread([(0, "m"), (60, "c")])) == []
    assert starts(thread([(0, "m"), (8 * DAY, "c")])) == [Started("messenger", "page", 1, 0, 0)]


def test_a_beginning_that_is_missing_is_unknown() -> None:
    messages = thread([(0, "c"), (8 * DAY, "c")], is_cut_off=True)
    assert starts(messages) == [Started("messenger", "page", 1, 0, 1)]


def test_cases_of_one_person_are_one_line_and_pages_are_two() -> None:
    first = thread([(0, "c")], case_id="1")
    second = [{**thread([(60, "c")], case_id="2")[0], "message_id": "2"}]
    third = [{**thread([(60, "c")], business_id="two")[0], "message_id": "3"}]
    assert starts([*first, *second, *third]) == [
        Started("messenger", "page", 1, 1, 0),
        Started("messenger", "two", 1, 1, 0),
    ]


def test_the_silence_before_a_period_counts() -> None:
    messages = thread([(0, "c"), (DAY, "c"), (9 * DAY, "c")])
    assert starts(messages, Period("2026-03-03")) == []
    assert starts(messages, Period("2026-03-11")) == [Started("messenger", "page", 1, 0, 0)]
    assert starts(messages, Period("2026-03-11"), at(9 * DAY - 1)) == []
