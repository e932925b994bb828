"""Shares estimated together are those of the model, and limits let through what they say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from convocommerce.errors import UsageError
from convocommerce.intervals import share_interval
from convocommerce.shrinking import chance_limits, shrunken_shares

Counts = list[tuple[int, int]]

CASES: list[Counts] = [
    [(10, 40), (12, 35), (20, 60), (5, 15)],
    [(5, 5), (50, 100)],
    [(0, 9), (0, 20)],
    [(90, 100), (10, 100), (50, 100)],
    [(1, 1), (0, 1)],
]


class Model:
    """The same model on one fixed fine grid, with scipy's own beta-binomial."""

    def __init__(self, counts: Counts) -> None:
        nodes, weights = np.polynomial.legendre.leggauss(160)
        mean, spread = (one.ravel() for one in np.meshgrid((nodes + 1) / 2, (nodes + 1) / 2))
        self.first, self.second = mean / spread**2, (1 - mean) / spread**2
        told = [stats.betabinom.pmf(k, n, self.first, self.second) for k, n in counts]
        self.weight = np.outer(weights, weights).ravel() * np.prod(told, axis=0)
        self.weight /= self.weight.sum()

    def own(self, k: int, n: int) -> Any:
        return stats.beta(self.first + k, self.second + n - k)

    def mean(self, k: int, n: int) -> float:
        return float(self.weight @ self.own(k, n).mean())

    def below(self, k: int, n: int, share: float | None) -> float:
        assert share is not None
        return float(self.weight @ self.own(k, n).cdf(share))


@pytest.mark.parametrize("counts", CASES)
def test_estimates_are_those_of_the_model(counts: Counts) -> None:
    model = Model(counts)
    for one, (k, n) in zip(shrunken_shares(counts), counts, strict=True):
        assert one.value == pytest.approx(model.mean(k, n), abs=2e-5)
        low, high = one.interval
        assert model.below(k, n, high) == pytest.approx(0.975, abs=3e-4)
        # Where nobody did, the share may as well be as good as none.
        assert model.below(k, n, low) == pytest.approx(0.025, abs=3e-4) or low < 1e-6


def test_counts_that_pin_the_mean_down_are_looked_at_closely() -> None:
    # Three shares over 100,000 each: the mean is known to a thousandth and all lie on themselves.
    counts = [(30_000, 100_000), (31_000, 100_000), (29_000, 100_000)]
    for one, (k, n) in zip(shrunken_shares(counts), counts, strict=True):
        assert one.value == pytest.approx(k / n, abs=5e-4)
        assert one.interval == pytest.approx(share_interval(k, n), abs=5e-4)


def test_few_are_drawn_further_and_towards_the_others() -> None:
    few, many, other = shrunken_shares([(9, 10), (90, 100), (100, 200)])
    assert 0.5 < few.value < many.value < 0.9
    assert other.value == pytest.approx(0.5, abs=0.03)
    first, again = shrunken_shares([(3, 12), (9, 12)])
    assert first.value == pytest.approx(1 - again.value)


def test_the_order_of_people_changes_nothing() -> None:
    counts = CASES[0]
    assert [one.value for one in shrunken_shares(counts[::-1])[::-1]] == pytest.approx(
        [one.value for one in shrunken_shares(counts)]
    )


def test_one_alone_is_given_as_it_is() -> None:
    (one,) = shrunken_shares([(3, 12)])
    assert (one.value, one.interval) == (0.25, share_interval(3, 12))
    assert shrunken_shares([]) == []


def test_what_is_no_share_is_refused() -> None:
    for counts in ([(3, 2), (1, 2)], [(0, 0), (1, 2)], [(-1, 2)]):
        with pytest.raises(UsageError, match="cannot be estimated"):
            shrunken_shares(counts)
    for share, n, level in ((1.1, 5, 0.95), (0.5, 0, 0.95), (0.5, 5, 1.0)):
        with pytest.raises(UsageError, match="there are no limits"):
            chance_limits(share, n, level)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.8])
def test_limits_let_through_what_they_say(share: float) -> None:
    below, above = [], []
    for n in range(5, 200):
        low, high = chance_limits(share, n, 0.95)
        counts = np.arange(n + 1) / n
        odds = stats.binom.pmf(np.arange(n + 1), n, share)
        below.append(odds[counts < low].sum())
        above.append(odds[counts > high].sum())
    assert np.mean(below) == pytest.approx(0.0235, abs=0.004)
    assert np.mean(above) == pytest.approx(0.0235, abs=0.004)


def test_limits_narrow_around_the_share_and_mirror_it() -> None:
    wide, narrow = chance_limits(0.3, 20, 0.95), chance_limits(0.3, 200, 0.95)
    assert wide[0] < narrow[0] < 0.3 < narrow[1] < wide[1]
    low, high = chance_limits(0.7, 20, 0.95)
    assert (1 - high, 1 - low) == pytest.approx(wide)
    assert chance_limits(0.3, 20, 0.998)[1] > wide[1]
    assert chance_limits(0.0, 20, 0.95) == (0.0, 0.0)
    assert chance_limits(1.0, 20, 0.95) == (1.0, 1.0)
