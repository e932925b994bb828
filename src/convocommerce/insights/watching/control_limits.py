"""Between which values a figure usually lies, and which of its weeks lie outside.

An XmR chart after Shewhart and Wheeler: the figure's own moves from one week to the next say how
much it moves by itself. No distribution is assumed, and no number is tuned.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from typing import Literal

FEWEST_WEEKS = 8
"""Limits from fewer values than this would themselves be chance."""

LOOK_BACK = 12
"""A week is judged by so many weeks before it, at most."""

# Three standard deviations, of which the mean range of two is 1.128.
_REACH = 3 / 1.128


@dataclass(frozen=True)
class Limits:
    """Between which values a figure usually lies.

    Attributes:
        centre: The mean of the values.
        low: The lower control limit.
        high: The upper control limit.
        n: How many values they rest on.
    """

    centre: float
    low: float
    high: float
    n: int

    def side(self, value: float) -> Literal["below", "above"] | None:
        """Return on which side of the limits a value lies; null when between them.

        >>> limits = Limits(5.0, 2.0, 8.0, 12)
        >>> limits.side(8.0), limits.side(8.1), limits.side(1.0)
        (None, 'above', 'below')
        """
        if value < self.low:
            return "below"
        return "above" if value > self.high else None


def control_limits(
    values: Sequence[float | None], *, least: float | None = None, most: float | None = None
) -> Limits | None:
    """Return the limits that values, one after the other, set for the next.

    The mean, less and plus 2.66 times the mean of how much each value lies from the one before.
    A missing value is left out, and so are the two moves that it is part of.

    Args:
        values: One per week, in order; null where there is none.
        least: What no value can be below, such as 0 for a share.
        most: What no value can be above, such as 1.

    Returns:
        The limits; null when there are fewer than ``FEWEST_WEEKS`` values or no move at all.

    >>> found = control_limits([10, 12, 10, 12, 10, 12, 10, 12])
    >>> round(found.centre, 3), round(found.low, 3), round(found.high, 3), found.n
    (11.0, 5.681, 16.319, 8)
    """
    known = [value for value in values if value is not None]
    moves = [
        abs(after - before)
        for before, after in itertools.pairwise(values)
        if before is not None and after is not None
    ]
    if len(known) < FEWEST_WEEKS or not moves:
        return None
    centre = fsum(known) / len(known)
    reach = _REACH * fsum(moves) / len(moves)
    low = centre - reach if least is None else max(centre - reach, least)
    high = centre + reach if most is None else min(centre + reach, most)
    return Limits(centre, low, high, len(known))


def limits_before(
    values: Sequence[float | None],
    place: int,
    *,
    least: float | None = None,
    most: float | None = None,
) -> Limits | None:
    """Return the limits by which one value is judged: those that the values before it set.

    Args:
        values: One per week, in order.
        place: The position of the one that is judged, which itself sets no limit.
        least: What no value can be below.
        most: What no value can be above.
    """
    return control_limits(values[max(place - LOOK_BACK, 0) : place], least=least, most=most)
