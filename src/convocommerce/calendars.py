"""Opening hours as tables: the rules' own, those of teams and pages, and a helpdesk's schedules.

Calendar 0 is the rules' own. Equal hours share one calendar, and only hours that somebody follows
are written. Three tables come of it, which models join:

- ``calendars``: one calendar (``calendar_id``) with the length of its slots (``slot_ms``) and its
  first and last slot;
- ``opening_slots``: open time, one slot of one calendar a row;
- ``calendar_uses``: who follows which calendar (``used_by``: ``channel``, ``business``, ``team`` or
  ``schedule``, and its ``name``; of a schedule ``platform:schedule_id``, ``platform:`` alone being
  the account's default).
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from convocommerce.errors import RulesError
from convocommerce.opening import Hours, Slots, holiday_dates, intervals_over_time, slots
from convocommerce.opening_text import read_rules, split_zone
from convocommerce.warehouse.rows import write_columns, write_rows

if TYPE_CHECKING:
    import duckdb

    from convocommerce.rules import Rules

Calendar = tuple[Hours, ...]
"""Opening hours as they changed, in the order of their first days."""

_DAY = dt.timedelta(days=1)
_OWN_SLOT_MS = "(select slot_ms from calendars where calendar_id = 0)"
_OF_SLOT = ("slot", "before_ms", "opens_ms", "closes_ms")


def write_calendars(
    con: duckdb.DuckDBPyConnection, rules: Rules, first: dt.datetime, last: dt.datetime
) -> None:
    """Write the calendars that the rules, and the helpdesk if they say so, ask for.

    Args:
        con: A connection whose current schema holds the canonical tables.
        rules: The rules.
        first: The earliest instant for which open time may be asked, in UTC.
        last: The latest one.

    Raises:
        RulesError: A schedule of the helpdesk cannot be read.
    """
    import numpy as np

    days = (first.date() - 2 * _DAY, last.date() + 2 * _DAY)
    ids: dict[Calendar, int] = {_own(rules, days): 0}
    uses = []
    for name, text in rules.team_hours.items():
        number = ids.setdefault((_hours(rules, text, days),), len(ids))
        # What a name is the name of, the data says; the models look for teams first.
        uses += [(used_by, name, number) for used_by in ("team", "business", "channel")]
    if rules.hours_from == "helpdesk":
        for name, schedule in _schedules(con, rules, days).items():
            uses.append(("schedule", name, ids.setdefault(schedule, len(ids))))
    calendars, cuts = [], []
    for calendar, number in ids.items():
        cut = _cut(calendar, days, first, last)
        calendars.append((number, cut.length_ms, int(cut.slot[0]), int(cut.slot[-1])))
        cuts.append((np.full_like(cut.slot, number), *(getattr(cut, name) for name in _OF_SLOT)))
    numbers = ("calendar_id", "slot_ms", "first_slot", "last_slot")
    write_rows(con, "calendars", dict.fromkeys(numbers, "bigint"), calendars)
    columns = dict.fromkeys(("calendar_id", *_OF_SLOT), "bigint")
    write_columns(con, "opening_slots", columns, map(np.concatenate, zip(*cuts, strict=True)))
    named = {"used_by": "varchar", "name": "varchar", "calendar_id": "bigint"}
    write_rows(con, "calendar_uses", named, uses)


@lru_cache(maxsize=16)
def _cut(
    calendar: Calendar, days: tuple[dt.date, dt.date], first: dt.datetime, last: dt.datetime
) -> Slots:
    """Return a calendar in slots, cut once for all builds of a process over the same days."""
    return slots(intervals_over_time(calendar, *days), first, last)


def open_ms_before(con: duckdb.DuckDBPyConnection, instant: dt.datetime, calendar: int = 0) -> int:
    """Return the open time before an instant, in milliseconds since the calendar begins.

    Args:
        con: A connection to a database with built models.
        instant: An instant in UTC; beyond the calendar's ends time stands still.
        calendar: The ``calendar_id``; 0 is the rules' own.
    """
    found = con.execute(
        """
        select before_ms + greatest(0, least(epoch_ms($instant), closes_ms) - opens_ms)
        from opening_slots
        join calendars using (calendar_id)
        where calendar_id = $calendar
            and slot = greatest(least(epoch_ms($instant) // slot_ms, last_slot), first_slot)
        """,
        {"instant": instant, "calendar": calendar},
    ).fetchall()
    return int(found[0][0]) if found else 0


def open_ms(end: str, instant: str) -> str:
    """Return the SQL of the open milliseconds before an instant that ``open_ms_join`` looked up.

    The difference of two of one calendar is the open time between them; null where either is
    unknown or lies beyond the calendar, which reaches from the first record to 400 days after the
    last.

    Args:
        end: The name given to ``open_ms_join``.
        instant: The same SQL of the instant.

    >>> open_ms("replied", "replied_at")
    '(replied.before_ms + greatest(0, least(epoch_ms(replied_at), replied.closes_ms) - ...
    """
    least = f"least(epoch_ms({instant}), {end}.closes_ms)"
    return f"({end}.before_ms + greatest(0, {least} - {end}.opens_ms))"


def open_ms_join(end: str, instant: str, calendar: str = "0", slot_ms: str = _OWN_SLOT_MS) -> str:
    """Return the SQL that joins the slot of one end of a span: one lookup, at the speed of a join.

    Under ``single_at_end`` both ends of a span are looked up in the calendar of the stretch (of
    ``ticket_calendars`` or ``conversation_calendars``) in which the span ends; under
    ``all_schedules`` both ends of every stretch are cut to the span, looked up in the stretch's
    own calendar, and added up. A ticket without stretches follows the rules' own hours.

    Args:
        end: A name for the joined slot.
        instant: SQL of the instant, in UTC without a zone.
        calendar: SQL of the ``calendar_id``; the rules' own unless told otherwise.
        slot_ms: SQL of that calendar's ``slot_ms``; stretches carry it.

    >>> print(open_ms_join("asked", "asked_at", "stretches.calendar_id", "stretches.slot_ms"))
    left join opening_slots as asked on asked.calendar_id = stretches.calendar_id
        and asked.slot = epoch_ms(asked_at) // stretches.slot_ms
    """
    return (
        f"left join opening_slots as {end} on {end}.calendar_id = {calendar}\n"
        f"    and {end}.slot = epoch_ms({instant}) // {slot_ms}"
    )


def _own(rules: Rules, days: tuple[dt.date, dt.date]) -> Calendar:
    changes = [
        _hours(rules, text, days, dt.date.fromisoformat(day))
        for day, text in rules.hours_since.items()
    ]
    return (_hours(rules, rules.opening_hours, days), *changes)


def _hours(
    rules: Rules, text: str, days: tuple[dt.date, dt.date], since: dt.date | None = None
) -> Hours:
    zone, hours = split_zone(text, rules.time_zone)
    years = range(days[0].year - 1, days[1].year + 2)
    return Hours(hours, zone, tuple(holiday_dates(rules.holidays, years)), since)


def _schedules(
    con: duckdb.DuckDBPyConnection, rules: Rules, days: tuple[dt.date, dt.date]
) -> dict[str, Calendar]:
    """Return the schedules that tickets follow, and each account's default under no number."""
    found = con.execute(
        """
        with followed as (
            select schedules.*,
                row_number() over (
                    partition by platform order by created_at nulls last, schedule_id
                ) = 1 as is_default
            from schedules
            qualify is_default
                or (platform, schedule_id) in (select (platform, schedule_id) from ticket_schedules)
        ),
        free as (
            select followed.platform, followed.schedule_id,
                list(distinct unnested.day order by unnested.day) as days
            from followed
            join schedule_holidays as holidays
                on holidays.platform = followed.platform
                and holidays.schedule_id in (followed.schedule_id, 'none'),
            lateral (
                select unnest(generate_series(
                    greatest(holidays.starts_on, $first),
                    least(holidays.ends_on, $last),
                    interval 1 day
                ))::date as day
            ) as unnested
            group by all
        )
        select platform, schedule_id, is_default, time_zone, opening_hours, days
        from followed
        left join free using (platform, schedule_id)
        order by platform, schedule_id
        """,
        {"first": days[0], "last": days[1]},
    ).fetchall()
    calendars: dict[str, Calendar] = {}
    for platform, schedule, is_default, zone, text, closed in found:
        rule = f"the schedule {schedule!r} of {platform}"
        if text:
            try:
                read_rules(text, rule)
            except RulesError as error:
                raise RulesError(f"{error}; or set hours_from to 'rules'") from None
        hours = Hours(text or "", _zone(zone, rules.time_zone), tuple(closed or ()))
        calendars[f"{platform}:{schedule}"] = (hours,)
        if is_default:
            calendars[f"{platform}:"] = (hours,)
    return calendars


def _zone(name: str | None, otherwise: str) -> str:
    """Return a zone that a helpdesk names, or the rules' where nobody knows it."""
    try:
        return ZoneInfo(name).key if name else otherwise
    except (KeyError, ValueError, OSError):
        return otherwise
