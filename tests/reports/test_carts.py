"""Carts on the page: rates, differences, the curve and topics, and never a word anybody wrote."""

from __future__ import annotations

import pytest

import convocommerce as cc
from convocommerce.charts import Bars, Dots, Endings
from convocommerce.intervals import difference_interval, share_interval
from convocommerce.reports import Report
from reports.test_money import PEOPLE, WEEK, charts, figures, sql, words
from sales import DAY, HOUR, Sales
from tables import at

AS_OF = at(60 * DAY)
WRITTEN = "Zwartkousenbroek"


def draw(*, few: int = 6) -> Sales:
    """Draw attempts to buy after quick, late and no answers and without any conversation."""
    sales = Sales()
    kinds: list[tuple[str, float | None, int, int]] = [
        ("quick", 60, 20, 12),
        ("late", 2 * HOUR, 16, 5),
        ("never", None, few, 1),
    ]
    for kind, answered, people, bought in kinds:
        for number in range(people):
            who, when = f"{kind}{number}", number * HOUR
            topic = ("What does delivery cost", "Which size", "Hi")[number % 3]
            sales.chat(who, when, f"{topic}? {WRITTEN} {kind}", answered=answered)
            sales.checkout(who, when + 3 * HOUR)
            if number < bought:
                sales.order(who, when + 3 * HOUR + (600 if number % 2 else 3 * DAY))
    for number in range(15):
        sales.checkout(f"guest{number}", number * HOUR)
        if number < 10:
            sales.order(f"guest{number}", number * HOUR + 60)
    return sales


def report_of(sales: Sales, language: str = "en", **options: object) -> Report:
    with sales.shop() as shop:
        chosen = cc.Options(**options)  # type: ignore[arg-type]  # passed through
        return shop.report(period=WEEK, as_of=AS_OF, language=language, options=chosen)


COUNTS = """
select
    split_part(split_part(subject_id, ':', 2), '-', 1) as who,
    checkouts.created_at as began_at,
    (
        select min(orders.created_at) from orders
        where split_part(orders.order_id, '-', 1) = split_part(checkouts.checkout_id, '-', 1)
    ) as bought_at
from checkouts
join identities on subject_kind = 'checkout' and split_part(subject_id, ':', 2) = checkout_id
"""


def test_rates_and_differences_are_those_of_the_records() -> None:
    sales = draw()
    with sales.shop() as shop:
        report = shop.report(period=WEEK, as_of=AS_OF)
        # A cart is left after an hour, recovered within seven days, or lost.
        rows = sql(
            shop,
            f"""
            select
                regexp_extract(who, '[a-z]+') as kind,
                count(*),
                count(*) filter (coalesce(bought_at > began_at + interval 1 hour, true)),
                count(*) filter (bought_at is null),
                count(*) filter (bought_at > began_at + interval 1 hour)
            from ({COUNTS}) group by all
            """,
        )
    counts = {kind: numbers for kind, *numbers in rows}
    names = {
        "quick": "answered quickly",
        "late": "answered late",
        "never": "not answered",
        "guest": "no conversation",
    }
    n_quick, left_quick, lost_quick, _ = counts["quick"]
    for kind, state in names.items():
        n, left, lost, recovered = counts[kind]
        told = figures(report, "abandonment_by_answer", answer_state=state)
        for statistic, k in (("abandoned", left), ("lost", lost), ("recovered", recovered)):
            one = told[statistic]
            assert (one["value"], one["n"]) == (k / n, n)
            assert (one["low"], one["high"]) == share_interval(k, n)
        if kind == "quick":
            assert "abandoned_difference" not in told
            continue
        for statistic, k, k_quick in (
            ("abandoned_difference", left, left_quick),
            ("lost_difference", lost, lost_quick),
        ):
            base = k_quick / n_quick
            assert told[statistic]["value"] == pytest.approx(k / n - base)
            assert (told[statistic]["low"], told[statistic]["high"]) == difference_interval(
                k / n, share_interval(k, n), base, share_interval(k_quick, n_quick)
            )
    bars, dots, endings, _ = charts(report, "abandonment")
    assert isinstance(bars, Bars)
    assert isinstance(dots, Dots)
    assert isinstance(endings, Endings)
    assert dots.base == 0
    assert dots.n == tuple(counts[kind][0] for kind in ("late", "never", "guest"))


def test_those_answered_late_and_not_at_all_are_one_where_either_is_few() -> None:
    report = report_of(draw(few=3))
    states = {
        one["group"]["answer_state"]: one["n"]
        for one in report.figures()
        if one["metric"] == "abandonment_by_answer" and one["statistic"] == "abandoned"
    }
    assert states == {"answered quickly": 20, "answered late or not": 19, "no conversation": 15}
    assert "Answered late or not" in charts(report, "abandonment")[0].categories
    # Where more may be shown, the two stand by themselves.
    more = report_of(draw(few=3), smallest_group=3)
    assert "Answered late or not" not in charts(more, "abandonment")[0].categories


