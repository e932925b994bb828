"""Whose opening hours count: the rules', a team's, a page's, or a helpdesk's schedule over time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from convocommerce.building import ensure_built
from convocommerce.calendars import open_ms, open_ms_before, open_ms_join
from convocommerce.errors import RulesError
from convocommerce.measuring import states_before
from convocommerce.rules import Rules
from convocommerce.warehouse import Database
from tables import SENDERS, T0, at, database_of, thread

HOUR = 3600
MS = dt.timedelta(milliseconds=1)
MINUTE = dt.timedelta(minutes=1)


def opened(database: Database, rules: Rules, column: str = "human_opening_ms") -> list[Any]:
    """Return a column of the conversations, in the order in which they began."""
    ensure_built(database, rules)
    found = database.con.execute(f"select {column} from conversations order by started_at, channel")
    return [value for (value,) in found.fetchall()]


def hours_open(database: Database, rules: Rules) -> list[float]:
    return [value / 3_600_000 for value in opened(database, rules)]


def age_hours(database: Database, rules: Rules, as_of: dt.datetime) -> list[float]:
    ensure_built(database, rules)
    sql = f"with {states_before('conversation_states')} select age_opening_seconds from "
    found = database.con.execute(
        f"{sql} conversation_states order by started_at, channel", {"as_of": as_of}
    )
    return [seconds / 3600 for (seconds,) in found.fetchall()]


def ticket(number: int = 1, **more: Any) -> dict[str, Any]:
    row = {"ticket_id": str(number), "customer_id": "ann", "created_at": T0, "channel": "email"}
    return {**row, **more}


def said(number: int, asked: float, answered: float | None) -> list[dict[str, Any]]:
    """Return what was written in a ticket: a question, and an answer if there is one."""
    rows = [{"event_id": f"q{number}", "happened_at": at(asked), "author_id": "ann"}]
    if answered is not None:
        rows.append(
            {
                "event_id": f"a{number}",
                "happened_at": at(answered),
                "author_id": "jo",
                "sequence": 1,
            }
        )
    return [{"ticket_id": str(number), **row} for row in rows]


def schedule(
    name: str, hours: str | None, made: int = 0, zone: str | None = "UTC"
) -> dict[str, Any]:
    made_at = at(made - 1_000_000)
    return {"schedule_id": name, "created_at": made_at, "time_zone": zone, "opening_hours": hours}


def followed(number: int, seconds: float, name: str | None) -> dict[str, Any]:
    return {"ticket_id": str(number), "assigned_at": at(seconds), "schedule_id": name}


EARLY = schedule("early", "Mo-Fr 09:00-17:00")
LATE = schedule("late", "Mo-Fr 12:00-20:00", made=5)
DESK = Rules(hours_from="helpdesk", opening_hours="Mo-Fr 00:00-12:00")


@pytest.mark.parametrize(
    ("named", "hours"),
    [
        ({}, 8),
        ({"email": "24/7"}, 24),
        ({"email": "24/7", "desk": "Mo-Fr 09:00-12:00"}, 3),
        ({"email": "24/7", "desk": "Mo-Fr 09:00-12:00", "31": "Mo-Fr 09:00-10:00"}, 1),
        ({"31": "Mo-Fr 09:00-10:00"}, 1),
        ({"32": "Mo-Fr 09:00-10:00", "whatsapp": "24/7"}, 8),
        # 09:00 to 17:00 in New York is 14:00 to 22:00 in UTC; by 09:00 next day that is all.
        ({"email": "America/New_York Mo-Fr 09:00-13:00"}, 4),
    ],
)
def test_a_teams_hours_win_over_the_pages_and_those_over_the_channels(
    named: dict[str, str], hours: float
) -> None:
    rules = Rules(opening_hours="Mo-Fr 09:00-17:00", team_hours=named)
    with database_of(
        tickets=[ticket(team_id="31")], ticket_events=said(1, 0, 24 * HOUR)
    ) as database:
        assert hours_open(database, rules) == [hours]


def test_pages_and_channels_without_tickets_have_their_hours_too() -> None:
    messages = [
        row
        for customer, channel, page in (("a", "messenger", "page"), ("b", "whatsapp", "31612"))
        for row in thread(
            [(0, "c"), (24 * HOUR, "h")], customer=customer, channel=channel, business_id=page
        )
    ]
    with database_of(messages=messages) as database:
        rules = Rules(senders=SENDERS, team_hours={"whatsapp": "Mo-Fr 09:00-11:00"})
        assert hours_open(database, rules) == [24, 2]
        rules = Rules(senders=SENDERS, team_hours={"page": "Mo-Fr 09:00-10:00"})
        assert hours_open(database, rules) == [1, 24]
        # Those that still wait, too: an hour and a half after they asked.
        assert age_hours(database, rules, at(1.5 * HOUR)) == [1, 1.5]


def test_hours_that_changed_count_from_their_day_on() -> None:
    # Monday 2 March 09:00 to Wednesday 09:00 UTC.
    with database_of(messages=thread([(0, "c"), (48 * HOUR, "h")])) as database:
        rules = Rules(
            senders=SENDERS,
            opening_hours="Mo-Fr 09:00-17:00",
            hours_since={"2026-03-03": "Mo-Fr 08:00-09:30", "2026-03-04": "Mo-Fr 07:00-20:00"},
        )
        assert hours_open(database, rules) == [8 + 1.5 + 2]


@pytest.mark.parametrize(
    ("changes", "mode", "hours"),
    [
        # From 09:00 to 13:00 on a Monday, under the account's oldest schedule
        ([], "single_at_end", 4),
        # or one set at once, or before; what was set after the answer does not count.
        ([(0, "late")], "single_at_end", 1),
        ([(-60, "late")], "all_schedules", 1),
        ([(5 * HOUR, "late")], "single_at_end", 4),
        ([(5 * HOUR, "late")], "all_schedules", 4),
        # Changed at 11:00: all of it under the last one, or two hours and then one.
        ([(2 * HOUR, "late")], "single_at_end", 1),
        ([(2 * HOUR, "late")], "all_schedules", 3),
        # There and back; back to the default by its name, by none, or by one that is gone.
        ([(1 * HOUR, "late"), (3.5 * HOUR, "early")], "single_at_end", 4),
        ([(1 * HOUR, "late"), (3.5 * HOUR, "early")], "all_schedules", 1 + 0.5 + 0.5),
        ([(1 * HOUR, "late"), (3.5 * HOUR, None)], "all_schedules", 1 + 0.5 + 0.5),
        ([(1 * HOUR, "late"), (3.5 * HOUR, "gone")], "all_schedules", 1 + 0.5 + 0.5),
        # In the very instant of the answer the new schedule is in force, and adds nothing yet.
        ([(4 * HOUR, "late")], "single_at_end", 1),
        ([(4 * HOUR, "late")], "all_schedules", 4),
    ],
)
def test_a_ticket_follows_the_schedules_of_its_helpdesk(
    changes: Sequence[tuple[float, str | None]], mode: str, hours: float
) -> None:
    rules = Rules(**{**DESK.to_dict(), "schedule_mode": mode})
    with database_of(
        tickets=[ticket()],
        ticket_events=said(1, 0, 4 * HOUR),
        schedules=[LATE, EARLY],
        ticket_schedules=[followed(1, seconds, name) for seconds, name in changes],
    ) as database:
        assert hours_open(database, rules) == [hours]
        # Who asks for the rules' own hours gets them.
        assert hours_open(database, Rules(opening_hours="Mo-Fr 00:00-12:00")) == [3]


@pytest.mark.parametrize(
    ("mode", "ages"), [("single_at_end", [2, 0.5]), ("all_schedules", [2, 2.5])]
)
def test_a_wait_that_is_open_ends_at_the_as_of_and_under_its_schedule(
    mode: str, ages: list[float]
) -> None:
    rules = Rules(**{**DESK.to_dict(), "schedule_mode": mode})
    with database_of(
        tickets=[ticket()],
        ticket_events=said(1, 0, None),
        schedules=[LATE, EARLY],
        ticket_schedules=[followed(1, 2 * HOUR, "late")],
    ) as database:
        assert [age_hours(database, rules, at(2 * HOUR - 0.001))[0]] == [pytest.approx(2)]
        assert age_hours(database, rules, at(3.5 * HOUR)) == [ages[1]]
        # Beyond the calendar's end time stands still rather than becoming unknown.
        assert age_hours(database, rules, at(5000 * 24 * HOUR))[0] > 1000


def test_who_answers_first_is_asked_before_how_much_was_open() -> None:
    """A later answer can have waited less, under another schedule; the first is still the first."""
    bot = {"ticket_id": "1", "event_id": "b", "happened_at": at(HOUR), "declared_role": "bot"}
    with database_of(
        tickets=[ticket()],
        ticket_events=[*said(1, 0, 3.5 * HOUR), bot],
        schedules=[EARLY, LATE],
        ticket_schedules=[followed(1, 2 * HOUR, "late")],
    ) as database:
        assert opened(database, DESK, "bot_opening_ms") == [HOUR * 1000]
        assert opened(database, DESK, "human_opening_ms") == [HOUR * 500]
        assert opened(database, DESK, "any_opening_ms") == [HOUR * 1000]


def test_holidays_of_a_schedule_are_whole_days_in_its_zone() -> None:
    days = [
        {"schedule_id": "a", "holiday_id": "1", "starts_on": "2026-03-03", "ends_on": "2026-03-04"},
        {
            "schedule_id": "none",
            "holiday_id": "2",
            "starts_on": "2026-03-06",
            "ends_on": "2026-03-06",
        },
        {"schedule_id": "b", "holiday_id": "3", "starts_on": "2026-03-05", "ends_on": "2026-03-05"},
    ]
    with database_of(
        tickets=[ticket()],
        ticket_events=said(1, 0, 7 * 24 * HOUR),
        schedules=[schedule("a", "24/7", zone="Asia/Tokyo"), schedule("b", "24/7", made=1)],
        schedule_holidays=days,
    ) as database:
        # Of a week the two days, and the one that all schedules have.
        assert hours_open(database, DESK) == [(7 - 3) * 24]
        ensure_built(database, DESK)
        closes = dt.datetime(2026, 3, 2, 15)  # midnight in Tokyo
        day = dt.timedelta(days=1)
        for instant, hours in ((closes, 6), (closes + 2 * day, 6), (closes + 3 * day, 30)):
            ms = [open_ms_before(database.con, one, 1) for one in (T0, instant)]
            assert ms[1] - ms[0] == hours * HOUR * 1000


def test_schedules_that_say_little_are_used_for_what_they_say() -> None:
    """A schedule without a week never opens; one without a known zone is in the rules'."""
    with database_of(
        tickets=[ticket(), ticket(2)],
        ticket_events=[*said(1, 0, 24 * HOUR), *said(2, 1, 24 * HOUR)],
        schedules=[schedule("a", None), schedule("b", "Mo-Fr 00:00-12:00", 1, "Mars/Olympus")],
        ticket_schedules=[followed(2, 0, "b")],
    ) as database:
        rules = Rules(hours_from="helpdesk", time_zone="Asia/Tokyo")
        # Noon to midnight in UTC is nine hours later in Tokyo: 15:00 to 03:00 UTC.
        found = [value / 1000 for value in opened(database, rules)]
        assert found == [0, 12 * HOUR]
        assert opened(database, rules, "is_outside_hours") == [True, True]


