"""Weeks are compared only when both are whole and of the same age."""

import pytest

import convocommerce as cc
from reports.conftest import AFTER, Draw
from reports.pages import Page

HEADLINES = (
    "first_response_time.within_5_minutes",
    "first_response_time.km_p90",
    "reply_windows.lost_share",
    "in_chat_conversion.settled_rate",
    "conversion.net_revenue",
    "cart_abandonment.rate",
)
# Ten people in the week of 2 March and ten in the week after it.
TWO_WEEKS = [day + hour / 24 for day in (0, 1, 2, 3, 4) for hour in (1, 5)]
TWO_WEEKS += [7 + day for day in TWO_WEEKS]


def compared(shop: cc.Shop, period: str, as_of: object = AFTER) -> list[str]:
    report = shop.report(period=period, as_of=as_of)  # type: ignore[arg-type]  # any as-of
    return [one["statistic"] for one in report.figures() if one["compared_with"]]


def test_whole_weeks_are_compared(draw: Draw) -> None:
    assert compared(draw(TWO_WEEKS), "2026-W11")[:3] == [
        "within_5_minutes", "km_p90", "lost_share",
    ]  # fmt: skip


def test_a_week_that_is_not_over_is_not_compared(draw: Draw) -> None:
    shop = draw(TWO_WEEKS)
    report = shop.report(period="2026-W11", as_of="2026-03-15T23:59")
    assert [one for one in report.figures() if one["compared_with"]] == []
    assert {one["period"] for one in report.figures() if one["section"] == "headline"} == {
        "2026-W11"
    }
    text = Page(report.html()).text
    assert "These days are not over at the as-of." in text
    assert "Nothing changed" not in text
    # One minute later it is.
    assert compared(shop, "2026-W11", "2026-03-16T00:00") != []


def test_a_week_before_that_is_not_whole_is_not_compared(draw: Draw) -> None:
    shop = draw(TWO_WEEKS)
    shop.database.con.execute("delete from messages where sent_at < '2026-03-04'")
    shop.database.con.execute("update state set revision = revision + 1")
    assert compared(shop, "2026-W11") == []
    text = Page(shop.report(period="2026-W11", as_of=AFTER).html()).text
    assert "Messages are loaded from 4 Mar 2026 on, after the days compared with began." in text


def test_a_week_whose_messages_end_early_is_not_compared(draw: Draw) -> None:
    shop = draw(TWO_WEEKS)
    shop.database.con.execute("delete from messages where sent_at >= '2026-03-14'")
    shop.database.con.execute("update state set revision = revision + 1")
    assert compared(shop, "2026-W11") == []
    text = Page(shop.report(period="2026-W11", as_of=AFTER).html()).text
    assert "Messages are loaded up to 13 Mar 2026 only." in text


def test_what_needs_orders_is_not_compared_without_them(draw: Draw) -> None:
    shop = draw(TWO_WEEKS)
    assert "rate" not in compared(shop, "2026-W11")
    assert "No orders are loaded." in Page(shop.report(period="2026-W11", as_of=AFTER).html()).text


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (120, "Nothing changed beyond noise against last week."),
        (7200, "answered by a person within 5 min fell from 100.0%"),
    ],
)
def test_the_first_sentence_says_what_changed(draw: Draw, seconds: int, said: str) -> None:
    shop = draw(TWO_WEEKS)
    shop.database.con.execute(
        "update messages set sent_at = sent_at + to_seconds(?) "
        "where direction = 'out' and sent_at between '2026-03-09' and '2026-03-16'",
        [seconds - 120],
    )
    shop.database.con.execute("update state set revision = revision + 1")
    report = shop.report(period="2026-W11", as_of=AFTER)
    assert said in Page(report.html()).text
    beyond = [
        one["statistic"]
        for one in report.figures()
        if one["compared_with"] and one["low"] is not None and not one["low"] <= 0 <= one["high"]
    ]
    assert ("within_5_minutes" in beyond) == (seconds == 7200)


def test_a_fresh_week_stands_beside_the_one_before_at_the_same_age(shop: cc.Shop) -> None:
    # The day after the week, a week earlier, gave what now stands there as last week.
    now = shop.report(period="2026-W29", as_of="2026-07-20T06:00")
    then = shop.report(period="2026-W28", as_of="2026-07-13T06:00")

    def headline(report: object, span: str) -> dict[str, float]:
        figures = report.figures()  # type: ignore[attr-defined]  # a report
        return {
            f"{one['metric']}.{one['statistic']}": one["value"]
            for one in figures
            if (one["section"], one["period"], one["compared_with"]) == ("headline", span, None)
            and f"{one['metric']}.{one['statistic']}" in HEADLINES
        }

    assert headline(then, "2026-W28").keys() == set(HEADLINES)
    assert headline(now, "2026-W28") == headline(then, "2026-W28")
