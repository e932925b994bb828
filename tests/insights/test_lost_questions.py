"""Every lost question is listed once, and every cart and order hangs on one of them at most."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from convocommerce.building import ensure_built
from convocommerce.errors import UsageError
from convocommerce.insights import (
    WINDOW_RULES,
    Hanging,
    LostOnChannel,
    LostQuestion,
    lost_by_channel,
    lost_questions,
    reply_windows,
)
from convocommerce.measuring import states_before
from convocommerce.periods import Period
from convocommerce.rules import Rules
from convocommerce.warehouse import Database
from oracle_compare import built
from oracle_shops import draw_shop
from tables import SENDERS, at, database_of, thread

YEAR = Period("2026")
EVER = Period("2000-01-01..2099-12-31")
WEEK = dt.timedelta(days=7)
HOUR = 3600
DAY = 86400
LATER = at(90 * DAY)

Row = dict[str, Any]


def shop_of(
    messages: list[Row],
    orders: Sequence[Row] = (),
    checkouts: Sequence[Row] = (),
    *,
    is_told: bool = True,
    **tables: list[Row],
) -> Database:
    """Build a database in which whatever the shop sold or kept is Ann's unless it says whose."""
    people = sorted({one["customer_id"] for one in messages})
    identities = [("customer", f"messenger:page:{who}", f"{who}@example.com") for who in people]
    sold, left = [], []
    # Somebody else's, so that the shop tells both of carts and of orders.
    if is_told:
        orders = [*orders, {"created_at": at(-999 * DAY), "who": "zoe"}]
        checkouts = [*checkouts, {"created_at": at(-999 * DAY), "who": "zoe"}]
    for number, row in enumerate(orders):
        who = row.pop("who", "ann")
        sold.append({"order_id": str(number), **row})
        identities.append(("order", f"shopify:{number}", f"{who}@example.com"))
    for number, row in enumerate(checkouts):
        who = row.pop("who", "ann")
        left.append({"checkout_id": str(number), **row})
        identities.append(("checkout", f"shopify:{number}", f"{who}@example.com"))
    database = database_of(
        messages=messages,
        orders=sold,
        checkouts=left,
        identities=[
            {"subject_kind": kind, "subject_id": name, "key_kind": "email", "key_value": value}
            for kind, name, value in identities
        ],
        **tables,
    )
    ensure_built(database, Rules(senders=SENDERS))
    return database


def ledger(
    database: Database, period: Period = YEAR, as_of: dt.datetime = LATER, **more: Any
) -> list[LostQuestion]:
    return lost_questions(database.con, period, as_of, **more)


def euros(
    carts: int | None, cart: int | None, orders: int, order: int | None
) -> tuple[Hanging, ...]:
    amounts = [None if one is None else Decimal(one) for one in (cart, order)]
    return (Hanging("EUR", carts, amounts[0], orders, amounts[1]),)


LOST = thread([(0, "c")])


def test_a_row_says_where_when_and_what_brought_the_person() -> None:
    came = {"touchpoint_id": "t", "occurred_at": at(0), "ad_id": "a1"}
    ad = {"object_id": "a1", "name": "Coat", "campaign_id": "k1"}
    campaign = {"level": "campaign", "object_id": "k1", "name": "Spring"}
    (row,) = ledger(shop_of(LOST, touchpoints=[came], ad_objects=[ad, campaign]))
    assert (row.channel, row.entry_point, row.campaign, row.ad) == (
        "messenger", "ad", "Spring", "Coat",
    )  # fmt: skip
    assert (row.asked_at, row.closed_at) == (at(0), at(DAY))
    assert (row.is_tied, row.is_settled, row.hanging) == (False, True, ())


@pytest.mark.parametrize("events", [[(0, "c"), (60, "h")], [(0, "c"), (DAY + 60, "h")]])
def test_answered_questions_are_not_lost_even_late(events: list[tuple[float, str]]) -> None:
    assert ledger(shop_of(thread(events))) == []


def test_a_window_that_is_open_is_not_lost_yet() -> None:
    database = shop_of(LOST)
    assert ledger(database, as_of=at(DAY)) == []
    assert [row.is_settled for row in ledger(database, as_of=at(DAY + 1))] == [False]
    assert [row.is_settled for row in ledger(database, as_of=at(30 * DAY))] == [True]


@pytest.mark.parametrize(
    ("begun", "hangs"),
    [
        (-7 * DAY, False),  # could no longer be recovered when it was asked
        (-7 * DAY + 1, True),
        (DAY, True),
        (DAY + 1, False),
    ],
)
def test_a_cart_hangs_on_what_was_asked_about_the_time_of_it(begun: float, hangs: bool) -> None:
    (row,) = ledger(shop_of(LOST, checkouts=[{"created_at": at(begun), "total_amount": "70"}]))
    assert row.hanging == (euros(1, 70, 0, None) if hangs else ())
    assert row.is_tied


