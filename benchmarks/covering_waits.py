"""Coverage of the intervals that have no short list of outcomes: of waits and of several shares.

Part of ``covering.py``: everything here is drawn, nothing added up exactly.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from scipy.stats import norm

from convocommerce.insights.selling.ratios import Buyers, standardised
from convocommerce.intervals import Interval, difference_interval, quantile_ranks, share_interval
from convocommerce.shrinking import shrunken_shares
from convocommerce.survival import Survival, aalen_johansen, kaplan_meier

Told = tuple[str, str, float, int]
"""The interval, the true setting, how often it held the truth, and of how many runs."""
Holds = Callable[[Interval, float], bool]
MIDDLE, SPREAD = math.log(240), 1.8
"""Times of answer are lognormal: most come within minutes, some the next day."""


def truth_of(at: float, middle: float = MIDDLE) -> float:
    """Return the true quantile of the times of answer."""
    return math.exp(middle + SPREAD * float(norm.ppf(at)))


def waits(random: np.random.Generator, runs: int, holds: Holds) -> Iterator[Told]:
    """Draw conversations of which some still wait at the as-of or lose their reply window."""
    for n in (40, 150, 1000):
        for until, name in ((48, "few wait"), (2, "many wait")):
            curves = [_curve(random, n, until * 3600) for _ in range(runs)]
            for at in (0.5, 0.9):
                told = [holds(one.quantile(at)[1], truth_of(at)) for one in curves]
                yield "wait (Kaplan-Meier)", f"n {n}, p{at:.0%}, {name}", np.mean(told), runs
            # At two minutes: where the curve is steep.
            share = float(norm.sf((math.log(120) - MIDDLE) / SPREAD))
            ends = [_at(one.seconds, one.low, one.high, 120) for one in curves]
            told = [holds(one, share) for one in ends if one is not None]
            yield "share still waiting", f"n {n}, 2 minutes, {name}", np.mean(told), len(told)


def _curve(random: np.random.Generator, n: int, until: float) -> Survival:
    answered = np.exp(random.normal(MIDDLE, SPREAD, n))
    watched = np.minimum(random.uniform(0, until, n), 86400)
    ended = answered <= watched
    seconds, place = np.unique(np.where(ended, answered, watched), return_inverse=True)
    size = len(seconds)
    return kaplan_meier(
        seconds,
        np.bincount(place[ended], minlength=size),
        np.bincount(place[~ended], minlength=size),
    )


def _at(
    seconds: Sequence[float] | np.ndarray, low: np.ndarray, high: np.ndarray, when: float
) -> Interval | None:
    """Return the interval of a curve at a time; null where nothing happened before it."""
    place = int(np.searchsorted(np.asarray(seconds), when, side="right")) - 1
    if place < 0 or math.isnan(low[place]):
        return None
    return float(low[place]), float(high[place])


def incidences(random: np.random.Generator, runs: int, holds: Holds) -> Iterator[Told]:
    """Draw carts that are ordered, emptied, or still there when one looks."""
    order, empty, when = 0.02, 0.05, 24.0
    truth = order / (order + empty) * (1 - math.exp(-(order + empty) * when))
    for n in (40, 150, 1000):
        told = []
        for _ in range(runs):
            times = random.exponential([1 / order, 1 / empty], (n, 2))
            left = random.uniform(0, 72, n)
            first = np.minimum(times.min(axis=1), left)
            kind = np.where(first == left, 2, times.argmin(axis=1))
            seconds, place = np.unique(first, return_inverse=True)
            counts = [np.bincount(place[kind == one], minlength=len(seconds)) for one in range(3)]
            found = aalen_johansen(seconds, counts[:2], counts[2])
            ends = _at(found.seconds, found.low[0], found.high[0], when)
            told += [] if ends is None else [holds(ends, truth)]
        yield "share ordered (Aalen-Johansen)", f"n {n}, in a day", np.mean(told), len(told)


def median_differences(random: np.random.Generator, runs: int, holds: Holds) -> Iterator[Told]:
    """Draw two weeks' answers and compare their medians, as on a page."""
    for n in (40, 150, 1000):
        low, high = quantile_ranks(n, 0.5)
        assert low is not None
        assert high is not None
        for factor in (1.0, 1.5):
            told = []
            for _ in range(runs):
                weeks = [np.sort(np.exp(random.normal(m, SPREAD, n)))
                         for m in (MIDDLE + math.log(factor), MIDDLE)]  # fmt: skip
                ends = [(float(one[low - 1]), float(one[high - 1])) for one in weeks]
                values = [float(np.median(one)) for one in weeks]
                found = difference_interval(values[0], ends[0], values[1], ends[1])
                told.append(holds(found, truth_of(0.5) * (factor - 1)))
            yield "difference of medians", f"n {n}, {factor:g} times", np.mean(told), runs


def mixes(random: np.random.Generator, runs: int, holds: Holds) -> Iterator[Told]:
    """Draw chats and visits of two kinds of people, with other mixes."""
    for scale in (1, 4):
        ones, bases = (120 * scale, 40 * scale), (160 * scale, 200 * scale)
        p, q = (0.12, 0.3), (0.06, 0.15)
        truth = float(np.dot(ones, p) / np.dot(ones, q))
        told = []
        for _ in range(runs):
            drawn = [
                {kind: Buyers(n, int(random.binomial(n, rate)))
                 for kind, n, rate in zip(("new", "known"), ns, rates, strict=True)}
                for ns, rates in ((ones, p), (bases, q))
            ]  # fmt: skip
            found = standardised(drawn[0], drawn[1], 2.3)
            told += [] if found.low is None else [holds((found.low, found.high), truth)]
        yield (
            "ratio of one mix (log)",
            f"n {sum(ones)}, {truth:.1f} times",
            np.mean(told),
            len(told),
        )


def people(random: np.random.Generator, runs: int, holds: Holds) -> Iterator[Told]:
    """Draw people who are more or less alike, of whom each answered few."""
    for size, name in ((10.0, "unlike"), (200.0, "alike")):
        for many in (3, 10):
            told = []
            for _ in range(runs // 4):
                truths = random.beta(0.7 * size, 0.3 * size, many)
                sizes = random.integers(3, 60, many)
                counts = [(int(random.binomial(n, p)), int(n))
                          for n, p in zip(sizes, truths, strict=True)]  # fmt: skip
                found = shrunken_shares(counts)
                told += [holds(one.interval, p) for one, p in zip(found, truths, strict=True)]
            yield "share of several (shrunken)", f"{many} people, {name}", np.mean(told), len(told)


def clustered(random: np.random.Generator, runs: int, holds: Holds) -> Iterator[Told]:
    """Draw conversations of which three are of one person, who is answered alike each time."""
    for size, name in ((9.0, "alike by 0.1"), (99.0, "alike by 0.01")):
        told = []
        for _ in range(runs):
            truths = random.beta(0.3 * size, 0.7 * size, 100)
            told.append(holds(share_interval(int(random.binomial(3, truths).sum()), 300), 0.3))
        yield "share, 3 by each person", f"n 300, {name}", np.mean(told), runs


def drawn(random: np.random.Generator, runs: int, holds: Holds) -> Iterator[Told]:
    """Yield name, setting, share of runs that held the truth, and how many had an interval."""
    for draw in (waits, incidences, median_differences, mixes, people, clustered):
        yield from draw(random, runs, holds)