def test_a_schedule_that_cannot_be_read_is_named_with_the_way_out() -> None:
    with database_of(
        tickets=[ticket()], ticket_events=said(1, 0, 60), schedules=[schedule("a", "9 to 5")]
    ) as database:
        with pytest.raises(RulesError, match=r"schedule 'a' of desk.*hours_from to 'rules'"):
            ensure_built(database, DESK)
        assert hours_open(database, Rules()) == [60 / HOUR]


def test_a_helpdesk_without_schedules_leaves_its_tickets_to_the_rules() -> None:
    with database_of(tickets=[ticket()], ticket_events=said(1, 0, 4 * HOUR)) as database:
        assert hours_open(database, DESK) == [3]
        rules = Rules(**{**DESK.to_dict(), "team_hours": {"email": "Mo-Fr 09:00-10:00"}})
        assert hours_open(database, rules) == [1]


@pytest.mark.parametrize(
    ("asked", "is_outside"),
    [(0, True), (HOUR - 0.001, True), (HOUR, False), (2 * HOUR - 0.001, False), (2 * HOUR, True)],
)
def test_what_was_asked_while_closed_says_so(asked: float, is_outside: bool) -> None:
    rules = Rules(senders=SENDERS, opening_hours="Mo-Fr 10:00-11:00")
    with database_of(messages=thread([(asked, "c"), (asked + 60, "h")])) as database:
        assert opened(database, rules, "is_outside_hours") == [is_outside]


