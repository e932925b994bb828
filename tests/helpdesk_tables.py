"""A random helpdesk account as replication services copy it: one CSV file per table."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

ZONES = {
    "Eastern Time (US & Canada)": "America/New_York",
    "Amsterdam": "Europe/Amsterdam",
    "Australia/Lord_Howe": "Australia/Lord_Howe",
    "Samoa": "Pacific/Apia",
    "Cairo": "Africa/Cairo",
    "Brasilia": "America/Sao_Paulo",
    "Kathmandu": "Asia/Kathmandu",
    "Newfoundland": "America/St_Johns",
    "Sydney": "Australia/Sydney",
    "Santiago": "America/Santiago",
    "Tokyo": "Asia/Tokyo",
    "UTC": "UTC",
}
"""Zones as helpdesks name them, and their names in the zone database."""

FIRST_YEAR, LAST_YEAR = 2014, 2026
CUSTOMERS = (201, 202)
AGENTS = {101: "agent", 102: "admin"}
STRANGER = 999
_MINUTE, _DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


@dataclass
class Comment:
    """One comment of a ticket."""

    number: int
    ticket: int
    at: dt.datetime
    author: int
    is_public: bool


@dataclass
class Schedule:
    """One schedule: its zone as the helpdesk names it, and intervals in minutes since Sunday."""

    number: int
    zone: str
    intervals: list[tuple[int, int]]
    created_at: dt.datetime
    holidays: list[tuple[dt.date, dt.date]] = field(default_factory=list)


@dataclass
class Ticket:
    """One ticket, what was written in it, and the schedules that it was given."""

    number: int
    created_at: dt.datetime
    requester: int
    comments: list[Comment]
    given: list[tuple[dt.datetime, int]]
    status: str = "open"


@dataclass
class Account:
    """All of a helpdesk."""

    tickets: list[Ticket]
    schedules: list[Schedule]


def draw_account(random: Random, n_tickets: int) -> Account:
    """Draw an account whose tickets wait over everything that bends opening hours."""
    schedules = [
        draw_schedule(random, number, zone) for number, zone in enumerate([*ZONES, *ZONES], 1)
    ]
    return Account(
        [draw_ticket(random, number, schedules) for number in range(1, n_tickets + 1)], schedules
    )


def draw_schedule(random: Random, number: int, zone: str) -> Schedule:
    """Draw a week: office hours, several windows a day, nights, or always."""
    style = random.choice(["office", "office", "windows", "nights", "whole days", "always"])
    if style == "always":
        intervals = [(0, 10080)]
    elif style == "nights":
        # The last one runs from Saturday into Sunday.
        days = sorted(random.sample(range(6), 3)) + random.choice([[], [6]])
        intervals = [(day * 1440 + 1260, day * 1440 + 1260 + 300) for day in days]
    elif style == "whole days":
        intervals = [(day * 1440, (day + 1) * 1440) for day in (0, 1, 2, 4)]
    else:
        windows = [(540, 1020)] if style == "office" else [(480, 750), (755, 1085), (1200, 1440)]
        days = random.choice([range(1, 6), range(7), range(5)])
        intervals = [(day * 1440 + a, day * 1440 + b) for day in days for a, b in windows]
    created = dt.datetime(2014, 5, 1) + number * _DAY
    return Schedule(number, zone, intervals, created, draw_holidays(random))


def draw_holidays(random: Random) -> list[tuple[dt.date, dt.date]]:
    """Draw days off: single days, several in one week, and some over weeks."""
    found, day = [], dt.date(2017, 1, 1)
    while day < dt.date(2025, 1, 1):
        day += random.randint(20, 200) * _DAY
        last = day + random.choice([0, 0, 0, 1, 4, 16]) * _DAY
        found.append((day, last))
        if random.random() < 0.3:
            near = last + random.choice([1, 2, 4]) * _DAY
            found.append((near, near))
        day = last + 15 * _DAY
    return found


def draw_ticket(random: Random, number: int, schedules: list[Schedule]) -> Ticket:
    """Draw a ticket, often about a change of the clock or a holiday of its schedule."""
    schedule = random.choice(schedules)
    created = _draw_start(random, schedule)
    requester = random.choice([*CUSTOMERS * 4, 101])
    at, comments = created, []
    authors = [*CUSTOMERS, requester, requester, *AGENTS, *AGENTS, STRANGER]
    if random.random() < 0.1:
        at -= dt.timedelta(seconds=random.choice([30, 4000]))
    for place in range(random.randint(1, 6)):
        author = requester if place == 0 and random.random() < 0.7 else random.choice(authors)
        is_public = not (author in AGENTS and random.random() < 0.25)
        comments.append(Comment(number * 100 + place, number, at, author, is_public))
        at += _draw_wait(random)
    given = [(created + dt.timedelta(seconds=random.choice([0, 1, 3, 5, 6])), schedule.number)]
    if random.random() < 0.4:
        later = random.choice([20, 3600, 86400 * 2, 86400 * 9])
        given.append((given[0][0] + dt.timedelta(seconds=later), random.choice(schedules).number))
    if random.random() < 0.15:
        given = given[1:]
    if random.random() < 0.05:
        # A schedule that is gone.
        given.append((given[-1][0] + dt.timedelta(seconds=900) if given else created, 77))
    status = random.choice(["open", "solved", "closed", "deleted"])
    return Ticket(number, created, requester, comments, given, status)


def _draw_wait(random: Random) -> dt.timedelta:
    seconds = random.choice([0, 0, 1, 45, 600, 3600, 7200, 86400, 3 * 86400, 8 * 86400, 40 * 86400])
    return dt.timedelta(seconds=seconds + random.choice([0, 0, random.randint(0, seconds)]))


def _draw_start(random: Random, schedule: Schedule) -> dt.datetime:
    moment = dt.datetime(2017, 1, 1) + dt.timedelta(seconds=random.randrange(8 * 365 * 86400))
    marks = [start for start, _ in changes_of(ZONES[schedule.zone]) if start.year >= 2017]
    marks += [dt.datetime.combine(day, dt.time()) for one in schedule.holidays for day in one]
    marks = [mark for mark in marks if mark.year < 2025]
    if marks and random.random() < 0.6:
        moment = random.choice(marks) + dt.timedelta(seconds=random.randint(-3 * 86400, 2 * 86400))
    if random.random() < 0.5:
        return moment.replace(minute=random.choice([0, 30]), second=0)
    return moment


def changes_of(zone: str) -> list[tuple[dt.datetime, int]]:
    """Return when a zone changed its clock, in UTC, and its offset from then on in minutes."""
    tz = ZoneInfo(zone)

    def offset(moment: dt.datetime) -> int:
        length = moment.replace(tzinfo=dt.UTC).astimezone(tz).utcoffset()
        return (length or dt.timedelta()) // _MINUTE

    found, moment = [], dt.datetime(FIRST_YEAR, 1, 1)
    while moment.year <= LAST_YEAR:
        if offset(moment + _DAY) != offset(moment):
            exact = moment
            while offset(exact) == offset(moment):
                exact += 30 * _MINUTE
            found.append((exact, offset(exact)))
        moment += _DAY
    return found


def daylight_times(zone: str) -> list[tuple[dt.datetime, dt.datetime, int]]:
    """Return begin, end and length in minutes of every daylight saving time of a zone."""
    tz = ZoneInfo(zone)
    changes = changes_of(zone)
    rows = []
    for (begins, _), (ends, _) in pairwise(changes):
        saved = begins.replace(tzinfo=dt.UTC).astimezone(tz).dst()
        if saved:
            rows.append((begins, ends, saved // _MINUTE))
    return rows


def standard_offset(zone: str) -> int:
    """Return a zone's offset from UTC in minutes while no daylight is saved."""
    moment = dt.datetime(2022, 1, 1, tzinfo=dt.UTC).astimezone(ZoneInfo(zone))
    return ((moment.utcoffset() or dt.timedelta()) - (moment.dst() or dt.timedelta())) // _MINUTE


