"""Opening hours as people write them, turned into exact instants.

The text is OpenStreetMap's notation (``Mo-Fr 09:00-17:30; Th 09:00-21:00; PH off``), read by a
library. Windows are wall-clock time: each edge is converted on its own with the zone database, an
edge that a clock change skips moves forward, and one that happens twice is its first occurrence.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from convocommerce.errors import RulesError

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_DAY = "(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_SPAN = re.compile(r"(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})")
# Slot lengths to choose from: the longest in which no slot holds more than one run of open time.
_SLOT_MINUTES = (15, 5, 1)


@dataclass(frozen=True)
class Slots:
    """Open time as a table with one row per slot, for one lookup per instant.

    The open time before an instant ``t`` (in milliseconds since 1970) is
    ``before + clamp(t - opens, 0, closes - opens)`` of the slot ``t // length``.

    Attributes:
        length_ms: Length of one slot, in milliseconds.
        rows: ``(slot, before_ms, opens_ms, closes_ms)``, without a gap, in order.
    """

    length_ms: int
    rows: list[tuple[int, int, int, int]]


def check_opening_hours(text: str, holiday_country: str | None) -> None:
    """Check that opening hours can be read.

    Raises:
        RulesError: The text is not opening hours, or speaks of public holidays while none are set.
    """
    if re.search(r"\bPH\b", text) and holiday_country is None:
        raise RulesError(
            f"opening_hours {text!r} speaks of public holidays (PH) and holidays is not set; "
            "set holidays to a country such as 'NL'"
        )
    if not text.strip(" ;"):
        raise _unreadable(text)
    open_intervals(text, [dt.date(2026, 1, 1)], "UTC", dt.date(2026, 1, 1), dt.date(2026, 1, 1))


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
    tz = ZoneInfo(zone)
    day = dt.timedelta(days=1)
    days = [date for date in holidays if first - day <= date <= last]
    rules = _rules(text, ",".join(f"{date:%Y %b %d}" for date in days) or None)
    evening, night = zip(*(_split_at_midnight(rule) for rule in rules), strict=True)
    walls = [
        *_walls(text, evening, first, last),
        *((a + day, b + day) for a, b in _walls(text, night, first - day, last - day)),
    ]
    merged: list[tuple[dt.datetime, dt.datetime]] = []
    for start, stop in sorted((_to_utc(a, tz), _to_utc(b, tz)) for a, b in walls):
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
    edges = [(_milliseconds(opens), _milliseconds(closes)) for opens, closes in intervals]
    for minutes in _SLOT_MINUTES:
        length = minutes * 60_000
        rows = _cut(edges, _milliseconds(first) // length, _milliseconds(last) // length, length)
        if rows is not None:
            return Slots(length, rows)
    raise RulesError("opening hours have edges that are not whole minutes")


def _cut(
    edges: list[tuple[int, int]], first: int, last: int, length: int
) -> list[tuple[int, int, int, int]] | None:
    rows = []
    position, before = 0, 0
    for slot in range(first, last + 1):
        begin, end = slot * length, (slot + 1) * length
        while position < len(edges) and edges[position][1] <= begin:
            position += 1
        opens = closes = begin
        if position < len(edges) and edges[position][0] < end:
            opens, closes = max(edges[position][0], begin), min(edges[position][1], end)
            if position + 1 < len(edges) and edges[position + 1][0] < end:
                return None
        rows.append((slot, before, opens, closes))
        before += closes - opens
    return rows


def _rules(text: str, holiday_days: str | None) -> list[str]:
    """Split the text into its rules, with public holidays written out as their dates."""
    rules: list[str] = []
    speaks_of_holidays = False
    for rule in (part.strip() for part in text.split(";")):
        if not re.search(r"\bPH\b", rule):
            rules.append(rule)
            continue
        speaks_of_holidays = True
        rest = re.sub(r"\bPH\b,?|,\s*PH\b", "", rule).strip()
        if re.match(rf"{_DAY}\b", rest):
            rules.append(rest)
        if holiday_days:
            times = re.sub(rf"^(?:{_DAY}(?:-{_DAY})?,?\s*)+", "", rest)
            rules.append(f"{holiday_days} {times}")
    if holiday_days and not speaks_of_holidays:
        rules.append(f"{holiday_days} off")
    return [rule for rule in rules if rule]


def _split_at_midnight(rule: str) -> tuple[str, str]:
    """Split a rule into its part before midnight and its part after, as rules of that one day."""
    spans = _SPAN.findall(rule)
    if not spans:
        return rule, rule if "24/7" not in rule else "off"
    evening, night = [], []
    for opens, closes in spans:
        begin, end = _minutes(opens), _minutes(closes)
        end += 24 * 60 if end <= begin else 0
        evening.append(f"{opens}-{_clock(min(end, 24 * 60))}")
        if end > 24 * 60:
            night.append(f"00:00-{_clock(end - 24 * 60)}")
    days = rule[: _SPAN.search(rule).start()].strip()  # type: ignore[union-attr]  # spans were found
    return f"{days} {','.join(evening)}", f"{days} {','.join(night) or 'off'}"


def _walls(
    text: str, rules: Sequence[str], first: dt.date, last: dt.date
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Yield the open wall-clock intervals from one day to another."""
    import opening_hours

    begin = dt.datetime.combine(first, dt.time())
    end = dt.datetime.combine(last + dt.timedelta(days=1), dt.time())
    try:
        hours = opening_hours.OpeningHours("; ".join(rules))
    except opening_hours.ParserError:  # type: ignore[attr-defined]  # its type stub forgets it
        raise _unreadable(text) from None
    for opens, closes, state, _comment in hours.intervals(begin, end):
        if state == opening_hours.State.OPEN:
            yield max(opens, begin), min(closes or end, end)


def _unreadable(text: str) -> RulesError:
    return RulesError(
        f"opening_hours {text!r} cannot be read; write them like "
        "'Mo-Fr 09:00-17:30; Th 09:00-21:00; Sa,Su off' or '24/7'"
    )


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _to_utc(wall: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """Convert a wall-clock time; a skipped one moves forward, a doubled one is its first."""
    instant = wall.replace(tzinfo=zone, fold=0).astimezone(dt.UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != wall:
        # Skipped by a clock change: search the instant of the change. No zone ever skipped more
        # than a day.
        low, high = instant - dt.timedelta(hours=26), instant
        while high - low > dt.timedelta(seconds=1):
            middle = (low + (high - low) / 2).replace(microsecond=0)
            if middle.astimezone(zone).replace(tzinfo=None) >= wall:
                high = middle
            else:
                low = middle
        instant = high
    return instant.replace(tzinfo=None)


def _milliseconds(instant: dt.datetime) -> int:
    return (instant.replace(tzinfo=dt.UTC) - _EPOCH) // dt.timedelta(milliseconds=1)
