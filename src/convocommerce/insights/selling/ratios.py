"""How many times as often one group buys as another, as they are and with the same mix of kinds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from convocommerce.intervals import (
    Z95,
    Interval,
    difference_interval,
    ratio_exceeds,
    ratio_interval,
    share_interval,
)


@dataclass(frozen=True)
class Buyers:
    """How many there were on one side and how many of them bought; null where it is not told.

    Attributes:
        n: How many whose time to order is over.
        bought: How many of them placed a paid order in that time.
        open: How many whose time to order is not over; in none of the shares.
    """

    n: int | None
    bought: int | None
    open: int | None = 0

    @property
    def share(self) -> float | None:
        """The share that bought; null without anybody."""
        return self.bought / self.n if self.n and self.bought is not None else None

    @property
    def interval(self) -> Interval:
        """Its 95% interval (Wilson)."""
        if self.n is None or self.bought is None:
            return None, None
        return share_interval(self.bought, self.n)


NOBODY_KNOWS = Buyers(None, None, None)
"""Where no record tells how many there were, or what they bought."""


@dataclass(frozen=True)
class Ratio:
    """How many times as often those who chatted bought.

    Attributes:
        ratio: The share of the chats over the website's; null when nobody on the website bought.
        low: Lower end of its 95% interval (Miettinen and Nurminen; on the log scale when
            standardised).
        high: Upper end of it.
        p_value: One-sided: how often chance alone would give as much if the true ratio were the
            one claimed.
        difference: The share of the chats less the website's; null without both.
        difference_low: Lower end of its 95% interval (Newcombe; null when standardised).
        difference_high: Upper end of it.
    """

    ratio: float | None
    low: float | None
    high: float | None
    p_value: float | None
    difference: float | None
    difference_low: float | None
    difference_high: float | None


def ratio_of(one: Buyers, base: Buyers, claimed: float) -> Ratio:
    """Compare two shares as they are.

    Args:
        one: Those who chatted.
        base: Those they are compared with.
        claimed: The ratio that is claimed.

    >>> told = ratio_of(Buyers(400, 46), Buyers(400, 20), 2.3)
    >>> told.ratio, round(told.low, 4), round(told.high, 4), round(told.p_value, 4)
    (2.3, 1.3959, 3.8041, 0.5)
    """
    if one.share is None or base.share is None:
        return Ratio(None, None, None, None, None, None, None)
    counts = (*_counts(one), *_counts(base))
    low, high = ratio_interval(*counts)
    ends = difference_interval(one.share, one.interval, base.share, base.interval)
    return Ratio(
        # Whole numbers first, so that 46 of 400 is exactly 2.3 times 20 of 400.
        ratio=counts[0] * counts[3] / (counts[1] * counts[2]) if counts[2] else None,
        low=low,
        high=high,
        p_value=ratio_exceeds(*counts, claimed),
        difference=one.share - base.share,
        difference_low=ends[0],
        difference_high=ends[1],
    )


def standardised(ones: Mapping[str, Buyers], bases: Mapping[str, Buyers], claimed: float) -> Ratio:
    """Compare with what the others would be with the same mix of kinds (direct standardisation).

    The interval is on the log scale, with the mix taken as it is.

    Args:
        ones: Those who chatted, by kind; their mix is the standard.
        bases: Those they are compared with, by kind.
        claimed: The ratio that is claimed.

    Returns:
        The ratio; nulls where a kind of the chats is not there among the others at all, or where
        nobody on either side bought.
    """
    nothing = Ratio(None, None, None, None, None, None, None)
    n = sum(one.n or 0 for one in ones.values())
    wanted = [kind for kind, one in ones.items() if one.n]
    if not n or any(not bases[kind].n for kind in wanted):
        return nothing
    share = sum(one.bought or 0 for one in ones.values()) / n
    base = variance = 0.0
    for kind in wanted:
        weight = _counts(ones[kind])[1] / n
        bought, others = _counts(bases[kind])
        rate = bought / others
        base += weight * rate
        variance += weight**2 * rate * (1 - rate) / others
    difference = share - base
    if not share or not base:
        return replace(nothing, difference=difference)
    error = math.sqrt((1 - share) / (share * n) + variance / base**2)
    ratio = share / base
    p_value = None
    if error:
        p_value = 0.5 * math.erfc(math.log(ratio / claimed) / error / math.sqrt(2))
    low, high = ratio * math.exp(-Z95 * error), ratio * math.exp(Z95 * error)
    return Ratio(ratio, low, high, p_value, difference, None, None)


def _counts(one: Buyers) -> tuple[int, int]:
    """Return how many bought, of how many; both are known where there is a share."""
    return one.bought or 0, one.n or 0
