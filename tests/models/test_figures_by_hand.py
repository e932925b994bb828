"""Small cases worked by hand, one for each way in which a figure could quietly be wrong."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from convocommerce.building import ensure_built
from convocommerce.measuring import keeping
from convocommerce.periods import Period
from convocommerce.rules import Rules
from convocommerce.warehouse import Database
from oracle_compare import fetched, found_figures
from oracle_figures import Figure
from tables import SENDERS, at, database_of, thread

MINUTE, HOUR, DAY = 60, 3600, 86_400
RULES = Rules(senders=SENDERS)


def built(rules: Rules = RULES, **tables: list[dict[str, Any]]) -> Database:
    database = database_of(**tables)
    ensure_built(database, rules)
    return database


STRANGE = {"order_id": "strange", "created_at": at(-99 * DAY)}
"""Somebody else's, so that the shop tells of orders too."""


def tie(kind: str, name: str, customer: str) -> dict[str, Any]:
    return {
        "subject_kind": kind,
        "subject_id": name,
        "key_kind": "email",
        "key_value": f"{customer}@example.com",
    }


def bought(
    order: str, customer: str, seconds: float, **more: Any
) -> dict[str, list[dict[str, Any]]]:
    """Return an order by a customer, tied to the chat by its e-mail address."""
    return {
        "orders": [{"order_id": order, "created_at": at(seconds), **more}],
        "identities": [
            tie("order", f"shopify:{order}", customer),
            tie("customer", f"messenger:page:{customer}", customer),
        ],
    }


def test_assisted_conversion_counts_conversations_with_a_later_order() -> None:
    """Four asked; one bought, one bought before it asked, one is still within five days."""
    messages = [
        *thread([(0, "c"), (60, "h")], customer="ann"),
        *thread([(0, "c"), (60, "h")], customer="ben"),
        *thread([(0, "c"), (60, "h")], customer="cas"),
        *thread([(4 * DAY, "c"), (4 * DAY + 60, "h")], customer="dee"),
    ]
    ann, ben = bought("1", "ann", 2 * DAY, total_amount="80"), bought("2", "ben", -60)
    tables = {name: ann[name] + ben[name] for name in ann}
    with built(messages=messages, **tables) as database:
        found = found_figures(database, "assisted_conversion", at(6 * DAY))
        in_chat = found_figures(database, "in_chat_conversion", at(6 * DAY))
    rate = found["rate", "share", ()]
    assert (rate.value, rate.n, rate.n_open) == (1 / 3, 3, 1)
    assert found["net_revenue", "EUR", ()] == Figure(80.0, 1, 0)
    assert in_chat["rate", "share", ()].value == 0.0
    assert ("net_revenue", "EUR", ()) not in in_chat


def test_conversations_are_counted_from_the_customers_first_word() -> None:
    messages = [
        *thread([(0, "m"), (HOUR, "c")], customer="ann"),
        *thread([(0, "m")], customer="ben"),
    ]
    with built(messages=messages) as database:
        before = found_figures(database, "conversations", at(HOUR - 1))
        after = found_figures(database, "conversations", at(HOUR))
    assert before == {("count", "count", ()): Figure(0.0, 0, 0)}
    assert after == {("count", "count", ()): Figure(1.0, 1, 0)}


@pytest.mark.parametrize(
    ("cut", "wanted"),
    [
        ("day", {dt.date(2026, 3, 2), dt.date(2026, 4, 1)}),
        ("week", {dt.date(2026, 3, 2), dt.date(2026, 3, 30)}),
        ("month", {dt.date(2026, 3, 1), dt.date(2026, 4, 1)}),
        ("hour", {10, 0}),
        ("weekday", {1, 3}),
    ],
)
def test_days_and_hours_are_those_of_the_shops_wall_clock(cut: str, wanted: set[Any]) -> None:
    """Asked on Monday at 09:00 UTC, and at 22:30 UTC of 31 March, a Wednesday in Amsterdam."""
    messages = thread([(0, "c")], "ann") + thread([(29 * DAY + 13.5 * HOUR, "c")], "ben")
    with built(Rules(time_zone="Europe/Amsterdam"), messages=messages) as database:
        found = found_figures(database, "conversations", at(40 * DAY), (cut,))
    assert {group: figure.n for (_, _, group), figure in found.items()} == {
        (one,): 1 for one in wanted
    }


