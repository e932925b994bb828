"""What channels are credited with, rounded so that it adds up to what was observed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from convocommerce.insights.crediting.paths import Path


@dataclass(frozen=True)
class Credit:
    """What one channel is credited with.

    Attributes:
        channel: The channel; null for sales without any touch, which no model gives to another.
        conversions: Its part of the sales. Shapley's can be negative: people who came by it too
            bought less often than those who did not.
        value: Its part of their value, in whole cents, or finer where the values are.
    """

    channel: str | None
    conversions: float
    value: Decimal


Shares = Mapping[str, float]
"""Parts by channel; what is missing is due nothing."""


def credited(paths: Sequence[Path], sold: Shares, earned: Shares) -> list[Credit]:
    """Turn unrounded credits into such as add up, the largest first.

    Args:
        paths: The paths that are shared out; sales without any touch are credited to nobody.
        sold: The part of the sales that each channel is due.
        earned: The part of their value that each channel is due.
    """
    names = sorted({name for path in paths for name in path.channels})
    n = sum(path.conversions for path in paths if path.channels)
    amount = sum((path.value for path in paths if path.channels), Decimal(0))
    # Parts of a power of two, so many that sums of them are still exact in a float.
    fine = 2 ** max(0, 47 - n.bit_length())
    exponents = [path.value.normalize().as_tuple().exponent for path in paths]
    places = max([2, *(-one for one in exponents if isinstance(one, int))])
    counts = _apportioned([sold.get(name, 0.0) for name in names], n * fine, fine)
    cents = _apportioned(
        [earned.get(name, 0.0) for name in names], int(amount.scaleb(places)), 10**places
    )
    found = [
        Credit(name, count / fine, Decimal(cent).scaleb(-places))
        for name, count, cent in zip(names, counts, cents, strict=True)
    ]
    found.sort(key=lambda credit: -credit.conversions)
    without = [path for path in paths if not path.channels and path.conversions]
    if without:
        cent = int(sum((path.value for path in without), Decimal(0)).scaleb(places))
        sales = float(sum(path.conversions for path in without))
        found.append(Credit(None, sales, Decimal(cent).scaleb(-places)))
    return found


def _apportioned(parts: Sequence[float], whole: int, per_one: int) -> list[int]:
    """Round parts to units so that they add up to the whole; what is nothing stays nothing."""
    exact = [Fraction(part) * per_one for part in parts]
    units = [math.floor(part) for part in exact]
    some = [place for place, part in enumerate(parts) if part]
    if some:
        each, over = divmod(whole - sum(units), len(some))
        some.sort(key=lambda place: units[place] - exact[place])
        for number, place in enumerate(some):
            units[place] += each + (number < over)
    return units
