"""Times until something happens, when for some it has not happened yet.

Kaplan and Meier's curve with Greenwood's variance and intervals on the log-log scale, the
log-rank test between groups, and the curve of Aalen and Johansen where something else can come
first. All of them take counts per distinct time, which a database gives in one pass.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convocommerce.intervals import Z95, Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]

_MOST_STEPS = 160
_ROUNDING = 1e-12
"""How far a share may be off by the arithmetic alone."""


@dataclass(frozen=True, eq=False)
class Survival:
    """The share to whom it has not happened by each time, after Kaplan and Meier.

    Attributes:
        seconds: The times at which it happened to anybody, ascending.
        alive: The estimated share to whom it has not happened by then, that time included.
        low: Lower end of the 95% interval of that share, on the log-log scale; NaN where the
            variance is not known because nobody is left.
        high: Upper end of it.
        n: How many were watched.
        n_ended: To how many of them it happened.
        until: The longest time that anybody was watched; null when nobody was.
    """

    seconds: Numbers
    alive: Numbers
    low: Numbers
    high: Numbers
    n: int
    n_ended: int
    until: float | None

    def quantile(self, at: float) -> tuple[float | None, Interval]:
        """Return the first time by which a share has seen it happen, with its 95% interval.

        The interval holds the times at which the curve's own interval holds the quantile, after
        Brookmeyer and Crowley.

        Args:
            at: The share, between 0 and 1.

        Returns:
            The time, null where the curve never falls that far (it is then longer than
            ``until``), and its interval, open where the curve's ends never fall that far.
        """
        left = 1 - at
        value = self._first(self.alive <= left + _ROUNDING)
        return value, (self._first(self.low <= left), self._first(self.high < left))

    def _first(self, is_there: NDArray[np.bool_]) -> float | None:
        found = is_there.nonzero()[0]
        return float(self.seconds[found[0]]) if len(found) else None


def kaplan_meier(seconds: ArrayLike, ended: ArrayLike, left: ArrayLike) -> Survival:
    """Estimate the curve from counts per time.

    Args:
        seconds: Distinct times, ascending.
        ended: To how many it happened at each of them.
        left: How many had been watched for that long without it, and were not watched longer.

    >>> curve = kaplan_meier([60, 120, 300, 900], [1, 1, 1, 0], [0, 0, 0, 1])
    >>> [round(float(one), 2) for one in curve.alive]
    [0.75, 0.5, 0.25]
    >>> curve.quantile(0.5)[0], curve.quantile(0.9)[0], curve.until
    (120.0, None, 900.0)
    """
    import numpy as np

    times, events, risk, total = _at_risk(seconds, ended, left)
    until = float(times[-1]) if len(times) else None
    here = events > 0
    times, events, risk = times[here], events[here], risk[here]
    alive: Numbers = np.asarray(np.cumprod(1 - events / risk), dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(events / (risk * (risk - events)))
        # log(-log S) is near normal where S itself is not, and keeps the ends between 0 and 1.
        step = Z95 * np.sqrt(greenwood) / np.abs(np.log(alive))
        low, high = alive ** np.exp(step), alive ** np.exp(-step)
    # Where nobody is left the variance is not known, and an interval of one point would be a lie.
    unknown = risk <= events
    low, high = np.where(unknown, np.nan, low), np.where(unknown, np.nan, high)
    return Survival(times, alive, low, high, int(total), int(events.sum()), until)


@dataclass(frozen=True)
class LogRank:
    """Whether groups wait equally long.

    Attributes:
        statistic: The chi-square statistic; null when there is nothing to tell apart.
        degrees: Its degrees of freedom.
        p_value: How often chance alone would part the groups at least as far.
        observed: How often it happened in each group.
        expected: How often it would have happened if all waited alike.
    """

    statistic: float | None
    degrees: int
    p_value: float | None
    observed: tuple[int, ...]
    expected: tuple[float, ...]


def log_rank(groups: Sequence[tuple[ArrayLike, ArrayLike, ArrayLike]]) -> LogRank:
    """Test whether the curves of two or more groups are one.

    It weighs every time alike, so it sees best a group that is faster all along; of curves that
    cross it sees little.

    Args:
        groups: Of each group the times, how often it happened and how many were left, as
            ``kaplan_meier`` takes them.

    >>> quick, slow = ([1, 2, 3], [1, 1, 1], [0, 0, 0]), ([7, 8, 9], [1, 1, 1], [0, 0, 0])
    >>> test = log_rank([quick, slow])
    >>> round(test.statistic, 3), test.degrees, round(test.p_value, 4)
    (5.052, 1, 0.0246)
    """
    import numpy as np
    from scipy.special import chdtrc

    told = [_at_risk(*group) for group in groups]
    every = [times[events > 0] for times, events, _, _ in told]
    times = np.unique(np.concatenate(every)) if every else np.zeros(0)
    events, risk = np.zeros((len(told), len(times))), np.zeros((len(told), len(times)))
    for number, (mine, ended, at_risk, _) in enumerate(told):
        if len(mine):
            happened = ended > 0
            events[number, np.searchsorted(times, mine[happened])] = ended[happened]
            # At risk are those whose own next time is this one or a later one.
            place = np.searchsorted(mine, times)
            risk[number] = np.append(at_risk, 0.0)[place]
    d, n = events.sum(axis=0), risk.sum(axis=0)
    share = risk / n
    expected = (share * d).sum(axis=1)
    spread = d * (n - d) / np.maximum(n - 1, 1)
    variance = np.diag((share * spread).sum(axis=1)) - (share * spread) @ share.T
    observed = events.sum(axis=1)
    # A group nobody of which was ever at risk tells nothing and takes no degree of freedom.
    known = np.diag(variance) > _ROUNDING
    degrees = int(known.sum()) - 1
    statistic = p_value = None
    if degrees >= 1:
        kept = known.nonzero()[0][:-1]
        excess = (observed - expected)[kept]
        statistic = float(excess @ np.linalg.solve(variance[np.ix_(kept, kept)], excess))
        p_value = float(chdtrc(degrees, statistic))
    return LogRank(
        statistic,
        max(degrees, 0),
        p_value,
        tuple(int(one) for one in observed),
        tuple(float(one) for one in expected),
    )


@dataclass(frozen=True, eq=False)
class Incidence:
    """The share that came to each end by each time, after Aalen and Johansen.

    Attributes:
        seconds: The times at which anything ended, ascending.
        share: Of each end, the estimated share that came to it by each time.
        low: Lower ends of the 95% intervals, on the log-log scale; NaN where there is none.
        high: Upper ends of them.
        n: How many were watched.
        n_ended: How many of them came to each end.
        until: The longest time that anybody was watched; null when nobody was.
    """

    seconds: Numbers
    share: tuple[Numbers, ...]
    low: tuple[Numbers, ...]
    high: tuple[Numbers, ...]
    n: int
    n_ended: tuple[int, ...]
    until: float | None


def aalen_johansen(seconds: ArrayLike, ends: Sequence[ArrayLike], left: ArrayLike) -> Incidence:
    """Estimate the share that comes to each of several ends, of which the first one counts.

    One minus Kaplan and Meier's curve would take those who came to another end for people who may
    still come to this one, and say too much.

    Args:
        seconds: Distinct times, ascending.
        ends: Of each end, how many came to it at each time.
        left: How many had been watched for that long without any end, and were not watched longer.

    >>> told = aalen_johansen([1, 2, 3], [[1, 0, 1], [0, 1, 0]], [0, 0, 1])
    >>> [[round(float(one), 2) for one in share] for share in told.share]
    [[0.25, 0.25, 0.5], [0.0, 0.25, 0.25]]
    """
    import numpy as np

    by_end = np.atleast_2d(np.asarray(ends, dtype=float))
    times, any_end, risk, total = _at_risk(seconds, by_end.sum(axis=0), left)
    until = float(times[-1]) if len(times) else None
    here = any_end > 0
    times, any_end, risk, by_end = times[here], any_end[here], risk[here], by_end[:, here]
    alive = np.cumprod(1 - any_end / risk)
    before: Numbers = np.concatenate(([1.0], alive))[: len(times)]
    shares, lows, highs = [], [], []
    for d in by_end:
        share = np.cumsum(before * d / risk)
        low, high = _share_ends(share, _incidence_variance(share, before, d, any_end, risk))
        shares.append(share)
        lows.append(low)
        highs.append(high)
    counts = tuple(int(one) for one in by_end.sum(axis=1))
    return Incidence(times, tuple(shares), tuple(lows), tuple(highs), int(total), counts, until)


def _incidence_variance(
    share: Numbers, before: Numbers, d: Numbers, any_end: Numbers, risk: Numbers
) -> Numbers:
    """Return the variance of a cumulative incidence by the delta method, at every time.

    It is the sum over times u up to t of (I(t) - I(u))^2 a + b - 2 (I(t) - I(u)) c, multiplied out
    so that running sums give it for every t at once.
    """
    import numpy as np

    with np.errstate(divide="ignore", invalid="ignore"):
        a = any_end / (risk * (risk - any_end))
    # Where everybody ended there is no later time for which this would count.
    a = np.where(risk > any_end, a, 0.0)
    b = before**2 * d * (risk - d) / risk**3
    c = before * d / risk**2
    spread = share**2 * np.cumsum(a) - 2 * share * np.cumsum(share * a) + np.cumsum(share**2 * a)
    joint = share * np.cumsum(c) - np.cumsum(share * c)
    return np.asarray(np.maximum(spread + np.cumsum(b) - 2 * joint, 0.0))


def _share_ends(share: Numbers, variance: Numbers) -> tuple[Numbers, Numbers]:
    """Return the ends of a share's interval on the log-log scale, NaN at 0 and at 1."""
    import numpy as np

    inside = (share > _ROUNDING) & (share < 1 - _ROUNDING)
    safe = np.where(inside, share, 0.5)
    step = Z95 * np.sqrt(variance) / (safe * np.abs(np.log(safe)))
    low, high = safe ** np.exp(step), safe ** np.exp(-step)
    return np.where(inside, low, math.nan), np.where(inside, high, math.nan)


def thinned(steps: int) -> list[int]:
    """Return at most 160 positions, evenly spread, with the last among them, to draw a curve by."""
    if steps <= _MOST_STEPS:
        return list(range(steps))
    return sorted({round(i * (steps - 1) / (_MOST_STEPS - 1)) for i in range(_MOST_STEPS)})


def known(share: float) -> float | None:
    """Return a share, or null for NaN."""
    return None if math.isnan(share) else float(share)


def _at_risk(
    seconds: ArrayLike, ended: ArrayLike, left: ArrayLike
) -> tuple[Numbers, Numbers, Numbers, Any]:
    """Return times, ends and how many were still watched just before each time, and all."""
    import numpy as np

    times, events, gone = (np.asarray(one, dtype=float) for one in (seconds, ended, left))
    # Who was left at the very time of an end was still watched when it came.
    risk = np.cumsum((events + gone)[::-1])[::-1]
    return times, events, risk, risk[0] if len(risk) else 0
