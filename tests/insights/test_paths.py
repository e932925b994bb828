"""Paths hold what people met before a sale, and what came to nothing, and nothing twice."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from convocommerce.errors import UnknownNameError, UsageError
from convocommerce.insights import Path, last_touch, paths_before, time_decay
from convocommerce.measuring import states_before
from convocommerce.periods import Period
from convocommerce.warehouse import Database
from journeys import shop_of
from oracle_compare import built
from oracle_shops import draw_shop
from tables import at

DAY = 86400
WEEK = dt.timedelta(days=7)
LATER = at(60 * DAY)


def found(database: Database, **more: Any) -> list[Path]:
    asked = {"window": WEEK, "as_of": LATER, **more}
    return paths_before(database.con, **asked)


def test_conversations_in_the_window_in_order() -> None:
    database = shop_of(
        {"ann": [(0, "ad"), (10, "post"), (12, "link")], "bob": [(9, "post"), (11, "link")]},
        {"ann": [{"day": 13}], "bob": [{"day": 12}]},
    )
    assert found(database) == [
        Path(("ad",), nulls=1),
        Path(("post", "link"), conversions=2, value=Decimal(200)),
    ]


def test_an_earlier_sale_does_not_cut_a_path() -> None:
    database = shop_of({"ann": [(0, "ad"), (3, "post")]}, {"ann": [{"day": 1}, {"day": 5}]})
    assert found(database) == [
        Path(("ad",), conversions=1, value=Decimal(100)),
        Path(("ad", "post"), conversions=1, value=Decimal(100)),
    ]


def test_sales_without_a_conversation_have_a_path_without_touches() -> None:
    database = shop_of({"ann": [(9, "ad")]}, {"ann": [{"day": 5}], "zoe": [{"day": 5}] * 1})
    assert found(database) == [
        Path((), conversions=2, value=Decimal(200)),
        Path(("ad",), nulls=1),
    ]


@pytest.mark.parametrize(
    "order",
    [
        {"payment_status": "pending"},
        {"is_test": True},
        {"cancelled_at": at(3 * DAY)},
        {"refunded_amount": "100"},
    ],
)
def test_what_is_no_sale_leaves_a_path_to_nothing(order: dict[str, Any]) -> None:
    database = shop_of({"ann": [(0, "ad")]}, {"ann": [{"day": 1, **order}]})
    assert found(database) == [Path(("ad",), nulls=1)]


def test_silence_longer_than_the_window_parts_paths_to_nothing() -> None:
    database = shop_of({"ann": [(0, "ad"), (6, "post"), (20, "link")]}, {})
    assert found(database) == [Path(("ad", "post"), nulls=1), Path(("link",), nulls=1)]
    short = found(database, window=dt.timedelta(days=5))
    assert [path.channels for path in short] == [("ad",), ("link",), ("post",)]


def test_what_may_still_become_a_sale_is_open() -> None:
    database = shop_of({"ann": [(0, "ad")]}, {"ann": [{"day": 6}]})
    assert found(database, as_of=at(-1)) == []
    assert found(database, as_of=at(5 * DAY)) == []
    assert found(database, as_of=at(6 * DAY))[0].conversions == 1
    unsold = shop_of({"ann": [(0, "ad")]}, {})
    assert found(unsold, as_of=at(7 * DAY)) == []
    assert found(unsold, as_of=at(7 * DAY + 60)) == [Path(("ad",), nulls=1)]


def test_ages_count_from_the_last_message_before_the_sale() -> None:
    database = shop_of({"ann": [(0, "ad"), (4, "post")]}, {"ann": [{"day": 5}]})
    (path,) = found(database, with_ages=True)
    assert path.ages_days == pytest.approx((5 - 60 / DAY, 1 - 60 / DAY))
    assert time_decay([path], half_life_days=4)[0].conversions == pytest.approx(2 / 3)


def test_value_is_of_one_currency_and_hides_no_sale() -> None:
    database = shop_of(
        {"ann": [(0, "ad")], "bob": [(0, "ad")]},
        {"ann": [{"day": 1}], "bob": [{"day": 1, "currency": "USD", "total_amount": "70.5"}]},
    )
    with pytest.raises(UsageError, match="EUR, USD"):
        found(database)
    assert found(database, currency="USD") == [Path(("ad",), conversions=2, value=Decimal("70.5"))]
    with pytest.raises(UnknownNameError):
        found(database, currency="usd")


def test_what_a_path_is_built_by() -> None:
    database = shop_of({"ann": [(0, "ad"), (3, "post")]}, {"ann": [{"day": 4}]})
    (path,) = found(database, by="channel")
    assert path.channels == ("messenger", "messenger")
    with pytest.raises(UnknownNameError):
        found(database, by="agent")
    with pytest.raises(UsageError):
        found(database, window=dt.timedelta(0))


def test_a_period_holds_its_sales_and_what_came_to_nothing_in_it() -> None:
    database = shop_of(
        {"ann": [(0, "ad")], "bob": [(0, "post"), (8, "ad")], "eve": [(3, "link"), (6, "ad")]},
        {"ann": [{"day": 1}], "bob": [{"day": 9}], "zoe": [{"day": 30}]},
    )
    second = Period("2026-03-09..2026-03-14")
    assert found(database, period=second, window=dt.timedelta(days=10)) == [
        Path(("post", "ad"), conversions=1, value=Decimal(100))
    ]
    first = Period("2026-03-02..2026-03-08")
    assert found(database, period=first, window=dt.timedelta(days=10)) == [
        Path(("ad",), conversions=1, value=Decimal(100)),
        Path(("link", "ad"), nulls=1),
    ]
    assert found(database, period=Period("2025")) == []


def test_an_empty_shop_has_no_paths() -> None:
    assert found(shop_of({}, {})) == []


@pytest.mark.parametrize("seed", range(6))
def test_the_last_touch_is_the_conversation_the_order_is_credited_to(seed: int) -> None:
    shop = draw_shop(seed)
    database, _ = built(shop)
    window = dt.timedelta(days=shop.rules.attribution_window_days)
    for as_of in (shop.instants[len(shop.instants) // 2], shop.instants[-1] + 40 * WEEK):
        sales = database.con.execute(
            f"with {states_before('order_states')} "
            "select entry_point, currency from order_states where is_sale",
            {"as_of": as_of},
        ).fetchall()
        currency = sales[0][1] if sales else None
        paths = paths_before(database.con, window, as_of, currency=currency)
        credited = {one.channel: one.conversions for one in last_touch(paths) if one.conversions}
        assert credited == Counter(entry for entry, _ in sales)
        aged = paths_before(database.con, window, as_of, currency=currency, with_ages=True)
        assert sum(path.conversions for path in aged) == len(sales)
        assert sum(path.nulls for path in aged) == sum(path.nulls for path in paths)
        assert sum(path.value for path in aged) == sum(path.value for path in paths)


def counted_plainly(database: Database, window: dt.timedelta, as_of: dt.datetime) -> Counter[Any]:
    """Walk through every contact's conversations and sales, one by one."""
    con = database.con
    sales = con.execute(
        f"with {states_before('order_states')} "
        "select contact_key, ordered_at from order_states where is_sale",
        {"as_of": as_of},
    ).fetchall()
    said: dict[int, list[dt.datetime]] = {}
    for key, sent_at in con.execute(
        "select conversation_id, sent_at from conversation_messages "
        "where role not in ('handoff', 'close')"
    ).fetchall():
        said.setdefault(key, []).append(sent_at)
    begun = con.execute(
        "select contact_key, started_at, conversation_id, entry_point, first_customer_at "
        "from conversations where first_customer_at <= ? order by 1, 2, 3",
        [as_of],
    ).fetchall()
    paths: Counter[Any] = Counter()
    sold: set[int] = set()
    for contact, ordered_at in sales:
        path = []
        for owner, _, key, entry, asked_at in begun:
            before = [one for one in said[key] if one <= ordered_at]
            if owner == contact and asked_at <= ordered_at and ordered_at - max(before) <= window:
                path.append(entry)
                sold.add(key)
        paths[tuple(path), "sold"] += 1
    runs: list[tuple[int, dt.datetime, list[str]]] = []
    for owner, started_at, key, entry, _ in begun:
        if key in sold:
            continue
        last_at = max(one for one in said[key] if one <= as_of)
        if runs and runs[-1][0] == owner and started_at - runs[-1][1] <= window:
            runs[-1] = (owner, max(last_at, runs[-1][1]), [*runs[-1][2], entry])
        else:
            runs.append((owner, last_at, [entry]))
    for _, last_at, path in runs:
        if last_at + window <= as_of:
            paths[tuple(path), "nothing"] += 1
    return paths


@pytest.mark.parametrize("seed", range(6))
def test_drawn_shops_walked_through_one_by_one(seed: int) -> None:
    shop = draw_shop(seed)
    database, _ = built(shop)
    database.con.execute("update conversions set currency = 'EUR'")
    middle = shop.instants[len(shop.instants) // 2]
    for days in (1, 5, 40):
        window = dt.timedelta(days=days)
        for as_of in (middle, shop.instants[-1], shop.instants[-1] + 40 * WEEK):
            told: Counter[Any] = Counter()
            for path in paths_before(database.con, window, as_of):
                told[path.channels, "sold"] += path.conversions
                told[path.channels, "nothing"] += path.nulls
            assert +told == counted_plainly(database, window, as_of)