def test_equal_hours_share_a_calendar_and_unused_schedules_have_none() -> None:
    schedules = [EARLY, LATE, schedule("same", "Mo-Fr 12:00-20:00", 7), schedule("idle", "24/7", 8)]
    with database_of(
        tickets=[ticket()],
        ticket_events=said(1, 0, 60),
        schedules=schedules,
        ticket_schedules=[followed(1, 5, "late"), followed(1, 9, "same")],
    ) as database:
        ensure_built(database, DESK)
        assert database.con.execute("select count(*) from calendars").fetchall() == [(3,)]
        same = "select count(distinct calendar_id) from calendar_uses where name like 'desk:%'"
        assert database.con.execute(same).fetchall() == [(2,)]


# -- every mode against a walk by the minute ------------------------------------------------------

ZONES = ("Europe/Amsterdam", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC")
WEEKS = {
    "24/7": lambda _minute: True,
    "Mo-Fr 09:00-17:30": lambda when: when.weekday() < 5 and 540 <= _of_day(when) < 1050,
    "Mo-Su 22:00-24:00,00:00-06:00": lambda when: _of_day(when) >= 1320 or _of_day(when) < 360,
    "Mo-Fr 08:07-12:13,13:00-17:00": lambda when: (
        when.weekday() < 5 and (487 <= _of_day(when) < 733 or 780 <= _of_day(when) < 1020)
    ),
    "Sa 10:00-16:00": lambda when: when.weekday() == 5 and 600 <= _of_day(when) < 960,
}


def _of_day(when: dt.datetime) -> int:
    return when.hour * 60 + when.minute


def walk(
    kept: Sequence[tuple[dt.datetime, str, str]], start: dt.datetime, end: dt.datetime, mode: str
) -> int:
    """Count open milliseconds minute by minute under the schedule (from, zone, week) in force."""

    def in_force(instant: dt.datetime) -> tuple[dt.datetime, str, str]:
        return [one for one in kept if one[0] <= instant][-1]

    total, now = 0, start
    while now < end:
        until = min(now.replace(second=0, microsecond=0) + MINUTE, end)
        changes = [moment for moment, _, _ in kept if now < moment < until]
        until = min([until, *changes])
        _, zone, week = in_force(end if mode == "single_at_end" else now)
        local = now.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        total += (until - now) // MS if WEEKS[week](local) else 0
        now = until
    return total


@pytest.mark.parametrize("seed", range(4))
def test_drawn_tickets_count_as_a_walk_by_the_minute_does(seed: int) -> None:
    random = Random(seed)
    schedules = [
        schedule(f"s{number}", random.choice(list(WEEKS)), number, random.choice(ZONES))
        for number in range(4)
    ]
    tickets, events, assigned, expected = [], [], [], []
    # Over the days on which clocks change in America and Europe.
    spring = random.choice((3 * 24 * HOUR, 24 * 24 * HOUR, 31 * 24 * HOUR))
    for number in range(12):
        asked = spring + random.randrange(0, 3 * 24 * HOUR) + random.random()
        answered = (
            asked + random.choice((0, 90, HOUR, 5 * HOUR, 30 * HOUR, 70 * HOUR)) * random.random()
        )
        asked, answered = round(asked, 3), round(answered, 3)
        tickets.append(ticket(number, customer_id=f"p{number}"))
        events += [
            {**row, "author_id": row["author_id"].replace("ann", f"p{number}")}
            for row in said(number, asked, answered)
        ]
        kept = [(dt.datetime.min, schedules[0])]
        for moment in sorted(
            {
                round(random.uniform(asked - HOUR, answered + HOUR), 3)
                for _ in range(random.randrange(4))
            }
        ):
            chosen = random.choice(schedules)
            assigned.append(followed(number, moment, chosen["schedule_id"]))
            kept.append((at(moment), chosen))
        expected.append(
            (
                at(asked),
                at(answered),
                [(moment, one["time_zone"], one["opening_hours"]) for moment, one in kept],
            )
        )
    with database_of(
        tickets=tickets, ticket_events=events, schedules=schedules, ticket_schedules=assigned
    ) as database:
        for mode in ("single_at_end", "all_schedules"):
            rules = Rules(hours_from="helpdesk", schedule_mode=mode)
            ensure_built(database, rules)
            found = database.con.execute(
                "select first_customer_at, human_at, human_opening_ms from conversations"
            ).fetchall()
            told = [
                (asked, answered, walk(kept, asked, answered, mode))
                for asked, answered, kept in expected
            ]
            assert sorted(found) == sorted(told)
            # Seen from within the wait, the as-of is its end.
            for asked, answered, kept in expected[:3]:
                as_of = asked + (answered - asked) // 2
                as_of -= as_of.microsecond % 1000 * dt.timedelta(microseconds=1)
                sql = f"with {states_before('conversation_states')} select age_opening_seconds "
                sql += "from conversation_states where first_customer_at = $asked"
                values = {"as_of": as_of, "asked": asked}
                seconds = database.con.execute(sql, values).fetchall()
                assert seconds == [(walk(kept, asked, as_of, mode) / 1000,)]


def test_open_time_between_two_instants_of_many_tickets_is_one_query() -> None:
    with database_of(
        tickets=[ticket()],
        ticket_events=said(1, 0, 4 * HOUR),
        schedules=[LATE, EARLY],
        ticket_schedules=[followed(1, 2 * HOUR, "late")],
    ) as database:
        ensure_built(database, DESK)
        asked, answered = (f"timestamp '{instant}'" for instant in (T0, at(4 * HOUR)))
        told = ("stretches.calendar_id", "stretches.slot_ms")
        found = database.con.execute(
            f"""
            select {open_ms("answered", answered)} - {open_ms("asked", asked)}
            from ticket_calendars as stretches
            {open_ms_join("asked", asked, *told)}
            {open_ms_join("answered", answered, *told)}
            order by stretches.from_at
            """
        ).fetchall()
        assert found == [(4 * HOUR * 1000,), (HOUR * 1000,)]
        own = (
            f"select {open_ms('x', answered)} from (select 1) as one {open_ms_join('x', answered)}"
        )
        assert database.con.execute(own).fetchall() == [
            (open_ms_before(database.con, at(4 * HOUR)),)
        ]
