"""Opening hours as people write them, turned into exact instants.

The text is OpenStreetMap's notation (``Mo-Fr 09:00-17:30; Th 09:00-21:00; PH off``), read by a
library. Windows are wall-clock time: each edge is converted on its own with the zone database, an
edge that a clock change skips moves forward, and one that happens twice is its first occurrence.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from convocommerce.errors import RulesError
from convocommerce.opening_text import MONTHS, HoursRule, read_rules

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
# Slot lengths to choose from: the longest in which no slot holds more than one run of open time.
_SLOT_MINUTES = (720, 240, 60, 15, 5, 1)


@dataclass(frozen=True)
class Hours:
    """Opening hours that hold from some day on.

    Attributes:
        text: The hours in OpenStreetMap's notation; empty when nobody ever answers.
        zone: IANA name of the zone whose wall clock the text means.
        closed: Local days that are public holidays; closed unless the text says otherwise.
        since: The first local day on which they hold; null for as long as anybody knows.
    """

    text: str
    zone: str
    closed: tuple[dt.date, ...] = ()
    since: dt.date | None = None


@dataclass(frozen=True)
class Slots:
    """Open time as a table with one row per slot, for one lookup per instant.

    The open time before an instant ``t`` (in milliseconds since 1970) is
    ``before + clamp(t - opens, 0, closes - opens)`` of the slot ``t // length``.

    Attributes:
        length_ms: Length of one slot, in milliseconds.
        slot: Numbers of the slots, in order and without a gap.
        before_ms: Open time before each slot, in milliseconds.
        opens_ms: When the open time inside each slot begins, in milliseconds since 1970.
        closes_ms: When it ends; the same instant where the slot is closed.
    """

    length_ms: int
    slot: NDArray[np.int64]
    before_ms: NDArray[np.int64]
    opens_ms: NDArray[np.int64]
    closes_ms: NDArray[np.int64]


def check_opening_hours(
    text: str, holiday_country: str | None, rule: str = "opening_hours"
) -> None:
    """Check that opening hours can be read, and that they ever open.

    Args:
        text: The hours.
        holiday_country: The rule ``holidays``; null for none.
        rule: Name of the choice that holds them, for the error.

    Raises:
        RulesError: The text is not opening hours, is closed for ever, or speaks of public
            holidays while none are set.
    """
    rules = read_rules(text, rule)
    if holiday_country is None and any("PH" in one.days for one in rules):
        raise RulesError(
            f"{rule} {text!r} speaks of public holidays (PH) and holidays is not set; "
            "set holidays to a country such as 'NL'"
        )
    years = {*map(int, re.findall(r"[12]\d{3}", " ".join(one.seasons for one in rules))), 2028}
    for year in sorted(years):
        if open_intervals(text, [], "UTC", dt.date(year, 1, 1), dt.date(year, 12, 31)):
            return
    if holiday_country is None or not any("PH" in one.days and one.spans for one in rules):
        raise RulesError(f"{rule} {text!r} never open: later rules close what earlier ones open")


def holiday_dates(place: str | None, years: Sequence[int]) -> dict[dt.date, str]:
    """Return the public holidays of a country or a part of it, as local days.

    Args:
        place: ``NL``, or a country and its part such as ``DE-BY``; null for none.
        years: The calendar years wanted.

    Raises:
        RulesError: The country or part is not known.
    """
    if place is None:
        return {}
    import holidays

    country, _, part = place.partition("-")
    try:
        found = holidays.country_holidays(country, subdiv=part or None, years=list(years))
    except (NotImplementedError, KeyError):
        raise RulesError(
            f"holidays {place!r} is not a known country, or not a part of it; "
            "use an ISO code such as 'NL' or 'DE-BY'"
        ) from None
    return {day: str(name) for day, name in sorted(found.items())}


def open_intervals(
    text: str, holidays: Sequence[dt.date], zone: str, first: dt.date, last: dt.date
) -> list[tuple[dt.datetime, dt.datetime]]:
    """Return the open time between two local days as intervals in UTC.

    A window that runs past midnight belongs to the day on which it opens: neither the next day's
    hours nor a holiday on the next day cut it short.

    Args:
        text: Opening hours in OpenStreetMap's notation.
        holidays: Local days that are public holidays; closed unless the text says otherwise.
        zone: IANA name of the zone whose wall clock the text means.
        first: The first local day.
        last: The last local day, included.

    Returns:
        Intervals without overlap or touching ends, in order, as instants in UTC without a zone.
    """
    day = dt.timedelta(days=1)
    return _merged(_opened(Hours(text, zone, tuple(holidays)), first, last, -day))


def intervals_over_time(
    hours: Sequence[Hours], first: dt.date, last: dt.date
) -> list[tuple[dt.datetime, dt.datetime]]:
    """Return the open time between two local days of hours that changed, as intervals in UTC.

    A window belongs to the hours of the local day on which it opens.

    Args:
        hours: The hours, in the order of their first days.
        first: The first local day.
        last: The last local day, included.
    """
    found: list[tuple[dt.datetime, dt.datetime]] = []
    ends = [one.since - dt.timedelta(days=1) for one in hours[1:] if one.since is not None]
    for one, end in zip(hours, [*ends, last], strict=True):
        begins, stops = max(one.since or first, first), min(end, last)
        if begins <= stops:
            found += _opened(one, begins, stops)
    return _merged(found)


def _opened(
    hours: Hours, first: dt.date, last: dt.date, nights: dt.timedelta = dt.timedelta()
) -> list[tuple[dt.datetime, dt.datetime]]:
    """Return the windows of some days, and of the nights after days moved by ``nights``."""
    day, tz = dt.timedelta(days=1), ZoneInfo(hours.zone)
    days = sorted({date for date in hours.closed if first - day <= date <= last})
    evening, night = _selected(read_rules(hours.text) if hours.text else [], days)
    walls = [
        *_walls(evening, first, last),
        *((a + day, b + day) for a, b in _walls(night, first + nights, last + nights)),
    ]
    return [(_to_utc(a, tz), _to_utc(b, tz)) for a, b in walls]


def _merged(
    intervals: Iterable[tuple[dt.datetime, dt.datetime]],
) -> list[tuple[dt.datetime, dt.datetime]]:
    merged: list[tuple[dt.datetime, dt.datetime]] = []
    for start, stop in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        elif stop > start:
            merged.append((start, stop))
    return merged


def slots(
    intervals: Sequence[tuple[dt.datetime, dt.datetime]], first: dt.datetime, last: dt.datetime
) -> Slots:
    """Cut open intervals into equal slots from one instant to another.

    Args:
        intervals: Open intervals in UTC, in order, without overlap.
        first: The earliest instant that will be looked up.
        last: The latest one.
    """
    import numpy as np

    edges = np.array(
        [(_milliseconds(opens), _milliseconds(closes)) for opens, closes in intervals], np.int64
    ).reshape(-1, 2)
    for minutes in _SLOT_MINUTES:
        length = minutes * 60_000
        found = _cut(edges, _milliseconds(first) // length, _milliseconds(last) // length, length)
        if found is not None:
            return found
    raise RulesError("opening hours have edges that are not whole minutes")


def _cut(edges: NDArray[np.int64], first: int, last: int, length: int) -> Slots | None:
    """Return the slots of one length, or nothing if one of them holds two runs of open time."""
    import numpy as np

    slot = np.arange(first, last + 1, dtype=np.int64)
    begins, ends = slot * length, (slot + 1) * length
    # A run that lies beyond every slot stands for "no run any more".
    never = np.full((2, 2), ends[-1], np.int64)
    run = np.searchsorted(edges[:, 1], begins, side="right")
    runs = np.concatenate([edges, never])
    if np.any(runs[run + 1, 0] < ends):
        return None
    is_open = runs[run, 0] < ends
    opens = np.where(is_open, np.maximum(runs[run, 0], begins), begins)
    closes = np.where(is_open, np.minimum(runs[run, 1], ends), begins)
    before = np.concatenate([[0], np.cumsum(closes - opens)[:-1]])
    return Slots(length, slot, before, opens, closes)


def _selected(
    rules: Sequence[HoursRule], holidays: Sequence[dt.date]
) -> tuple[list[str], list[str]]:
    """Return the rules up to midnight and those after it, with holidays written as their dates."""
    evening: list[str] = []
    night: list[str] = []
    for rule in rules:
        before, after = _split_at_midnight(rule)
        if rule.days != ("PH",):
            evening.append(rule.selecting(before))
            night.append(rule.selecting(after))
        if "PH" in rule.days and holidays:
            evening.append(f"{_dates(holidays)} {before}")
            night.append(f"{_dates(holidays)} {after}")
    # A day that the hours name themselves is not closed by the list of holidays.
    named = [one for rule in rules for one in rule.days_named]
    unnamed = [
        date
        for date in holidays
        if not {(None, date.month, date.day), (date.year, date.month, date.day)} & set(named)
    ]
    if unnamed and not any("PH" in rule.days for rule in rules):
        evening.append(f"{_dates(unnamed)} off")
        night.append(f"{_dates(unnamed)} off")
    return evening, night


def _split_at_midnight(rule: HoursRule) -> tuple[str, str]:
    """Return a rule's times before midnight and those after it, as times of that one day."""
    if rule.is_always:
        return "24/7", "off"
    day = 24 * 60
    evening = [f"{_clock(opens)}-{_clock(min(closes, day))}" for opens, closes in rule.spans]
    night = [f"00:00-{_clock(closes - day)}" for _, closes in rule.spans if closes > day]
    return ",".join(evening) or "off", ",".join(night) or "off"


