"""What was asked before carts were left: people by topic, small topics together, never a text."""

from __future__ import annotations

import pytest

from convocommerce.insights import AskedTopic, AskedTopics, asked_topics
from convocommerce.measuring import ask
from convocommerce.metrics import metric_named
from convocommerce.periods import Period
from sales import DAY, HOUR, Sales
from tables import at

WEEK = Period("2026-W10")


def told(
    sales: Sales, as_of: float = 30 * DAY, smallest: int = 1, where: dict[str, str] | None = None
) -> AskedTopics:
    with sales.shop() as shop:
        shop.build()
        con = shop.database.con
        metric = metric_named("cart_abandonment")
        question = ask(con, metric, as_of=at(as_of), period=WEEK, where=where)
        return asked_topics(con, question, smallest=smallest)


def counts(found: AskedTopics) -> dict[str, tuple[int, int]]:
    return {one.topic: (one.left, one.bought) for one in found.topics}


def left(sales: Sales, who: str, text: str | None, when: float = 0) -> None:
    if not sales.tables["orders"]:
        sales.order("zoe", -9)  # a shop that tells checkouts and no orders tells nothing
    sales.chat(who, when, text)
    sales.checkout(who, when + HOUR)


def test_people_count_once_for_each_thing_they_asked_about() -> None:
    sales = Sales()
    left(sales, "ann", "How much is delivery? And what does delivery cost?")
    left(sales, "bob", "Wat is de prijs?")
    left(sales, "cas", "Hallo daar")
    # A second attempt of the same person, weeks apart from being a second person.
    left(sales, "ann", "Is the delivery free?", 2 * DAY)
    left(sales, "eve", "What is the price?")
    sales.order("eve", 3 * HOUR)
    found = told(sales)
    assert found == AskedTopics(
        (
            AskedTopic("price", 2, 3, 1, 1),
            AskedTopic("delivery", 1, 3, 0, 1),
            AskedTopic("none", 1, 3, 0, 1),
        ),
        left=3,
        bought=1,
        untold=0,
    )
    assert found.topics[0].left_share == 2 / 3
    assert found.topics[0].left_interval == pytest.approx((0.2077, 0.9385), abs=1e-4)


def test_topics_of_few_are_one_and_people_in_it_count_once() -> None:
    sales = Sales()
    for number in range(3):
        left(sales, f"many{number}", "Wat kost dit?")
    left(sales, "ann", "Which size? And do you have it in stock?")
    left(sales, "bob", "Which size?")
    left(sales, "cas", "What colour, and what price?")
    assert counts(told(sales, smallest=3)) == {"price": (4, 0), "other": (3, 0)}
    everything = {"price": (4, 0), "size": (2, 0), "product": (1, 0), "stock": (1, 0)}
    assert counts(told(sales)) == everything


def test_a_topic_of_buyers_alone_stands_by_itself_when_they_are_enough() -> None:
    sales = Sales()
    for number in range(3):
        left(sales, f"buyer{number}", "Can I pay with PayPal?")
        sales.order(f"buyer{number}", 2 * HOUR)
    left(sales, "ann", "Which size?")
    assert counts(told(sales, smallest=3)) == {"payment": (0, 3), "other": (1, 0)}
    assert counts(told(sales, smallest=4)) == {"other": (1, 3)}


def test_only_what_the_customer_wrote_before_the_end_counts() -> None:
    sales = Sales()
    sales.say("ann", 0, "Hi")
    sales.key("ann", "customer", "messenger:page:ann")
    # The shop speaks of a discount, and Ann of a return only when all was over.
    sales.say("ann", 60, "Here is a discount", "h")
    for day in range(1, 20):
        sales.say("ann", day * DAY, "May I return it?" if day > 10 else "Hello?")
    sales.checkout("ann", HOUR)
    sales.order("zoe", -9)
    assert counts(told(sales)) == {"none": (1, 0)}
    # A conversation that has nothing to do with any attempt tells nothing about one.
    sales.chat("bob", 0, "How much is it?")
    assert counts(told(sales)) == {"none": (1, 0)}


def test_words_that_are_not_kept_are_not_guessed() -> None:
    sales = Sales()
    left(sales, "ann", None)
    assert told(sales) == AskedTopics((), left=0, bought=0, untold=1)
    left(sales, "bob", "What does it cost?")
    assert told(sales) == AskedTopics((AskedTopic("price", 1, 1, 0, 0),), 1, 0, untold=1)


def test_left_is_what_is_not_recovered_by_the_as_of() -> None:
    sales = Sales()
    left(sales, "ann", "What does it cost?")
    sales.order("ann", 2 * DAY)
    assert counts(told(sales, as_of=HOUR + 60)) == {}  # still open
    assert counts(told(sales, as_of=DAY)) == {"price": (1, 0)}
    assert counts(told(sales, as_of=3 * DAY)) == {"price": (0, 1)}


def test_without_attempts_there_is_nothing() -> None:
    sales = Sales()
    sales.chat("ann", 0, "What does it cost?")
    assert told(sales) == AskedTopics((), None, None, None)  # and nobody knows whether any were
    left(sales, "bob", "Hallo daar", 99 * DAY)
    assert told(sales) == AskedTopics((), 0, 0, 0)


def test_a_campaign_has_its_own() -> None:
    sales = Sales()
    sales.tables["ad_days"].append(
        {"ad_key": "a", "ad_id": "a", "day": "2026-03-02", "last_day": "2026-03-02",
         "campaign_name": "Spring", "spend_amount": 5}
    )  # fmt: skip
    sales.chat("ann", 0, "What does it cost?", entry={"entry_point": "ad", "ad_id": "a"})
    sales.checkout("ann", HOUR)
    left(sales, "bob", "Which size?")
    assert counts(told(sales, where={"campaign": "Spring"})) == {"price": (1, 0)}
    assert counts(told(sales, where={"campaign": "Autumn"})) == {}
