"""Hours in which people asked and nobody in person answered anybody."""

from __future__ import annotations

import datetime as dt
from random import Random

import pytest

from convocommerce.building import ensure_built
from convocommerce.insights import Coverage, coverage
from convocommerce.intervals import share_interval
from convocommerce.periods import Period
from convocommerce.rules import Rules
from tables import SENDERS, T0, at, database_of, thread

YEAR = Period("2026")
LATER = at(60 * 86400)
HOUR = 3600


def told(
    *people: list[tuple[float, str]], as_of: dt.datetime = LATER, period: Period = YEAR
) -> list[Coverage]:
    messages = [one for number, events in enumerate(people) for one in thread(events, f"p{number}")]
    database = database_of(messages=messages)
    rules = Rules(senders=SENDERS, opening_hours="Mo-Fr 09:00-17:00")
    ensure_built(database, rules)
    return coverage(database.con, period, as_of)


def test_an_answer_to_anybody_covers_the_hour() -> None:
    found = told(
        [(0, "c"), (2 * HOUR, "h")],
        [(600, "c")],
        [(-60 * HOUR, "c"), (1800, "h")],  # a question of before that is answered in this hour
        [(HOUR, "c"), (HOUR + 5, "b")],  # a bot covers nothing
    )
    assert found == [
        Coverage(True, 9, 2, 0),
        Coverage(True, 10, 1, 1),
        Coverage(False, 21, 1, 1),
    ]
    assert found[1].uncovered_interval == share_interval(1, 1)


def test_the_same_hour_of_another_day_is_another_hour() -> None:
    assert told([(0, "c"), (60, "h")], [(24 * HOUR, "c")]) == [Coverage(True, 9, 2, 1)]


def test_only_what_was_known_and_asked_in_the_period() -> None:
    events = [(0, "c"), (60, "h")]
    assert told(events, as_of=at(59)) == [Coverage(True, 9, 1, 1)]
    assert told(events, period=Period("2025")) == []


@pytest.mark.parametrize("seed", range(3))
def test_counted_again_hour_by_hour(seed: int) -> None:
    random, people = Random(seed), []
    asked: list[dt.datetime] = []
    answered = set()
    for _ in range(50):
        start, length = random.randrange(0, 90 * HOUR), random.randrange(1, 20 * HOUR)
        people.append([(start, "c"), (start + length, "h")])
        asked.append(T0 + dt.timedelta(seconds=start))
        moment = T0 + dt.timedelta(seconds=start + length)
        answered.add((moment.date(), moment.hour))
    expected: dict[tuple[bool, int], list[int]] = {}
    for moment in asked:
        is_open = moment.weekday() < 5 and 9 <= moment.hour < 17
        row = expected.setdefault((is_open, moment.hour), [0, 0])
        row[0] += 1
        row[1] += (moment.date(), moment.hour) not in answered
    found = {(one.is_open, one.hour): [one.questions, one.uncovered] for one in told(*people)}
    assert found == expected