def write_account(account: Account, folder: Path) -> None:
    """Write the tables of an account as CSV files."""
    folder.mkdir(parents=True, exist_ok=True)
    synced = "2025-01-02 03:04:05.000"
    users = [(number, "end-user") for number in CUSTOMERS] + list(AGENTS.items())
    write_rows(
        folder / "user.csv",
        [
            {
                "id": number, "_fivetran_synced": synced, "email": f"u{number}@example.com",
                "role": role, "name": "Somebody", "time_zone": "Amsterdam", "suspended": "FALSE",
                "verified": "TRUE", "created_at": "2014-01-01 00:00:00",
            }
            for number, role in users
        ],
    )  # fmt: skip
    write_rows(
        folder / "ticket.csv",
        [
            {
                "id": one.number, "_fivetran_synced": synced, "created_at": one.created_at,
                "requester_id": one.requester, "submitter_id": one.requester,
                "status": one.status, "updated_at": one.created_at, "via_channel": "email",
            }
            for one in account.tickets
        ],
    )  # fmt: skip
    comments = [comment for one in account.tickets for comment in one.comments]
    write_rows(
        folder / "ticket_comment.csv",
        [
            {
                "id": one.number, "_fivetran_synced": synced, "body": "text", "created": one.at,
                "facebook_comment": "FALSE", "public": str(one.is_public).upper(),
                "ticket_id": one.ticket, "tweet": "FALSE", "user_id": one.author,
                "voice_comment": "FALSE",
            }
            for one in comments
        ],
    )  # fmt: skip
    _write_hours(account, folder, synced)


