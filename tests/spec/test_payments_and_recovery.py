"""A sale told by the shop and by its payment provider counts once; a checkout may be handed on."""

from __future__ import annotations

from typing import Any

import pytest

from convocommerce.building import ensure_built
from convocommerce.measuring import answer, ask
from convocommerce.metrics import metric_named
from convocommerce.rules import Rules
from convocommerce.warehouse import Database
from tables import SENDERS, at, database_of, thread

MINUTE, HOUR, DAY = 60, 3600, 86_400
MAIL = "ann@example.com"
INTENT = "pi_1"


def shown(kind: str, subject: str, key_kind: str = "email", value: str = MAIL) -> dict[str, str]:
    return {
        "subject_kind": kind,
        "subject_id": subject,
        "key_kind": key_kind,
        "key_value": value,
    }


CHAT = [shown("customer", "messenger:page:ann")]


def order(platform: str, order_id: str, **more: Any) -> dict[str, Any]:
    return {"platform": platform, "order_id": order_id, "created_at": at(HOUR), **more}


def payment(order_id: str = "pi_1", **more: Any) -> dict[str, Any]:
    told = {"is_payment": True, "payment_reference": order_id, **more}
    return order("stripe", order_id, **told)


def built(**tables: list[dict[str, Any]]) -> Database:
    messages = thread([(0, "c"), (MINUTE, "h")], customer="ann")
    database = database_of(messages=messages, **tables)
    ensure_built(database, Rules(senders=SENDERS))
    return database


def counted(
    orders: list[dict[str, Any]], keys: list[dict[str, str]] | None = None
) -> list[tuple[str, bool]]:
    """Return the orders that count, and whether each is credited to the conversation."""
    mails = [shown("order", f"{one['platform']}:{one['order_id']}") for one in orders]
    database = built(orders=orders, identities=[*CHAT, *mails, *(keys or [])])
    rows = database.con.execute(
        "select order_id, conversation_id is not null from conversions order by order_id"
    ).fetchall()
    return [(name, credited) for name, credited in rows]


def test_revenue_whose_currency_is_not_told_stays_apart() -> None:
    mails = [shown("order", f"shopify:{name}") for name in ("1", "2")]
    orders = [order("shopify", "1", currency=None), order("shopify", "2", total_amount="30")]
    database = built(orders=orders, identities=[*CHAT, *mails])
    question = ask(database.con, metric_named("assisted_conversion"), as_of=at(30 * DAY))
    rows, _ = answer(database.con, question)
    revenue = {row.unit: row.value for row in rows if row.statistic == "net_revenue"}
    assert revenue == {"EUR": 30, "unknown": 100}


def test_a_payment_nobody_else_tells_of_is_a_sale() -> None:
    assert counted([payment()]) == [("pi_1", True)]
    assert counted([payment(), order("shopify", "7")]) == [("7", True), ("pi_1", True)]


def test_a_payment_with_the_reference_of_a_shops_order_is_that_order() -> None:
    assert counted([payment(), order("shopify", "7", payment_reference="pi_1")]) == [("7", True)]


def test_a_shop_may_know_the_payment_by_another_of_its_ids() -> None:
    charge = [shown("order", "stripe:pi_1", "payment", "ch_1")]
    told = [payment(), order("woocommerce", "7", payment_reference="ch_1")]
    assert counted(told, charge) == [("7", True)]


def test_a_payment_that_bears_the_number_of_an_order_is_that_order() -> None:
    number = [
        shown("order", one, "token", "order:1042") for one in ("stripe:pi_1", "woocommerce:7")
    ]
    assert counted([payment(), order("woocommerce", "7")], number) == [("7", True)]


def test_two_payments_of_one_order_number_are_two_payments() -> None:
    number = [shown("order", one, "token", "order:1042") for one in ("stripe:pi_1", "stripe:pi_2")]
    assert counted([payment(), payment("pi_2")], number) == [("pi_1", True), ("pi_2", True)]


def test_one_payment_under_two_names_counts_by_the_fuller() -> None:
    invoice = [shown("order", one, "payment", "in_1") for one in ("stripe:cs_1", "stripe:pi_1")]
    told = [payment("cs_1", detail=2), payment("pi_1", detail=6)]
    assert counted(told, invoice) == [("pi_1", True)]


def test_orders_of_two_shops_are_never_each_others_payment() -> None:
    told = [order("shopify", "7", payment_reference="x1"),
            order("woocommerce", "8", payment_reference="x1")]  # fmt: skip
    assert counted(told) == [("7", True), ("8", True)]


