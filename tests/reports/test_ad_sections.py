"""Ads on the page: costs, claims beside what was observed, days told twice, and shared credit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import convocommerce as cc
from convocommerce.charts import Bars, Stacks, Trend
from convocommerce.intervals import share_interval
from convocommerce.reports import Report
from reports.pages import Page
from reports.test_money import WEEK, charts, figures, sql, words
from sales import DAY, HOUR, Sales
from tables import at, fill

AS_OF = at(60 * DAY)
DAYS = "2026-03-02..2026-03-08"
CAMPAIGNS = {"a1": "Spring", "a2": "Autumn", "a3": "Winter"}
PEOPLE = {"Spring": range(20), "Autumn": range(20, 30), "Winter": range(30, 33)}


def ad_day(ad: str, day: int, spend: float | None, **more: Any) -> dict[str, Any]:
    date = f"2026-03-0{day}"
    told = {"ad_key": ad, "ad_id": ad, "day": date, "last_day": date, "spend_amount": spend}
    return told | {"campaign_name": CAMPAIGNS[ad], "campaign_id": ad} | more


def draw(**claims: Any) -> Sales:
    """Draw three campaigns of 20, 10 and 3 people, of whom some are answered and some buy."""
    sales = Sales()
    for ad, name in CAMPAIGNS.items():
        for number in PEOPLE[name]:
            who = f"p{number}"
            answered = None if number % 5 == 4 else 60
            entry = {"entry_point": "ad", "ad_id": ad}
            sales.chat(who, number * HOUR, entry=entry, answered=answered)
            if number % 3 == 0:
                sales.order(who, number * HOUR + 600, 40, refund=10 if number == 3 else 0)
        sales.tables["ad_days"] += [ad_day(ad, day, 10 + day, **claims) for day in (2, 3)]
    for number in range(6):
        sales.chat(f"o{number}", number * HOUR)
        sales.order(f"o{number}", number * HOUR + 600, 100)
    return sales


@pytest.fixture(scope="module")
def shop() -> Iterator[cc.Shop]:
    with draw(conversations_started=12, purchases=9, purchase_amount=300).shop() as shop:
        # The second of March was told differently before.
        con = shop.database.con
        for statement, spend in (("first", 8), ("second", 12)):
            told = ad_day("a1", 2, spend) | {"statement": statement}
            fill(shop.database, "ad_day_versions", [told])
        assert con.execute("select count(*) from ad_day_versions").fetchall() == [(2,)]
        yield shop


@pytest.fixture(scope="module")
def report(shop: cc.Shop) -> Report:
    return shop.report(period=WEEK, as_of=AS_OF)


OBSERVED = """
select
    ads.campaign_name,
    count(distinct came.customer_id),
    count(distinct case when said.direction = 'out' then came.customer_id end),
    count(distinct orders.order_id)
