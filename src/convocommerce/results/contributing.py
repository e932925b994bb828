"""Which segment moved a share: each one's own change, and the change of how many each has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from convocommerce.errors import UsageError
from convocommerce.intervals import Interval, difference_interval, share_interval
from convocommerce.measuring import Row


@dataclass(frozen=True)
class Contribution:
    """What one segment added to the difference of the whole.

    Attributes:
        group: The values of the columns that make the segment.
        now: Its figure; null when it is not there any more.
        before: Its figure in the other period; null when it was not there.
        rate: What its own change added, at its mean share of the whole in both periods.
        mix: What its becoming a larger or smaller part of the whole added: this much more of it,
            times how far it lies above or below the whole.
        rate_low: Lower end of the 95% interval of ``rate``, with the parts of the whole taken as
            they are; null when it is in one period only.
        rate_high: Upper end of it.
        mix_low: Lower end of the 95% interval of ``mix``, with the shares taken as they are.
        mix_high: Upper end of it.
    """

    group: tuple[Any, ...]
    now: Row | None
    before: Row | None
    rate: float
    mix: float
    rate_low: float | None
    rate_high: float | None
    mix_low: float | None
    mix_high: float | None

    @property
    def total(self) -> float:
        """What it added in both ways."""
        return self.rate + self.mix


@dataclass(frozen=True)
class Contributions:
    """The difference of a share between two periods, split by segments.

    Attributes:
        now: The share of all segments together.
        before: The same in the other period.
        difference: ``now`` less ``before``; the parts add up to it.
        parts: One per segment, the largest first.
    """

    now: float
    before: float
    difference: float
    parts: tuple[Contribution, ...]


def contributions(now: Sequence[Row], before: Sequence[Row]) -> Contributions | None:
    """Split the difference of a share between two periods by segments.

    A segment moves the whole in two ways: it changes itself (rate), or there is more or less of it
    (mix). Both are taken half way between the two periods, so that they add up to the difference
    with nothing left over and do not depend on which period comes first. A segment that is there
    in one period only has no change of its own; all it did is mix.

    Args:
        now: The figures of one statistic, cut into segments that do not overlap.
        before: The same figures of the other period.

    Returns:
        The parts; null when either period decided nothing at all.

    Raises:
        UsageError: The figures are of several statistics, or are no shares, which alone add up
            from segments.
    """
    names = {(row.metric, row.statistic, row.unit) for row in (*now, *before)}
    if len(names) > 1:
        told = ", ".join(sorted(f"{metric} {statistic}" for metric, statistic, _ in names))
        raise UsageError(f"contributions are of one statistic, and these are {told}")
    if any(unit != "share" for _, _, unit in names):
        metric, statistic, unit = names.pop()
        raise UsageError(
            f"{statistic} of {metric} is in {unit}; only a share is made up of what its segments "
            "add, so ask for one such as within_5_minutes"
        )
    here, there = _counts(now), _counts(before)
    n, n_before = sum(n for _, n in here.values()), sum(n for _, n in there.values())
    if not n or not n_before:
        return None
    whole = Fraction(sum(k for k, _ in here.values()), n)
    whole_before = Fraction(sum(k for k, _ in there.values()), n_before)
    middle = (whole + whole_before) / 2
    rows, rows_before = ({row.group: row for row in side} for side in (now, before))
    parts = [
        _part(group, here.get(group), there.get(group), n, n_before, middle, rows, rows_before)
        for group in dict.fromkeys((*here, *there))
    ]
    parts.sort(key=lambda one: (-abs(one.total), tuple(map(str, one.group))))
    difference = float(whole - whole_before)
    return Contributions(float(whole), float(whole_before), difference, tuple(parts))


_Count = tuple[int, int]


def _counts(rows: Sequence[Row]) -> dict[tuple[Any, ...], _Count]:
    """Return how many did, of how many, in each segment in which anything is decided."""
    return {
        row.group: (round(row.value * row.n), row.n)
        for row in rows
        if row.n and row.value is not None
    }


def _part(
    group: tuple[Any, ...],
    here: _Count | None,
    there: _Count | None,
    n: int,
    n_before: int,
    middle: Fraction,
    rows: dict[tuple[Any, ...], Row],
    rows_before: dict[tuple[Any, ...], Row],
) -> Contribution:
    weight = Fraction(here[1], n) if here else Fraction(0)
    weight_before = Fraction(there[1], n_before) if there else Fraction(0)
    share = Fraction(*here) if here else Fraction(*(there or (0, 1)))
    share_before = Fraction(*there) if there else share
    mean_weight, mean_share = (weight + weight_before) / 2, (share + share_before) / 2
    rate_ends: Interval = (None, None)
    if here and there:
        rate_ends = _scaled(_difference(here, there), float(mean_weight))
    sizes = (here[1] if here else 0, n), (there[1] if there else 0, n_before)
    mix_ends = _scaled(_difference(*sizes), float(mean_share - middle))
    return Contribution(
        group=group,
        now=rows.get(group),
        before=rows_before.get(group),
        rate=float(mean_weight * (share - share_before)),
        mix=float((weight - weight_before) * (mean_share - middle)),
        rate_low=rate_ends[0],
        rate_high=rate_ends[1],
        mix_low=mix_ends[0],
        mix_high=mix_ends[1],
    )


def _difference(one: _Count, other: _Count) -> Interval:
    return difference_interval(
        one[0] / one[1], share_interval(*one), other[0] / other[1], share_interval(*other)
    )


def _scaled(interval: Interval, factor: float) -> Interval:
    ends = sorted(end * factor for end in interval if end is not None)
    return (ends[0], ends[1]) if len(ends) == 2 else (None, None)
