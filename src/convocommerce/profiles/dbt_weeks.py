"""A helpdesk's schedules as the dbt package for Zendesk unrolls them: versions of a week of UTC.

Every interval of a schedule becomes minutes since Sunday in UTC, once for every stretch in which
the zone's offset held, with weeks that have a holiday set apart. What is odd here is odd there.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from convocommerce.errors import RulesError
from convocommerce.opening import open_intervals

if TYPE_CHECKING:
    import duckdb

_DAY = dt.timedelta(days=1)
_LONG_AGO = dt.date(1970, 1, 1)
_YEARS = 12
_A_SUNDAY = dt.date(2023, 1, 1)


class Version(NamedTuple):
    """One interval of a schedule for some weeks, in minutes since Sunday's midnight in UTC."""

    platform: str
    schedule_id: str
    valid_from: dt.date
    valid_until: dt.date
    opens: int
    closes: int


class Holiday(NamedTuple):
    """The part of a holiday that lies in one week."""

    first: dt.date
    last: dt.date
    sunday: dt.date
    next_sunday: dt.date


class Offset(NamedTuple):
    """A stretch in which a zone kept its offset from UTC."""

    minutes: int
    first: dt.date
    end: dt.date


def versions(con: duckdb.DuckDBPyConnection, as_of: dt.datetime) -> list[Version]:
    """Unroll every schedule of every helpdesk, holidays left out.

    Args:
        con: A connection whose current schema holds the canonical tables.
        as_of: The instant that stands for the package's own now.
    """
    holidays: dict[tuple[str, str], list[Holiday]] = defaultdict(list)
    for platform, schedule, first, last in con.execute(
        "select platform, schedule_id, starts_on, ends_on from schedule_holidays order by all"
    ).fetchall():
        holidays[platform, schedule] += _weeks_of(first, last)
    found = []
    for platform, schedule, zone, text, minutes in con.execute(
        "select platform, schedule_id, time_zone, opening_hours, week_minutes"
        " from schedules order by all"
    ).fetchall():
        free = holidays[platform, schedule] + holidays[platform, "none"]
        offsets = list(_offsets(zone, as_of))
        rows = [
            row
            for opens, closes in (_kept(minutes) or _windows(text))
            for offset in offsets
            for row in _in_weeks(opens - offset.minutes, closes - offset.minutes, offset, free)
        ]
        found += [Version(platform, schedule, *row) for row in _without_holidays(rows)]
    return found


def changed_weeks(zones: Sequence[str], as_of: dt.datetime) -> list[dt.date]:
    """Return the Sundays of the weeks of UTC in which one of some zones changed its clock."""
    days = {
        _sunday(offset.first)
        for zone in zones
        for offset in _offsets(zone, as_of)
        if offset.first != _LONG_AGO
    }
    return sorted(days)


def _kept(minutes: str | None) -> list[tuple[int, int]]:
    """Read intervals as the helpdesk keeps them: a holiday takes away a whole one, however long."""
    pairs = [interval.split("-") for interval in (minutes or "").split()]
    return [(int(opens), int(closes)) for opens, closes in pairs]


def _windows(text: str | None) -> list[tuple[int, int]]:
    """Return a week's open time in minutes since Sunday's midnight, cut at every midnight."""
    if not text:
        return []
    begin = dt.datetime.combine(_A_SUNDAY, dt.time())
    try:
        opened = open_intervals(text, [], "UTC", _A_SUNDAY - 7 * _DAY, _A_SUNDAY + 13 * _DAY)
    except RulesError:
        return []
    cut = []
    for number in range(7):
        midnight = begin + number * _DAY
        for start, stop in opened:
            first, last = max(start, midnight), min(stop, midnight + _DAY)
            if first < last:
                cut.append((_minutes(first - begin), _minutes(last - begin)))
    return cut


