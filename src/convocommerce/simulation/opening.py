"""When the shop is open and who is at the desk."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from typing import TYPE_CHECKING

from convocommerce.simulation.times import local_instant

if TYPE_CHECKING:
    from collections.abc import Sequence

THURSDAY, SATURDAY, SUNDAY = 3, 5, 6
OPENING_HOURS = "Mo-Fr 09:00-17:30; Th 09:00-21:00; Sa 10:00-16:00"
NAMES = ("anna", "bram", "chen", "dewi", "els", "fleur")
LUNCH = 30


def holidays(year: int) -> set[date]:
    """Return the public holidays of the Netherlands on which the shop is closed."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    easter = date(year, f // 31, f % 31 + 1)
    king = date(year, 4, 27)
    after_easter = {easter + timedelta(days=n) for n in (0, 1, 39, 49, 50)}
    fixed = {date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)}
    liberation = {date(year, 5, 5)} if year % 5 == 0 else set()
    return after_easter | fixed | liberation | {king - timedelta(days=king.weekday() == SUNDAY)}


def window(day: date) -> tuple[int, int] | None:
    """Return the opening and closing time of a local day in minutes after midnight."""
    if day.weekday() == SUNDAY or day in holidays(day.year):
        return None
    if day.weekday() == SATURDAY:
        return 10 * 60, 16 * 60
    return 9 * 60, 21 * 60 if day.weekday() == THURSDAY else 17 * 60 + 30


class Opening:
    """The shop's opening hours as instants."""

    def __init__(self, days: Sequence[date]) -> None:
        """Lay out the opening hours.

        Args:
            days: Every local day of the simulation, in order.
        """
        self._starts: list[int] = []
        self._ends: list[int] = []
        for day in days:
            hours = window(day)
            if hours:
                self._starts.append(local_instant(day, hours[0]))
                self._ends.append(local_instant(day, hours[1]))

    def is_open(self, at: int) -> bool:
        """Return whether the shop is open at an instant."""
        index = bisect_right(self._starts, at) - 1
        return index >= 0 and at < self._ends[index]

    def next_open(self, at: int) -> int | None:
        """Return the instant itself when open, else the next opening; none when there is none."""
        index = bisect_right(self._starts, at) - 1
        if index >= 0 and at < self._ends[index]:
            return at
        return self._starts[index + 1] if index + 1 < len(self._starts) else None


def staff(conversations_per_day: float) -> list[str]:
    """Return the ids of everybody who works there; a busier shop has more people."""
    extra = max(0, int((conversations_per_day - 30) / 20) + 1) if conversations_per_day > 30 else 0
    return [*NAMES, *(f"agent{n:02d}" for n in range(7, 7 + extra * 2))]


def roster(days: Sequence[date], names: Sequence[str]) -> list[tuple[int, int, str]]:
    """Return every stretch of work as start, end and agent; a break ends a stretch.

    Half of the people work on a weekday, a third in the evening and on Saturday, in turn.
    One begins half an hour late and one leaves an hour early, so cover changes over the day.
    """
    stretches: list[tuple[int, int, str]] = []
    for number, day in enumerate(days):
        hours = window(day)
        if not hours:
            continue
        turn = [names[(number + n) % len(names)] for n in range(len(names))]
        opens, closes = hours
        if day.weekday() == SATURDAY:
            stretches += _day_shift(day, turn[: len(names) // 3], opens, closes)
            continue
        stretches += _day_shift(day, turn[: len(names) // 2], opens, 17 * 60 + 30)
        if closes > 17 * 60 + 30:
            evening = turn[len(names) // 2 :][: len(names) // 3]
            start, end = local_instant(day, 17 * 60 + 30), local_instant(day, closes)
            stretches += [(start, end, name) for name in evening]
    return sorted(stretches)


def _day_shift(
    day: date, names: Sequence[str], opens: int, closes: int
) -> list[tuple[int, int, str]]:
    stretches = []
    for place, name in enumerate(names):
        begins = opens + (30 if place % 3 == 1 else 0)
        ends = closes - (60 if place % 3 == 2 else 0)
        lunch = 12 * 60 + LUNCH * (place % 3)
        for start, end in ((begins, lunch), (lunch + LUNCH, ends)):
            stretches.append((local_instant(day, start), local_instant(day, end), name))
    return stretches
