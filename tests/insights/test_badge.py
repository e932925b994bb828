"""What the coming days must bring for a badge, held against counting them once they came."""

from __future__ import annotations

from typing import Any

import pytest

from convocommerce.building import ensure_built
from convocommerce.errors import UnknownNameError, UsageError
from convocommerce.insights import BadgeOutlook, BadgeStep, badge_outlook, page_response
from convocommerce.rules import Rules
from tables import SENDERS, at, database_of, thread

DAY = 86400

Row = dict[str, Any]


def people(waits: list[float | None], start: float = 0, prefix: str = "p") -> list[Row]:
    return [
        one
        for number, wait in enumerate(waits)
        for one in thread(
            [(start, "c"), *([] if wait is None else [(start + wait, "h")])],
            customer=f"{prefix}{number}",
        )
    ]


def outlooks(messages: list[Row], as_of: float = 3 * DAY, **more: Any) -> list[BadgeOutlook]:
    database = database_of(messages=messages)
    ensure_built(database, Rules(senders=SENDERS))
    return badge_outlook(database.con, at(as_of), **more)


def steps(messages: list[Row], as_of: float = 3 * DAY, **more: Any) -> tuple[BadgeStep, ...]:
    (found,) = outlooks(messages, as_of, **more)
    return found.steps


def test_two_missed_of_ten_drop_out_after_a_week() -> None:
    found = steps(people([60.0] * 8 + [None] * 2))
    assert found == (
        BadgeStep(1, 10, 8, 2, None, None),  # 11 of 12 would be needed, 10 can be had
        BadgeStep(2, 10, 8, 3, None, None),  # 12 of 13
        BadgeStep(3, 10, 8, 5, None, None),  # 14 of 15
        BadgeStep(4, 10, 8, 6, None, None),  # 15 of 16
        BadgeStep(5, 0, 0, 8, 8, 900),
        BadgeStep(6, 0, 0, 9, 9, 900),
        BadgeStep(7, 0, 0, 10, 9, 900),
    )
    assert [step.is_reachable for step in found] == [False] * 4 + [True] * 3


@pytest.mark.parametrize(
    ("past", "must", "within"),
    [
        ([600.0], 1, 1200),  # both count: the mean of 600 and 1200 is 900
        ([1800.0], 1, 0),
        ([1800.5], 1, None),  # no answer is quick enough
        ([60.0] * 10, 1, DAY),  # the eleventh is not among the fastest nine tenths
        ([900.0] * 20, 1, DAY),
    ],
)
def test_slow_answers_of_the_past_must_be_made_up_for(
    past: list[float], must: int, within: int | None
) -> None:
    first = steps(people(past), days=1)[0]
    assert (first.must_answer, first.within_seconds) == (must, within)


@pytest.mark.parametrize(("rule", "within"), [("median_2015", 0), ("median_2017", 1200)])
def test_variants_have_limits_of_their_own(rule: str, within: int) -> None:
    assert steps(people([600.0]), days=1, rule=rule)[0].within_seconds == within


def test_open_messages_are_to_be_answered_too() -> None:
    messages = [*people([60.0]), *people([None], 3 * DAY - 60, "late")]
    (found,) = outlooks(messages, days=1)
    # One is answered, one open, and one new is expected: two in seven days, a part of one in one.
    assert found.steps == (BadgeStep(1, 1, 1, 2, 2, 1320),)  # (60 + 2 x 1320) / 3 = 900
    assert found.expected_per_day == 2 / 7
    assert found.misses == ()


def test_what_stood_in_the_way_is_listed_with_its_conversation() -> None:
    messages = [
        *people([60.0, 901.0, None], prefix="a"),
        *people([DAY + 5.0], 60, "b"),
        *people([None], 3 * DAY - 60, "open"),
    ]
    (found,) = outlooks(messages)
    assert [(miss.reason, miss.seconds, miss.asked_at) for miss in found.misses] in (
        [("slow", 901, at(0)), ("missed", None, at(0)), ("missed", DAY + 5, at(60))],
        [("missed", None, at(0)), ("slow", 901, at(0)), ("missed", DAY + 5, at(60))],
    )
    assert len({miss.conversation_id for miss in found.misses}) == 3


def test_pages_are_apart_and_quiet_ones_are_left_out() -> None:
    messages = [
        *people([60.0], prefix="a"),
        *[{**one, "business_id": "two"} for one in people([None], prefix="b")],
        *[{**one, "business_id": "quiet"} for one in people([60.0], -8 * DAY, prefix="c")],
    ]
    assert [found.business_id for found in outlooks(messages)] == ["page", "two"]
    assert outlooks([]) == []


PAST = [*people([60.0] * 6 + [None]), *people([2000.0] * 3, DAY, "s")]


@pytest.mark.parametrize("days", [1, 2, 3, 4, 5, 6, 7])
def test_what_it_says_is_what_is_found_when_the_days_have_come(days: int) -> None:
    step = steps(PAST, days=days)[-1]

    def has_badge(answered: int, seconds: float) -> bool | None:
        waits: list[float | None] = [seconds] * answered
        waits += [None] * (step.to_come - answered)
        future = people(waits, 3 * DAY + 1, "new")
        database = database_of(messages=[*PAST, *future])
        ensure_built(database, Rules(senders=SENDERS))
        (page,) = page_response(database.con, at((3 + days) * DAY + (days == 1) * 2))
        return page.has_badge

    if step.must_answer is None or step.within_seconds is None:
        assert not has_badge(step.to_come, 0.0)
        return
    within = min(step.within_seconds, DAY - 1)
    assert has_badge(step.must_answer, within)
    if step.must_answer:
        assert not has_badge(step.must_answer - 1, 0.0)
    if step.within_seconds < DAY:
        assert not has_badge(step.must_answer, within + 1.0)


def test_wrong_questions_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="fastest_90"):
        outlooks([], rule="fastest")
    with pytest.raises(UsageError, match="not 0"):
        outlooks([], days=0)
