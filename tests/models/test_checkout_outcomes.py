"""What became of each checkout: what ends it, whose attempt it is, and which talk it had."""

from __future__ import annotations

from typing import Any

import pytest

from convocommerce.building import ensure_built
from convocommerce.rules import Rules
from tables import SENDERS, at, database_of, thread

MINUTE, HOUR, DAY = 60, 3600, 86_400
RULES = Rules(senders=SENDERS)
CHECKOUT = RULES.checkout_abandoned_after_minutes * MINUTE
WINDOW = RULES.attribution_window_days * DAY
LOST = RULES.recovered_within_days * DAY


def checkout(name: str, seconds: float, done: float | None = None, **more: Any) -> dict[str, Any]:
    told = {"checkout_id": name, "created_at": at(seconds), **more}
    return told | ({} if done is None else {"completed_at": at(done)})


def order(name: str, seconds: float, token: str | None = None, **more: Any) -> dict[str, Any]:
    return {"order_id": name, "created_at": at(seconds), "checkout_token": token, **more}


def tie(kind: str, name: str, customer: str) -> dict[str, str]:
    return {
        "subject_kind": kind,
        "subject_id": name,
        "key_kind": "email",
        "key_value": f"{customer}@example.com",
    }


def outcomes(
    columns: str, checkouts: Any, orders: Any = (), messages: Any = (), **owners: str
) -> list[tuple[Any, ...]]:
    """Return columns of each checkout, in the order of their numbers; ann's unless said."""
    ties = [tie("customer", "messenger:page:ann", "ann")]
    for kind, rows in (("checkout", checkouts), ("order", orders)):
        for row in rows:
            name = row[f"{kind}_id"]
            platform = row.get("platform", "shopify")
            ties.append(tie(kind, f"{platform}:{name}", owners.get(f"{kind}_{name}", "ann")))
    tables = {"checkouts": checkouts, "orders": orders, "messages": messages}
    with database_of(identities=ties, **tables) as database:
        ensure_built(database, RULES)
        sql = f"select {columns} from checkout_outcomes order by platform, checkout_id"
        return database.con.execute(sql).fetchall()


@pytest.mark.parametrize(
    ("seconds", "is_done"), [(9 * MINUTE, False), (10 * MINUTE, True), (11 * MINUTE, True)]
)
def test_a_checkout_taken_up_again_ends_with_the_later_one_but_not_before_it_began(
    seconds: float, is_done: bool
) -> None:
    """The clocks of shops differ: the later one may be told to have ended first."""
    checkouts = [
        checkout("1", 10 * MINUTE),
        checkout("2", 5 * MINUTE, seconds, recovers_checkout_id="1"),
    ]
    (first, _) = outcomes("completed_at, is_recovered_by_link", checkouts)
    assert first == ((at(seconds), True) if is_done else (None, False))


def test_a_checkout_that_ended_by_itself_was_not_handed_on() -> None:
    checkouts = [
        checkout("1", 0, 5 * MINUTE),
        checkout("2", HOUR, HOUR + 60, recovers_checkout_id="1"),
        checkout("3", 2 * HOUR, 2 * HOUR + 60, is_recovered_by_link=True),
        checkout("4", 3 * HOUR),
    ]
    found = outcomes("completed_at, is_recovered_by_link", checkouts)
    assert found == [
        (at(5 * MINUTE), False),
        (at(HOUR + 60), False),
        (at(2 * HOUR + 60), True),
        (None, False),
    ]


def test_of_several_that_take_it_up_the_first_to_end_ends_it() -> None:
    checkouts = [
        checkout("1", 0),
        checkout("2", HOUR, 9 * HOUR, recovers_checkout_id="1"),
        checkout("3", 2 * HOUR, 5 * HOUR, recovers_checkout_id="1"),
        checkout("4", 3 * HOUR, recovers_checkout_id="1"),
    ]
    found = outcomes("completed_at, cart_id", checkouts)
    assert found == [(at(5 * HOUR), "1"), (at(9 * HOUR), "1"), (at(5 * HOUR), "1"), (None, "1")]


@pytest.mark.parametrize(
    ("orders", "done"),
    [
        ([order("7", 0, "t")], 0),
        ([order("7", -1, "t")], None),
        ([order("7", 60, "u")], None),
        ([order("7", 60, "t", is_test=True)], None),
        ([order("7", 60, "t", payment_status="voided")], None),
        ([order("7", 60, "t", payment_status=None)], 60),
        ([order("7", 60, "t", is_test=False)], 60),
        ([order("7", 90, "t"), order("8", 60, "t")], 60),
    ],
)
def test_an_order_of_its_token_completes_it_from_its_first_instant_on(
    orders: list[dict[str, Any]], done: float | None
) -> None:
    found = outcomes("checkout_id, completed_at", [checkout("1", 0, checkout_token="t")], orders)  # noqa: S106  # no secret
    assert dict(found)["1"] == (None if done is None else at(done))


def test_the_earlier_of_the_shops_word_and_the_order_counts() -> None:
    for told, done in ((30, 30), (90, 60)):
        checkouts = [checkout("1", 0, told, checkout_token="t")]  # noqa: S106  # no secret
        found = outcomes("completed_at", checkouts, [order("7", 60, "t")])
        assert found == [(at(done),)]


