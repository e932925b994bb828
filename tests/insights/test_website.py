"""The website's own checkouts: what counts as begun, bought, bought in time, open or nobody's."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

import convocommerce as cc
from convocommerce.insights import WebsiteCheckouts, website_checkouts
from tables import T0, fill

DAY = cc.Period("2026-03-02")
LATER = T0 + dt.timedelta(days=1)

Visit = list[tuple[float, str]]


def counted(
    visits: dict[str | None, Visit], as_of: dt.datetime = LATER, **rules: Any
) -> WebsiteCheckouts:
    events = [
        {
            "event_id": f"{name}-{number}",
            "session_id": name,
            "happened_at": T0 + dt.timedelta(minutes=minutes),
            "step": step,
        }
        for name, visit in visits.items()
        for number, (minutes, step) in enumerate(visit)
    ]
    with cc.open(":memory:") as shop:
        fill(shop.database, "web_events", events)
        shop.rules = cc.Rules(**rules)
        shop.build()
        return website_checkouts(shop.database.con, DAY, as_of)


BEGUN: Visit = [(0, "view_item"), (1, "begin_checkout")]


@pytest.mark.parametrize(
    ("visit", "expected"),
    [
        (BEGUN, (1, 0, 0)),
        ([*BEGUN, (3, "purchase")], (1, 1, 1)),
        ([*BEGUN, (40, "purchase")], (1, 1, 0)),
        # A second start does not start the clock again, and a second purchase is no second visit.
        ([*BEGUN, (9, "begin_checkout"), (12, "purchase"), (13, "purchase")], (1, 1, 0)),
        # Bought before the checkout was begun, that checkout was left.
        ([(0, "begin_checkout"), (2, "purchase")], (1, 1, 1)),
        ([(0, "purchase"), (1, "begin_checkout")], (1, 0, 0)),
        ([(0, "view_item"), (5, "purchase")], (0, 0, 0)),
        ([*BEGUN, (2, "refund")], (1, 0, 0)),
    ],
)
def test_a_visit_is_begun_bought_and_bought_in_time(
    visit: Visit, expected: tuple[int, int, int]
) -> None:
    found = counted({"a": visit})
    assert (found.begun, found.bought, found.bought_in_time) == expected
    assert (found.open, found.visitless) == (0, 0)


def test_shares_carry_their_intervals() -> None:
    visits: dict[str | None, Visit] = {f"b{number}": BEGUN for number in range(7)}
    visits |= {f"c{number}": [*BEGUN, (2, "purchase")] for number in range(3)}
    found = counted(visits)
    assert found.abandoned_share == pytest.approx(0.7)
    low, high = found.abandoned_interval
    assert low == pytest.approx(0.3968, abs=1e-4)
    assert high == pytest.approx(0.8922, abs=1e-4)
    nothing = counted({})
    assert nothing == WebsiteCheckouts(None, None, None, None, None)
    assert (nothing.abandoned_share, nothing.late_interval) == (None, (None, None))


def test_a_visit_that_may_go_on_is_open() -> None:
    visits: dict[str | None, Visit] = {"a": BEGUN, "b": [(-60, "begin_checkout")]}
    found = counted(visits, as_of=T0 + dt.timedelta(minutes=20))
    assert (found.begun, found.open) == (1, 1)


def test_an_as_of_knows_nothing_of_later() -> None:
    found = counted({"a": [*BEGUN, (90, "purchase")]}, as_of=T0 + dt.timedelta(minutes=60))
    assert (found.begun, found.bought) == (1, 0)


def test_checkouts_without_a_visit_are_told_apart() -> None:
    found = counted({None: [(0, "begin_checkout"), (1, "purchase")], "a": BEGUN})
    assert (found.begun, found.visitless) == (1, 1)


def test_the_day_is_the_local_day_of_the_rules() -> None:
    late: dict[str | None, Visit] = {"a": [(14.5 * 60, "begin_checkout")]}
    assert counted(late, time_zone="UTC").begun == 1
    assert counted(late, time_zone="Europe/Amsterdam").begun == 0


def test_in_time_follows_the_rules() -> None:
    visit: dict[str | None, Visit] = {"a": [*BEGUN, (40, "purchase")]}
    assert counted(visit, checkout_abandoned_after_minutes=45).bought_in_time == 1
