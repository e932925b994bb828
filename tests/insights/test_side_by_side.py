"""All models credit the same sales, currency by currency, and each adds up to what was observed."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest

from convocommerce.errors import UnknownNameError
from convocommerce.insights import ATTRIBUTION_MODELS, attribution_side_by_side
from convocommerce.insights.crediting.side_by_side import ModelCredits
from convocommerce.measuring import states_before
from convocommerce.periods import Period
from convocommerce.warehouse import Database
from journeys import shop_of
from oracle_compare import built
from oracle_shops import draw_shop
from tables import at

YEAR = Period("2026")
MODELS = tuple(ATTRIBUTION_MODELS)
LATER = at(60 * 86400)
WEEK = dt.timedelta(days=7)
MONTH = dt.timedelta(days=30)


def side_by_side(database: Database, **more: Any) -> list[ModelCredits]:
    return attribution_side_by_side(
        database.con, **{"period": YEAR, "as_of": LATER, "window": MONTH} | more
    )


def shares(row: ModelCredits) -> tuple[float, ...]:
    return tuple(round(getattr(row, name), 9) for name in MODELS)


def amounts(row: ModelCredits) -> tuple[Decimal, ...]:
    return tuple(getattr(row, f"{name}_amount") for name in MODELS)


def test_one_sale_worked_by_hand() -> None:
    # An ad, a week later a post, a day later a sale; another person met the ad and did not buy.
    database = shop_of(
        {"ann": [(0, "ad"), (7, "post")], "bob": [(0, "ad")]},
        {"ann": [{"day": 8, "total_amount": "90"}]},
    )
    ad, post = side_by_side(database)
    assert (ad.channel, ad.currency, ad.met) == ("ad", "EUR", 1)
    assert (post.channel, post.currency, post.met) == ("post", "EUR", 1)
    third = round(1 / 3, 9)
    assert shares(ad) == (1, 0, 0.5, 0.5, third, 0.5, 0.5)
    assert shares(post) == (0, 1, 0.5, 0.5, round(2 / 3, 9), 0.5, 0.5)
    assert amounts(ad) == tuple(map(Decimal, (90, 0, 45, 45, 30, 45, 45)))
    assert amounts(post) == tuple(map(Decimal, (0, 90, 45, 45, 60, 45, 45)))


def test_currencies_are_apart_and_sales_without_a_touch_last() -> None:
    database = shop_of(
        {"ann": [(0, "ad")], "dan": [(0, "link")]},
        {
            "ann": [{"day": 1}],
            "dan": [{"day": 1, "currency": "USD", "total_amount": "30"}],
            "zoe": [{"day": 1, "currency": "USD", "total_amount": "20"}],
        },
    )
    found = [(row.channel, row.currency, row.met, *amounts(row)) for row in side_by_side(database)]
    assert found == [
        ("ad", "EUR", 1, *[100] * 7),
        ("link", "USD", 1, *[30] * 7),
        (None, "USD", 1, *[20] * 7),
    ]


def test_the_window_of_the_rules_is_five_days() -> None:
    database = shop_of({"ann": [(0, "ad"), (7, "post")]}, {"ann": [{"day": 8}]})
    found = {row.channel: row.linear for row in side_by_side(database, window=None)}
    assert found == {"post": 1, "ad": 0}


def test_nothing_sold_is_no_row_and_wrong_names_are_refused() -> None:
    database = shop_of({"ann": [(0, "ad")]}, {})
    assert side_by_side(database) == []
    assert side_by_side(shop_of({}, {})) == []
    with pytest.raises(UnknownNameError):
        side_by_side(database, by="agent")


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("by", ["entry_point", "campaign", "ad"])
def test_every_model_adds_up_to_the_sales_of_the_period(seed: int, by: str) -> None:
    shop = draw_shop(seed)
    database, _ = built(shop)
    middle = shop.instants[len(shop.instants) // 2]
    first, last = middle.date() - dt.timedelta(days=10), middle.date() + dt.timedelta(days=10)
    period = Period(f"{first}..{last}")
    as_of = shop.instants[-1] + 10 * WEEK
    sales = database.con.execute(
        f"with {states_before('order_states')} "
        "select coalesce(currency, 'unknown'), count(*), sum(net_amount) from order_states "
        "where is_sale and ordered_local >= $first and ordered_local < $end group by 1",
        {"as_of": as_of, "first": period.start, "end": period.end},
    ).fetchall()
    found: dict[Any, list[ModelCredits]] = defaultdict(list)
    for row in side_by_side(database, by=by, period=period, as_of=as_of, window=WEEK):
        found[row.currency].append(row)
    assert found.keys() == {currency for currency, _, _ in sales}
    for currency, n, amount in sales:
        for name in MODELS:
            assert sum(getattr(row, name) for row in found[currency]) == n
            assert sum(getattr(row, f"{name}_amount") for row in found[currency]) == amount
