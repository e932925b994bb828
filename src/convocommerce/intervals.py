"""Confidence intervals for shares, quantiles, differences and ratios.

Shares take Wilson's score interval, differences of shares Newcombe's, ratios the score interval
of Miettinen and Nurminen, quantiles the order statistics with binomial ranks, and differences of
quantiles the same way of combining two intervals that Newcombe uses for shares. All are exact or
good at the small numbers that a shop has on a weekday.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

Z95 = 1.959963984540054
"""The normal quantile behind every 95% interval."""

Interval = tuple[float | None, float | None]


def share_interval(k: int, n: int) -> Interval:
    """Return Wilson's 95% interval of a share, or nothing when nothing was counted.

    Args:
        k: How many of them did.
        n: Of how many.

    >>> low, high = share_interval(46, 400)
    >>> round(low, 4), round(high, 4)
    (0.0873, 0.15)
    >>> share_interval(0, 0)
    (None, None)
    """
    return _wilson(k, n, Z95) if n else (None, None)


def _wilson(k: int, n: int, z: float) -> tuple[float, float]:
    """Return the ends of Wilson's interval that reaches so many standard errors."""
    p, z2 = k / n, z * z
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return (0.0 if k == 0 else middle - half), (1.0 if k == n else middle + half)


def quantile_ranks(n: int, p: float) -> tuple[int | None, int | None]:
    """Return the ranks whose order statistics bound a quantile with at least 95% confidence.

    Args:
        n: How many values there are.
        p: The quantile, between 0 and 1.

    Returns:
        The lower and upper rank, from 1; null where so few values leave that side open.

    >>> quantile_ranks(20, 0.5)
    (6, 15)
    >>> quantile_ranks(4, 0.5)
    (None, None)
    """
    from scipy.special import bdtr

    # rank r is below the quantile with probability P(B >= r), for B binomial(n, p).
    def at_most(k: int) -> float:
        return 0.0 if k < 0 else float(bdtr(k, n, p)) if k < n else 1.0

    low, high = 0, n
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if at_most(middle - 1) <= 0.025 else (low, middle - 1)
    lower = low or None
    low, high = 1, n + 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if 1 - at_most(middle - 1) <= 0.025 else (middle + 1, high)
    return lower, (low if low <= n else None)


def difference_interval(
    value: float, interval: Interval, before: float, interval_before: Interval
) -> Interval:
    """Return the 95% interval of ``value - before`` from the two intervals.

    For shares with Wilson intervals this is Newcombe's; for quantiles with order-statistic
    intervals it combines them the same way. An open side stays open.

    >>> low, high = difference_interval(.115, share_interval(46, 400), .05, share_interval(20, 400))
    >>> round(low, 4), round(high, 4)
    (0.0271, 0.1041)
    """
    (low, high), (low_before, high_before) = interval, interval_before
    difference = value - before
    lower = upper = None
    if low is not None and high_before is not None:
        lower = difference - math.hypot(value - low, high_before - before)
    if high is not None and low_before is not None:
        upper = difference + math.hypot(high - value, before - low_before)
    return lower, upper


def share_difference_p(k: int, n: int, k_base: int, n_base: int) -> float | None:
    """Return the two-sided p-value of two shares being one, from Newcombe's interval.

    It is the level at which that interval of their difference just reaches 0, so it is below 5%
    exactly when the 95% interval leaves 0 out.

    Args:
        k: How many did in the first group.
        n: Of how many.
        k_base: How many did in the group it is compared with.
        n_base: Of how many.

    >>> round(share_difference_p(46, 400, 20, 400), 5)
    0.00101
    >>> share_difference_p(5, 50, 5, 50)
    1.0
    """
    if not n or not n_base:
        return None
    if k * n_base < k_base * n:
        k, n, k_base, n_base = k_base, n_base, k, n
    p, base = k / n, k_base / n_base
    if k * n_base == k_base * n:
        return 1.0
    low, high = 0.0, 40.0
    while high - low > 1e-12 * max(low, 1.0):
        z = (low + high) / 2
        reach = math.hypot(p - _wilson(k, n, z)[0], _wilson(k_base, n_base, z)[1] - base)
        low, high = (z, high) if reach < p - base else (low, z)
    return math.erfc(low / math.sqrt(2))