from touchpoints as came
join (select distinct ad_id, campaign_name from ad_days) as ads using (ad_id)
left join messages as said using (customer_id)
left join orders on split_part(orders.order_id, '-', 1) = came.customer_id
group by all
"""


def test_costs_are_the_spend_over_what_was_observed(shop: cc.Shop, report: Report) -> None:
    spends = dict(
        sql(shop, "select campaign_name, sum(spend_amount)::double from ad_days group by all")
    )
    found = {name: numbers for name, *numbers in sql(shop, OBSERVED)}
    assert found.keys() == set(CAMPAIGNS.values())
    talked, answered, bought = found["Spring"]
    told = figures(report, "ad_costs", campaign="Spring")
    each = spends["Spring"] / talked
    assert (told["spend"]["value"], told["conversations"]["value"]) == (spends["Spring"], talked)
    assert told["per_conversation"]["value"] == pytest.approx(each)
    for statistic, count in (("per_answered", answered), ("per_order", bought)):
        low, high = share_interval(count, talked)
        one = told[statistic]
        assert (one["value"], one["n"]) == (pytest.approx(spends["Spring"] / count), count)
        assert (one["low"], one["high"]) == pytest.approx((each / high, each / low))
    ((net,),) = sql(
        shop,
        """
        select (sum(total_amount) - 10)::double from orders
        where split_part(order_id, '-', 1) in (
            select customer_id from touchpoints where ad_id = 'a1'
        )
        """,
    )
    assert told["observed_return"]["value"] == pytest.approx(net / spends["Spring"])
    # Both days claim 300; what is claimed is never added to what was observed.
    assert told["claimed_return"]["value"] == pytest.approx(600 / spends["Spring"])
    # Winter's three are too few, and Autumn's would give them away; what both cost is no secret.
    for name in ("Autumn", "Winter"):
        told = figures(report, "ad_costs", campaign=name)
        assert told.keys() == {"spend", "claimed_return"}
        # Nor does what a figure rests on tell how many there were, on the page or beside it.
        assert {one["n"] for one in told.values()} == {0}
    about_people = ("ad_costs", "ad_claims", "attribution", "revenue", "linked")
    few = [one for one in report.figures() if one["metric"] in about_people and 0 < one["n"] < 5]
    assert few == []


def test_claims_stand_beside_what_was_observed_with_the_gap_in_parts(report: Report) -> None:
    told = figures(report, "ad_claims", campaign="Spring")
    assert told["claimed_conversations"]["value"] == 24
    assert (told["observed"]["value"], told["started"]["value"]) == (20, 20)
    assert told["unexplained"]["value"] == 24 - 20
    assert told["claimed_purchases"]["value"] == 18
    assert told["orders"]["value"] == told["orders_in_click_window"]["value"] == 7
    assert told["unexplained_purchases"]["value"] == 18 - 7
    chart = next(one for one in charts(report, "ads") if one.comparison if isinstance(one, Bars))
    place = chart.categories.index("Spring")
    assert (chart.values[place], chart.comparison[place]) == (20, 24)
    assert "never added up" in chart.caption


def test_days_told_twice_are_marked(shop: cc.Shop, report: Report) -> None:
    trend = next(one for one in charts(report, "ads") if isinstance(one, Trend))
    (line,) = trend.series
    ((second, third),) = sql(
        shop,
        """
        select sum(spend_amount) filter (day = '2026-03-02')::double,
            sum(spend_amount) filter (day = '2026-03-03')::double
        from ad_days
        """,
    )
    assert line.values[:3] == (second, third, None)
    # 12 counts; the lowest told of that ad is 8.
    assert (line.low[0], line.high[0]) == (second - 4, second)
    assert (line.low[1], line.high[1]) == (None, None)
    assert "Days told in more than one way by exports of different times: 1." in trend.caption
    text = Page(report.html()).text
    assert "2 Mar 2026, restated" in text
    assert "3 Mar 2026, restated" not in text
    assert figures(report, "quality")["restated_ad_days"]["value"] == 1


def test_every_model_shares_out_the_same_sales(shop: cc.Shop, report: Report) -> None:
    ((n, net),) = sql(
        shop,
        """
        select
            count(*),
            (sum(total_amount) - (select sum(refund_amount) from refunds))::double
        from orders
        where split_part(order_id, '-', 1) in (select customer_id from messages)
        """,
    )
    (chart,) = charts(report, "attribution")
    assert isinstance(chart, Stacks)
    assert len(chart.categories) == 7
    for place in range(7):
        assert sum(part.values[place] for part in chart.parts) == pytest.approx(n, abs=1e-5)
    amounts = [
        one
        for one in report.figures()
        if one["metric"] == "attribution" and one["statistic"].endswith("_amount")
    ]
    assert sum(one["value"] for one in amounts) == pytest.approx(7 * net, abs=0.01)
    by_first = figures(report, "attribution", channel="organic")["first"]
    assert (by_first["value"], by_first["n"]) == (6, 6)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_page_about_one_campaign_is_about_it_alone(shop: cc.Shop, language: str) -> None:
    report = shop.report("campaign", period=DAYS, as_of=AS_OF, campaign="Spring", language=language)
    for name in ("ads", "attribution", "funnel", "revenue", "abandonment", "entries"):
        assert any(one.name == name for one in report.page.sections), name
    assert all(one.name != "checkout" for one in report.page.sections)
    told = figures(report, "ad_costs")
    assert told["conversations"]["value"] == 20
    assert {one["group"]["campaign"] for one in report.figures() if "campaign" in one["group"]} == {
        "Spring"
    }
    assert figures(report, "ad_spend", day="2026-03-03")["spend"]["value"] == 13
    # The credit for everything else is told together.
    assert {
        one["group"]["channel"] for one in report.figures() if one["metric"] == "attribution"
    } == {"Spring", "else"}
    assert figures(report, "revenue", outcome="assisted")["orders"]["value"] == 7
    text = Page(report.html()).text
    assert "Spring" in text
    assert "Autumn" not in text
    assert "Winter" not in text


def test_the_picture_of_a_campaign_hides_what_its_table_hides(shop: cc.Shop) -> None:
    report = shop.report("campaign", period=DAYS, as_of=AS_OF, campaign="Autumn")
    told = figures(report, "funnel")
    steps = charts(report, "funnel")[0].stages
    assert [(one.name, one.count) for one in steps] == [
        ("Conversations", told["conversations"]["value"]),
        ("Asked about a product", 0),
        ("With a cart or checkout", 0),
        ("With a paid order", 0),
    ]
    with draw().shop() as plain:
        con = plain.database.con
        con.execute("update messages set text = null")
        # Without any checkout nothing is known of carts.
        fill(plain.database, "checkouts", [{"checkout_id": "x", "created_at": at(0)}])
        con.execute("update state set revision = revision + 1")
        report = plain.report("campaign", period=DAYS, as_of=AS_OF, campaign="Autumn")
    *_, carted, ordered = charts(report, "funnel")[0].stages
    # Three of the ten bought, which the table does not tell either.
    assert (carted.count, carted.share, ordered.count, ordered.share) == (None,) * 4
    assert not {"ordered", "ordered_of_all", "carted_of_all"} & figures(report, "funnel").keys()


def test_where_the_platform_counts_nothing_nothing_is_claimed() -> None:
    with draw(conversations_started=0).shop() as shop:
        report = shop.report(period=WEEK, as_of=AS_OF)
    assert "does not count conversations that ads start in Europe" in words(report, "ads")
    assert "ad_claims" not in {one["metric"] for one in report.figures()}
    assert not [one for one in charts(report, "ads") if isinstance(one, Bars) and one.comparison]


def test_spend_in_two_currencies_is_never_added() -> None:
    sales = draw()
    sales.tables["ad_days"].append(ad_day("a1", 4, 99, currency="USD"))
    with sales.shop() as shop:
        report = shop.report(period=WEEK, as_of=AS_OF)
    told = figures(report, "ad_costs", campaign="Spring")
    assert "per_conversation" not in told
    assert "The spend of Spring is told in several currencies" in Page(report.html()).text
    assert 99 + 25 not in {one["value"] for one in report.figures()}


def test_ranges_of_days_are_in_no_picture_by_day() -> None:
    sales = draw()
    sales.tables["ad_days"].append(ad_day("a1", 4, 70) | {"last_day": "2026-03-06"})
    with sales.shop() as shop:
        report = shop.report(period=WEEK, as_of=AS_OF)
    trend = next(one for one in charts(report, "ads") if isinstance(one, Trend))
    assert trend.series[0].values[2:] == (None,) * 5
    assert "Some spend is told only for ranges of days" in words(report, "ads")
    assert figures(report, "ad_costs", campaign="Spring")["spend"]["value"] == 25 + 70
