"""What ads cost and brought: spend and sales each keep their currency, and no claim is made up."""

import datetime as dt
from typing import Any

import convocommerce as cc
from convocommerce.insights import AdRow, ads_to_orders
from reports.conftest import AFTER, Draw
from reports.pages import Page
from tables import T0, fill

WEEK = cc.Period("2026-W10")
PLACES = [{"entry_point": "ad", "ad_id": "a1" if number < 8 else "a2"} for number in range(16)]


def day(**more: Any) -> dict[str, Any]:
    return {"ad_key": "a1", "day": "2026-03-03", "last_day": "2026-03-03", "ad_id": "a1"} | more


def shop_with(draw: Draw, days: list[dict[str, Any]], currency: str = "EUR") -> cc.Shop:
    """Return a shop with eight conversations from each of two ads; three of the first bought."""
    shop = draw([number / 10 for number in range(16)], PLACES)
    fill(shop.database, "ad_days", days)
    orders, keys = [], []
    for number in range(3):
        when = T0 + dt.timedelta(days=number / 10, hours=1)
        orders.append({"order_id": f"o{number}", "created_at": when, "currency": currency})
        for kind, subject in (("customer", f"messenger:page:c{number}"), ("order", f"o{number}")):
            subject = subject if kind == "customer" else f"shopify:{subject}"
            key = {"key_kind": "chat_id", "key_value": f"psid{number}"}
            keys.append({"subject_kind": kind, "subject_id": subject} | key)
    fill(shop.database, "orders", orders)
    fill(shop.database, "identities", keys)
    shop.build()
    return shop


def rows(shop: cc.Shop) -> list[AdRow]:
    return ads_to_orders(shop.database.con, WEEK, AFTER)


def said(shop: cc.Shop) -> str:
    return Page(shop.report(period=WEEK, as_of=AFTER).html()).text


def test_spend_and_sales_in_one_currency_make_a_return(draw: Draw) -> None:
    shop = shop_with(draw, [day(campaign_name="Spring", spend_amount=40, conversations_started=7)])
    spring, unnamed = rows(shop)
    assert (spring.campaign, spring.currency, spring.conversations) == ("Spring", "EUR", 8)
    assert (spring.orders, spring.return_on_spend(), spring.cost_per(8)) == (3, 7.5, 5.0)
    assert not spring.is_claim_missing
    # The other ad is in no report: nothing is known of its spend, and nothing is claimed.
    assert (unnamed.campaign, unnamed.currency, unnamed.spend) == ("unknown", None, None)
    assert (unnamed.conversations, unnamed.is_claim_missing) == (8, False)
    assert "does not count conversations that ads start in Europe" not in said(shop)


def test_sales_in_another_currency_than_the_spend_are_not_lost(draw: Draw) -> None:
    shop = shop_with(draw, [day(campaign_name="Spring", spend_amount=40)], currency="USD")
    found = {(one.campaign, one.currency): one for one in rows(shop)}
    assert set(found) == {("Spring", "EUR"), ("Spring", "USD"), ("unknown", None)}
    assert (found["Spring", "EUR"].orders, found["Spring", "USD"].orders) == (0, 3)
    assert found["Spring", "USD"].return_on_spend() is None


def test_a_zero_of_the_platform_is_no_fact_where_people_wrote(draw: Draw) -> None:
    shop = shop_with(draw, [day(campaign_name="Spring", spend_amount=40, conversations_started=0)])
    assert rows(shop)[0].is_claim_missing
    assert "does not count conversations that ads start in Europe" in said(shop)


def test_an_amount_without_a_currency_gets_none(draw: Draw) -> None:
    shop = shop_with(draw, [day(campaign_name="Spring", spend_amount=40, currency=None)])
    spends = [
        (one["value"], one["unit"])
        for one in shop.report(period=WEEK, as_of=AFTER).figures()
        if one["statistic"] == "spend"
    ]
    assert spends == [(40.0, "number")]
