"""The parts of a wait add up, over thirds by the whole wait and over all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from convocommerce.building import ensure_built
from convocommerce.insights import THIRDS, WaitParts, wait_parts
from convocommerce.measuring import ask
from convocommerce.metrics import metric_named
from convocommerce.rules import Rules
from tables import SENDERS, at, database_of, thread

DAY = 86400
Talk = list[tuple[float, str]]


def told(*talks: Talk, as_of: float = 30 * DAY, **options: str) -> list[WaitParts]:
    messages = [one for number, events in enumerate(talks) for one in thread(events, f"c{number}")]
    database = database_of(messages=messages)
    ensure_built(database, Rules(senders=SENDERS, opening_hours="Mo-Fr 09:00-17:00"))
    metric = metric_named("first_response_time")
    question = ask(database.con, metric, as_of=at(as_of), options=options)
    return wait_parts(database.con, question)


def handed(bot: float, person: float) -> Talk:
    """Draw a talk that a bot hands over after a while, and a person answers a while later."""
    return [(0, "c"), (bot / 2, "b"), (bot, "H"), (bot + person, "h")]


def means(found: list[WaitParts]) -> dict[tuple[bool, str], tuple[int, float, float]]:
    return {
        (one.is_handed_over, one.third): (one.n, one.bot_seconds, one.person_seconds)
        for one in found
    }


def test_thirds_are_cut_by_the_whole_wait_and_not_by_a_part() -> None:
    found = told(handed(600, 0), handed(10, 90), handed(20, 2000), handed(30, 60), handed(40, 900))
    assert means(found) == {
        (True, "fast"): (1, 30, 60),
        (True, "middle"): (3, (10 + 600 + 40) / 3, (90 + 0 + 900) / 3),
        (True, "slow"): (1, 20, 2000),
        (True, "all"): (5, 140, 610),
    }
    assert [one.whole_seconds for one in found] == pytest.approx([90, 1640 / 3, 2020, 750])


def test_without_a_hand_over_all_of_the_wait_is_for_a_person() -> None:
    found = told([(0, "c"), (60, "h")], [(0, "c"), (5, "b"), (90, "h")], handed(10, 20))
    assert means(found)[False, "all"] == (2, 0, 75)
    assert means(found)[True, "all"] == (1, 10, 20)
    # Two cannot be cut into thirds: all lie in the middle.
    assert [one.third for one in found if not one.is_handed_over] == ["middle", "all"]


def test_a_wait_that_is_not_over_has_no_parts_yet() -> None:
    assert told([(0, "c"), (10, "H")], [(0, "c")]) == []
    assert told(handed(10, 50), as_of=59) == []
    # Whom a person answered before the hand-over waited for nobody after it.
    assert means(told([(0, "c"), (30, "h"), (60, "H")]))[False, "all"] == (1, 0, 30)


def test_opening_time_leaves_the_night_out_of_both_parts() -> None:
    evening = [(8 * 3600 - 100, "c"), (8 * 3600 - 40, "H"), (DAY + 60, "h")]
    assert means(told(evening, hours="opening"))[True, "all"] == (1, 60, 100)
    assert means(told(evening))[True, "all"] == (1, 60, DAY + 60 - 8 * 3600 + 40)


def test_the_mean_of_the_middle_lies_between_its_ends() -> None:
    random = np.random.default_rng(4)
    waits = [(float(b), float(p)) for b, p in random.integers(1, 5000, (40, 2))]
    found = {one.third: one for one in told(*(handed(*one) for one in waits))}
    order = sorted(waits, key=sum)
    for third, rows in (("fast", order[:13]), ("middle", order[13:27]), ("slow", order[27:])):
        one = found[third]  # type: ignore[index]  # a third by its name
        bot, person = np.mean(rows, axis=0)
        assert (one.n, one.bot_seconds, one.person_seconds) == pytest.approx(
            (len(rows), bot, person)
        )
    assert list(found) == list(THIRDS)


def test_intervals_are_those_of_an_independent_bootstrap() -> None:
    random = np.random.default_rng(7)
    waits = [(float(b), float(p)) for b, p in random.exponential(900, (60, 2)).round() + 1]
    found = {one.third: one for one in told(*(handed(*one) for one in waits))}
    whole = np.array([sum(one) for one in waits])

    def middle(sample: Any, axis: int = -1) -> Any:
        return np.sort(sample, axis=axis)[..., 20:40].mean(axis=axis)

    for third, statistic in (("all", np.mean), ("middle", middle)):
        low, high = found[third].whole_interval  # type: ignore[index]  # a third by its name
        other = stats.bootstrap(
            (whole,), statistic, method="percentile", n_resamples=4000, rng=1
        ).confidence_interval
        width = other.high - other.low
        assert low == pytest.approx(other.low, abs=0.1 * width)
        assert high == pytest.approx(other.high, abs=0.1 * width)


def test_few_have_no_interval_and_the_same_records_give_the_same() -> None:
    few = told(*[handed(10, 20)] * 4)
    assert {one.whole_interval for one in few} == {(None, None)}
    talks = [handed(10 + i, 20 * i) for i in range(20)]
    assert told(*talks) == told(*talks)