@pytest.mark.parametrize(
    ("bought", "is_checkout"),
    [
        ({}, True),
        ({"checkout_token": None}, False),
        ({"is_payment": True}, False),
        ({"is_payment": False}, True),
        ({"is_test": True}, False),
    ],
)
def test_an_order_whose_checkout_nobody_lists_was_one_all_the_same(
    bought: dict[str, Any], is_checkout: bool
) -> None:
    orders = [order("7", 60, "u", cart_token="k", total_amount=5) | bought]  # noqa: S106  # no secret
    columns = "checkout_id, started_at, completed_at, cart_id, total_amount, is_recovered_by_link"
    found = outcomes(columns, [checkout("1", 0, is_test=True)], orders)
    assert found == ([("order:7", at(60), at(60), "k", 5, False)] if is_checkout else [])


def test_somebody_elses_order_with_a_token_completes_nothing() -> None:
    checkouts = [checkout("1", 0, checkout_token="t")]  # noqa: S106  # no secret
    found = outcomes("checkout_id, completed_at", checkouts, [order("7", 60, "t")], order_7="ben")
    assert found == [("1", None), ("order:7", at(60))]


def test_an_attempt_ends_with_a_purchase_or_a_long_pause() -> None:
    """Also with a purchase by another cart; in the instant of a purchase it is still the same."""
    orders = [order("7", 2 * HOUR)]
    checkouts = [
        checkout("1", 0),
        checkout("2", HOUR),
        checkout("3", 2 * HOUR),
        checkout("4", 3 * HOUR),
        checkout("5", 3 * HOUR + LOST),
        checkout("6", 3 * HOUR + 2 * LOST + 0.001),
    ]
    found = outcomes("attempt_started_at, next_started_at, ordered_at", checkouts, orders)
    bought = at(2 * HOUR)
    last = at(3 * HOUR + 2 * LOST + 0.001)
    assert found == [
        (at(0), at(HOUR), bought),
        (at(0), bought, bought),
        (at(0), at(3 * HOUR), bought),
        (at(3 * HOUR), at(3 * HOUR + LOST), None),
        (at(3 * HOUR), last, None),
        (last, None, None),
    ]


def test_attempts_of_two_people_have_nothing_to_do_with_each_other() -> None:
    checkouts = [checkout("1", 0), checkout("2", 60, 90), checkout("3", 120)]
    found = outcomes("attempt_started_at, next_started_at, ordered_at", checkouts, checkout_2="ben")
    assert found == [(at(0), at(120), None), (at(60), None, at(90)), (at(0), None, None)]


def test_an_order_counts_for_every_checkout_before_it_and_the_first_after_it() -> None:
    orders = [order("7", HOUR), order("8", 2 * HOUR)]
    checkouts = [checkout("1", 0), checkout("2", HOUR), checkout("3", HOUR + 1)]
    found = outcomes("ordered_at", checkouts, orders)
    assert found == [(at(HOUR),), (at(HOUR),), (at(2 * HOUR),)]


@pytest.mark.parametrize(
    ("said", "is_asked"),
    [
        # The customer's first word may come until the checkout counts as left,
        (CHECKOUT, True),
        (CHECKOUT + 0.001, False),
        # and the last word may be as old as the window is long.
        (-WINDOW, True),
        (-WINDOW - 0.001, False),
    ],
)
def test_a_talk_shortly_before_or_just_after_is_the_checkouts(said: float, is_asked: bool) -> None:
    messages = thread([(said, "c")])
    found = outcomes("conversation_id is not null", [checkout("1", 0)], messages=messages)
    assert found == [(is_asked,)]


def test_of_several_talks_the_last_begun_is_the_checkouts_and_nobody_elses() -> None:
    messages = [
        *thread([(0, "c"), (60, "h")], agent_id="eva"),
        *thread([(DAY, "c"), (DAY + 60, "h")], business_id="shop", agent_id="joe"),
    ]
    messages[2]["message_id"], messages[3]["message_id"] = "x", "y"
    ties = [
        tie("customer", "messenger:page:ann", "ann"),
        tie("customer", "messenger:shop:ann", "ann"),
        tie("checkout", "shopify:1", "ann"),
        tie("checkout", "shopify:2", "ben"),
    ]
    checkouts = [checkout("1", DAY + HOUR), checkout("2", DAY + HOUR)]
    with database_of(messages=messages, checkouts=checkouts, identities=ties) as database:
        ensure_built(database, RULES)
        found = database.con.execute(
            "select checkout_id, agent_id from checkout_outcomes "
            "left join conversations using (conversation_id) order by all"
        ).fetchall()
    assert found == [("1", "joe"), ("2", None)]


def test_two_shops_with_one_number_keep_their_own() -> None:
    checkouts = [
        checkout("1", 0, 60, is_recovered_by_link=True),
        checkout("1", 100, platform="woocommerce"),
        checkout("2", 200, 300, platform="woocommerce", recovers_checkout_id="9"),
        checkout("9", 150, recovers_checkout_id="none"),
    ]
    found = outcomes("platform, checkout_id, completed_at, is_recovered_by_link", checkouts)
    assert found == [
        ("shopify", "1", at(60), True),
        ("shopify", "9", None, False),
        ("woocommerce", "1", None, False),
        ("woocommerce", "2", at(300), False),
    ]
