"""What a page shows is what measuring gives, and every number on it can be read back."""

import datetime as dt
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

import convocommerce as cc
from convocommerce.formatting import Formatter
from convocommerce.intervals import difference_interval
from convocommerce.metrics import CATALOGUE
from convocommerce.reports import Report
from convocommerce.reports.sections.definitions import METRICS
from reports.pages import Page

WEEK, BEFORE = "2026-W29", "2026-W28"
Record = dict[str, Any]
Key = tuple[str, tuple[Any, ...], str]
Measured = Callable[[Record, str], Any]


@pytest.fixture(scope="module", params=["en", "nl"])
def report(shop: cc.Shop, request: pytest.FixtureRequest) -> Report:
    return shop.report(period=WEEK, language=request.param)


@pytest.fixture(scope="module")
def english(shop: cc.Shop) -> Report:
    return shop.report(period=WEEK)


def asked(shop: cc.Shop, record: Record, period: str) -> dict[Key, Any]:
    """Return every row of the result that a figure comes from; last week at the same age."""
    as_of = shop.as_of() - dt.timedelta(days=7 if period == BEFORE else 0)
    by = list(record["group"])
    as_of = as_of.replace(tzinfo=dt.UTC)
    result = shop.measure(record["metric"], period=period, by=by, as_of=as_of, **record["options"])
    found = {(row.statistic, row.group, row.unit): row for row in result.rows}
    assert len(found) == len(result.rows)
    return found


@pytest.fixture(scope="module")
def measured(shop: cc.Shop) -> Measured:
    """Give the row of a result that a figure should be; each question is asked once."""
    known: dict[str, dict[Key, Any]] = {}

    def find(record: Record, period: str) -> Any:
        question = repr((record["metric"], list(record["group"]), record["options"], period))
        if question not in known:
            known[question] = asked(shop, record, period)
        group = tuple(record["group"].values())
        return known[question][record["statistic"], group, record["unit"]]

    return find


def of_catalogue(report: Report) -> list[Record]:
    own = {"answered_by", "curve_size"}
    return [
        one
        for one in report.figures()
        if one["metric"] in CATALOGUE
        and one["statistic"] not in own
        and one["section"] not in ("weeks", "alerts")
        and not one["statistic"].endswith("_usual")
    ]


def test_figures_are_those_of_results(measured: Measured, english: Report) -> None:
    plain = [one for one in of_catalogue(english) if not one["compared_with"]]
    assert len(plain) > 60
    # No export of this shop tells of closes.
    assert {one["metric"] for one in plain} == set(METRICS) - {"resolution_time"}
    assert {one["period"] for one in plain} == {WEEK, BEFORE}
    for one in plain:
        row = measured(one, one["period"])
        assert (row.value, row.low, row.high, row.n, row.n_open) == (
            one["value"], one["low"], one["high"], one["n"], one["n_open"],
        )  # fmt: skip


def test_differences_are_between_weeks_of_the_same_age(measured: Measured, english: Report) -> None:
    differences = [one for one in of_catalogue(english) if one["compared_with"]]
    assert len(differences) == 4
    for one in differences:
        now, before = measured(one, WEEK), measured(one, BEFORE)
        assert one["compared_with"] == BEFORE
        assert one["value"] == now.value - before.value
        interval = (None, None)
        if one["unit"] in ("share", "seconds"):
            interval = difference_interval(
                now.value, (now.low, now.high), before.value, (before.low, before.high)
            )
        assert (one["low"], one["high"]) == interval


def test_weeks_stand_as_they_are_known_now(shop: cc.Shop, english: Report) -> None:
    weeks = [one for one in english.figures() if one["section"] == "weeks"]
    assert {one["period"] for one in weeks} == {f"2026-W{number}" for number in range(23, 30)}
    assert len(weeks) == 6 * 7

    @cache
    def asked_of(metric: str, period: str) -> Any:
        return shop.measure(metric, period=period)

    for one in weeks:
        if one["metric"] == "reply_windows":
            found = shop.reply_windows(period=one["period"])
            decided = found["questions"].sum() - found["open"].sum()
            assert (one["n"], one["value"]) == (decided, found["lost"].sum() / decided)
            continue
        row = asked_of(one["metric"], one["period"]).figure(one["statistic"])
        assert (row.value, row.low, row.high, row.n) == (
            one["value"], one["low"], one["high"], one["n"],
        )  # fmt: skip


def test_the_page_shows_every_figure_and_no_other_number(report: Report) -> None:
    page = Page(report.html())
    known = [str(one["value"]) for one in report.figures() if one["value"] is not None]
    assert [value for value, _ in page.shown] == known
    for text in page.bare:
        left = re.sub(r"(minder dan|fewer than|<) ?5", "", text)
        # Weeks and days are no figures.
        beyond = [
            f"> {Formatter(report.language).value(one['beyond'], one['unit'])}"
            for one in report.figures()
            if one["beyond"] is not None
        ]
        if text.split("\n")[0] in beyond:
            continue
        left = re.sub(r"week\s\d+,\s20\d\d|\d+ \w+ 20\d\d", "", left)
        assert not re.search(r"\d", left), text


def test_figures_are_written_in_the_language_of_the_page(report: Report) -> None:
    write = Formatter(report.language)
    shown = iter(Page(report.html()).shown)
    for one in report.figures():
        if one["value"] is None:
            continue
        text = next(shown)[1]
        is_difference = "difference" in one["statistic"]
        if not one["compared_with"]:
            written = write.signed if is_difference else write.value
            assert text == written(one["value"], one["unit"])


def test_every_share_says_how_many_it_rests_on(report: Report) -> None:
    write = Formatter(report.language)
    text = Page(report.html()).text
    for one in of_catalogue(report):
        if one["unit"] in ("share", "seconds") and not one["compared_with"]:
            assert f"n = {write.count(one['n'])}" in text
            assert one["n"] == 0 or one["n"] >= 5 or not one["group"]


def test_the_funnel_adds_up(english: Report) -> None:
    counts = {
        one["statistic"]: one["value"]
        for one in english.figures()
        if one["section"] == "funnel" and one["unit"] == "count"
    }
    outcomes = ("in_chat", "assisted", "none", "pending")
    assert sum(counts[name] for name in outcomes) == counts["conversations"]
    for name in outcomes:
        parts = [counts.get(f"{name}_{one}") for one in ("answered", "not_answered")]
        # Parts of which one is too small to be shown are hidden together.
        assert parts == [None, None] or counts[name] == sum(parts)
    assert counts["conversations"] >= counts["asked"] >= counts["carted"] >= counts["ordered"]
    assert counts["ordered"] <= counts["in_chat"] + counts["assisted"]


def test_documents_add_up(shop: cc.Shop, english: Report) -> None:
    counts: dict[str, float] = {}
    for one in english.figures():
        if one["metric"] == "documents":
            counts[one["statistic"]] = counts.get(one["statistic"], 0) + one["value"]
    ends = ("loaded", "duplicate", "ignored", "quarantined")
    assert counts["read"] == sum(counts[end] for end in ends) == shop.loads()["n_read"].sum()
    assert counts["files"] == len(shop.loads())