@pytest.mark.parametrize(("placed", "counts"), [(0, False), (1, True), (30 * DAY, True)])
def test_an_order_counts_when_it_came_later(placed: float, counts: bool) -> None:
    (row,) = ledger(shop_of(LOST, orders=[{"created_at": at(placed)}]))
    assert row.hanging == (euros(0, None, 1, 100) if counts else ())


def test_where_carts_or_orders_are_not_loaded_it_is_not_known_what_hung_on_it() -> None:
    cart, order = {"created_at": at(60)}, {"created_at": at(90)}
    for told in ({}, {"checkouts": [dict(cart)]}):
        (row,) = ledger(shop_of(LOST, is_told=False, **told))
        assert row.hanging is None
        assert lost_by_channel([row])[0].hanging is None
    (row,) = ledger(shop_of(LOST, orders=[dict(order)], is_told=False))
    assert row.hanging == euros(None, None, 1, 100)
    (row,) = ledger(shop_of(LOST, orders=[], is_told=True))
    assert row.hanging == ()


def test_an_order_after_a_month_or_given_back_or_unknown_as_yet_does_not_count() -> None:
    (row,) = ledger(shop_of(LOST, orders=[{"created_at": at(30 * DAY + 1)}]))
    assert row.hanging == ()
    back = {"refund_id": "r", "order_id": "0", "refunded_at": at(3 * DAY), "refund_amount": 100}
    database = shop_of(LOST, orders=[{"created_at": at(2 * DAY)}], refunds=[back])
    assert ledger(database)[0].hanging == ()
    assert ledger(database, as_of=at(2 * DAY))[0].hanging == euros(0, None, 1, 100)
    assert ledger(database, as_of=at(2 * DAY - 1))[0].hanging == ()


def test_what_was_bought_after_all_is_an_order_and_no_cart() -> None:
    database = shop_of(
        LOST,
        orders=[{"created_at": at(2 * DAY), "total_amount": "80"}],
        checkouts=[{"created_at": at(-HOUR), "total_amount": "90"}],
    )
    assert ledger(database)[0].hanging == euros(0, None, 1, 80)
    assert ledger(database, as_of=at(2 * DAY - 1))[0].hanging == euros(1, 90, 0, None)


def test_an_order_too_late_for_the_cart_leaves_it() -> None:
    database = shop_of(
        LOST,
        orders=[{"created_at": at(9 * DAY), "total_amount": "80"}],
        checkouts=[{"created_at": at(-HOUR), "total_amount": "90"}],
    )
    assert ledger(database)[0].hanging == euros(1, 90, 1, 80)


def test_an_attempt_is_worth_its_newest_checkout_once() -> None:
    carts = [
        {"created_at": at(-2 * HOUR), "total_amount": "50"},
        {"created_at": at(-HOUR), "total_amount": "60"},
    ]
    assert ledger(shop_of(LOST, checkouts=carts))[0].hanging == euros(1, 60, 0, None)


def test_everything_hangs_on_the_newest_question_it_can_belong_to_whatever_the_period() -> None:
    messages = [
        *thread([(0, "c")], case_id="1"),
        *thread([(3 * DAY, "c")], case_id="2", message_id="second"),
    ]
    database = shop_of(
        messages,
        orders=[{"created_at": at(2 * DAY)}, {"created_at": at(20 * DAY), "total_amount": "30"}],
        checkouts=[{"created_at": at(2 * DAY + HOUR), "total_amount": "40"}],
    )
    first, second = ledger(database)
    assert first.hanging == euros(0, None, 1, 100)
    assert second.hanging == euros(1, 40, 1, 30)
    assert ledger(database, Period("2026-03-02")) == [first]
    assert ledger(database, Period("2026-03-05")) == [second]


def test_totals_keep_channels_and_currencies_apart_and_agree_with_the_windows() -> None:
    messages = [*LOST, *thread([(0, "c")], "bob"), *thread([(0, "c"), (60, "h")], "eve")]
    database = shop_of(
        messages,
        orders=[{"created_at": at(DAY), "currency": "USD", "total_amount": "10", "who": "bob"}],
        checkouts=[
            {"created_at": at(0), "total_amount": "40"},
            {"created_at": at(0), "total_amount": "5", "who": "bob", "currency": "EUR"},
            {"created_at": at(0), "total_amount": "7", "who": "eve"},
        ],
    )
    found = ledger(database)
    euro = Hanging("EUR", 1, Decimal(40), 0, None)
    dollar = Hanging("USD", 0, None, 1, Decimal(10))
    assert lost_by_channel(found) == [LostOnChannel("messenger", 2, 0, 0, (euro, dollar))]
    assert [row.lost for row in reply_windows(database.con, YEAR, LATER)] == [2]
    assert lost_by_channel([]) == []


