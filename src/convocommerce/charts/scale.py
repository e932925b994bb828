"""From values to places: linear scales with round ticks, and the axis of waiting time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from convocommerce.charts.distribution import LAST_MARK

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from convocommerce.formatting import Formatter

_TIME_STEPS: Final = (
    *(1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200),
    *(86_400 * days for days in (1, 2, 5, 7, 14, 28, 56)),
)
# Equal ratios look equal above this many seconds; below it the axis goes evenly towards 0.
_TIME_BEND: Final = 60.0


@dataclass(frozen=True)
class Scale:
    """A straight mapping of the values ``low`` to ``high`` onto the places ``start`` to ``end``."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the place of a value; values outside stay at the nearest end."""
        if self.high == self.low:
            return self.start
        part = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + part * (self.end - self.start)


def round_step(span: float, unit: str, ticks: int) -> float:
    """Return a step people count in, such that about ``ticks`` of them cover the span.

    >>> round_step(0.9, "share", 4), round_step(5000, "seconds", 4)
    (0.25, 1800)
    """
    rough = span / max(ticks, 1)
    if rough <= 0:
        return 1.0
    if unit == "seconds" and rough <= _TIME_STEPS[-1]:
        return next(step for step in _TIME_STEPS if step >= rough)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(s for s in (1, 2, 2.5, 5, 10) if s * power >= rough * (1 - 1e-9)) * power
    return max(step, 1.0) if unit == "count" else step


def axis_ticks(
    values: Iterable[float | None], unit: str, *, ticks: int = 4, from_zero: bool = False
) -> list[float]:
    """Return round ticks that enclose the values; the first and last are the axis' ends.

    Zero is included unless the values lie close together far from it.

    >>> axis_ticks([0.2, 0.9], "share")
    [0.0, 0.25, 0.5, 0.75, 1.0]
    """
    known = [value for value in values if value is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    if from_zero or high - low > 0.3 * max(abs(high), abs(low)) or low == high:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        high = low + 1
    step = round_step(high - low, unit, ticks)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(k * step, 12) for k in range(first, last + 1)]


def tick_label(value: float, step: float, unit: str, write: Formatter) -> str:
    """Write a tick with only as many decimals as its step needs.

    >>> from convocommerce.formatting import Formatter
    >>> tick_label(0.25, 0.25, "share", Formatter()), tick_label(50, 50, "EUR", Formatter())
    ('25%', '€50')
    """
    if unit == "share":
        return write.share(value, digits=_decimals(step * 100))
    if unit in ("seconds", "count"):
        return write.value(value, unit)
    if unit == "number":
        return write.number(value, digits=max(_decimals(step), 1))
    return write.money(value, unit, digits=0 if step >= 1 else 2)


@dataclass(frozen=True)
class TimeScale:
    """Waiting time from 0 to `LAST_MARK`: even below a minute, by ratio above it."""

    start: float
    end: float

    def __call__(self, seconds: float) -> float:
        """Return the place of a waiting time; longer than the axis stays at its end."""
        part = bend(min(max(seconds, 0.0), LAST_MARK)) / bend(LAST_MARK)
        return self.start + part * (self.end - self.start)


def bend(seconds: float) -> float:
    """Return where a waiting time lies on the bent axis, 0 for 0 seconds.

    >>> bend(0.0)
    0.0
    """
    return math.log1p(seconds / _TIME_BEND)


def spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return the places moved apart so that labels there do not touch, in the same order.

    >>> spread([10, 11], 14, 0, 100)
    [10, 24]
    """
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved = list(places)
    floor = low
    for i in order:
        moved[i] = max(places[i], floor)
        floor = moved[i] + gap
    ceiling = high
    for i in reversed(order):
        moved[i] = min(moved[i], ceiling)
        ceiling = moved[i] - gap
    return moved


def _decimals(step: float) -> int:
    return next((d for d in range(3) if abs(step - round(step, d)) < 1e-9), 3)
