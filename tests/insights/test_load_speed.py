"""How soon questions are answered by people with few or many conversations in hand."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

import pytest

from convocommerce.building import ensure_built
from convocommerce.errors import UsageError
from convocommerce.insights import SpeedAtLoad, speed_at_load
from convocommerce.periods import Period
from convocommerce.rules import Rules
from tables import SENDERS, at, database_of, thread

YEAR = Period("2026")
LATER = at(60 * 86400)

Row = dict[str, Any]


def chat(events: list[tuple[float, str]], customer: str, agent: str | None = "eva") -> list[Row]:
    return [
        {**one, "agent_id": agent if one["direction"] == "out" else None}
        for one in thread(events, customer)
    ]


def table(
    messages: list[Row], as_of: dt.datetime = LATER, period: Period = YEAR, **more: Any
) -> list[SpeedAtLoad]:
    database = database_of(messages=messages)
    ensure_built(database, Rules(senders=SENDERS))
    return speed_at_load(database.con, period, as_of, **more)


def counts(messages: list[Row], **more: Any) -> list[tuple[int, int, float]]:
    return [(row.in_hand, row.n, row.median_seconds) for row in table(messages, **more)]


BUSY = [
    *chat([(0, "c"), (60, "h"), (900, "h")], "a"),
    *chat([(100, "c"), (400, "h"), (800, "h")], "b"),
    *chat([(200, "c"), (700, "h")], "d"),
    *chat([(1000, "c"), (1010, "h")], "e"),
]


def test_the_load_is_what_was_in_hand_when_the_question_came() -> None:
    assert counts(BUSY) == [(1, 2, 35), (2, 1, 300), (3, 1, 500)]
    assert counts(BUSY, most=2) == [(1, 2, 35), (2, 2, 400)]
    assert [row.or_more for row in table(BUSY, most=2)] == [False, True]


def test_what_ends_as_another_begins_is_not_in_hand() -> None:
    first = chat([(0, "c"), (60, "h")], "a")
    assert counts([*first, *chat([(60, "c"), (90, "h")], "b")]) == [(1, 2, 45)]
    assert counts([*first, *chat([(59, "c"), (89, "h")], "b")]) == [(1, 1, 60), (2, 1, 30)]


def test_what_somebody_else_has_in_hand_does_not_count() -> None:
    other = chat([(0, "c"), (900, "h")], "b", agent="joe")
    assert counts([*chat([(10, "c"), (20, "h")], "a"), *other]) == [(1, 2, 455)]


def test_a_question_left_too_long_is_still_one_in_hand() -> None:
    assert counts(chat([(0, "c"), (7200, "h")], "a")) == [(1, 1, 7200)]


def test_only_answered_questions_of_named_people_known_by_then() -> None:
    assert counts(chat([(0, "c")], "a")) == []
    assert counts(chat([(0, "c"), (60, "h")], "a", agent=None)) == []
    assert counts(BUSY, as_of=at(59)) == []
    assert counts(BUSY, period=Period("2025")) == []


def test_intervals_are_open_where_there_are_too_few() -> None:
    waits = range(10, 210, 10)  # twenty
    messages = [
        one
        for number, wait in enumerate(waits)
        for one in chat([(number * 9000, "c"), (number * 9000 + wait, "h")], f"p{number}")
    ]
    (row,) = table(messages)
    assert (row.in_hand, row.n, row.median_seconds, row.slow_seconds) == (1, 20, 105, 181)
    assert row.median_interval == (60, 150)  # the sixth and fifteenth of twenty
    assert row.slow_interval[1] is None
    (few,) = table(messages[:8])
    assert (few.n, few.median_interval) == (4, (None, None))


@pytest.mark.parametrize("seed", range(4))
def test_drawn_chats_counted_one_by_one(seed: int) -> None:
    random = Random(seed)
    chats = []
    for number in range(30):
        start = random.randrange(0, 20000)
        answer = start + random.randrange(1, 1500)
        end = answer + random.randrange(0, 1500)
        chats.append((number, random.choice(["eva", "joe"]), start, answer, end))
    messages = [
        one
        for number, agent, start, answer, end in chats
        for one in chat([(start, "c"), (answer, "h"), (end, "h")], f"p{number:02d}", agent)
    ]
    expected: dict[int, list[int]] = {}
    for number, agent, start, answer, _ in chats:
        others = sum(
            other != number and theirs == agent and begun <= start < ended
            for other, theirs, begun, _, ended in chats
        )
        expected.setdefault(min(others + 1, 3), []).append(answer - start)
    found = {row.in_hand: row.n for row in table(messages, most=3)}
    assert found == {level: len(waits) for level, waits in expected.items()}


def test_there_must_be_a_row() -> None:
    with pytest.raises(UsageError, match="at least one"):
        table([], most=0)