def difference_p(difference: float, interval: Interval) -> float | None:
    """Return a two-sided p-value of no difference, from the interval of a difference.

    The end towards 0 is taken to reach as many standard errors as a 95% interval does, and others
    in proportion. It is below 5% exactly when the interval leaves 0 out, and null when the end
    towards 0 is open.

    >>> round(difference_p(2.0, (0.0, None)), 4), difference_p(2.0, (None, 3.0))
    (0.05, None)
    """
    if difference == 0:
        return 1.0
    end = interval[0] if difference > 0 else interval[1]
    if end is None:
        return None
    reach = abs(difference - end)
    return math.erfc(Z95 * abs(difference) / reach / math.sqrt(2)) if reach else 0.0


def false_discovery(p_values: Sequence[float]) -> list[float]:
    """Return p-values made larger for being many, after Benjamini and Hochberg.

    Of all that are kept at 5%, at most one in twenty is expected to be chance, for tests that are
    independent or move together.

    >>> false_discovery([0.01, 0.04, 0.5])
    [0.03, 0.06, 0.5]
    """
    n, least = len(p_values), 1.0
    adjusted = [1.0] * n
    order = sorted(range(n), key=lambda place: p_values[place], reverse=True)
    for rank, place in zip(range(n, 0, -1), order, strict=True):
        least = min(least, p_values[place] * (n / rank))
        adjusted[place] = least
    return adjusted


def ratio_interval(k: int, n: int, k_base: int, n_base: int) -> Interval:
    """Return the 95% score interval of the ratio of two shares (Miettinen and Nurminen).

    Args:
        k: How many did in the first group.
        n: Of how many.
        k_base: How many did in the group it is compared with.
        n_base: Of how many.

    Returns:
        The interval, or nothing where the ratio is not defined because nobody in the second group
        did; then the difference says more.

    >>> low, high = ratio_interval(46, 400, 20, 400)
    >>> round(low, 4), round(high, 4)
    (1.3959, 3.8041)
    >>> ratio_interval(5, 50, 0, 50)
    (None, None)
    """
    if not n or not n_base or not k_base:
        return None, None
    from scipy.optimize import brentq

    def score(log_ratio: float) -> float:
        return _ratio_score(k, n, k_base, n_base, math.exp(log_ratio))

    # Nobody in the first group has no logarithm; among few the true ratio may still exceed 1.
    point = math.log(k / n / (k_base / n_base)) if k else -30.0
    low = 0.0 if not k else math.exp(brentq(lambda x: score(x) - Z95, point - 30, point))
    high = math.exp(brentq(lambda x: score(x) + Z95, point, max(point, 0.0) + 30))
    return low, high


def ratio_exceeds(k: int, n: int, k_base: int, n_base: int, ratio: float) -> float | None:
    """Return the one-sided p-value of the claim that the true ratio is greater than ``ratio``.

    >>> round(ratio_exceeds(46, 400, 20, 400, 2.3), 6)
    0.5
    """
    if not n or not n_base or not k_base:
        return None
    return 0.5 * math.erfc(_ratio_score(k, n, k_base, n_base, ratio) / math.sqrt(2))


def _ratio_score(k: int, n: int, k_base: int, n_base: int, ratio: float) -> float:
    """Return the score statistic of a ratio, with both shares estimated under that ratio."""
    p, q = k / n, k_base / n_base
    a = (n + n_base) * ratio
    b = -(n * ratio + k + n_base + k_base * ratio)
    c = k + k_base
    base = (-b - math.sqrt(max(b * b - 4 * a * c, 0.0))) / (2 * a)
    under = base * ratio
    variance = under * (1 - under) / n + ratio * ratio * base * (1 - base) / n_base
    variance *= (n + n_base) / (n + n_base - 1)
    return (p - q * ratio) / math.sqrt(variance) if variance > 0 else 0.0
