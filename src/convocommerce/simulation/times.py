"""Instants as whole milliseconds since 1970 in UTC, and how exports write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

ZONE = ZoneInfo("Europe/Amsterdam")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def local_instant(day: date, minutes: int) -> int:
    """Return the instant of a wall-clock time in Amsterdam.

    Args:
        day: The local day.
        minutes: Minutes after its midnight on the clock; 1440 is the next midnight.
    """
    later, rest = divmod(minutes, 1440)
    at = day + timedelta(days=later)
    wall = datetime(at.year, at.month, at.day, rest // 60, rest % 60, tzinfo=ZONE)
    return (wall.astimezone(UTC) - _EPOCH) // timedelta(milliseconds=1)


def local_time(at: int) -> datetime:
    """Return the wall-clock time in Amsterdam, to the second."""
    return (_EPOCH + timedelta(seconds=at // SECOND)).astimezone(ZONE)


def utc_text(at: int | None) -> str:
    """Return an instant as ISO 8601 with milliseconds, or nothing for none.

    >>> utc_text(1_780_300_800_123)
    '2026-06-01T08:00:00.123Z'
    """
    if at is None:
        return ""
    moment = _EPOCH + timedelta(milliseconds=at)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at % SECOND:03d}Z"


def utc_seconds_text(at: int | None) -> str | None:
    """Return an instant as GraphQL writes it, without fractions of a second."""
    return None if at is None else f"{_EPOCH + timedelta(seconds=at // SECOND):%Y-%m-%dT%H:%M:%SZ}"


def shop_text(at: int | None) -> str | None:
    """Return an instant as a shop writes it: local time with its offset.

    >>> shop_text(1_780_300_800_000)
    '2026-06-01T10:00:00+02:00'
    """
    return None if at is None else local_time(at).isoformat()


def local_month(at: int) -> str:
    """Return the month of an instant in Amsterdam, such as ``2026-06``."""
    return f"{local_time(at):%Y-%m}"


def months_after(start: date, months: int) -> date:
    """Return the first day of the month that many months after the month of ``start``."""
    years, month = divmod(start.month - 1 + months, 12)
    return date(start.year + years, month + 1, 1)


def days_between(start: date, end: date) -> list[date]:
    """Return every day from ``start`` up to but not including ``end``."""
    return [start + timedelta(days=n) for n in range((end - start).days)]
