"""The part of OpenStreetMap's notation for opening hours that is understood, and nothing else.

A text that a reader of the notation would bend into something (``Feb 30`` into every day,
``09:00-09:00`` into a whole day) is refused instead, with the piece that is wrong.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from convocommerce.errors import RulesError, nearest

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
EXAMPLE = "'Mo-Fr 09:00-17:30; Th 09:00-21:00; Dec 24 09:00-13:00; Sa,Su off' or '24/7'"

_WORDS = {word.lower(): word for word in (*DAYS, *MONTHS, "PH")} | {"off": "off", "closed": "off"}
_DAY = rf"(?:{'|'.join(DAYS)})"
_MONTH = rf"(?:{'|'.join(MONTHS)})"
_DATE = rf"(?:[12]\d{{3}} )?{_MONTH} \d{{1,2}}"
_DATES = rf"{_DATE}(?:-(?:{_DATE}|\d{{1,2}}))?"
_SEASON = rf"(?:{_DATES}|(?:[12]\d{{3}} )?{_MONTH}(?:-{_MONTH})?|[12]\d{{3}}(?:-[12]\d{{3}})?)"
_WEEKDAYS = rf"(?:PH|{_DAY}(?:-{_DAY}|\[-?[1-5](?:,-?[1-5])*\])?)"
_SPAN = r"\d{1,2}:\d{2}-\d{1,2}:\d{2}"
_RULE = re.compile(
    rf"(?P<seasons>{_SEASON}(?:,{_SEASON})*)? ?(?P<days>{_WEEKDAYS}(?:,{_WEEKDAYS})*)? ?"
    rf"(?P<times>off|24/7|{_SPAN}(?:,{_SPAN})*)"
)
_NAMED_DATE = re.compile(rf"(?:([12]\d{{3}}) )?({_MONTH}) (\d{{1,2}})(?:-(\d{{1,2}})(?!\d|:))?")


@dataclass(frozen=True)
class HoursRule:
    """One rule of opening hours, such as ``Mo-Fr 09:00-17:30``.

    Attributes:
        seasons: The dates, months or years it is about, as written; empty for all.
        days: The weekdays and ``PH``, as written; empty for all.
        spans: Minutes since midnight at which windows open and close, the latter up to 48 hours;
            empty when it says closed.
        is_always: It says ``24/7``.
    """

    seasons: str
    days: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    is_always: bool

    @property
    def days_named(self) -> list[tuple[int | None, int, int]]:
        """Year (null for every), month and day of each single date that it is about."""
        found = []
        for item in filter(None, self.seasons.split(",")):
            if whole := re.fullmatch(rf"(?:([12]\d{{3}}) )?({_MONTH}) (\d{{1,2}})", item):
                year, month, day = whole.groups()
                found.append((int(year) if year else None, MONTHS.index(month) + 1, int(day)))
        return found

    def selecting(self, times: str) -> str:
        """Return a rule about the same days with other times, in the notation."""
        weekdays = ",".join(day for day in self.days if day != "PH")
        return " ".join(part for part in (self.seasons, weekdays, times) if part)


def read_rules(text: str, rule: str = "opening_hours") -> list[HoursRule]:
    """Read opening hours into their rules, of which later ones win.

    Args:
        text: Opening hours in OpenStreetMap's notation.
        rule: Name of the choice that holds them, for the error.

    Raises:
        RulesError: A piece is not understood, or says something impossible; tells which.
    """
    if not isinstance(text, str):
        raise RulesError(f"{rule} {text!r} cannot be read; write them like {EXAMPLE}")
    found = [_read(piece, text, rule) for piece in _plain(text).split(";") if piece.strip()]
    if not found:
        raise RulesError(f"{rule} {text!r} cannot be read; write them like {EXAMPLE}")
    if not any(one.spans or one.is_always for one in found):
        raise RulesError(f"{rule} {text!r} never open; name at least one window: {EXAMPLE}")
    return found


def split_zone(text: str, zone: str, rule: str = "opening_hours") -> tuple[str, str]:
    """Split hours that may begin with a zone, such as ``Europe/Berlin Mo-Fr 09:00-17:00``.

    Args:
        text: The hours.
        zone: The zone of hours that name none.
        rule: Name of the choice that holds them, for the error.

    Returns:
        The IANA name of the zone, and the hours without it.

    Raises:
        RulesError: What stands before the hours looks like a zone and is none.

    >>> split_zone("Europe/Berlin Mo-Fr 09:00-17:00", "UTC")
    ('Europe/Berlin', 'Mo-Fr 09:00-17:00')
    """
    if not isinstance(text, str):
        raise RulesError(f"{rule} is {text!r} and must be hours such as {EXAMPLE}")
    first, _, rest = text.strip().partition(" ")
    if not re.fullmatch(r"[A-Z][A-Za-z_]+(?:/[A-Za-z0-9_+-]+)+|UTC|GMT", first):
        return zone, text
    check_zone(first, rule)
    return first, rest


def check_zone(name: str, rule: str = "time_zone") -> None:
    """Check that a zone is one.

    Raises:
        RulesError: It is not; names the nearest.
    """
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, TypeError, AttributeError):
        known = available_timezones()
        hint = nearest(str(name), known)
        raise RulesError(f"{rule} {name!r} is no IANA time zone{hint}") from None


def _plain(text: str) -> str:
    """Write what people type in one way: plain dashes, single spaces, the notation's capitals."""
    text = re.sub("[\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}]", "-", text)
    text = re.sub(r"\s*([-,;])\s*", r"\1", " ".join(text.split()))
    # A minus that counts weekdays from the end of the month stands in brackets.
    return re.sub(r"[A-Za-z]+", lambda word: _WORDS.get(word[0].lower(), word[0]), text)


