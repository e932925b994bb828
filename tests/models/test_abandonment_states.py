"""What was known of checkouts, carts and people at the instants at which it changes."""

from __future__ import annotations

from typing import Any

import pytest

import oracle_compare
from convocommerce.building import ensure_built
from convocommerce.measuring import states_before
from convocommerce.rules import Rules
from tables import SENDERS, at, database_of, thread

MINUTE, HOUR, DAY = 60, 3600, 86_400
RULES = Rules(senders=SENDERS)
CHECKOUT = RULES.checkout_abandoned_after_minutes * MINUTE
CART = RULES.cart_abandoned_after_minutes * MINUTE
LOST = RULES.recovered_within_days * DAY
GRAINS = ("cart", "checkout", "person")
ONE_CART = {"cart_token": "k"}


def shown(subject: str, name: str) -> dict[str, str]:
    return {
        "subject_kind": subject,
        "subject_id": name,
        "key_kind": "email",
        "key_value": "ann@example.com",
    }


def states(
    columns: str,
    checkouts: list[dict[str, Any]],
    seconds: float,
    *,
    orders: Any = (),
    messages: Any = (),
    rules: Rules = RULES,
) -> list[tuple[Any, ...]]:
    """Return columns of one person's attempts so many seconds after the start, by their grain."""
    identities = [shown("checkout", f"shopify:{one['checkout_id']}") for one in checkouts]
    identities += [shown("order", f"shopify:{one['order_id']}") for one in orders]
    identities.append(shown("customer", "messenger:page:ann"))
    tables = {"checkouts": checkouts, "orders": orders, "messages": messages}
    with database_of(identities=identities, **tables) as database:
        ensure_built(database, rules)
        sql = f"with {states_before('abandonment_states')} select grain, {columns} "
        sql += "from abandonment_states order by grain, started_at, attempt_id"
        return oracle_compare.fetched(database, sql, {"as_of": at(seconds)})


def checkout(name: str, seconds: float, done: float | None = None, **more: Any) -> dict[str, Any]:
    told = {"checkout_id": name, "created_at": at(seconds), **more}
    return told | ({} if done is None else {"completed_at": at(done)})


def one_each(found: list[tuple[Any, ...]]) -> dict[str, Any]:
    assert tuple(grain for grain, *_ in found) == GRAINS
    return {grain: rest[0] if len(rest) == 1 else tuple(rest) for grain, *rest in found}


@pytest.mark.parametrize(
    ("seconds", "cart", "of_checkout"),
    [
        (0, "open", "open"),
        (CHECKOUT - 1, "open", "open"),
        (CHECKOUT, "open", "abandoned"),
        (CART - 1, "open", "abandoned"),
        (CART, "abandoned", "abandoned"),
        (LOST - 1, "abandoned", "abandoned"),
        (LOST, "lost", "lost"),
    ],
)
def test_one_that_is_never_bought_is_open_then_abandoned_then_lost(
    seconds: float, cart: str, of_checkout: str
) -> None:
    found = one_each(states("state, is_settled", [checkout("1", 0)], seconds))
    settled = seconds >= LOST
    assert found == {
        "cart": (cart, settled),
        "checkout": (of_checkout, settled),
        "person": (cart, settled),
    }


def test_before_it_began_nothing_is_known_of_it() -> None:
    assert states("state", [checkout("1", 0)], -0.001) == []


@pytest.mark.parametrize(
    ("done", "cart", "of_checkout"),
    [
        (CHECKOUT, "bought", "bought"),
        (CHECKOUT + 1, "bought", "recovered"),
        (CART, "bought", "recovered"),
        (CART + 1, "recovered", "recovered"),
        (LOST, "recovered", "recovered"),
        (LOST + 1, "lost", "lost"),
    ],
)
def test_what_is_bought_in_the_last_instant_is_in_time(
    done: float, cart: str, of_checkout: str
) -> None:
    found = one_each(states("state, bought_at", [checkout("1", 0, done)], LOST + DAY))
    assert {grain: state for grain, (state, _) in found.items()} == {
        "cart": cart,
        "checkout": of_checkout,
        "person": cart,
    }
    assert {bought for _, bought in found.values()} == {at(done)}