def _write_hours(account: Account, folder: Path, synced: str) -> None:
    write_rows(
        folder / "schedule.csv",
        [
            {
                "end_time": closes, "id": one.number, "start_time": opens,
                "_fivetran_deleted": "FALSE", "_fivetran_synced": synced,
                "end_time_utc": closes, "name": f"Schedule {one.number}", "start_time_utc": opens,
                "time_zone": one.zone, "created_at": one.created_at,
            }
            for one in account.schedules
            for opens, closes in one.intervals
        ],
    )  # fmt: skip
    write_rows(
        folder / "schedule_holiday.csv",
        [
            {
                "id": one.number * 1000 + place, "schedule_id": one.number,
                "_fivetran_deleted": "FALSE", "_fivetran_synced": synced, "end_date": last,
                "name": f"Day off {place}", "start_date": first,
            }
            for one in account.schedules
            for place, (first, last) in enumerate(one.holidays)
        ],
    )  # fmt: skip
    write_rows(
        folder / "ticket_schedule.csv",
        [
            {
                "created_at": at, "ticket_id": one.number, "_fivetran_synced": synced,
                "schedule_id": number,
            }
            for one in account.tickets
            for at, number in one.given
        ],
    )  # fmt: skip
    write_rows(
        folder / "time_zone.csv",
        [
            {
                "time_zone": name, "_fivetran_synced": synced,
                "standard_offset": _as_clock(standard_offset(zone)),
            }
            for name, zone in ZONES.items()
        ],
    )  # fmt: skip
    write_rows(
        folder / "daylight_time.csv",
        [
            {
                "time_zone": name, "year": begins.year, "_fivetran_synced": synced,
                "daylight_end_utc": ends, "daylight_offset": minutes // 60,
                "daylight_start_utc": begins,
            }
            for name, zone in ZONES.items()
            for begins, ends, minutes in daylight_times(zone)
        ],
    )  # fmt: skip


def _as_clock(minutes: int) -> str:
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
