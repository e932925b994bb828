"""Periods of whole local days, half open: the first day belongs to them, the last day does not.

A period knows no time zone; the rules say which zone its days are days of.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cached_property

from convocommerce.calling import made_of
from convocommerce.errors import PeriodError, nearest

RELATIVE = (
    "yesterday",
    "last-week",
    "last-month",
    "this-week",
    "this-month",
    "mtd",
    "last-7-days",
    "last-28-days",
)
_FORMS = (
    "2026, 2026-Q1, 2026-03, 2026-W10, 2026-03-09, 2026-03-01..2026-03-31 (both days included), "
    "all, " + ", ".join(RELATIVE)
)


@made_of("argument of Period")
@dataclass(frozen=True, init=False)
class Period:
    """A run of whole days.

    Attributes:
        name: What it was called when it was made.
        start: The first day.
        end: The day after the last one.

    >>> Period("2026-03")
    Period('2026-03': 2026-03-01 to 2026-03-31)
    >>> Period("2026-W10").previous()
    Period('2026-W09': 2026-02-23 to 2026-03-01)
    >>> Period("last-week", today=dt.date(2026, 3, 9)).name
    '2026-W10'
    """

    name: str
    start: dt.date
    end: dt.date

    def __init__(self, name: str, *, today: dt.date | None = None) -> None:
        """Read a period from its name.

        Args:
            name: One of the forms 2026, 2026-Q1, 2026-03, 2026-W10 (ISO week), 2026-03-09,
                2026-03-01..2026-03-31 (both days included) or a relative name such as last-week.
            today: The day that relative names count from; needed for those only.

        Raises:
            PeriodError: The name is no period, or a relative one came without a day to count from.
        """
        if not isinstance(name, str):
            raise PeriodError(f"{name!r} is not a period; write it as a text, one of: {_FORMS}")
        text = name.strip()
        label, start, end = _relative(text, today) if text in RELATIVE else _absolute(text)
        if end <= start:
            raise PeriodError(f"the period {text!r} ends before it begins")
        object.__setattr__(self, "name", label)
        object.__setattr__(self, "start", start)
        object.__setattr__(self, "end", end)

    @cached_property
    def n_days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days

    @cached_property
    def weekdays(self) -> tuple[int, ...]:
        """How many Mondays, Tuesdays ... it has.

        >>> Period("2026-W10").weekdays, Period("2026-03").weekdays
        ((1, 1, 1, 1, 1, 1, 1), (5, 5, 4, 4, 4, 4, 5))
        """
        first = self.start.weekday()
        return tuple((self.n_days + 6 - (day - first) % 7) // 7 for day in range(7))

    def previous(self) -> Period:
        """Return the period of the same kind just before this one.

        A month is followed back to a month, a week to a week; a free range to one of as many days.
        """
        before = self.start - dt.timedelta(days=1)
        if re.fullmatch(r"\d{4}", self.name):
            return Period(str(before.year))
        if re.fullmatch(r"\d{4}-Q\d", self.name):
            return Period(f"{before.year}-Q{(before.month + 2) // 3}")
        if re.fullmatch(r"\d{4}-\d{2}", self.name):
            return Period(f"{before:%Y-%m}")
        if re.fullmatch(r"\d{4}-W\d{2}", self.name):
            return Period("{}-W{:02d}".format(*before.isocalendar()))
        return between(self.start - dt.timedelta(days=self.n_days), before)

    def __str__(self) -> str:
        return f"{self.start} to {self.end - dt.timedelta(days=1)}"

    def __repr__(self) -> str:
        return f"Period({self.name!r}: {self})"


def between(first: dt.date, last: dt.date) -> Period:
    """Return the period from one day to another, both included.

    >>> between(dt.date(2026, 3, 1), dt.date(2026, 3, 2)).n_days
    2
    """
    return Period(first.isoformat() if first == last else f"{first}..{last}")


def on_days(instant: str) -> str:
    """Return SQL that tells whether an instant in UTC falls on the days of a period.

    It reads ``rules``, which say the zone, and the bound values ``$first_day`` and ``$end_day``.
    The zone is only looked at within a day of either end: it costs twenty comparisons.

    Args:
        instant: The column that holds the instant.
    """
    local = f"timezone(rules.time_zone, timezone('UTC', {instant}))"
    return (
        f"({instant} >= $first_day + 1 and {instant} < $end_day - 1"
        f" or {instant} >= $first_day - 1 and {instant} < $end_day + 1"
        f" and {local} >= $first_day and {local} < $end_day)"
    )


def _absolute(text: str) -> tuple[str, dt.date, dt.date]:
    try:
        if found := re.fullmatch(r"(\d{4})", text):
            year = int(found[1])
            return text, dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
        if found := re.fullmatch(r"(\d{4})-?[Qq]([1-4])", text):
            year, quarter = int(found[1]), int(found[2])
            start = dt.date(year, 3 * quarter - 2, 1)
            return f"{year}-Q{quarter}", start, _month_after(start, 3)
        if found := re.fullmatch(r"(\d{4})-(\d{2})", text):
            start = dt.date(int(found[1]), int(found[2]), 1)
            return text, start, _month_after(start, 1)
        if found := re.fullmatch(r"(\d{4})-?[Ww](\d{1,2})", text):
            start = dt.date.fromisocalendar(int(found[1]), int(found[2]), 1)
            name = f"{int(found[1])}-W{int(found[2]):02d}"
            return name, start, start + dt.timedelta(days=7)
        if found := re.fullmatch(r"(\S+?)\s*(?:\.\.|/|\s+to\s+)\s*(\S+)", text):
            start, last = dt.date.fromisoformat(found[1]), dt.date.fromisoformat(found[2])
            return f"{start}..{last}", start, last + dt.timedelta(days=1)
        day = dt.date.fromisoformat(text)
    except (ValueError, OverflowError):
        hint = nearest(text, RELATIVE)
        raise PeriodError(f"{text!r} is not a period{hint}; use one of: {_FORMS}") from None
    return day.isoformat(), day, day + dt.timedelta(days=1)


def _relative(text: str, today: dt.date | None) -> tuple[str, dt.date, dt.date]:
    if today is None:
        raise PeriodError(f"the period {text!r} needs a day to count from: give an as-of date")
    monday = today - dt.timedelta(days=today.weekday())
    day = dt.timedelta(days=1)
    match text:
        case "yesterday":
            chosen = Period((today - day).isoformat())
        case "this-week":
            chosen = Period("{}-W{:02d}".format(*monday.isocalendar()))
        case "last-week":
            chosen = Period("{}-W{:02d}".format(*(monday - day).isocalendar()))
        case "this-month" | "mtd":
            chosen = Period(f"{today:%Y-%m}")
        case "last-month":
            chosen = Period(f"{today.replace(day=1) - day:%Y-%m}")
        case _:
            chosen = between(today - day * int(text.split("-")[1]), today - day)
    return chosen.name, chosen.start, chosen.end


def _month_after(start: dt.date, months: int) -> dt.date:
    index = start.year * 12 + start.month - 1 + months
    return dt.date(index // 12, index % 12 + 1, 1)