def test_values_that_are_not_told_are_null() -> None:
    cart = {"created_at": at(0), "total_amount": None, "currency": None}
    (row,) = ledger(shop_of(LOST, checkouts=[cart]))
    assert row.hanging == (Hanging(None, 1, None, 0, None),)


def test_days_cannot_be_negative() -> None:
    with pytest.raises(UsageError, match="order_days is -1"):
        ledger(shop_of(LOST), order_days=-1)


def test_free_entry_is_about_price_and_keeps_no_window_open() -> None:
    (price,) = [rule for rule in WINDOW_RULES if rule.kind == "price"]
    assert (price.platform, price.entry, price.hours) == ("whatsapp", "ad", 72)
    came = {"touchpoint_id": "t", "occurred_at": at(0), "channel": "whatsapp"}
    database = database_of(messages=thread([(0, "c")], channel="whatsapp"), touchpoints=[came])
    ensure_built(database, Rules(senders=SENDERS))
    assert [row.closed_at for row in ledger(database)] == [at(DAY)]


def sums(rows: list[LostQuestion]) -> Counter[Any]:
    """Add up what hangs on each conversation of a ledger."""
    found: Counter[Any] = Counter()
    for row in rows:
        for one in row.hanging:
            key = (row.conversation_id, one.currency)
            found[key, "carts"] += one.carts
            found[key, "cart_amount"] += one.cart_amount or 0
            found[key, "orders"] += one.orders
            found[key, "order_amount"] += one.order_amount or 0
    return +found


def sums_counted_plainly(
    database: Database, rows: list[LostQuestion], as_of: dt.datetime, recovered: dt.timedelta
) -> Counter[Any]:
    """Go through every attempt to buy and every order and look for its newest lost question."""
    con = database.con
    owner = dict(con.execute("select conversation_id, contact_key from conversations").fetchall())
    lost = sorted((row.asked_at, row.conversation_id) for row in rows)

    def newest(contact: object, first: dt.datetime, last: dt.datetime) -> int | None:
        fits = [key for at, key in lost if owner[key] == contact and first <= at < last]
        return fits[-1] if fits else None

    found: Counter[Any] = Counter()
    attempts: dict[Any, list[Any]] = {}
    for contact, begun, *rest in con.execute(
        "select contact_key, attempt_started_at, started_at, platform, checkout_id, ordered_at,"
        " currency, total_amount from checkout_outcomes where started_at <= ? order by all",
        [as_of],
    ).fetchall():
        attempts.setdefault((contact, begun), []).append(rest)
    for (contact, begun), tries in attempts.items():
        lost_at = tries[-1][0] + recovered
        bought = min((one[3] for one in tries if one[3] is not None), default=None)
        if bought is not None and bought <= min(as_of, lost_at):
            continue
        key = newest(contact, begun - dt.timedelta(days=1), lost_at)
        if key is not None:
            found[(key, tries[-1][4]), "carts"] += 1
            found[(key, tries[-1][4]), "cart_amount"] += tries[-1][5] or 0
    for contact, ordered_at, currency, amount in con.execute(
        f"with {states_before('order_states')} "
        "select contact_key, ordered_at, currency, net_amount from order_states where is_sale",
        {"as_of": as_of},
    ).fetchall():
        key = newest(contact, ordered_at - dt.timedelta(days=30), ordered_at)
        if key is not None:
            found[(key, currency), "orders"] += 1
            found[(key, currency), "order_amount"] += amount
    return +found


@pytest.mark.parametrize("seed", range(5))
def test_drawn_shops_gone_through_one_by_one(seed: int) -> None:
    shop = draw_shop(seed)
    database, _ = built(shop)
    for as_of in (shop.instants[len(shop.instants) // 2], shop.instants[-1] + WEEK):
        rows = ledger(database, EVER, as_of)
        assert Counter(row.channel for row in rows) == Counter(
            {one.channel: one.lost for one in reply_windows(database.con, EVER, as_of) if one.lost}
        )
        recovered = dt.timedelta(days=shop.rules.recovered_within_days)
        assert sums(rows) == sums_counted_plainly(database, rows, as_of, recovered)
    days = sorted({row.asked_at.date() + dt.timedelta(n) for row in rows for n in (-1, 0, 1)})
    by_day = [row for day in days for row in ledger(database, Period(str(day)), as_of)]
    assert by_day == rows