def _dates(days: Sequence[dt.date]) -> str:
    return ",".join(f"{day.year} {MONTHS[day.month - 1]} {day.day:02d}" for day in days)


def _walls(
    rules: Sequence[str], first: dt.date, last: dt.date
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Yield the open wall-clock intervals from one day to another."""
    import opening_hours

    begin = dt.datetime.combine(first, dt.time())
    end = dt.datetime.combine(last + dt.timedelta(days=1), dt.time())
    hours = opening_hours.OpeningHours("; ".join(rules) or "off")
    for opens, closes, state, _comment in hours.intervals(begin, end):
        if state == opening_hours.State.OPEN:
            yield max(opens, begin), min(closes or end, end)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _to_utc(wall: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """Convert a wall-clock time; a skipped one moves forward, a doubled one is its first."""
    early, late = wall.replace(tzinfo=zone), wall.replace(tzinfo=zone, fold=1)
    shift = early.utcoffset() or dt.timedelta()
    if shift >= (late.utcoffset() or dt.timedelta()):
        # Unique, or doubled.
        return wall - shift
    # Skipped by a clock change, of which no zone ever had one of more than a day: search its
    # instant, the first at which the wall shows this time or a later one.
    high = wall - shift
    low = high - dt.timedelta(hours=26)
    while high - low > dt.timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if middle.replace(tzinfo=dt.UTC).astimezone(zone).replace(tzinfo=None) >= wall:
            high = middle
        else:
            low = middle
    return high


def _milliseconds(instant: dt.datetime) -> int:
    return (instant.replace(tzinfo=dt.UTC) - _EPOCH) // dt.timedelta(milliseconds=1)