def test_a_later_purchase_is_not_seen_before_it_happened() -> None:
    for seconds, state, bought in (
        (5 * MINUTE - 0.001, "open", None),
        (5 * MINUTE, "bought", at(5 * MINUTE)),
    ):
        found = one_each(states("state, bought_at", [checkout("1", 0, 5 * MINUTE)], seconds))
        assert set(found.values()) == {(state, bought)}


TWO = [checkout("1", 0, **ONE_CART), checkout("2", 30 * MINUTE, 40 * MINUTE, **ONE_CART)]


def test_a_cart_ends_with_its_first_purchase_and_waits_from_its_last_checkout() -> None:
    """Two checkouts of one cart; the second is completed, then the first as well, a day later."""
    again = [TWO[0] | {"completed_at": at(DAY)}, TWO[1]]
    for checkouts in (TWO, again):
        found = states("state, started_at, lost_at, bought_at", checkouts, 2 * DAY)
        (cart,) = [one for one in found if one[0] == "cart"]
        assert cart == ("cart", "bought", at(0), at(30 * MINUTE + LOST), at(40 * MINUTE))


def test_of_two_purchases_a_person_is_done_with_the_first() -> None:
    """Both checkouts were begun before either order, and each looks to the next order."""
    checkouts = [checkout("1", 0), checkout("2", 30 * MINUTE)]
    orders = [
        {"order_id": str(number), "created_at": at(minutes * MINUTE)}
        for number, minutes in enumerate((30, 50))
    ]
    found = states("state, started_at, bought_at", checkouts, 2 * DAY, orders=orders)
    people = [one for one in found if one[0] == "person"]
    assert people == [("person", "bought", at(0), at(30 * MINUTE))]


def test_a_person_who_begins_again_in_time_has_not_left_yet() -> None:
    """The pause counts from the last checkout, to the very instant in which one begins again."""
    for pause, abandoned in ((CART, False), (CART + 1, True)):
        checkouts = [checkout("1", 0), checkout("2", pause)]
        found = states("state", checkouts, pause)
        assert [one for one in found if one[0] == "person"] == [
            ("person", "abandoned" if abandoned else "open")
        ]
        # Who buys after all has recovered only if they had left.
        bought = [checkouts[0], checkouts[1] | {"completed_at": at(pause + 60)}]
        found = states("state", bought, pause + DAY)
        assert [one for one in found if one[0] == "person"] == [
            ("person", "recovered" if abandoned else "bought")
        ]


def test_a_reminders_link_marks_the_whole_cart_and_the_person() -> None:
    checkouts = [
        checkout("1", 0, **ONE_CART),
        checkout("2", HOUR, **ONE_CART, is_recovered_by_link=True),
    ]
    found = states("is_recovered_by_link", checkouts, DAY)
    assert found == [
        ("cart", True),
        ("checkout", False),
        ("checkout", True),
        ("person", True),
    ]


def test_an_attempt_is_cut_by_the_last_conversation_before_it_or_by_none() -> None:
    checkouts = [checkout("1", HOUR, **ONE_CART), checkout("2", 3 * DAY, **ONE_CART)]
    messages = [
        *thread([(0, "c"), (60, "h")], agent_id="eva"),
        *[
            {**one, "message_id": f"later {one['message_id']}"}
            for one in thread([(3 * DAY - 60, "c"), (3 * DAY - 30, "h")], agent_id="joe")
        ],
    ]
    for told, agents in (
        (messages, ["joe", "eva", "joe", "joe"]),
        ((), ["unknown"] * 4),
    ):
        cuts = ("channel", "agent", "entry_point", "campaign", "ad", "first_responder",
                "answer_speed", "answer_state", "contact_kind")  # fmt: skip
        found = states(", ".join(cuts), checkouts, 4 * DAY, messages=told)
        assert [one[2] for one in found] == agents
        if not told:
            # Of a shop without messages it is not known that nobody asked.
            assert {value for one in found for value in one[1:]} == {"unknown"}
    somebody = thread([(0, "c")], customer="zoe")
    found = states("agent, campaign", checkouts, 4 * DAY, messages=somebody)
    assert {value for one in found for value in one[1:]} == {"no conversation"}
    # Neither is it known where the rules leave every message out.
    silent = Rules(senders=SENDERS, told_by={"messenger": "zendesk"})
    left_out = [{**one, "export": "messenger/webhooks"} for one in messages]
    found = states("agent, campaign", checkouts, 4 * DAY, messages=left_out, rules=silent)
    assert {value for one in found for value in one[1:]} == {"unknown"}
