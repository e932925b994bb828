"""Shares of several people or groups at once, when each alone rests on few.

Everybody's true share is taken to come from one beta distribution, of which nothing else is known.
Shares that rest on few are thereby drawn towards those of all, the more so the more alike all are.
How alike they are is not fixed at its likeliest value but averaged over everything the counts
allow (a uniform prior on the mean and on one over the root of the beta's size, after Gelman and
others, *Bayesian Data Analysis*, 5.3). Fixing it gives intervals that are far too narrow for a
handful of people: where all were alike, those said to hold 95% held 26% to 70% for 2 to 16 people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convocommerce.errors import UsageError
from convocommerce.intervals import Interval, share_interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

_NODES = 80
_FAR = 18.0
"""Logarithm of the odds at which a mean and spread no longer count."""


@dataclass(frozen=True)
class Shrunken:
    """What one share is held to be, all others considered.

    Attributes:
        value: The mean of what is possible.
        interval: What holds it with 95% probability.
    """

    value: float
    interval: Interval


def shrunken_shares(counts: Sequence[tuple[int, int]]) -> list[Shrunken]:
    """Estimate several shares together.

    Args:
        counts: For each, how many did and of how many, which is at least one.

    Returns:
        One estimate each, in the same order; a single share has nothing to be drawn to and is
        given as it is, with Wilson's interval.

    Raises:
        UsageError: Somebody rests on nothing, or on fewer than did.

    >>> few, many = shrunken_shares([(5, 5), (50, 100)])
    >>> few.value < 1.0, round(many.value, 1)
    (True, 0.5)
    """
    for k, n in counts:
        if not 0 <= k <= n or n < 1:
            raise UsageError(f"a share of {k} of {n} cannot be estimated")
    if len(counts) < 2:
        return [Shrunken(k / n, share_interval(k, n)) for k, n in counts]
    first, second, weight = _possible(counts)
    return [_estimate(first + k, second + n - k, weight) for k, n in counts]


def _possible(counts: Sequence[tuple[int, int]]) -> tuple[Numbers, Numbers, Numbers]:
    """Return the betas that the shares can come from, and how likely each of them is."""
    import numpy as np
    from scipy.special import betaln

    did = np.array([k for k, _ in counts], dtype=float)[:, None]
    not_did = np.array([n - k for k, n in counts], dtype=float)[:, None]
    nodes, node_weights = np.polynomial.legendre.leggauss(_NODES)
    area = np.outer(node_weights, node_weights).ravel()
    # Mean and spread both lie between 0 and 1; the part that counts is looked at ever closer.
    box = [(0.0, 1.0), (0.0, 1.0)]
    while True:
        sides = [low + (high - low) * (nodes + 1) / 2 for low, high in box]
        mean, spread = (one.ravel() for one in np.meshgrid(*sides, indexing="ij"))
        size = spread**-2.0
        first, second = mean * size, (1 - mean) * size
        told = (betaln(first + did, second + not_did) - betaln(first, second)).sum(axis=0)
        told -= told.max()
        matters = told > -_FAR
        inner = []
        for values, (low, high) in zip((mean, spread), box, strict=True):
            margin = 2 * (high - low) / _NODES
            kept = values[matters]
            inner.append((max(low, kept.min() - margin), min(high, kept.max() + margin)))
        is_close = all(
            b - a > 0.7 * (high - low) for (a, b), (low, high) in zip(inner, box, strict=True)
        )
        if is_close:
            weight = area[matters] * np.exp(told[matters])
            return first[matters], second[matters], weight / weight.sum()
        box = inner


def _estimate(first: Numbers, second: Numbers, weight: Numbers) -> Shrunken:
    from scipy.optimize import brentq
    from scipy.special import betainc

    def beyond(share: float, level: float) -> float:
        return float(weight @ betainc(first, second, share)) - level

    ends = [brentq(beyond, 0.0, 1.0, args=(level,), xtol=1e-7) for level in (0.025, 0.975)]
    return Shrunken(float(weight @ (first / (first + second))), (ends[0], ends[1]))


def chance_limits(share: float, n: int, level: float) -> tuple[float, float]:
    """Return between which shares chance alone stays, when the true share is that of all.

    The exact binomial quantiles, joined by straight lines so that the limits narrow evenly, as
    Spiegelhalter does in *Funnel plots for comparing institutional performance* (2005), but
    halfway between whole counts: his lie half a count too low, and over 5 to 200 let through
    twice as many above as below.

    Args:
        share: The share of all.
        n: How many somebody's share rests on.
        level: How often chance stays between the limits, such as 0.95.

    Raises:
        UsageError: The share or the level is none, or ``n`` is below one.

    >>> [round(limit, 3) for limit in chance_limits(0.5, 100, 0.95)]
    [0.402, 0.598]
    """
    if not 0 <= share <= 1 or not 0 < level < 1 or n < 1:
        raise UsageError(f"there are no limits for a share of {share} over {n} at {level}")
    if share in (0, 1):
        return share, share
    tail = (1 - level) / 2
    return _joined(share, n, tail), _joined(share, n, 1 - tail)


def _joined(share: float, n: int, level: float) -> float:
    from scipy.stats import binom

    rank = float(binom.ppf(level, n, share))
    reached, before = binom.cdf(rank, n, share), binom.cdf(rank - 1, n, share)
    joined = rank + 0.5 - (reached - level) / (reached - before)
    return float(min(max(joined, 0.0), n)) / n