def _offsets(zone: str | None, as_of: dt.datetime) -> Iterator[Offset]:
    """Yield the stretches in which a zone kept its offset; the first has no beginning."""
    end = as_of.date() + 365 * _DAY
    try:
        tz = ZoneInfo(zone or "")
    except (KeyError, ValueError, OSError):
        # A schedule whose zone its tables do not have never holds.
        return
    first, began = dt.date(as_of.year - _YEARS, 1, 1), _LONG_AGO
    minutes = _offset(tz, first - _DAY)
    day = first
    while day < end:
        # The offset in the last second of a day of UTC: the change happened on that day.
        later = _offset(tz, day)
        if later != minutes:
            yield Offset(minutes, began, day)
            began, minutes = day, later
        day += _DAY
    yield Offset(minutes, began, end)


def _offset(tz: dt.tzinfo, day: dt.date) -> int:
    instant = dt.datetime.combine(day, dt.time(23, 59, 59), dt.UTC)
    return _minutes(instant.astimezone(tz).utcoffset() or dt.timedelta())


def _weeks_of(first: dt.date, last: dt.date) -> list[Holiday]:
    """Cut a holiday into weeks: as many as its Mondays tell, each from its Sunday on."""
    monday = first - first.weekday() * _DAY
    weeks = ((last - last.weekday() * _DAY) - monday).days // 7 + 1
    sunday, end = _sunday(first), _sunday(last + 7 * _DAY)
    if weeks == 1:
        return [Holiday(first, last, sunday, end)]
    return [
        Holiday(
            first if number == 0 else sunday + 7 * number * _DAY,
            last if number == weeks - 1 else sunday + (7 * number + 6) * _DAY,
            sunday + 7 * number * _DAY,
            end if number == weeks - 1 else sunday + 7 * (number + 1) * _DAY,
        )
        for number in range(min(weeks, 52))
    ]


def _in_weeks(
    opens: int, closes: int, offset: Offset, holidays: Sequence[Holiday]
) -> Iterator[tuple[dt.date, dt.date, int, int, bool]]:
    """Yield the weeks for which an interval holds, and whether a holiday takes it away."""
    first, end = _sunday(offset.first), _sunday(offset.end)
    # A holiday shows by its first day (before it) and by its last day (itself).
    marks = sorted(
        (day, is_itself, holiday)
        for holiday in holidays
        for day, is_itself in ((holiday.first, False), (holiday.last, True))
        if offset.first <= day < offset.end
    )
    if not marks:
        yield first, end, opens, closes, False
        return
    spans: list[tuple[dt.date | None, dt.date | None, Holiday | None]] = []
    for number, (_, is_itself, holiday) in enumerate(marks):
        if number == 0:
            spans.append((first, holiday.sunday, None))
        elif is_itself:
            spans.append((holiday.sunday, holiday.next_sunday, holiday))
        else:
            following = marks[number + 1][2] if number + 1 < len(marks) else marks[-1][2]
            spans.append((marks[number - 1][2].next_sunday, following.sunday, None))
    if len(marks) > 1:
        spans.append((marks[-1][2].next_sunday, end, None))
    for begins, stops, free in spans:
        if begins is None or stops is None or begins >= stops:
            continue
        taken = free is not None and (
            opens < _minutes(free.last + _DAY - free.sunday) - offset.minutes
            and closes > _minutes(free.first - free.sunday) - offset.minutes
        )
        yield begins, stops, opens, closes, taken


def _without_holidays(
    rows: Sequence[tuple[dt.date, dt.date, int, int, bool]],
) -> list[tuple[dt.date, dt.date, int, int]]:
    """Keep an interval of a week once, unless any holiday of that week takes it away."""
    taken: dict[tuple[dt.date, dt.date, int, int], bool] = {}
    for begins, stops, opens, closes, is_taken in rows:
        key = (begins, stops, opens, closes)
        taken[key] = taken.get(key, False) or is_taken
    return [key for key, is_taken in taken.items() if not is_taken]


def _sunday(day: dt.date) -> dt.date:
    return day - (day.weekday() + 1) % 7 * _DAY


def _minutes(length: dt.timedelta) -> int:
    return length // dt.timedelta(minutes=1)