def _read(piece: str, text: str, rule: str) -> HoursRule:
    piece = piece.strip()
    found = _RULE.fullmatch(piece)
    if found is None:
        raise RulesError(
            f"{rule} {text!r} cannot be read; write them like {EXAMPLE}, "
            f"with ';' between rules: {piece!r} is not understood"
        )

    def refuse(why: str) -> RulesError:
        return RulesError(f"{rule} {text!r} cannot be meant: {why}")

    seasons, times = found["seasons"] or "", found["times"]
    days = tuple(re.findall(_WEEKDAYS, found["days"] or ""))
    if seasons and "PH" in days:
        raise refuse(f"{piece!r} names both dates and public holidays; write two rules")
    if times == "24/7" and (seasons or days):
        raise refuse(f"24/7 stands alone; write 00:00-24:00 in {piece!r}")
    for year, month, *numbers in _NAMED_DATE.findall(seasons):
        for number in filter(None, numbers):
            if not _is_date(int(year or 2024), MONTHS.index(month) + 1, int(number)):
                raise refuse(f"there is no {' '.join(filter(None, (year, month, number)))}")
    for item in seasons.split(","):
        if _runs_backwards(item):
            raise refuse(f"{item} ends before it begins")
    spans = tuple(_span(one, refuse) for one in times.split(",")) if ":" in times else ()
    return HoursRule(seasons, days, spans, times == "24/7")


def _span(span: str, refuse: Callable[[str], RulesError]) -> tuple[int, int]:
    opens, closes = (
        int(hours) * 60 + int(minutes)
        for hours, minutes in (clock.split(":") for clock in span.split("-"))
    )
    day = 24 * 60
    if any(int(clock.split(":")[1]) > 59 for clock in span.split("-")):
        raise refuse(f"{span} has a minute beyond 59")
    if opens >= day:
        raise refuse(f"{span} opens after midnight; write it on the next day, before 24:00")
    if closes > 2 * day:
        raise refuse(f"{span} closes after 48:00; windows end within the next day")
    if opens == closes:
        raise refuse(f"{span} has no length; write 00:00-24:00 for the whole day")
    if closes < opens:
        is_midnight = closes == 0
        closes += day
        # A night takes at most half a day; what is longer was turned around by mistake.
        if closes - opens > day // 2 and not is_midnight:
            meant = f"{opens // 60:02d}:{opens % 60:02d}-{closes // 60:02d}:{closes % 60:02d}"
            raise refuse(
                f"{span} closes before it opens; turn the two around, or write {meant} if it is "
                "open over midnight for so long"
            )
    if closes - opens > day:
        raise refuse(f"{span} is longer than a day; write 24/7, or one window for each day")
    return opens, closes


def _runs_backwards(season: str) -> bool:
    """Return whether a range that names its years, or one within a month, ends too early."""
    if within := re.fullmatch(rf"(?:[12]\d{{3}} )?{_MONTH} (\d+)-(\d+)", season):
        return int(within[1]) > int(within[2])
    if years := re.fullmatch(r"([12]\d{3})-([12]\d{3})", season):
        return int(years[1]) > int(years[2])
    dated = re.fullmatch(rf"([12]\d{{3}} {_MONTH} \d+)-([12]\d{{3}} {_MONTH} \d+)", season)
    if dated is None:
        return False
    begins, ends = (
        (int(year), MONTHS.index(month), int(day))
        for year, month, day in (side.split() for side in dated.groups())
    )
    return begins > ends


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True