def test_no_difference_gives_a_hidden_group_away() -> None:
    sales = Sales()
    for number in range(3):
        sales.chat(f"q{number}", number * HOUR)
        sales.checkout(f"q{number}", number * HOUR + HOUR)
    for number in range(20):
        sales.checkout(f"guest{number}", number * HOUR)
    # Without any order nothing is known of how attempts ended.
    sales.order("earlier", -20 * DAY)
    report = report_of(sales)
    assert "Too few attempts to buy came after a quick answer" in words(report, "abandonment")
    shown = [one for one in report.figures() if one["metric"] == "abandonment_by_answer"]
    assert [one for one in shown if 0 < one["n"] < 5] == []
    assert not [one for one in shown if "difference" in one["statistic"]]


def test_the_curve_tells_what_was_ordered_and_lost_by_each_time() -> None:
    sales = draw()
    with sales.shop() as shop:
        report = shop.report(period=WEEK, as_of=AS_OF)
        ((n, in_an_hour, in_all, lost),) = sql(
            shop,
            f"""
            select
                count(*),
                count(*) filter (bought_at <= began_at + interval 1 hour),
                count(*) filter (bought_at is not null),
                count(*) filter (bought_at is null)
            from ({COUNTS})
            """,
        )
    # Everything is decided, so the estimated shares are those of all attempts.
    hour, week = (figures(report, "cart_curve", seconds=seconds) for seconds in (3600, 7 * 86_400))
    assert hour["ordered"]["value"] == pytest.approx(in_an_hour / n)
    assert (hour["lost"]["value"], hour["lost"]["n"]) == (0, n)
    assert week["ordered"]["value"] == pytest.approx(in_all / n)
    assert week["lost"]["value"] == pytest.approx(lost / n)
    assert week["lost"]["low"] < lost / n < week["lost"]["high"]


def test_topics_are_counted_by_people_and_few_are_told_together() -> None:
    sales = draw()
    with sales.shop() as shop:
        report = shop.report(period=WEEK, as_of=AS_OF)
        rows = sql(
            shop,
            f"""
            {PEOPLE}
            select
                count(distinct who) filter (order_id is null),
                count(distinct who) filter (order_id is null and text like '%size%'),
                count(distinct who) filter (order_id is null and text like '%delivery%'),
                count(distinct who) filter (order_id is null and text like 'Hi%'),
                count(distinct who) filter (order_id is not null),
                count(distinct who) filter (order_id is not null and text like '%size%')
            from messages join people using (customer_id)
            where direction = 'in'
            """,
        )
    ((left, size, delivery, nothing, bought, size_bought),) = rows
    told = {
        (one["group"]["topic"], one["statistic"]): one
        for one in report.figures()
        if one["metric"] == "asked_topics"
    }
    for topic, k in (("size", size), ("delivery", delivery), ("none", nothing)):
        one = told[topic, "left"]
        assert (one["value"], one["n"]) == (k / left, left)
        assert (one["low"], one["high"]) == share_interval(k, left)
    assert told["size", "bought"]["value"] == size_bought / bought
    chart = charts(report, "abandonment")[-1]
    assert "None of these topics" in chart.categories
    assert "One person can ask about several things" in chart.caption
    # With nine as the fewest, price, delivery, size and the greeting are each of too few.
    few = report_of(draw(), smallest_group=9)
    topics = {one["group"]["topic"] for one in few.figures() if one["metric"] == "asked_topics"}
    assert "size" not in topics
    assert "other" in topics


@pytest.mark.parametrize("language", ["en", "nl"])
def test_no_word_that_anybody_wrote_is_on_the_page(language: str) -> None:
    report = report_of(draw(), language)
    mail = report.mail()
    for text in (
        report.html(),
        report.to_json(),
        report.to_csv(),
        mail.text,
        mail.html,
        str(report.to_parquet()),
    ):
        assert WRITTEN not in text
        assert "Which size?" not in text
        assert "What does delivery cost" not in text
    assert "asked_topics" in report.to_json()


def test_without_words_the_page_says_so() -> None:
    sales = draw()
    for message in sales.tables["messages"]:
        message["text"] = None
    report = report_of(sales)
    assert "no export keeps what people wrote" in words(report, "abandonment")
    assert "asked_topics" not in report.to_json()
    funnel = [one["statistic"] for one in report.figures() if one["section"] == "funnel"]
    assert "asked" not in funnel
    assert "carted" in funnel
    assert "has_asked" not in report.to_json()


def test_too_few_who_wrote_have_no_topics() -> None:
    sales = Sales()
    for number in range(4):
        sales.chat(f"q{number}", number * HOUR, "Which size?")
        sales.checkout(f"q{number}", number * HOUR + HOUR)
    sales.order("earlier", -20 * DAY)
    report = report_of(sales)
    assert "Too few who wrote left a cart behind" in words(report, "abandonment")
    assert "asked_topics" not in report.to_json()
