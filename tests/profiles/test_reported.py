"""What the helpdesk itself recorded, as far as it was known at the as-of."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from convocommerce.profiles import reconcile
from convocommerce.rules import Rules
from desks import LATER, desk, ticket, told
from tables import SENDERS, at, thread

RULES = Rules(senders=SENDERS, time_zone="Europe/Amsterdam")
HOUR = 3600
Said = tuple[Any, ...]


def recorded(*times: dict[str, Any], as_of: dt.datetime = LATER) -> list[Said]:
    """Return what is told of ticket 1, made two hours before midnight in Amsterdam."""
    made = 12 * HOUR
    one = ticket([(made, "c"), (made + 600, "h")], created=made)
    rows = [{"case_id": "1", **each} for each in times]
    database = desk(one, rules=RULES, reported_times=rows)
    return [
        (row.calendar_seconds, row.opening_seconds, row.cohort_day, row.reason, row.is_counted)
        for row in told(database, "reported", as_of)
    ]


MONDAY, TUESDAY = dt.date(2026, 3, 2), dt.date(2026, 3, 3)


@pytest.mark.parametrize(
    ("time", "known_from"),
    [
        # When it ended, else when it would have, from its beginning or from the ticket's making.
        ({"ended_at": at(12 * HOUR + 700), "started_at": at(12 * HOUR)}, 12 * HOUR + 700),
        ({"started_at": at(12 * HOUR + 60)}, 12 * HOUR + 660),
        ({}, 12 * HOUR + 600),
    ],
)
def test_a_time_is_known_once_it_is_over(time: dict[str, Any], known_from: float) -> None:
    time = {"calendar_seconds": 600, "business_seconds": 300, **time}
    assert recorded(time, as_of=at(known_from)) == [(600, 300, MONDAY, None, True)]
    assert recorded(time, as_of=at(known_from - 1)) == []


def test_its_day_is_that_of_its_beginning() -> None:
    time = {"calendar_seconds": 600, "started_at": at(15 * HOUR)}
    assert recorded(time) == [(600, None, TUESDAY, None, True)]


def test_other_durations_and_other_helpdesks_are_none_of_it() -> None:
    other = {"calendar_seconds": 60, "measure": "first_resolution"}
    elsewhere = {"calendar_seconds": 60, "platform": "other"}
    unknown = {"calendar_seconds": 60, "case_id": "2"}
    assert recorded(other, elsewhere, unknown) == []


def test_of_several_the_shortest() -> None:
    early = {"calendar_seconds": 600, "business_seconds": 500, "started_at": at(14 * HOUR)}
    late = {"calendar_seconds": 900, "business_seconds": 400, "started_at": at(13 * HOUR)}
    found = recorded(early, {**late, "instance": 1})
    # 13 hours after 9:00 in UTC it was 23:00 in Amsterdam.
    assert found == [(600, 400, MONDAY, None, True)]


def test_a_time_without_a_length_is_none() -> None:
    time = {"ended_at": at(13 * HOUR), "business_seconds": 60}
    assert recorded(time) == [(None, 60, MONDAY, "not answered", False)]


def test_conversations_without_tickets_have_none() -> None:
    database = desk(
        messages=thread([(0, "c"), (60, "h")]),
        reported_times=[{"platform": "messenger", "case_id": "1", "calendar_seconds": 60}],
    )
    assert told(database, "reported") == []


@pytest.mark.parametrize(("precision", "reason"), [(1, "other"), (60, "rounding")])
def test_whole_minutes_are_rounding_where_the_helpdesk_tells_minutes(
    precision: int, reason: str
) -> None:
    times = [{"case_id": "1", "calendar_seconds": 660, "precision_seconds": precision}]
    database = desk(ticket([(0, "c"), (629, "h")]), reported_times=times)
    (case,) = reconcile(database.con, "zendesk_native", "reported", None, LATER).differences
    assert [(part.reason, part.seconds) for part in case.parts] == [(reason, 31)]
