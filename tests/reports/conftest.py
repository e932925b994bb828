"""Shops to report on: a simulated one, and drawn ones of a few people."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import convocommerce as cc
from convocommerce.reports import Report
from convocommerce.simulation import simulate
from tables import SENDERS, T0, fill, thread

DAY = 86400
RULES = cc.Rules(
    time_zone="Europe/Amsterdam",
    opening_hours="Mo-Fr 09:00-17:30; Th 09:00-21:00; Sa 10:00-16:00",
    holidays="NL",
    senders={"551122334455667": "bot", "990011223344556": "human"},
    phone_country_code="31",
)
AFTER = T0 + dt.timedelta(days=28)
"""Four weeks after the first drawn message: everything is decided."""

Draw = Callable[..., cc.Shop]


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The exports of a simulated shop, June and July 2026."""
    folder = tmp_path_factory.mktemp("simulated")
    simulate(folder, seed=11, months=2)
    return folder / "exports"


@pytest.fixture(scope="session")
def shop(exports: Path) -> Iterator[cc.Shop]:
    """The simulated shop, loaded."""
    with cc.open(":memory:") as shop:
        shop.load(exports)
        shop.rules = RULES
        shop.report = remembering(shop.report)  # type: ignore[method-assign]  # the same pages
        yield shop


def remembering(report: Callable[..., Report]) -> Callable[..., Report]:
    """Compose a page of the simulated shop once for all tests that ask for it: it is frozen."""
    known: dict[str, Report] = {}

    def remembered(*words: Any, **more: Any) -> Report:
        asked = repr((words, sorted(more.items())))
        if asked not in known:
            known[asked] = report(*words, **more)
        return known[asked]

    return remembered


@pytest.fixture
def draw() -> Iterator[Draw]:
    """Make a shop of conversations, each given as a day and what sets it apart.

    Every conversation is of another person and is answered by a person after two minutes.
    """
    shops = []

    def make(days: list[float], touchpoints: list[dict[str, Any]] | None = None) -> cc.Shop:
        shop = cc.open(":memory:")
        shops.append(shop)
        messages, entries = [], []
        for number, day in enumerate(days):
            start, name = day * DAY, f"c{number}"
            messages += thread([(start, "c"), (start + 120, "h")], customer=name)
            if touchpoints and touchpoints[number]:
                when = T0 + dt.timedelta(seconds=start)
                entry = {"touchpoint_id": name, "customer_id": name, "occurred_at": when}
                entries.append(entry | touchpoints[number])
        # A business talks before and after the weeks looked at, so that both are whole.
        messages += thread([(-7 * DAY, "c"), (-7 * DAY + 9, "h"), (27 * DAY, "c")], customer="z")
        fill(shop.database, "messages", messages)
        if entries:
            fill(shop.database, "touchpoints", entries)
        shop.rules = cc.Rules(senders=SENDERS)
        return shop

    yield make
    for shop in shops:
        shop.close()
