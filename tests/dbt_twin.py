"""The dbt package for Zendesk once more, slowly and in plain Python, over an account's tables.

It follows the package's own steps and keeps their mistakes; it shares nothing with ``profiles``.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise

from helpdesk_tables import (
    AGENTS,
    CUSTOMERS,
    ZONES,
    Account,
    Schedule,
    Ticket,
    daylight_times,
    standard_offset,
)

_DAY = dt.timedelta(days=1)
_WEEK_MINUTES = 7 * 1440
_NEVER = dt.date(1970, 1, 1)

# One interval of a schedule for some weeks: schedule, from, until, opening and closing minute.
Version = tuple[int, dt.date, dt.date, int, int]


@dataclass(frozen=True)
class Piece:
    """A holiday, or its part in one week, as seen before it begins or while it lasts."""

    name: str
    first: dt.date
    last: dt.date
    sunday: dt.date
    next_sunday: dt.date
    day: dt.date
    mark: str


def minutes_of(account: Account, now: dt.datetime) -> dict[int, tuple[float | None, float | None]]:
    """Return calendar and business minutes of every ticket's first reply."""
    by_schedule: dict[int, list[Version]] = defaultdict(list)
    for one in account.schedules:
        by_schedule[one.number] = spine(one, now)
    default = min(account.schedules, key=lambda one: one.created_at).number
    return {one.number: _minutes(one, default, by_schedule, now) for one in account.tickets}


def _minutes(
    ticket: Ticket, default: int, versions: dict[int, list[Version]], now: dt.datetime
) -> tuple[float | None, float | None]:
    roles = dict.fromkeys(CUSTOMERS, "external") | dict.fromkeys(AGENTS, "internal")
    known = [one for one in ticket.comments if one.author in roles]
    public = sorted(
        ((one.at, roles[one.author], one) for one in known if one.is_public),
        key=lambda row: (row[0], row[1]),
    )
    agents = [at for at, role, _ in public if role == "internal"]
    if not public or not agents:
        return None, None
    at, role, first = public[0]
    n_notes = sum(not one.is_public and (one.at, one.number) < (at, first.number) for one in known)
    ended: dt.datetime | None
    if role == "internal" and n_notes:
        # In one second nobody says what came first.
        ended = at
    else:
        ended = min((one for one in agents if one > at), default=None)
    calendar = (
        None if ended is None else round((ended - ticket.created_at) / dt.timedelta(minutes=1), 4)
    )
    return calendar, _business(ticket, ended, default, versions, now)


def _business(
    ticket: Ticket,
    ended: dt.datetime | None,
    default: int,
    versions: dict[int, list[Version]],
    now: dt.datetime,
) -> float:
    given = sorted(ticket.given)
    if not any(ticket.created_at <= at <= ticket.created_at + 5 * _SECOND for at, _ in given):
        given = sorted([(ticket.created_at, default), *given], key=lambda row: row[0])
    ends = [at for at, _ in given[1:]] + [now + dt.timedelta(hours=1000)]
    total = 0.0
    for (begins, number), stops in zip(given, ends, strict=True):
        stop = stops if ended is None else min(stops, ended)
        total += _in_weeks(begins, stop, versions[number])
    return round(total, 4)


_SECOND = dt.timedelta(seconds=1)


def _in_weeks(begins: dt.datetime, stops: dt.datetime, versions: list[Version]) -> float:
    monday = (begins + _DAY).date()
    sunday = monday - monday.weekday() * _DAY - _DAY
    start = (begins - dt.datetime.combine(sunday, dt.time())) / _SECOND / 60
    length = max(0.0, (stops - begins) / _SECOND / 60)
    total = 0.0
    for week in range(52):
        if math.floor((start + length) / _WEEK_MINUTES) < week:
            break
        first = max(0.0, start - week * _WEEK_MINUTES)
        last = min(start + length - week * _WEEK_MINUTES, _WEEK_MINUTES)
        first_day = _day(sunday, week * _WEEK_MINUTES + first)
        last_day = _day(sunday, week * _WEEK_MINUTES + last)
        for _, valid_from, valid_until, opens, closes in versions:
            holds = first_day < valid_until and last_day > valid_from
            if holds and first <= closes and last >= opens:
                total += min(last, closes) - max(first, opens)
    return total


def _day(sunday: dt.date, minutes: float) -> dt.date:
    moment = dt.datetime.combine(sunday, dt.time()) + dt.timedelta(minutes=round(minutes))
    return moment.date()