@pytest.mark.parametrize(
    ("days", "wanted"),
    [
        ("2026-02", None),
        ("2026-03-02", 1.0),
        ("2026-03-05..2026-03-06", 0.0),
        ("2026-03-24..2026-03-31", None),
    ],
)
def test_that_nobody_wrote_is_only_known_of_days_of_which_records_tell(
    days: str, wanted: float | None
) -> None:
    messages = thread([(0, "c")], "ann") + thread([(20 * DAY, "c")], "ben")
    with built(messages=messages) as database:
        found = found_figures(database, "conversations", at(40 * DAY), period=Period(days))
    assert found["count", "count", ()].value == wanted


def test_a_day_begins_at_midnight_and_ends_before_the_next() -> None:
    """Asked plainly, and of states that are kept between questions."""
    midnight = 15 * HOUR
    moments = (midnight - 1, midnight, midnight + DAY - 1, midnight + DAY)
    messages = [
        one
        for number, moment in enumerate(moments)
        for one in thread([(moment, "c")], customer=str(number))
    ]
    day = Period("2026-03-03")
    with built(messages=messages) as database, keeping(database.con, day.start):
        for _ in range(3):
            found = found_figures(database, "conversations", at(9 * DAY), period=day)
            assert found["count", "count", ()].n == 2


def test_a_hand_over_is_no_message_that_keeps_the_window_open() -> None:
    """Five days count from the bot's answer on the first day, not from the hand-over."""
    messages = thread([(0, "c"), (5, "b"), (2 * DAY, "H"), (3 * DAY, "h")])
    late = bought("1", "ann", 2.5 * DAY)
    with built(messages=messages, **late) as database:
        assert fetched(database, "select touched_at from conversions") == [(at(5),)]
        rates = [
            found_figures(database, "conversion", at(seconds))["rate", "share", ()]
            for seconds in (2 * DAY + 1, 3 * DAY)
        ]
    assert [rate.n_open for rate in rates] == [1, 0]


def test_an_answer_without_a_name_is_not_given_to_a_later_colleague() -> None:
    messages = thread([(0, "c"), (60, "e"), (120, "h")])
    messages[2]["agent_id"] = "anna"
    with built(messages=messages) as database:
        found = found_figures(database, "first_response_time", at(DAY), ("agent",))
        assert {group for _, _, group in found} == {("unnamed",)}
        assert fetched(database, "select agent_id from reply_legs") == [(None,)]


def abandoned(seconds: float, done: float | None, **more: Any) -> dict[str, Any]:
    return {
        "checkout_id": "1",
        "created_at": at(seconds),
        "completed_at": None if done is None else at(done),
        **more,
    }


def test_a_completed_checkout_was_bought_though_its_order_is_not_loaded() -> None:
    with built(checkouts=[abandoned(0, 5 * MINUTE)], orders=[STRANGE]) as database:
        for grain in ("person", "checkout", "cart"):
            found = found_figures(
                database, "cart_abandonment", at(30 * DAY), options={"grain": grain}
            )
            assert found["rate", "share", ()].value == 0.0, grain
            assert found["rate", "share", ()].n == 1, grain


def test_an_attempt_too_young_to_be_judged_is_open_and_neither_left_nor_bought() -> None:
    """Begun three days ago and left, bought at once, and begun a minute ago."""
    checkouts = [abandoned(0, None), abandoned(0, 60), abandoned(3 * DAY, None)]
    checkouts = [{**one, "checkout_id": str(number)} for number, one in enumerate(checkouts)]
    ties = [tie("checkout", f"shopify:{number}", f"c{number}") for number in range(3)]
    with built(checkouts=checkouts, identities=ties, orders=[STRANGE]) as database:
        for grain in ("person", "checkout", "cart"):
            found = found_figures(
                database, "cart_abandonment", at(3 * DAY + MINUTE), options={"grain": grain}
            )
            rate = found["rate", "share", ()]
            assert (rate.value, rate.n, rate.n_open) == (0.5, 2, 1), grain


@pytest.mark.parametrize("metric", ["bot_part", "handoff_wait", "next_reply_time"])
def test_what_an_export_cuts_off_is_judged_by_no_wait(metric: str) -> None:
    """Two alike, handed over and asked again; of the slower one the beginning is left out."""
    messages = []
    for customer, wait in (("ann", 60), ("ben", 600)):
        said = [(0, "c"), (wait, "b"), (2 * wait, "H"), (3 * wait, "h"), (4 * wait, "c")]
        messages += thread([*said, (5 * wait, "h")], customer=customer)
    messages[6]["is_cut_off"] = True
    with built(messages=messages) as database:
        found = found_figures(database, metric, at(DAY))
    assert {figure.n for (name, _, _), figure in found.items() if name == "median"} == {1}
