"""Checks that intervals say what they mean: they hold the truth as often as they promise.

Usage: python benchmarks/covering.py [--runs 1000] [--seed 1]

Draws shops whose true rates and true times of answer are known, computes the figures from the
conversations that were drawn, and counts in how many runs the 95% interval holds the truth. At
small numbers a share can only take a few values, so coverage jumps with the true rate; where every
possible outcome can be added up, the line also gives what the formula covers exactly. Quantile
bounds are promised for at least 95%.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from covering_waits import drawn
from scipy.stats import binom

from convocommerce.intervals import (
    Interval,
    difference_interval,
    quantile_ranks,
    ratio_interval,
    share_interval,
)

share_of = cache(share_interval)
ratio_of = cache(ratio_interval)
RATES = (0.02, 0.1, 0.3, 0.5, 0.85)
SIZES = (12, 40, 150, 1000)
PAIRS = ((0.1, 0.05), (0.3, 0.3), (0.115, 0.05), (0.9, 0.6))
QUANTILES = (0.5, 0.9)


@dataclass(frozen=True)
class Line:
    """One interval at one true setting.

    Attributes:
        interval: Which interval.
        setting: The true parameters and how many conversations.
        covered: The share of runs in which it held the truth.
        exact: What it covers exactly, over all outcomes; null where these cannot be listed.
        runs: How many runs had an interval.
        least: The least that the promise allows, exactly.
    """

    interval: str
    setting: str
    covered: float
    exact: float | None
    runs: int
    least: float

    @property
    def is_kept(self) -> bool:
        """Whether the runs agree with the exact coverage, and that with the promise."""
        if self.exact is None:
            return self.covered >= self.least - 4 * math.sqrt(0.05 * 0.95 / max(1, self.runs))
        noise = 4 * math.sqrt(self.exact * (1 - self.exact) / max(1, self.runs)) + 1 / self.runs
        return abs(self.covered - self.exact) <= noise and self.exact >= self.least

    @property
    def mark(self) -> str:
        """What is to be said of it."""
        told = self.covered if self.exact is None else self.exact
        if not self.is_kept:
            return "NOT KEPT"
        if told > 0.97:
            return "conservative"
        return "below 93%" if told < 0.93 else ""


def holds(interval: Interval, truth: float) -> bool:
    """Whether an interval holds a value; an open side holds everything."""
    low, high = interval
    return (low is None or low <= truth + 1e-12) and (high is None or truth <= high + 1e-12)


def expected(
    n: int, p: float, n_base: int, q: float, covers: Callable[[int, int], bool | None]
) -> float:
    """Return how often two drawn counts are covered, of those that have an interval."""
    ks, bases = (_likely(m, r) for m, r in ((n, p), (n_base, q)))
    yes = total = 0.0
    for k, weight in ks:
        for base, weight_base in bases:
            found = covers(k, base)
            if found is not None:
                total += weight * weight_base
                yes += weight * weight_base * found
    return yes / total


def _likely(n: int, p: float) -> list[tuple[int, float]]:
    """Return the counts that are not too unlikely to matter, with their probability."""
    weights = binom.pmf(np.arange(n + 1), n, p)
    return [(k, float(w)) for k, w in enumerate(weights) if w > 1e-7]


def shares(random: np.random.Generator, runs: int) -> Iterator[Line]:
    """Wilson: each conversation is answered in time, or ends in an order, with the true rate."""
    for n in SIZES:
        for p in RATES:
            drawn = (random.random((runs, n)) < p).sum(axis=1)
            covered = sum(holds(share_of(int(k), n), p) for k in drawn) / runs
            exact = sum(w for k, w in _likely(n, p) if holds(share_of(k, n), p))
            # Wilson's coverage is 95% on average over rates, and may dip where n p is about 1.
            yield Line("share (Wilson)", f"n {n}, rate {p}", covered, exact, runs, 0.83)


def differences(random: np.random.Generator, runs: int) -> Iterator[Line]:
    """Newcombe: this week's rate less last week's."""
    for n in SIZES[:-1]:
        for p, q in PAIRS:

            def covers(k: int, base: int, n: int = n, d: float = p - q) -> bool:
                wilson, wilson_base = share_of(k, n), share_of(base, n)
                return holds(difference_interval(k / n, wilson, base / n, wilson_base), d)

            ks, bases = random.binomial(n, p, runs), random.binomial(n, q, runs)
            covered = float(np.mean([covers(int(k), int(b)) for k, b in zip(ks, bases)]))  # noqa: B905
            exact = expected(n, p, n, q, covers)
            yield Line("difference (Newcombe)", f"n {n}, {p} - {q}", covered, exact, runs, 0.92)


def ratios(random: np.random.Generator, runs: int) -> Iterator[Line]:
    """Score: how many times as often a conversation ends in an order as a visit to the checkout."""
    for n in SIZES[1:3]:
        for p, q in PAIRS:

            def covers(k: int, base: int, n: int = n, r: float = p / q) -> bool | None:
                interval = ratio_of(k, n, base, n)
                return None if interval[1] is None else holds(interval, r)

            ks, bases = random.binomial(n, p, runs), random.binomial(n, q, runs)
            found = [covers(int(k), int(b)) for k, b in zip(ks, bases)]  # noqa: B905
            held = [one for one in found if one is not None]
            exact = expected(n, p, n, q, covers)
            covered = float(np.mean(held))
            yield Line("ratio (score)", f"n {n}, {p} / {q}", covered, exact, len(held), 0.92)


def quantiles(random: np.random.Generator, runs: int) -> Iterator[Line]:
    """Order statistics: half of the answers, or nine in ten, come within the true time."""
    for n in SIZES:
        for at in QUANTILES:
            low, high = quantile_ranks(n, at)
            # Times of answer are lognormal: most come within minutes, some the next day.
            times = np.sort(np.exp(random.normal(math.log(240), 1.8, (runs, n))), axis=1)
            truth = math.exp(math.log(240) + 1.8 * _normal(at))
            is_above = np.ones(runs, bool) if low is None else times[:, low - 1] <= truth
            is_below = np.ones(runs, bool) if high is None else times[:, high - 1] >= truth
            # The rth smallest is above the quantile when fewer than r values are below it.
            misses = 0.0 if low is None else float(binom.cdf(low - 1, n, at))
            misses += 0.0 if high is None else float(binom.sf(high - 1, n, at))
            covered = float(np.mean(is_above & is_below))
            yield Line("quantile (ranks)", f"n {n}, p{at:.0%}", covered, 1 - misses, runs, 0.95)


def others(random: np.random.Generator, runs: int) -> Iterator[Line]:
    """Waits of whom some are still waiting, and what else is drawn only."""
    for interval, setting, covered, n in drawn(random, runs, holds):
        # People who write often are not independent; how much that costs is shown.
        least = 0.9 if "each person" in interval else 0.93
        yield Line(interval, setting, covered, None, n, least)


def _normal(at: float) -> float:
    from scipy.stats import norm

    return float(norm.ppf(at))


def main() -> int:
    """Print one line per interval and setting."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    random = np.random.default_rng(asked.seed)
    lines = [
        line
        for draw in (shares, differences, ratios, quantiles, others)
        for line in draw(random, asked.runs)
    ]
    print(f"{'interval':32}{'truth':32}{'covered':>9}{'exactly':>9}{'runs':>7}")
    for line in lines:
        exact = "" if line.exact is None else f"{line.exact:.3f}"
        print(
            f"{line.interval:32}{line.setting:32}{line.covered:9.3f}{exact:>9}{line.runs:7}"
            f"  {line.mark}".rstrip()
        )
    for name in dict.fromkeys(line.interval for line in lines):
        mine = [line for line in lines if line.interval == name]
        mean = sum(line.covered for line in mine) / len(mine)
        within = sum(not line.mark for line in mine)
        print(f"{name}: {mean:.3f} on average, {within} of {len(mine)} between 93% and 97%")
    return int(any(not line.is_kept for line in lines))


if __name__ == "__main__":
    sys.exit(main())
