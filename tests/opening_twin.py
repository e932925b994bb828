"""Open time between two instants, day by day and window by window, in plain Python."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from helpdesk_tables import ZONES, Schedule

_DAY, _MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)


def open_seconds(schedule: Schedule, start: dt.datetime, end: dt.datetime) -> float:
    """Return how many seconds of a span in UTC a schedule was open, holidays left out."""
    zone = ZoneInfo(ZONES[schedule.zone])
    day, total = start.date() - 2 * _DAY, 0.0
    while day <= end.date() + 2 * _DAY:
        if not any(first <= day <= last for first, last in schedule.holidays):
            number = (day.weekday() + 1) % 7
            minutes: set[tuple[int, int]] = set()
            for opens, closes in schedule.intervals:
                # What runs over the end of the week goes on at its beginning.
                for shift in (0, -10080):
                    first = max(opens + shift - number * 1440, 0)
                    last = min(closes + shift - number * 1440, 1440)
                    if first < last:
                        minutes.add((first, last))
            for first, last in minutes:
                begins, stops = _utc(day, first, zone), _utc(day, last, zone)
                total += max(0.0, (min(stops, end) - max(begins, start)).total_seconds())
        day += _DAY
    return total


def _utc(day: dt.date, minute: int, zone: ZoneInfo) -> dt.datetime:
    """Return the instant of a wall clock; one that was skipped moves on to where it goes on."""
    wall = dt.datetime.combine(day, dt.time()) + minute * _MINUTE
    moment = wall.replace(tzinfo=zone).astimezone(dt.UTC)
    back = moment.astimezone(zone).replace(tzinfo=None)
    if back != wall:
        # Before the gap the clock still showed the old offset: the gap ends where that meets it.
        step = moment
        while step.astimezone(zone).replace(tzinfo=None) > wall:
            step -= _MINUTE
        moment = step + _MINUTE
    return moment.replace(tzinfo=None)
