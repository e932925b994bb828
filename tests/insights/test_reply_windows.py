"""A reply is inside or outside a window, a question is answered, late, lost or still open."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from convocommerce.building import ensure_built
from convocommerce.insights.answering.reply_windows import (
    AnsweredBy,
    AskedInWindow,
    ReplyWindows,
    asked_in_windows,
    reply_windows,
)
from convocommerce.insights.answering.sent_replies import SentReplies, sent_replies
from convocommerce.periods import Period
from convocommerce.rules import Rules
from convocommerce.warehouse import Database
from convocommerce.windows import WINDOW_RULES, WindowRule
from tables import SENDERS, T0, at, database_of, thread

YEAR = Period("2026")
HOUR = 3600
DAY = 86400
LATER = at(60 * DAY)

Row = dict[str, Any]


def built(messages: list[Row], **tables: list[Row]) -> Database:
    database = database_of(messages=messages, **tables)
    ensure_built(database, Rules(senders=SENDERS))
    return database


def waits(
    messages: list[Row], as_of: dt.datetime = LATER, answered_by: AnsweredBy = "any"
) -> list[AskedInWindow]:
    database = built(messages)
    return asked_in_windows(database.con, YEAR, as_of, answered_by=answered_by)


def outcomes(
    messages: list[Row], as_of: float = 60 * DAY, answered_by: AnsweredBy = "any"
) -> list[str]:
    return [row.outcome for row in waits(messages, at(as_of), answered_by)]


def replies(messages: list[Row], as_of: dt.datetime = LATER, **tables: list[Row]) -> Row:
    database = built(messages, **tables)
    found = sent_replies(database.con, YEAR, as_of)
    if not found:
        return {}
    (row,) = found
    counts = {name: getattr(row, name) for name in SentReplies.__dataclass_fields__}
    return {name: n for name, n in counts.items() if name != "channel" and n}


@pytest.mark.parametrize(
    ("answer", "as_of", "outcome"),
    [
        (DAY, 60 * DAY, "answered"),
        (DAY + 0.001, 60 * DAY, "late"),
        (DAY + 0.001, DAY, "open"),
        (3 * DAY, DAY, "open"),
        (3 * DAY, DAY + 0.001, "lost"),
    ],
)
def test_the_last_instant_of_a_window_is_inside(answer: float, as_of: float, outcome: str) -> None:
    assert outcomes(thread([(0, "c"), (answer, "h")]), as_of) == [outcome]


def test_every_message_opens_the_window_anew() -> None:
    messages = thread([(0, "c"), (20 * HOUR, "c"), (40 * HOUR, "h")])
    (row,) = waits(messages)
    assert (row.closes_at, row.left) == (at(44 * HOUR), dt.timedelta(hours=4))
    assert (row.asked_at, row.answered_at, row.window) == (T0, at(40 * HOUR), "standard")


def test_what_is_said_after_the_answer_does_not_widen_its_window() -> None:
    messages = thread([(0, "c"), (HOUR, "h"), (2 * HOUR, "c"), (3 * HOUR, "h")])
    rows = waits(messages)
    assert [row.left for row in rows] == [dt.timedelta(hours=23)] * 2


def test_a_lost_question_is_open_again_when_the_person_comes_back() -> None:
    messages = thread([(0, "c"), (3 * DAY, "c")])
    assert outcomes(messages, 2 * DAY) == ["lost"]
    assert outcomes(messages, 3 * DAY + HOUR) == ["open"]
    assert outcomes(messages, 5 * DAY) == ["lost"]


def test_a_bot_answers_unless_only_people_count() -> None:
    messages = thread([(0, "c"), (5, "b")])
    assert outcomes(messages) == ["answered"]
    assert outcomes(messages, answered_by="human") == ["lost"]


def test_automatic_greetings_answer_nothing_and_are_no_replies() -> None:
    messages = thread([(0, "c"), (1, "a"), (2 * DAY, "m")])
    assert outcomes(messages) == ["lost"]
    assert replies(messages) == {}


def test_one_line_of_a_person_has_one_window_whatever_its_cases() -> None:
    first = thread([(0, "c")], case_id="1")
    second = [
        {**one, "message_id": f"2-{one['message_id']}", "case_id": "2"}
        for one in thread([(20 * HOUR, "c"), (30 * HOUR, "h")])
    ]
    third = [{**thread([(40 * HOUR, "h")])[0], "message_id": "3", "case_id": "1"}]
    assert replies([*first, *second, *third]) == {"standard": 2}


def test_people_have_longer_than_bots() -> None:
    assert replies(thread([(0, "c"), (7 * DAY, "h")])) == {"human_agent": 1}
    assert replies(thread([(0, "c"), (7 * DAY + 0.001, "h")])) == {"outside": 1}
    assert replies(thread([(0, "c"), (2 * DAY, "b")])) == {"outside": 1}


def test_the_tag_is_none_of_whatsapp() -> None:
    messages = thread([(0, "c"), (2 * DAY, "h")], channel="whatsapp")
    assert replies(messages) == {"outside": 1}


def test_templates_of_whatsapp_may_be_sent_at_any_time() -> None:
    messages = thread([(0, "c"), (2 * DAY, "h")], channel="whatsapp")
    messages[1]["kind"] = "template"
    assert replies(messages) == {"template": 1}
    on_messenger = [{**one, "channel": "messenger"} for one in messages]
    assert replies(on_messenger) == {"human_agent": 1}


def test_channels_without_windows_are_left_out() -> None:
    database = built(thread([(0, "c"), (2 * DAY, "h")], channel="email"))
    assert sent_replies(database.con, YEAR, LATER) == []
    assert reply_windows(database.con, YEAR, LATER) == []


def test_nothing_there_is_nothing_counted() -> None:
    database = built([])
    assert reply_windows(database.con, YEAR, LATER) == []
    assert waits(thread([(0, "c")]), at(-1)) == []


def test_writing_first_is_outside_unless_what_came_before_is_missing() -> None:
    assert replies(thread([(0, "h")])) == {"outside": 1}
    assert replies(thread([(0, "h")], is_cut_off=True)) == {"unknown": 1}


@pytest.mark.parametrize(("channel", "found"), [("messenger", "standard"), ("whatsapp", "outside")])
def test_a_reaction_opens_the_window_where_the_platform_says_so(channel: str, found: str) -> None:
    messages = thread([(0, "c"), (8 * DAY, "r"), (9 * DAY, "h")], channel=channel)
    assert replies(messages) == {found: 1}


def test_refused_attempts_outside_the_window_are_counted_apart() -> None:
    messages = thread([(0, "c"), (HOUR, "x"), (2 * DAY, "x"), (3 * DAY, "h")])
    assert replies(messages) == {"refused": 1, "human_agent": 1}
    told_later = thread([(0, "c"), (2 * DAY, "h")])
    failed = {"message_id": "ann-0001", "status": "failed", "happened_at": at(2 * DAY + 1)}
    database = built(told_later, deliveries=[failed])
    (row,) = sent_replies(database.con, YEAR, LATER)
    assert (row.refused, row.human_agent, row.outside) == (1, 0, 0)


def test_a_refused_template_was_not_sent_outside_its_window() -> None:
    messages = thread([(0, "c"), (2 * DAY, "x")], channel="whatsapp")
    assert replies(messages) == {"refused": 1}
    messages[1]["kind"] = "template"
    assert replies(messages) == {}


POLICY = dt.datetime(2026, 9, 28)


@pytest.mark.parametrize(
    ("since_policy", "entry", "answer", "found"),
    [
        (0, "ad", 7 * DAY, "ad"),
        (0, "ad", DAY, "standard"),
        (0, "ad", 7 * DAY + 0.001, "outside"),
        (-1, "ad", 2 * DAY, "outside"),
        (0, "link", 2 * DAY, "outside"),
    ],
)
def test_an_ad_opens_more_since_its_policy(
    since_policy: float, entry: str, answer: float, found: str
) -> None:
    asked = (POLICY - T0).total_seconds() + since_policy
    messages = thread([(asked, "c"), (asked + answer, "b")])
    click = {"touchpoint_id": "1", "occurred_at": at(asked), "entry_point": entry}
    as_of = POLICY + dt.timedelta(days=60)
    assert replies(messages, as_of, touchpoints=[click]) == {found: 1}


def test_only_the_first_message_after_an_ad_opens_more_and_later_ones_do_not_cut_it() -> None:
    asked = (POLICY - T0).total_seconds()
    messages = thread(
        [
            (asked + 60, "c"),
            (asked + 6 * DAY, "c"),
            (asked + 6.5 * DAY, "b"),
            (asked + 9 * DAY, "b"),
        ]
    )
    click = {"touchpoint_id": "1", "occurred_at": at(asked)}
    as_of = POLICY + dt.timedelta(days=60)
    assert replies(messages, as_of, touchpoints=[click]) == {"standard": 1, "outside": 1}
    early = thread([(asked + 60, "c"), (asked + DAY, "c"), (asked + 5 * DAY, "b")])
    database = built(early, touchpoints=[click])
    (row,) = asked_in_windows(database.con, YEAR, as_of)
    assert (row.window, row.closes_at) == ("ad", at(asked + 60 + 7 * DAY))


def test_a_newer_rule_takes_the_place_of_the_older() -> None:
    rules = (*WINDOW_RULES, WindowRule("messenger", "any", "any", dt.date(2026, 3, 3), 48))
    messages = [
        *thread([(0, "c"), (30 * HOUR, "b")]),
        *thread([(2 * DAY, "c"), (2 * DAY + 30 * HOUR, "b")], customer="bob"),
    ]
    database = built(messages)
    (row,) = sent_replies(database.con, YEAR, LATER, rules)
    assert (row.standard, row.outside) == (1, 1)


def test_questions_of_a_channel_add_up() -> None:
    waits = {"a": HOUR, "b": 23 * HOUR, "d": 30 * HOUR, "e": None, "f": None}
    messages = [
        one
        for customer, wait in waits.items()
        for one in thread(
            [(0, "c"), *([] if wait is None else [(wait, "h")])], customer=customer
        )
    ]  # fmt: skip
    messages += thread([(59.5 * DAY, "c")], customer="g")
    database = built(messages)
    (found,) = reply_windows(database.con, YEAR, LATER)
    assert found == ReplyWindows("messenger", 6, 2, 1, 2, 1, 12 * HOUR, pytest.approx(3.2 * HOUR))
    assert found.lost_share == 2 / 5


def test_a_question_counts_on_the_local_day_it_was_asked() -> None:
    database = database_of(messages=thread([(14.5 * HOUR, "c"), (16 * HOUR, "h")]))
    ensure_built(database, Rules(senders=SENDERS, time_zone="Europe/Amsterdam"))
    days = [Period("2026-03-02"), Period("2026-03-03")]
    found: list[list[AskedInWindow]] = [
        asked_in_windows(database.con, day, LATER) for day in days
    ]  # fmt: skip
    assert [len(rows) for rows in found] == [0, 1]