def checkout(name: str, seconds: float, **more: Any) -> dict[str, Any]:
    return {"platform": "stripe", "checkout_id": name, "created_at": at(seconds), **more}


def outcomes(
    checkouts: list[dict[str, Any]], orders: list[dict[str, Any]] | None = None
) -> dict[str, tuple[Any, ...]]:
    """Return when each checkout was completed, whether by a reminder's link, and its cart."""
    keys = [shown("checkout", f"stripe:{one['checkout_id']}") for one in checkouts]
    keys += [shown("order", f"{one['platform']}:{one['order_id']}") for one in orders or []]
    database = built(checkouts=checkouts, orders=orders or [], identities=[*CHAT, *keys])
    rows = database.con.execute(
        "select checkout_id, completed_at, is_recovered_by_link, cart_id from checkout_outcomes"
    ).fetchall()
    return {name: rest for name, *rest in map(list, rows)}  # type: ignore[misc]


def test_a_checkout_taken_up_again_is_recovered_by_link() -> None:
    found = outcomes(
        [
            checkout("a", 0, expires_at=at(DAY)),
            checkout("b", 2 * DAY, recovers_checkout_id="a"),
            checkout("c", 3 * DAY, recovers_checkout_id="b", completed_at=at(3 * DAY + 60)),
        ]
    )
    done = at(3 * DAY + 60)
    assert found == {
        "a": [done, True, "a"],
        "b": [done, True, "a"],
        "c": [done, False, "a"],
    }


def test_only_what_was_left_and_came_back_in_time_is_recovered_by_its_link() -> None:
    """One came back before it counted as left, one in time, one by itself, one late, one never."""
    told = [
        checkout("soon", 0, completed_at=at(5 * MINUTE), is_recovered_by_link=True),
        checkout("back", 0, completed_at=at(HOUR), is_recovered_by_link=True),
        checkout("self", 0, completed_at=at(HOUR), is_recovered_by_link=False),
        checkout("late", 0, completed_at=at(9 * DAY), is_recovered_by_link=True),
        checkout("left", 0, is_recovered_by_link=False),
        # Of this shop no order is loaded, so nobody knows what became of it.
        {**checkout("unknown", 0), "platform": "shopify"},
    ]
    strange = order("stripe", "strange", created_at=at(-99 * DAY))
    database = built(checkouts=told, orders=[strange])
    question = ask(
        database.con,
        metric_named("cart_abandonment"),
        as_of=at(30 * DAY),
        options={"grain": "checkout"},
    )
    rows, _ = answer(database.con, question)
    assert {row.statistic: (row.value, row.n) for row in rows} == {
        "rate": (4 / 5, 5),
        "lost_rate": (2 / 5, 5),
        "recovered_rate": (2 / 5, 5),
        "recovered_by_link": (1 / 5, 5),
    }


def test_a_checkout_that_nobody_takes_up_stays_left() -> None:
    assert outcomes([checkout("a", 0, expires_at=at(HOUR))]) == {"a": [None, False, "a"]}
    again = [checkout("a", 0), checkout("b", DAY, recovers_checkout_id="a")]
    assert outcomes(again) == {"a": [None, False, "a"], "b": [None, False, "a"]}


def test_a_checkout_completed_by_itself_was_not_recovered() -> None:
    both = [
        checkout("a", 0, completed_at=at(60)),
        checkout("b", DAY, recovers_checkout_id="a", completed_at=at(DAY + 60)),
    ]
    assert outcomes(both)["a"] == [at(60), False, "a"]


def test_checkouts_that_name_each_other_end() -> None:
    found = outcomes(
        [
            checkout("a", 0, recovers_checkout_id="b"),
            checkout("b", 60, recovers_checkout_id="a", completed_at=at(120)),
        ]
    )
    assert found == {"a": [at(120), True, "a"], "b": [at(120), False, "a"]}


def test_test_checkouts_are_left_out() -> None:
    assert outcomes([checkout("a", 0, is_test=True)]) == {}


@pytest.mark.parametrize("is_payment", [True, False])
def test_a_payment_is_no_checkout_of_its_own(is_payment: bool) -> None:
    told = payment(checkout_token=INTENT, is_payment=is_payment)
    assert list(outcomes([], [told])) == ([] if is_payment else ["order:pi_1"])


def test_a_payment_completes_the_session_it_paid() -> None:
    paid = payment(checkout_token=INTENT)
    found = outcomes([checkout("cs_1", 0, checkout_token=INTENT)], [paid])
    assert found == {"cs_1": [at(HOUR), False, "cs_1"]}
