"""Every number on the page is found again by other means, and one that is not fails.

The week of the simulated shop is worked out once more from its records in plain Python
(the modules ``again*.py`` and the oracle), without the package's
measuring and insights. Then every number of the page's JSON, and every number that can be read in
its tiles and tables, must be one of those.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import convocommerce as cc
from convocommerce.formatting import Formatter
from convocommerce.metrics import CATALOGUE
from convocommerce.periods import Period
from convocommerce.reports import Report
from reports import again_ads, again_data, again_sales, again_service, again_windows
from reports.again import Account, Told, World, key, square_and_add
from reports.pages import Page

Record = dict[str, Any]
WEEK, BEFORE = "2026-W29", "2026-W28"
OWN = ("answered_by", "curve_size")
"""Statistics of a metric of the catalogue that the page works out by itself."""


@pytest.fixture(scope="module")
def report(shop: cc.Shop) -> Report:
    return shop.report(period=WEEK)


@pytest.fixture(scope="module")
def world(shop: cc.Shop) -> World:
    return World(shop, WEEK)


@pytest.fixture(scope="module")
def account(world: World, report: Report) -> Account:
    """Every figure of the sections, by what it is."""
    periods = {one["metric"]: Period(one["period"]) for one in report.figures()}
    found: Account = {}
    for make in (
        again_service.speed,
        again_service.parts,
        again_service.rhythm,
        again_windows.badge,
        again_windows.lost,
        again_service.team,
        again_sales.funnel,
        again_sales.revenue,
        again_ads.ads,
        again_ads.attribution,
        again_sales.carts,
        again_data.links,
    ):
        found |= make(world)
    found |= again_sales.by_window(world, periods["conversion_by_window"])
    return found | again_sales.checkout(world, periods["chat_against_checkout"])


def of_week(world: World, one: Mapping[str, Any], name: str) -> Told:
    """Return a headline figure of a week, as it was known at the same age where it is compared."""
    ago = 1 if name == BEFORE and one["section"] == "headline" else 0
    if one["metric"] == "reply_windows":
        return again_windows.lost_share(world, Period(name), weeks_ago=ago)
    as_of = world.as_of - dt.timedelta(weeks=ago)
    return world.figure(one["metric"], {**one, "period": name}, as_of)


def told(world: World, account: Account, one: Mapping[str, Any]) -> Told | None:
    """Return a figure as it was worked out again; null when nothing accounts for it."""
    if one["compared_with"]:
        now, before = of_week(world, one, WEEK), of_week(world, one, BEFORE)
        if now.value is None or before.value is None:
            return None
        ends: tuple[float | None, float | None] = None, None
        every = (now.low, now.high, before.low, before.high)
        if one["unit"] in ("share", "seconds") and None not in every:
            ends = square_and_add(now.value, every[:2], before.value, every[2:])
        return Told(now.value - before.value, now.n, now.n_open, *ends)
    if one["statistic"].endswith("_usual"):
        plain = {**one, "statistic": one["statistic"].removesuffix("_usual"), "section": "weeks"}
        monday = Period(one["period"]).start
        weeks = [
            "{}-W{:02d}".format(*(monday - dt.timedelta(weeks=ago)).isocalendar())
            for ago in range(12, 0, -1)
        ]
        loaded = [name for name in weeks if Period(name).start >= dt.date(2026, 6, 1)]
        values = [of_week(world, plain, name).value for name in loaded]
        return again_service.usual(values, most=1.0 if one["unit"] == "share" else None)
    is_own = one["statistic"] in OWN
    if one["metric"] == "reply_windows" and not one["group"]:
        return of_week(world, one, one["period"])
    if one["metric"] in CATALOGUE and not is_own:
        return of_week(world, one, one["period"])
    return account.get(key(one["metric"], one["statistic"], one["period"], **one["group"]))


def near(shown: float | None, wanted: float | None, margin: float) -> bool:
    if shown is None or wanted is None:
        return shown is wanted
    return abs(shown - wanted) <= max(margin, 1e-9 * max(1.0, abs(wanted)))


@pytest.fixture(scope="module")
def again(world: World, account: Account, report: Report) -> list[tuple[Record, Told | None]]:
    """Every number of the page's JSON, with what it was found to be."""
    records = json.loads(report.to_json())["figures"]
    return [(one, told(world, account, one)) for one in records]


def test_every_number_is_found_again(again: list[tuple[Record, Told | None]]) -> None:
    assert len(again) > 900
    wrong = []
    for one, found in again:
        if found is None:
            wrong.append(f"nothing accounts for {one}")
        elif (one["n"], one["n_open"]) != (found.n, found.n_open) or not all(
            near(one[end], getattr(found, end), found.near) for end in ("value", "low", "high")
        ):
            wrong.append(f"{one}\n    is {found}")
    assert not wrong, f"{len(wrong)} of {len(again)}:\n" + "\n".join(wrong)


def test_drawn_again_is_only_what_chance_is_in(again: list[tuple[Record, Told | None]]) -> None:
    # Of nothing else may a number lie only near: intervals by the bootstrap, estimates averaged
    # over a prior, credits that are made to add up to the cent.
    drawn = {one["metric"] for one, found in again if found and found.near}
    assert drawn == {"wait_parts", "agents", "attribution"}
    counted = {one["metric"] for one, _ in again}
    assert len(counted) > 25


def test_every_number_that_is_read_is_one_of_them(
    report: Report, again: list[tuple[Record, Told | None]]
) -> None:
    page, write = Page(report.html()), Formatter()
    known = [(one, found) for one, found in again if one["value"] is not None]
    assert len(page.shown) == len(known)
    for (_, text), below, (one, found) in zip(page.shown, page.below, known, strict=True):
        assert found is not None
        unit = one["unit"]
        # What is drawn again is only near; it is written as the page has it.
        source = one if found.near else found._asdict()
        value, low, high = source["value"], source["low"], source["high"]
        allowed = " ".join(
            (
                write.value(value, unit),
                write.signed(value, unit),
                write.interval(low, high, unit),
                write.signed(low, unit),
                write.signed(high, unit),
                write.count(found.n),
                write.count(found.n_open),
            )
        )
        assert set(numbers(f"{text} {below}")) <= set(numbers(allowed)), (one, text, below)
        # Where it is judged by others, the range is read and not its middle.
        is_usual = one["statistic"].endswith("_usual")
        read = low if is_usual else value
        told_ = numbers(f"{write.value(read, unit)} {write.signed(read, unit)}")
        assert numbers(text)[0] in told_, (one, text)


def numbers(text: str) -> list[str]:
    return re.findall(r"\d+(?:[.,]\d+)*", text)


def test_nothing_here_uses_what_it_checks() -> None:
    here = Path(__file__).parent
    modules = [*here.glob("again*.py"), *here.parent.glob("oracle*.py")]
    modules = [one for one in modules if one.name != "oracle_compare.py"]
    assert len(modules) > 10
    for module in modules:
        assert not re.search(r"convocommerce[. ](import )?(measuring|insights)", module.read_text())
