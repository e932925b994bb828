"""How long people wait in each hour of the week, and how many at a time."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

import pytest

from convocommerce.building import ensure_built
from convocommerce.insights import UnmetDemand, unmet_demand
from convocommerce.periods import Period
from convocommerce.rules import Rules
from tables import SENDERS, T0, at, database_of, thread

MONDAY = Period("2026-03-02")  # T0 is nine o'clock on it
HOUR = 3600
DAY = 86400
LATER = at(60 * DAY)


def demand(
    *people: list[tuple[float, str]],
    period: Period = MONDAY,
    as_of: dt.datetime = LATER,
    zone: str = "UTC",
    **more: Any,
) -> UnmetDemand:
    messages = [one for number, events in enumerate(people) for one in thread(events, f"p{number}")]
    database = database_of(messages=messages)
    ensure_built(database, Rules(senders=SENDERS, time_zone=zone))
    return unmet_demand(database.con, period, as_of, **more)


def waited(found: UnmetDemand) -> dict[tuple[int, int], float]:
    return {
        (day, hour): seconds
        for day, hours in enumerate(found.waited_seconds)
        for hour, seconds in enumerate(hours)
        if seconds
    }


def test_a_wait_is_shared_over_the_hours_it_lies_in() -> None:
    found = demand([(1800, "c"), (2.5 * HOUR, "h")], [(3000, "c"), (3600, "h")])
    assert waited(found) == {(0, 9): 1800 + 600, (0, 10): 3600, (0, 11): 1800}
    assert found.waiting[0][9:12] == [2400 / 3600, 1.0, 0.5]
    assert found.waiting[1][9] is None


def test_the_unanswered_wait_a_day_or_until_the_as_of() -> None:
    week = Period("2026-W10")
    assert sum(waited(demand([(0, "c")], period=week)).values()) == DAY
    found = demand([(0, "c")], period=week, as_of=at(1.5 * HOUR))
    assert waited(found) == {(0, 9): 3600, (0, 10): 1800}
    assert (found.seconds[0][10], found.seconds[0][11]) == (1800, 0)
    short = demand([(0, "c")], period=week, at_most=dt.timedelta(minutes=1))
    assert waited(short) == {(0, 9): 60}


def test_a_bot_ends_a_wait_only_when_asked_to() -> None:
    events = [(0, "c"), (60, "b"), (600, "h")]
    assert waited(demand(events)) == {(0, 9): 600}
    assert waited(demand(events, answered_by="any")) == {(0, 9): 60}


def test_questions_from_before_the_period_still_wait_in_it() -> None:
    found = demand([(-10 * HOUR, "c"), (60, "h")])
    assert sum(waited(found).values()) == 9 * HOUR + 60
    assert waited(found)[0, 0] == HOUR


def test_hours_are_local_and_as_long_as_the_clock_makes_them() -> None:
    found = demand([(0, "c"), (60, "h")], zone="Europe/Amsterdam")
    assert waited(found) == {(0, 10): 60}
    before = [(0.0, "c"), (60.0, "h")]
    spring = demand(before, period=Period("2026-03-29"), zone="Europe/Amsterdam")
    assert (sum(spring.seconds[6]), spring.seconds[6][2]) == (23 * HOUR, 0)
    day = Period("2026-10-25")
    autumn = demand(before, period=day, zone="Europe/Amsterdam", as_of=at(300 * DAY))
    assert sum(autumn.seconds[6]) == 25 * HOUR


def test_without_questions_nobody_waits_and_before_the_first_day_nobody_knows() -> None:
    found = demand([(DAY, "h")], period=Period("2026-W10"))
    assert waited(found) == {}
    # Messages are told from Tuesday on.
    assert (found.waiting[0][9], found.waiting[1][0], found.waiting[1][9]) == (None, 0.0, 0.0)
    assert demand().waiting[0][9] is None


@pytest.mark.parametrize("seed", range(3))
def test_waits_added_up_second_by_second(seed: int) -> None:
    random = Random(seed)
    people, expected, going_on = [], [0.0] * 24, [0] * 24
    for _ in range(20):
        start, length = random.randrange(-9 * HOUR, 10 * HOUR, 60), random.randrange(0, 30000, 60)
        people.append([(start, "c"), (start + length, "h")])
        touched = set()
        for minute in range(start // 60, (start + length) // 60):
            moment = T0 + dt.timedelta(minutes=minute)
            if moment.date() == T0.date():
                expected[moment.hour] += 60
                touched.add(moment.hour)
        for hour in touched:
            going_on[hour] += 1
    found = demand(*people)
    assert found.waited_seconds[0] == expected
    assert found.waits[0] == going_on


def test_a_wait_counts_in_every_hour_it_goes_on_in() -> None:
    found = demand([(0, "c"), (HOUR, "h")], [(HOUR, "c"), (2.5 * HOUR, "h")])
    assert found.waits[0][8:13] == [0, 1, 1, 1, 0]
    assert demand([(0, "c")], as_of=at(1.5 * HOUR)).waits[0][8:13] == [0, 1, 1, 0, 0]
