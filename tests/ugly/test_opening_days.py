"""Opening hours on the days that bend them, from a helpdesk's own tables and from the rules.

Every sum is done by hand; instants are UTC.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import convocommerce as cc
from convocommerce.profiles import case_times
from dbt_twin import minutes_of
from helpdesk_tables import Account, Comment, Schedule, Ticket, write_account

NOW = dt.datetime(2025, 6, 1)
CUSTOMER, AGENT = 201, 101
HOUR = 60


def minute(day: int, hour: float) -> int:
    """Return a minute of the week, of which Sunday is day 0."""
    return int(day * 1440 + hour * 60)


OFFICE = [(minute(day, 9), minute(day, 17)) for day in range(1, 6)]
SATURDAY_NIGHT = [(minute(6, 21), minute(7, 0)), (minute(0, 0), minute(0, 2))]

# Zone, intervals, days off, asked, answered, minutes open, and what the dbt package says.
WAITS: dict[str, tuple[str, list[tuple[int, int]], list[str], str, str, float, float]] = {
    # Friday 2024-04-26 in Cairo began at 1:00: of the window 0:00 to 3:00 two hours were there,
    # 22:00 to 24:00 UTC. The package has the clock changed since Sunday: 21:30 to 24:00.
    "the clock changes on a Friday at midnight": (
        "Cairo", [(minute(5, 0), minute(5, 3))], [],
        "2024-04-25 21:30", "2024-04-26 00:30", 120, 150,
    ),
    # The night of 2024-11-03 had two hours from 1:00 to 2:00: Saturday 21:00 EDT to Sunday 2:00
    # EST is 6 hours. For the package all of it is on the Sunday of the change, in UTC.
    "a Saturday night west of UTC in which the clock goes back": (
        "Eastern Time (US & Canada)", SATURDAY_NIGHT, [],
        "2024-11-03 00:00", "2024-11-03 14:00", 360, 0,
    ),
    # And the night of 2024-03-10 had none from 2:00 to 3:00: 3 hours and 2.
    "a Saturday night west of UTC in which the clock goes forward": (
        "Eastern Time (US & Canada)", SATURDAY_NIGHT, [],
        "2024-03-10 01:00", "2024-03-10 12:00", 300, 0,
    ),
    # Lord Howe turns the clock by half an hour: 0:00 to 4:00 on 2024-04-07 lasted four and a half.
    # That Sunday morning is Saturday in UTC, before the week that the package lays it in.
    "a clock that goes back by half an hour": (
        "Australia/Lord_Howe", [(minute(0, 0), minute(0, 4))], [],
        "2024-04-06 12:00", "2024-04-06 18:30", 270, 0,
    ),
    # 26 January, a Friday, began in Sydney at 13:00 UTC on Thursday: an hour on Thursday, one on
    # Monday, which falls on Sunday in UTC, where the package's next week has not begun to hold.
    "a holiday east of UTC": (
        "Sydney", OFFICE, ["2024-01-26"],
        "2024-01-25 05:00", "2024-01-28 23:00", 120, 60,
    ),
    # The same west of UTC: Thanksgiving.
    "a holiday west of UTC": (
        "Eastern Time (US & Canada)", OFFICE, ["2024-11-28"],
        "2024-11-27 21:30", "2024-11-29 14:30", 60, 60,
    ),
    # Asked and answered while nobody was there: no time at all, and not unknown.
    "outside the hours": (
        "Tokyo", OFFICE, [], "2024-06-08 03:00", "2024-06-08 05:00", 0, 0,
    ),
    # 9:00 is 3:15 in UTC.
    "three quarters of an hour off, over a week": (
        "Kathmandu", OFFICE, [], "2024-06-05 03:15", "2024-06-12 03:15", 5 * 8 * 60, 5 * 8 * 60,
    ),
}  # fmt: skip


def instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def account() -> Account:
    schedules, tickets = [], []
    for number, (zone, intervals, off, asked, answered, *_) in enumerate(WAITS.values(), 1):
        days = [(dt.date.fromisoformat(day), dt.date.fromisoformat(day)) for day in off]
        made = dt.datetime(2014, 5, number)
        schedules.append(Schedule(number, zone, intervals, made, days))
        comments = [
            Comment(number * 10, number, instant(asked), CUSTOMER, is_public=True),
            Comment(number * 10 + 1, number, instant(answered), AGENT, is_public=True),
        ]
        given = [(instant(asked), number)]
        tickets.append(Ticket(number, instant(asked), CUSTOMER, comments, given))
    return Account(tickets, schedules)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[cc.Shop]:
    folder: Path = tmp_path_factory.mktemp("account")
    write_account(account(), folder / "tables")
    with cc.open(folder / "shop.duckdb") as found:
        found.load(folder / "tables")
        found.rules = cc.Rules(hours_from="helpdesk")
        found.build()
        yield found


def minutes(shop: cc.Shop, profile: str) -> dict[str, float | None]:
    rows = {row.case_id: row for row in case_times(shop.database.con, profile, None, NOW)}
    found = {}
    for number, name in enumerate(WAITS, 1):
        seconds = rows[f"zendesk:{number}"].opening_seconds
        found[name] = None if seconds is None else round(seconds / 60, 3)
    return found


@pytest.mark.parametrize("profile", ["canonical", "zendesk_native"])
def test_wall_clocks_of_the_helpdesk(shop: cc.Shop, profile: str) -> None:
    assert minutes(shop, profile) == {name: wait[-2] for name, wait in WAITS.items()}


def test_weeks_of_the_dbt_package(shop: cc.Shop) -> None:
    wanted = {name: wait[-1] for name, wait in WAITS.items()}
    twin = minutes_of(account(), NOW)
    assert {name: twin[number][1] for number, name in enumerate(WAITS, 1)} == wanted
    assert minutes(shop, "dbt_zendesk") == wanted


NUMBER, DISPLAY = "106540000000002", "31201234567"


def said(number: int, instant_text: str, **message: Any) -> dict[str, Any]:
    """Return a delivery of the Cloud API with one message of a customer."""
    person = f"3161234000{number}"
    stamp = str(int(instant(instant_text).replace(tzinfo=dt.UTC).timestamp()))
    one = {
        "from": person, "id": f"wamid.{number}.{stamp}", "timestamp": stamp, "type": "text",
        "text": {"body": "Nog open?"}, **message,
    }  # fmt: skip
    contact = {"profile": {"name": "Somebody"}, "wa_id": person}
    return {"contacts": [contact], "messages": [one]}


def sent(number: int, instant_text: str, status: str = "sent", of: str = "a") -> dict[str, Any]:
    """Return a delivery that tells what became of an answer."""
    stamp = str(int(instant(instant_text).replace(tzinfo=dt.UTC).timestamp()))
    return {
        "statuses": [
            {
                "id": f"wamid.out.{number}{of}", "status": status, "timestamp": stamp,
                "recipient_id": f"3161234000{number}",
            }
        ]
    }  # fmt: skip


def answered(folder: Path, rules: cc.Rules, *changes: dict[str, Any]) -> list[dict[str, Any]]:
    """Load these deliveries and return what is told of each conversation, first to last."""
    metadata = {"display_phone_number": DISPLAY, "phone_number_id": NUMBER}
    lines = [
        {
            "object": "whatsapp_business_account",
            "entry": [
                {
                    "id": "102290000000001",
                    "changes": [
                        {
                            "field": "messages",
                            "value": {
                                "messaging_product": "whatsapp", "metadata": metadata, **change
                            },
                        }
                    ],
                }
            ],
        }
        for change in changes
    ]  # fmt: skip
    path = folder / "webhooks.ndjson"
    path.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    with cc.open(":memory:") as shop:
        shop.load(path)
        # Only the shop knows that people answer through that app.
        shop.rules = dataclasses.replace(rules, senders={"whatsapp_api": "human"})
        rows = shop.measure("first_response_time").conversations()
        return rows.sort_values("started_local").to_dict("records")


@pytest.mark.parametrize(
    ("hours", "asked", "given", "seconds"),
    [
        # Saturday 21:00 to 2:00 in the night of 2026-11-01: with the second 1:00 six hours.
        ("Sa 21:00-26:00", "2026-11-01 00:00", "2026-11-01 14:00", 6 * 3600),
        # Until 1:30, which came twice: the first.
        ("Sa 21:00-25:30", "2026-11-01 00:00", "2026-11-01 14:00", 4.5 * 3600),
        # In the night of 2026-03-08 the clock went from 2:00 to 3:00: five hours.
        ("Sa 21:00-26:00", "2026-03-08 01:00", "2026-03-08 12:00", 5 * 3600),
        # Until 2:30, which never came: until the clock went on.
        ("Sa 21:00-26:30", "2026-03-08 01:00", "2026-03-08 12:00", 5 * 3600),
        ("Sa 21:00-27:30", "2026-03-08 01:00", "2026-03-08 12:00", 5.5 * 3600),
    ],
)
def test_nights_of_the_rules_west_of_utc(
    tmp_path: Path, hours: str, asked: str, given: str, seconds: float
) -> None:
    rules = cc.Rules(time_zone="America/New_York", opening_hours=hours)
    (row,) = answered(tmp_path, rules, said(1, asked), sent(1, given))
    assert row["first_response_opening_seconds"] == seconds
    assert row["first_response_seconds"] == (instant(given) - instant(asked)).total_seconds()


def test_a_holiday_of_the_rules_is_a_local_day(tmp_path: Path) -> None:
    # King's day 2026 is a Monday; it begins at 22:00 UTC on Sunday.
    rules = cc.Rules(
        time_zone="Europe/Amsterdam", opening_hours="Mo-Fr 09:00-17:00; PH off", holidays="NL"
    )
    (row,) = answered(tmp_path, rules, said(1, "2026-04-24 14:30"), sent(1, "2026-04-28 07:10"))
    assert row["first_response_opening_seconds"] == 30 * 60 + 10 * 60


def test_a_refused_answer_is_none_and_the_next_one_is(tmp_path: Path) -> None:
    asked = "2026-04-21 10:00"
    (row,) = answered(
        tmp_path,
        cc.Rules(),
        said(1, asked),
        sent(1, "2026-04-21 10:01"),
        sent(1, "2026-04-21 10:01:03", "failed"),
        sent(1, "2026-04-21 10:02", of="b"),
        sent(1, "2026-04-21 10:02:09", "delivered", of="b"),
    )
    assert row["first_response_seconds"] == 120
    (row,) = answered(
        tmp_path,
        cc.Rules(),
        said(1, asked),
        sent(1, "2026-04-21 10:01"),
        sent(1, "2026-04-21 10:01:03", "failed"),
    )
    assert math.isnan(row["first_response_seconds"])
