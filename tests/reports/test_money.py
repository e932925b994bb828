"""Money on the page: every figure is what plain SQL over the drawn records gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import convocommerce as cc
from convocommerce.charts import Stacks
from convocommerce.intervals import share_interval
from convocommerce.reports import Report
from convocommerce.reports.blocks import ChartBlock, Section
from reports.pages import Page
from sales import DAY, HOUR, Sales
from tables import at

WEEK = cc.Period("2026-W10")
AS_OF = at(60 * DAY)
Record = dict[str, Any]

# A conversation, an order and a checkout are one person's where their address is the same.
PEOPLE = """
with people as (
    select
        chat.key_value as who,
        split_part(chat.subject_id, ':', 3) as customer_id,
        split_part(bought.subject_id, ':', 2) as order_id,
        split_part(left_.subject_id, ':', 2) as checkout_id
    from identities as chat
    left join identities as bought
        on bought.key_value = chat.key_value and bought.subject_kind = 'order'
    left join identities as left_
        on left_.key_value = chat.key_value and left_.subject_kind = 'checkout'
    where chat.subject_kind = 'customer' and chat.key_kind = 'email'
)
"""


def draw() -> Sales:
    """Draw 40 people who chat; half ask about a size, some begin a checkout, fewer buy."""
    sales = Sales()
    for number in range(40):
        who, when = f"p{number}", number * HOUR
        asks = number % 2 == 0
        answered = None if number % 10 == 9 else 60 if number % 3 else 2 * HOUR
        sales.chat(who, when, "Which size is it?" if asks else "Hello", answered=answered)
        if number % 4 in (0, 1):
            sales.checkout(who, when + HOUR)
        if number % 8 in (0, 1):
            amount = 20 + number
            refund = 5 if number % 16 == 0 else 0
            sales.order(who, when + 2 * HOUR, amount, refund=refund, in_chat=number % 8 == 1)
    for number in range(12):  # guests of the website
        sales.checkout(f"g{number}", number * HOUR)
        if number % 3:
            sales.order(f"g{number}", number * HOUR + 900, 50)
    sales.order("abroad", HOUR, 70, currency="USD")
    return sales


@pytest.fixture(scope="module")
def shop() -> Iterator[cc.Shop]:
    with draw().shop() as shop:
        yield shop


@pytest.fixture(scope="module")
def report(shop: cc.Shop) -> Report:
    return shop.report(period=WEEK, as_of=AS_OF)


def sql(shop: cc.Shop, query: str) -> list[tuple[Any, ...]]:
    return shop.database.con.execute(query).fetchall()


def figures(report: Report, metric: str, **group: Any) -> dict[str, Record]:
    found = [one for one in report.figures() if one["metric"] == metric]
    found = [one for one in found if group.items() <= one["group"].items()]
    assert found, (metric, group)
    return {one["statistic"]: one for one in found}


def section(report: Report, name: str) -> Section:
    return next(one for one in report.page.sections if one.name == name)


def charts(report: Report, name: str) -> list[Any]:
    return [one.chart for one in section(report, name).blocks if isinstance(one, ChartBlock)]


def words(report: Report, name: str) -> str:
    return " ".join(one.text for one in section(report, name).blocks if one.kind == "text")


def test_the_steps_to_an_order_are_those_of_the_records(shop: cc.Shop, report: Report) -> None:
    ((talked, asked, carted, ordered),) = sql(
        shop,
        f"""
        {PEOPLE},
        said as (
            select customer_id, bool_or(text like '%size%') as asks
            from messages where direction = 'in' group by all
        )
        select
            count(distinct customer_id),
            count(distinct customer_id) filter (asks),
            count(distinct customer_id) filter (
                asks and coalesce(order_id, checkout_id) is not null
            ),
            count(distinct customer_id) filter (asks and order_id is not null)
        from people join said using (customer_id)
        """,
    )
    told = figures(report, "funnel")
    steps = ("conversations", "asked", "carted", "ordered")
    assert [told[name]["value"] for name in steps] == [talked, asked, carted, ordered]
    assert told["ordered_of_previous"]["value"] == ordered / carted
    assert (told["ordered_of_all"]["low"], told["ordered_of_all"]["high"]) == share_interval(
        ordered, talked
    )
    assert charts(report, "funnel")[0].stages[3].count == ordered
    asks = figures(report, "funnel", has_asked=False)
    ((others, carts),) = sql(
        shop,
        f"""
        {PEOPLE}
        select
            count(distinct customer_id),
            count(distinct customer_id) filter (coalesce(order_id, checkout_id) is not null)
        from people
        where customer_id not in (select customer_id from messages where text like '%size%')
        """,
    )
    assert asks["with_cart"]["value"] == carts / others
    assert asks["with_cart"]["n"] == others


def test_what_became_of_conversations_is_drawn_as_parts_of_all(report: Report) -> None:
    chart = next(one for one in charts(report, "funnel") if isinstance(one, Stacks))
    told = figures(report, "funnel")
    answered = sum(
        told[f"{name}_answered"]["value"]
        for name in ("in_chat", "assisted", "pending", "none")
        if f"{name}_answered" in told
    )
    (bought,) = [part for part in chart.parts if part.name == "Bought in the chat"]
    # Of those not answered too few bought, so neither side of that outcome is shown.
    assert bought.values == (None, None) or bought.values[0] * chart.n[0] <= answered


def test_revenue_is_the_sum_of_orders_with_refunds_beside(shop: cc.Shop, report: Report) -> None:
    found = sql(
        shop,
        f"""
        {PEOPLE},
        paid_back as (select order_id, sum(refund_amount) as amount from refunds group by all),
        told as (
            select
                case
                    when orders.order_id not in (select order_id from people where order_id <> '')
                        then 'none'
                    when orders.order_id in (
                        select split_part(subject_id, ':', 2) from identities
                        where subject_kind = 'order' and key_kind = 'chat_id'
                    ) then 'in_chat'
                    else 'assisted'
                end as outcome,
                orders.currency, orders.total_amount, coalesce(paid_back.amount, 0) as back
            from orders left join paid_back using (order_id)
        )
        select outcome, currency, count(*), sum(total_amount)::double, sum(back)::double
        from told where currency = 'EUR' group by all order by outcome
        """,
    )
    assert [outcome for outcome, *_ in found] == ["assisted", "in_chat", "none"]
    for outcome, currency, n, gross, back in found:
        told = figures(report, "revenue", outcome=outcome, currency=currency)
        assert (told["orders"]["value"], told["gross"]["value"]) == (n, gross)
        assert (told["refunds"]["value"], told["net"]["value"]) == (back, gross - back)
        assert told["net"]["unit"] == "EUR"
    # The one order in dollars is in no sum of euros, and too few to be shown.
    (euros,) = charts(report, "revenue")
    assert euros.unit == "EUR"
    assert "Paid orders in USD" in Page(report.html()).text
    assert "USD" not in {one["unit"] for one in report.figures() if one["metric"] == "revenue"}
    assert [part.name for part in euros.parts] == ["Net", "Paid back"]
    totals = {name: gross for name, _, _, gross, _ in found}
    drawn = [sum(part.values[k] for part in euros.parts) for k in range(3)]
    assert drawn == pytest.approx([totals[one] for one in ("in_chat", "assisted", "none")])


def test_conversion_by_window_counts_orders_within_each(shop: cc.Shop, report: Report) -> None:
    rows = sql(
        shop,
        f"""
        {PEOPLE},
        talks as (select customer_id, max(sent_at) as last_at from messages group by all)
        select windows.days, count(distinct customer_id) filter (
            orders.created_at <= last_at + to_days(windows.days::integer)
        ), count(distinct customer_id)
        from talks
        join people using (customer_id)
        left join orders using (order_id)
        cross join (select unnest([1, 3, 5, 7, 14, 30]) as days) as windows
        group by all order by 1
        """,
    )
    # The four weeks that are looked at end with the page's days, and nobody wrote before.
    for days, bought, n in rows:
        told = figures(report, "conversion_by_window", days=days)["any"]
        assert (told["value"], told["n"]) == (bought / n, n)
    chart = charts(report, "funnel")[-1]
    assert chart.categories == ("1 d", "3 d", "5 d (the rule)", "7 d", "14 d", "30 d")


def test_conversion_by_window_waits_until_it_can_be_told(shop: cc.Shop) -> None:
    early = shop.report(period=WEEK, as_of=at(12 * DAY))
    assert "it takes conversations with 30 days after them" in words(early, "funnel")
    assert "conversion_by_window" not in {one["metric"] for one in early.figures()}


def test_the_ratio_is_told_in_every_way_with_its_interval(report: Report) -> None:
    (chart,) = charts(report, "checkout")
    assert chart.is_log
    assert (chart.reference, chart.base) == (2.3, 1)
    # Nothing tells who of the chats came to buy, so only the naive ratio can be told.
    told = figures(report, "chat_against_checkout")
    assert [name for name in told if name.endswith("_ratio")] == ["naive_ratio"]
    assert "is not computed: of no decided conversation is it known" in words(report, "checkout")


@pytest.mark.parametrize(
    ("chats", "bought", "verdict"),
    [
        (60, 54, "more often than the 2.3 times that are claimed"),
        (60, 6, "less often than the 2.3 times that are claimed"),
        (60, 24, "too few to tell whether it is more or less often than the 2.3 times"),
    ],
)
def test_the_claim_is_judged_in_words(chats: int, bought: int, verdict: str) -> None:
    sales = Sales()
    for number in range(chats):
        sales.chat(f"c{number}", number * HOUR, entry={"entry_point": "link"})
        if number < bought:
            sales.order(f"c{number}", number * HOUR + 600)
    for number in range(60):
        sales.checkout(f"g{number}", number * HOUR)
        if number < 12:
            sales.order(f"g{number}", number * HOUR + 900)
    with sales.shop() as shop:
        report = shop.report(period=WEEK, as_of=AS_OF)
        told = figures(report, "chat_against_checkout")
        ratio = bought / chats / (12 / 60)
        for name in ("naive", "matched", "standardised"):
            assert told[f"{name}_ratio"]["value"] == pytest.approx(ratio)
            low, high = told[f"{name}_ratio"]["low"], told[f"{name}_ratio"]["high"]
            assert low < ratio < high
        assert verdict in words(report, "checkout")
        (chart,) = charts(report, "checkout")
        assert chart.values == pytest.approx([ratio] * 3)
        assert "Fairly compared, chats ended in an order" in words(report, "checkout")


@pytest.mark.parametrize(
    ("sales", "reason"),
    [
        (Sales(), "no conversation of these days is decided yet"),
        (draw(), "of no decided conversation is it known that its customer came to buy"),
    ],
)
def test_why_there_is_no_ratio_is_said(sales: Sales, reason: str) -> None:
    if not sales.tables["messages"]:
        for number in range(9):
            sales.chat(f"late{number}", 6 * DAY)
        sales.order("guest", 0)
    with sales.shop() as shop:
        as_of = AS_OF if reason.startswith("of no") else at(6 * DAY + HOUR)
        report = shop.report(period=WEEK, as_of=as_of)
        assert reason in words(report, "checkout")


def test_without_orders_nothing_empty_is_drawn() -> None:
    sales = Sales()
    for number in range(9):
        sales.chat(f"c{number}", number * HOUR, None)
    with sales.shop() as shop:
        report = shop.report(period=WEEK, as_of=AS_OF)
    for name, sentence in {
        "revenue": "No orders are loaded",
        "checkout": "is not computed: no orders are loaded",
        "ads": "No ads ran in these days",
        "attribution": "No sale of these days had a conversation before it",
        "abandonment": "No checkouts are loaded, so it is not known what was left behind",
    }.items():
        assert charts(report, name) == []
        assert sentence in words(report, name)
    assert (
        "Whether people asked about a product is not known" in charts(report, "funnel")[0].caption
    )
    text = Page(report.html()).text
    assert "No data" not in text[text.index("What orders brought") :]