def spine(schedule: Schedule, now: dt.datetime) -> list[Version]:
    """Return the weeks for which each interval of a schedule holds, holidays left out."""
    pieces = [
        piece
        for place, (first, last) in enumerate(schedule.holidays)
        for piece in _pieces(f"Day off {place}", first, last)
    ]
    weeks: list[tuple[dt.date, dt.date, int, int, str, str | None]] = []
    for offset, valid_from, valid_until in _offsets(schedule.zone, now):
        # The package tells intervals that open at one minute apart by that minute alone.
        groups: dict[int, list[tuple[int, Piece | None]]] = defaultdict(list)
        for opens, closes in schedule.intervals:
            met = [one for one in pieces if valid_from <= one.day < valid_until]
            groups[opens - offset] += [(closes - offset, one) for one in met or [None]]
        for opens, rows in groups.items():
            rows.sort(key=lambda row: (row[1].day, row[1].mark) if row[1] else (_NEVER, ""))
            weeks += _ranges(opens, rows, _sunday(valid_from), _sunday(valid_until), offset)
    return _without_holidays(schedule.number, weeks)


def _offsets(name: str, now: dt.datetime) -> list[tuple[int, dt.date, dt.date]]:
    zone = ZONES[name]
    standard = standard_offset(zone)
    later = dt.date(now.year + 1, now.month, now.day)
    saved = daylight_times(zone)
    if not saved:
        return [(standard, _NEVER, later)]
    found = [(standard, _NEVER, saved[0][0].date())]
    found += [
        (standard, ends.date(), begins.date()) for (_, ends, _), (begins, _, _) in pairwise(saved)
    ]
    found += [(standard + length, begins.date(), ends.date()) for begins, ends, length in saved]
    if saved[-1][1].date() < now.date():
        found.append((standard, saved[-1][1].date(), later))
    return found


def _pieces(name: str, first: dt.date, last: dt.date) -> list[Piece]:
    spanned = (_monday(last) - _monday(first)).days // 7 + 1
    sunday, next_sunday = _sunday(first), _sunday(last + 7 * _DAY)
    cut = [(first, last, sunday, next_sunday)]
    if spanned > 1:
        cut = []
        for week in range(1, min(spanned, 52) + 1):
            is_first, is_last = week == 1, week == spanned
            begin = sunday + (week - 1) * 7 * _DAY
            end = sunday + week * 7 * _DAY
            cut.append(
                (
                    first if is_first else begin,
                    last if is_last else end - _DAY,
                    begin,
                    next_sunday if is_last else end,
                )
            )
    return [
        Piece(name, *row, day, mark)
        for row in cut
        for day, mark in ((row[0], "0_gap"), (row[1], "1_holiday"))
    ]


def _ranges(
    opens: int,
    rows: list[tuple[int, Piece | None]],
    first_sunday: dt.date,
    last_sunday: dt.date,
    offset: int,
) -> list[tuple[dt.date, dt.date, int, int, str, str | None]]:
    marked = [
        (closes, piece, "partition_start" if place == 0 and piece else piece.mark if piece else "")
        for place, (closes, piece) in enumerate(rows)
    ]
    if len(rows) > 1:
        marked.append((*rows[-1], "partition_end"))
    found = []
    for place, (closes, piece, mark) in enumerate(marked):
        begins: dt.date | None = first_sunday
        stops: dt.date | None = last_sunday
        if piece is not None:
            before = marked[place - 1][1] if place else None
            after = marked[place + 1][1] if place + 1 < len(marked) else None
            if mark == "partition_start":
                stops = piece.sunday
            elif mark == "0_gap":
                begins = before.next_sunday if before else None
                stops = after.sunday if after else None
            elif mark == "1_holiday":
                begins, stops = piece.sunday, piece.next_sunday
            else:
                begins = piece.next_sunday
        if begins is None or stops is None:
            continue
        if piece is not None and begins >= stops:
            continue
        taken = None
        kind = "zone"
        if piece is not None and mark == "1_holiday":
            kind = "holiday"
            ends = (piece.last - piece.sunday).days * 1440 + 1440 - offset
            if opens < ends and closes > (piece.first - piece.sunday).days * 1440 - offset:
                taken = piece.name
        found.append((begins, stops, opens, closes, kind, taken))
    return found


def _without_holidays(
    number: int, weeks: list[tuple[dt.date, dt.date, int, int, str, str | None]]
) -> list[Version]:
    by_week: dict[tuple[dt.date, dt.date, int, int], list[tuple[str, str | None]]] = defaultdict(
        list
    )
    for begins, stops, opens, closes, kind, taken in weeks:
        by_week[begins, stops, opens, closes].append((kind, taken))
    found: list[Version] = []
    for week, rows in by_week.items():
        if len(rows) == 1:
            found += [(number, *week)] if rows[0][1] is None else []
            continue
        names = Counter(name for _, name in rows)
        for _, name in set(rows):
            if names[name] == len(rows) and name is None:
                found.append((number, *week))
    return found


def _monday(day: dt.date) -> dt.date:
    return day - day.weekday() * _DAY


def _sunday(day: dt.date) -> dt.date:
    return _monday(day + _DAY) - _DAY
