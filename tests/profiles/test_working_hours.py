"""The cases of ERPNext's own test of first response times in working hours: Mo-Fr, 10 to 18.

It says 1.0 seconds where no working time passed; there ours is 0.
"""

from __future__ import annotations

import datetime as dt

import pytest

import convocommerce as cc
from convocommerce.profiles import case_times
from convocommerce.rules import Rules
from convocommerce.warehouse import Database
from desks import LATER, desk, ticket
from tables import SENDERS, T0

HOUR = 3600
CASES = [
    # On one day: within, after, before, wholly after, and on a Sunday.
    ("06-28 11:00", "06-28 12:00", 1 * HOUR),
    ("06-28 12:00", "06-28 20:00", 6 * HOUR),
    ("06-28 06:00", "06-28 12:00", 2 * HOUR),
    ("06-28 19:00", "06-28 20:00", 0),
    ("06-27 10:00", "06-27 11:00", 0),
    # From before, within and after the hours of one day to those of the next, or a Saturday.
    ("06-28 06:00", "06-29 06:00", 8 * HOUR),
    ("06-28 06:00", "06-29 11:00", 9 * HOUR),
    ("06-28 06:00", "06-29 20:00", 16 * HOUR),
    ("06-25 06:00", "06-26 11:00", 8 * HOUR),
    ("06-28 12:00", "06-29 06:00", 6 * HOUR),
    ("06-28 12:00", "06-29 11:00", 7 * HOUR),
    ("06-28 12:00", "06-29 20:00", 14 * HOUR),
    ("06-25 12:00", "06-26 11:00", 6 * HOUR),
    ("06-28 20:00", "06-29 06:00", 0),
    ("06-28 20:00", "06-29 11:00", 1 * HOUR),
    ("06-28 20:00", "06-29 20:00", 8 * HOUR),
    ("06-25 20:00", "06-26 11:00", 0),
    # A few days apart, or into a Sunday.
    ("06-28 06:00", "07-01 06:00", 24 * HOUR),
    ("06-28 06:00", "07-01 11:00", 25 * HOUR),
    ("06-28 06:00", "07-01 20:00", 32 * HOUR),
    ("06-25 06:00", "06-27 11:00", 8 * HOUR),
    ("06-28 12:00", "07-01 06:00", 22 * HOUR),
    ("06-28 12:00", "07-01 11:00", 23 * HOUR),
    ("06-28 12:00", "07-01 20:00", 30 * HOUR),
    ("06-25 12:00", "06-27 11:00", 6 * HOUR),
    ("06-28 20:00", "07-01 06:00", 16 * HOUR),
    ("06-28 20:00", "07-01 11:00", 17 * HOUR),
    ("06-28 20:00", "07-01 20:00", 24 * HOUR),
    ("06-25 20:00", "06-27 11:00", 0),
]
HOURS = Rules(opening_hours="Mo-Fr 10:00-18:00", senders=SENDERS)


def seconds(instant: str) -> float:
    return (dt.datetime.fromisoformat(f"2021-{instant}") - T0).total_seconds()


def drawn(rules: Rules) -> Database:
    return desk(
        *(
            ticket(
                [(seconds(asked), "c"), (seconds(answered), "h")], number, created=seconds(asked)
            )
            for number, (asked, answered, _) in enumerate(CASES)
        ),
        rules=rules,
    )


@pytest.mark.parametrize("profile", ["canonical", "zendesk_native"])
def test_exact_seconds_of_working_time(profile: str) -> None:
    database = drawn(HOURS)
    rows = case_times(database.con, profile, None, LATER)
    found = {int(row.case_id.removeprefix("desk:")): row.opening_seconds for row in rows}
    assert found == {number: wanted for number, (*_, wanted) in enumerate(CASES)}


def test_the_same_from_a_zone_and_through_the_metric() -> None:
    rules = Rules(opening_hours="Mo-Fr 15:30-23:30", time_zone="Asia/Kolkata", senders=SENDERS)
    shop = cc.Shop(drawn(rules))
    shop.rules = rules
    measured = shop.measure("first_response_time", hours="opening", period="2021")
    assert set(measured.to_pandas()["n"]) == {len(CASES)}
    behind = measured.conversations().set_index("case_id")
    assert set(behind.index) == {f"desk:{number}" for number in range(len(CASES))}
    assert behind["first_response_opening_seconds"].to_dict() == {
        f"desk:{number}": wanted for number, (*_, wanted) in enumerate(CASES)
    }
