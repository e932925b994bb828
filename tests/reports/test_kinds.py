"""A page is about a week, a month or the days of a campaign, each beside days of the same kind."""

import datetime as dt

import pytest

import convocommerce as cc
from convocommerce.errors import PeriodError, UnknownNameError, UsageError
from convocommerce.periods import Period
from convocommerce.reports.compose import SECTIONS
from convocommerce.reports.kinds import KINDS, days_back, days_before
from reports.conftest import AFTER, Draw
from reports.pages import Page


@pytest.mark.parametrize(
    "name", ["2026-W01", "2026-02", "2026-03", "2026-03-09", "2026-03-01..2026-04-11"]
)
def test_days_compared_have_the_same_weekdays_and_share_none(name: str) -> None:
    period = Period(name)
    before = days_before(period)
    assert before.weekdays == period.weekdays
    assert before.end <= period.start
    assert period.start - before.start == days_back(period)
    # No whole week lies between them that could have been taken.
    assert (period.start - before.end).days < 7


def test_weeks_keep_their_names_over_the_turn_of_the_year() -> None:
    assert days_before(Period("2026-W01")).name == "2025-W52"


@pytest.mark.parametrize(
    ("kind", "as_of", "name"),
    [
        ("weekly", "2026-03-11", "weekly-2026-W10-en.html"),
        ("monthly", "2026-04-01", "monthly-2026-03-en.html"),
        ("campaign", "2026-03-30", "campaign-2026-03-02..2026-03-29-en.html"),
    ],
)
def test_every_kind_has_its_usual_days(draw: Draw, kind: str, as_of: str, name: str) -> None:
    assert draw([0, 1, 2]).report(kind, as_of=as_of).file_name == name


def test_a_month_given_by_its_days_is_that_month(draw: Draw) -> None:
    shop = draw([0])
    report = shop.report("monthly", period="2026-03-01..2026-03-31", as_of="2026-04-02")
    assert report.period.name == "2026-03"
    assert report.kind == "monthly"


@pytest.mark.parametrize("period", ["2026-W10", "2026-03-02..2026-04-01", "2026", "all"])
def test_what_is_no_month_is_refused(draw: Draw, period: str) -> None:
    with pytest.raises(PeriodError, match="one calendar month, such as 2026-08"):
        draw([0]).report("monthly", period=period, as_of=AFTER)


def test_a_month_stands_beside_whole_weeks_of_the_same_age(shop: cc.Shop) -> None:
    report = shop.report("monthly", period="2026-07", as_of="2026-08-01")
    before = {one["compared_with"] for one in report.figures() if one["compared_with"]}
    assert before <= {"2026-05-27..2026-06-26"}
    # June began after that, so the shop's first month has nothing beside it.
    assert "after the days compared with began" in Page(report.html()).text
    days = shop.report("campaign", period="2026-07-06..2026-07-12", as_of="2026-07-20")
    told = [one for one in days.figures() if one["metric"] == "first_response_time"]
    earlier = [one for one in told if one["period"] == "2026-W27" and not one["group"]]
    own = ("answered_by", "curve_size")
    earlier = [one for one in earlier if one["statistic"] not in own]
    assert earlier
    for one in earlier:
        row = shop.measure(
            "first_response_time",
            period="2026-W27",
            where=days.subject.where,
            as_of=dt.datetime(2026, 7, 12, 22, tzinfo=dt.UTC),
        ).figure(one["statistic"])
        assert (one["value"], one["n"]) == (row.value, row.n)


def test_a_campaign_page_is_about_what_ads_brought(shop: cc.Shop) -> None:
    every = shop.report("campaign", period="2026-07")
    one = shop.report("campaign", period="2026-07", campaign="CTM gifts")
    counts = {
        report.subject.campaign: next(
            figure["n"]
            for figure in report.figures()
            if (figure["section"], figure["statistic"]) == ("funnel", "conversations")
        )
        for report in (every, one)
    }
    by_campaign = shop.measure("conversations", period="2026-07", by="campaign")
    assert counts["CTM gifts"] == by_campaign.figure(campaign="CTM gifts").n
    brought = [row.n for row in by_campaign.rows if row.group[0] != "none"]
    assert len(brought) > 1
    assert counts[None] == sum(brought)
    assert one.file_name == "campaign-ctm-gifts-2026-07-en.html"
    assert "What the campaign CTM gifts brought" in Page(one.html()).text


def test_an_unknown_campaign_is_refused_with_the_nearest(shop: cc.Shop) -> None:
    with pytest.raises(UnknownNameError, match="unknown campaign 'CTM gift', did you mean 'CTM gi"):
        shop.report("campaign", campaign="CTM gift")
    with pytest.raises(UsageError, match="use the campaign report"):
        shop.report("weekly", campaign="CTM gifts")


def test_every_kind_begins_and_ends_alike() -> None:
    for kind in KINDS:
        names = [make.__name__ for make, kinds, _ in SECTIONS if kind in kinds]
        assert "headline" in names
        assert names[-1] == "definitions"
        assert len(names) == len(set(names))


def test_a_campaign_page_shows_no_figure_of_a_few(shop: cc.Shop) -> None:
    report = shop.report("campaign", period="2026-W28", campaign="CTM gifts")
    shared = ("quality", "about")
    told = [one for one in report.figures() if one["section"] not in shared]
    assert told
    # What was spent on so many ads tells of no customer.
    assert [one for one in told if 0 < one["n"] < 5 and one["metric"] != "ad_spend"] == []
    files = [one for one in report.figures() if one["metric"] == "documents"]
    assert {one["value"] for one in files if one["statistic"] == "files"} & {1, 2, 3, 4}
    assert "fewer than 5" in Page(report.html()).text
