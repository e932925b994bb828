"""How far conversations went on the way to an order, and what orders brought."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from convocommerce.insights import (
    BuyingSteps,
    DaySpend,
    Revenue,
    buying_steps,
    revenue_by_outcome,
    spend_by_day,
)
from convocommerce.measuring import ask
from convocommerce.metrics import metric_named
from convocommerce.periods import Period
from sales import DAY, HOUR, Sales
from tables import at

WEEK = Period("2026-W10")


def steps(sales: Sales, as_of: float = 30 * DAY) -> list[BuyingSteps]:
    with sales.shop() as shop:
        shop.build()
        con = shop.database.con
        question = ask(con, metric_named("conversations"), as_of=at(as_of), period=WEEK)
        return buying_steps(con, question)


def revenue(sales: Sales, as_of: float = 30 * DAY) -> list[Revenue]:
    with sales.shop() as shop:
        shop.build()
        return revenue_by_outcome(shop.database.con, WEEK, at(as_of))


def test_steps_are_counted_by_what_was_asked() -> None:
    sales = Sales()
    sales.chat("ann", 0, "Do you have size 40?")
    sales.checkout("ann", HOUR)
    sales.order("ann", 2 * HOUR)
    sales.chat("bob", 0, "What colours are there?")
    sales.checkout("bob", HOUR)
    sales.chat("cas", 0, "How much is it?")
    sales.chat("dia", 0, "Hello")
    sales.order("dia", HOUR)
    sales.chat("eve", 0, "Here it is", kind="cart")
    sales.chat("fay", 0, None)
    assert steps(sales) == [
        BuyingSteps(
            True, 3, carted=2, carted_open=0, ordered=1, open=0, settled=3, settled_ordered=1
        ),
        BuyingSteps(
            False, 2, carted=2, carted_open=0, ordered=1, open=0, settled=2, settled_ordered=1
        ),
        BuyingSteps(
            None, 1, carted=0, carted_open=0, ordered=0, open=0, settled=1, settled_ordered=0
        ),
    ]


def test_steps_that_lie_ahead_of_the_as_of_are_not_known() -> None:
    sales = Sales()
    sales.chat("ann", 0, "Hello")
    sales.chat("ann", DAY / 2, "Which size is it?")
    sales.checkout("ann", DAY)
    sales.order("ann", 2 * DAY)
    early, carted, bought, settled = (steps(sales, when) for when in (60, 1.5 * DAY, 3 * DAY, 9e5))
    assert early == [BuyingSteps(False, 1, 0, 0, 0, 1, 0, 0)]
    assert carted == [BuyingSteps(True, 1, 1, 1, 0, 1, 0, 0)]
    assert bought == [BuyingSteps(True, 1, 1, 0, 1, 0, 0, 0)]
    assert settled == [BuyingSteps(True, 1, 1, 0, 1, 0, 1, 1)]


def test_revenue_is_told_by_outcome_and_currency_with_refunds_beside() -> None:
    sales = Sales()
    sales.chat("ann", 0)
    sales.order("ann", HOUR, 80, in_chat=True)
    sales.chat("bob", 0)
    sales.order("bob", HOUR, 50, refund=20)
    sales.chat("cas", 0)
    sales.order("cas", HOUR, 40, refund=40)  # all of it paid back
    sales.order("dia", HOUR, 70, currency="USD")
    sales.order("eve", 10 * DAY, 30)  # next week
    sales.order("fay", HOUR, 10, payment_status="pending")
    sales.order("gus", HOUR, 10, cancelled_at=at(2 * HOUR))
    sales.order("hal", HOUR, 10, is_test=True)
    sales.order("ivy", HOUR, 15)
    assert revenue(sales) == [
        Revenue("in_chat", "EUR", 1, Decimal(80), Decimal(0), Decimal(80), 0, 0),
        Revenue("assisted", "EUR", 2, Decimal(90), Decimal(60), Decimal(30), 2, 0),
        Revenue("none", "EUR", 1, Decimal(15), Decimal(0), Decimal(15), 0, 1),
        Revenue("none", "USD", 1, Decimal(70), Decimal(0), Decimal(70), 0, 1),
    ]
    # Before the refunds nothing had been paid back.
    early = revenue(sales, 3 * HOUR)[1]
    assert (early.gross_amount, early.refund_amount, early.refunded) == (Decimal(90), 0, 0)


def test_spend_is_told_by_day_with_every_other_statement_beside() -> None:
    def day(ad: str, date: str, spend: float, **more: object) -> dict[str, object]:
        told = {"ad_key": ad, "ad_id": ad, "day": date, "last_day": date, "spend_amount": spend}
        return told | {"campaign_name": ad.upper()} | more

    sales = Sales()
    sales.tables["ad_days"] = [
        day("a", "2026-03-02", 10),
        day("b", "2026-03-02", 5),
        day("a", "2026-03-03", 4),
        day("a", "2026-03-04", 9, last_day="2026-03-06"),
        day("a", "2026-03-09", 7),  # next week
        day("b", "2026-03-03", 3, currency="USD"),
    ]
    sales.tables["ad_day_versions"] = [
        day("a", "2026-03-02", spend) | {"statement": str(spend)} for spend in (8, 10, 11)
    ]
    with sales.shop() as shop:
        shop.build()
        con = shop.database.con
        found, one = spend_by_day(con, WEEK), spend_by_day(con, WEEK, campaign="B")
    second, third, fourth = (dt.date(2026, 3, number) for number in (2, 3, 4))
    sixth = dt.date(2026, 3, 6)
    assert found == [
        DaySpend(second, second, "EUR", Decimal(15), 2, 1, Decimal(13), Decimal(16)),
        DaySpend(third, third, "EUR", Decimal(4), 1, 0, Decimal(4), Decimal(4)),
        DaySpend(fourth, sixth, "EUR", Decimal(9), 1, 0, Decimal(9), Decimal(9)),
        DaySpend(third, third, "USD", Decimal(3), 1, 0, Decimal(3), Decimal(3)),
    ]
    assert [(row.currency, row.spend) for row in one] == [("EUR", 5), ("USD", 3)]


def test_orders_after_the_as_of_bring_nothing_yet() -> None:
    sales = Sales()
    sales.chat("ann", 0)
    sales.order("ann", DAY)
    assert revenue(sales, HOUR) == []


def test_a_campaign_has_only_what_it_is_credited_with() -> None:
    sales = Sales()
    sales.tables["ad_days"].append(
        {"ad_key": "a", "ad_id": "a", "day": "2026-03-02", "last_day": "2026-03-02",
         "campaign_name": "Spring", "spend_amount": 5}
    )  # fmt: skip
    sales.chat("ann", 0, entry={"entry_point": "ad", "ad_id": "a"})
    sales.order("ann", HOUR, 80)
    sales.chat("bob", 0)
    sales.order("bob", HOUR, 50)
    with sales.shop() as shop:
        shop.build()
        con = shop.database.con
        found = [
            revenue_by_outcome(con, WEEK, at(30 * DAY), where={"campaign": [name]})
            for name in ("Spring", "Autumn")
        ]
    assert [[(one.outcome, one.orders, one.net_amount) for one in rows] for rows in found] == [
        [("assisted", 1, Decimal(80))],
        [],
    ]
