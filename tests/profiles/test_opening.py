"""Opening hours as each system lays them over a wait."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from convocommerce.profiles import CaseTime, reconcile
from convocommerce.rules import Rules
from convocommerce.warehouse import Database
from desks import LATER, desk, ticket, told
from tables import T0, at

HELPDESK = Rules(hours_from="helpdesk")
ALWAYS = {"schedule_id": "1", "opening_hours": "24/7"}


def seconds(instant: str) -> float:
    return (dt.datetime.fromisoformat(instant) - T0).total_seconds()


def waited(
    start: str, end: str, schedule: dict[str, Any], **tables: list[dict[str, Any]]
) -> Database:
    """Return a desk with one ticket that was answered under one schedule."""
    one = ticket([(seconds(start), "c"), (seconds(end), "h")], created=seconds(start))
    schedules = [{"schedule_id": "1", **schedule}]
    return desk(one, rules=HELPDESK, schedules=schedules, **tables)


def opening(database: Database, profile: str, as_of: dt.datetime = LATER) -> float | None:
    (row,) = told(database, profile, as_of)
    return row.opening_seconds


WEEKDAYS = "Mo-Fr 09:00-17:00"
NEW_YORK = {"time_zone": "America/New_York", "opening_hours": WEEKDAYS}
BERLIN = {"time_zone": "Europe/Berlin", "opening_hours": "Mo-Sa 08:00-18:00; Su 10:00-14:00"}
CAIRO = {"time_zone": "Africa/Cairo", "opening_hours": "Su-Th 09:00-17:00"}
EVENING = {"time_zone": "America/New_York", "opening_hours": "Sa 18:00-21:00"}
TOKYO = {"time_zone": "Asia/Tokyo", "opening_hours": "Mo-Fr 10:00-13:00,14:00-19:00"}


@pytest.mark.parametrize(
    ("start", "end", "schedule", "native", "package"),
    [
        ("2024-06-07 20:59:30", "2024-06-10 13:30", NEW_YORK, 1830, 1830),
        ("2024-06-08 12:00", "2024-06-08 15:00", NEW_YORK, 0, 0),
        ("2024-09-10 03:30", "2024-09-10 05:30", TOKYO, 3600, 3600),
        # Over a change of the clock at the weekend, with Sunday inside.
        ("2024-03-08 21:30", "2024-03-11 13:30", NEW_YORK, 3600, 3600),
        ("2024-11-01 20:30", "2024-11-04 14:30", NEW_YORK, 3600, 3600),
        # All of it on the Sunday of the change: no version of the week holds.
        ("2024-03-31 08:30", "2024-03-31 10:30", BERLIN, 7200, 0),
        # The clock changes on Friday; the package has it change on the Sunday before.
        ("2024-04-22 06:30", "2024-04-22 07:30", CAIRO, 1800, 3600),
        # Saturday evening is Sunday in UTC, whose minutes begin anew.
        ("2024-06-08 23:00", "2024-06-09 00:30", EVENING, 5400, 3600),
        ("2020-09-29 17:01:38", "2020-09-30 19:01:46", NEW_YORK, 36008, 36008),
    ],
)
def test_one_schedule(
    start: str, end: str, schedule: dict[str, Any], native: float, package: float
) -> None:
    database = waited(start, end, schedule)
    assert opening(database, "zendesk_native") == native
    assert opening(database, "dbt_zendesk") == pytest.approx(package, abs=0.003)
    assert opening(database, "canonical") == native


@pytest.mark.parametrize("schedule", ["1", "none"])
def test_holidays_are_local_days(schedule: str) -> None:
    day = dt.date(2024, 11, 28)
    free = [{"holiday_id": "h", "schedule_id": schedule, "starts_on": day, "ends_on": day}]
    database = waited("2024-11-27 21:30", "2024-11-29 14:30", NEW_YORK, schedule_holidays=free)
    assert opening(database, "zendesk_native") == 3600
    assert opening(database, "dbt_zendesk") == 3600


def changed(assigned: float, wait: float, *schedules: dict[str, Any]) -> Database:
    return desk(
        ticket([(0, "c"), (wait, "h")]),
        rules=HELPDESK,
        schedules=[ALWAYS, *schedules],
        ticket_schedules=[{"ticket_id": "1", "assigned_at": at(assigned), "schedule_id": "2"}],
    )


def test_the_schedule_at_the_end_or_all_of_them() -> None:
    tuesdays = {
        "schedule_id": "2", "opening_hours": "Tu 09:00-10:00", "created_at": "2021-01-01"
    }  # fmt: skip
    database = changed(1800, 3600, tuesdays)
    assert opening(database, "zendesk_native") == 0
    assert opening(database, "dbt_zendesk") == 1800
    found = reconcile(
        database.con, "zendesk_native", "dbt_zendesk", None, LATER, hours="opening"
    ).differences
    assert [part.reason for case in found for part in case.parts] == ["schedule_rule"]


def test_the_package_loses_the_seconds_before_a_schedule_that_came_at_once() -> None:
    always = {"schedule_id": "2", "opening_hours": "24/7", "created_at": "2021-01-01"}
    assert opening(changed(3, 3600, always), "dbt_zendesk") == 3597
    assert opening(changed(6, 3600, always), "dbt_zendesk") == 3600
    assert opening(changed(3, 3600, always), "zendesk_native") == 3600


def test_the_package_counts_a_ticket_that_nobody_answered_far_into_the_future() -> None:
    database = desk(ticket([(0, "h")]), rules=HELPDESK, schedules=[ALWAYS])
    (row,) = told(database, "dbt_zendesk")
    assert row.calendar_seconds is None
    assert row.opening_seconds == 60 * 86400 + 1000 * 3600
    assert opening(database, "zendesk_native") is None


def test_the_ticket_of_the_package_s_own_log_of_decisions() -> None:
    # Asked under one schedule, given another at the note, answered 21 seconds later. The log says
    # 959.46 and 689.46 minutes, mixing seconds with hundredths.
    asked, noted, answered = (
        seconds(f"2020-09-{instant}") for instant in ("29 17:01:38", "30 19:01:25", "30 19:01:46")
    )
    database = desk(
        ticket([(asked, "c"), (noted, "n"), (answered, "h")], 941606, created=asked),
        rules=HELPDESK,
        schedules=[
            {
                "schedule_id": "chicago",
                "time_zone": "America/Chicago",
                "opening_hours": "Mo-Su 07:00-21:00",
            },
            {
                "schedule_id": "san francisco",
                "time_zone": "America/Los_Angeles",
                "opening_hours": "Mo-Fr 08:00-17:30",
                "created_at": "2021-01-01",
            },
        ],
        ticket_schedules=[
            {"ticket_id": "941606", "assigned_at": at(asked), "schedule_id": "chicago"},
            {"ticket_id": "941606", "assigned_at": at(noted), "schedule_id": "san francisco"},
        ],
    )
    package = opening(database, "dbt_zendesk")
    assert package is not None
    assert round(package / 60, 4) == 960.1333
    # One schedule, the last, over all of it: 690.1333 minutes.
    assert opening(database, "zendesk_native") == 690 * 60 + 8
    assert opening(database, "canonical") == 690 * 60 + 8


def test_a_day_open_around_the_clock_loses_its_last_minute_in_chatwoot() -> None:
    four_days = 4 * 86400
    midnight = -9 * 3600
    one = ticket([(midnight, "c"), (midnight + four_days, "h")], created=midnight)
    database = desk(one)
    assert opening(database, "chatwoot") == 345360
    assert opening(database, "canonical") == 345600
    one = ticket([(midnight, "c"), (midnight + 86400 - 30, "h")], created=midnight)
    assert opening(desk(one), "chatwoot") == 86400 - 60
    database = desk(ticket([(0, "c"), (86400, "h")]), rules=Rules(opening_hours=WEEKDAYS))
    assert opening(database, "chatwoot") == 8 * 3600


def test_a_schedule_that_closes_loses_no_minute_of_the_rules_own_days() -> None:
    # The rules say nothing of hours, which is around the clock.
    database = waited("2024-06-03 09:00", "2024-06-10 13:30", NEW_YORK)
    assert opening(database, "chatwoot") == opening(database, "canonical") == 40 * 3600 + 1800


def test_systems_without_opening_hours() -> None:
    row: CaseTime
    for profile in ("gorgias", "plain", "meta_page"):
        (row,) = told(desk(ticket([(0, "c"), (600, "h")])), profile)
        assert (row.calendar_seconds, row.opening_seconds) == (600, None)


def test_the_change_of_the_clock_is_a_reason() -> None:
    database = waited("2024-04-22 06:30", "2024-04-22 07:30", CAIRO)
    found = reconcile(
        database.con, "zendesk_native", "dbt_zendesk", None, LATER, hours="opening"
    ).differences
    assert [(case.seconds, case.parts[0].reason) for case in found] == [(1800, "daylight_saving")]


def test_systems_without_opening_hours_part_for_the_reason_they_part_by_the_clock() -> None:
    database = desk(ticket([(0, "c"), (5, "b"), (600, "h")]))
    for clock in ("calendar", "opening"):
        (case,) = reconcile(
            database.con, "meta_page", "plain", None, LATER, hours=clock
        ).differences
        assert [(part.reason, part.seconds) for part in case.parts] == [("bot_time", 595)]


def test_who_knows_no_hours_lacks_more_than_a_change_of_the_clock() -> None:
    rules = Rules(opening_hours=WEEKDAYS, time_zone="Europe/Berlin")
    start = seconds("2026-03-27 12:00")
    one = ticket([(start, "c"), (start + 3 * 86400, "h")], created=start)
    database = desk(one, rules=rules)
    (case,) = reconcile(
        database.con, "canonical", "plain", None, LATER, hours="opening"
    ).differences
    assert [part.reason for part in case.parts] == ["schedule_rule"]


def test_opening_parts_add_up_over_starts_ends_and_hours() -> None:
    events: list[tuple[float, str]] = [(-2 * 3600, "c"), (-7000, "b"), (0, "H"), (4 * 3600, "h")]
    one = ticket(events, created=0)
    database = desk(one, rules=Rules(opening_hours="Mo-Fr 08:00-17:00"))
    (case,) = reconcile(
        database.con, "canonical", "zendesk_native", None, LATER, hours="opening"
    ).differences
    # From 8:00, when the desk opened, and from 9:00, when the ticket was made.
    assert (case.a_seconds, case.b_seconds) == (5 * 3600, 4 * 3600)
    assert [(part.reason, part.seconds) for part in case.parts] == [("hand_off", -3600)]
