"""Whatever exports overlap, every euro counts once, in its own currency and zone."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

import convocommerce as cc
from convocommerce.insights import ads_to_orders, restatements
from tables import T0, fill

MONTH = cc.Period("2026-03")

Row = dict[str, Any]


@pytest.fixture
def shop() -> Iterator[cc.Shop]:
    with cc.open(":memory:") as shop:
        yield shop


def ad_day(day: int = 3, last: int | None = None, **more: Any) -> Row:
    return {
        "ad_key": "a1",
        "day": f"2026-03-{day:02d}",
        "last_day": f"2026-03-{last or day:02d}",
        "ad_id": "a1",
        "ad_name": "Coat",
        "adset_id": "s1",
        "adset_name": "NL",
        "campaign_id": "k1",
        "campaign_name": "Spring",
        "account_id": "17",
        "spend_amount": 10,
        **more,
    }


NO_IDS = dict.fromkeys(("ad_id", "adset_id", "campaign_id", "account_id"))
OF_NAMES = NO_IDS | {"ad_key": "name:x"}
OF_CAMPAIGN = {
    "level": "campaign",
    "ad_key": "campaign:k1",
    **dict.fromkeys(("ad_id", "ad_name", "adset_id", "adset_name")),
}
OF_ADSET = {"level": "adset", "ad_key": "adset:s1", **dict.fromkeys(("ad_id", "ad_name"))}
OF_ACCOUNT = {
    **OF_CAMPAIGN,
    "level": "account",
    "ad_key": "account:17",
    **dict.fromkeys(("campaign_id", "campaign_name")),
}
OTHER_AD = {"ad_key": "a2", "ad_id": "a2", "ad_name": "Hat"}


def spend(shop: cc.Shop, rows: list[Row]) -> dict[tuple[str, str | None], Decimal | None]:
    fill(shop.database, "ad_days", rows)
    shop.build()
    found = ads_to_orders(shop.database.con, MONTH, T0)
    return {(row.campaign, row.currency): row.spend for row in found}


@pytest.mark.parametrize(
    ("rows", "total"),
    [
        ([ad_day(), ad_day(4)], 20),
        ([ad_day(), ad_day(**OTHER_AD)], 20),
        ([ad_day(), ad_day(breakdown="age=18-24", spend_amount=6)], 10),
        # A row of the campaign says again what its ads say, unless they say nothing that day.
        ([ad_day(), ad_day(**OF_CAMPAIGN, spend_amount=10)], 10),
        ([ad_day(), ad_day(4, **OF_CAMPAIGN)], 20),
        ([ad_day(), ad_day(**OF_ADSET), ad_day(**OF_CAMPAIGN)], 10),
        ([ad_day(**OF_ADSET), ad_day(**OF_CAMPAIGN, spend_amount=30)], 10),
        # A month says again what its days say; the days count.
        ([ad_day(), ad_day(4), ad_day(1, 31, spend_amount=25)], 20),
        ([ad_day(**OF_CAMPAIGN), ad_day(1, 31, spend_amount=25)], 10),
        # Also where the campaign is told by the month as well.
        (
            [
                ad_day(1, 31, spend_amount=25),
                ad_day(**OF_CAMPAIGN),
                ad_day(1, 31, **OF_CAMPAIGN, spend_amount=30),
            ],
            10,
        ),
        # Of sliding weeks the last counts.
        ([ad_day(1, 7, spend_amount=70), ad_day(2, 8, spend_amount=80)], 80),
        # The same ad with its id and, in another export, by its names alone.
        ([ad_day(), ad_day(**OF_NAMES, spend_amount=11)], 10),
        ([ad_day(), ad_day(4, **OF_NAMES)], 20),
        # Two ads of one name: the row without an id may be either, or both.
        ([ad_day(), ad_day(ad_key="a3", ad_id="a3"), ad_day(**OF_NAMES, spend_amount=20)], 20),
        ([ad_day(**OF_NAMES), ad_day(**OF_CAMPAIGN, spend_amount=12)], 10),
    ],
)
def test_every_day_of_every_ad_counts_once(shop: cc.Shop, rows: list[Row], total: int) -> None:
    assert spend(shop, rows) == {("Spring", "EUR"): total}


def test_names_that_read_alike_when_run_together_are_different_ads(shop: cc.Shop) -> None:
    """A campaign, ad set and ad by their ids, and by names alone another of the same letters."""
    first = ad_day(campaign_name="Spring sale", adset_name="NL")
    other = ad_day(**OF_NAMES, campaign_name="Spring", adset_name="sale NL")
    assert spend(shop, [first, other]) == {("Spring sale", "EUR"): 10, ("Spring", "EUR"): 10}


def test_what_two_platforms_number_and_name_alike_counts_in_both(shop: cc.Shop) -> None:
    """A campaign there says nothing again of the ads here; it has its account's currency there."""
    account = {"level": "account", "object_id": "17", "currency": "SEK"}
    other = {"platform": "tiktok"}
    fill(shop.database, "ad_objects", [account, account | other | {"currency": "NOK"}])
    there = ad_day(**OF_CAMPAIGN, **other, spend_amount=7, currency=None)
    month = ad_day(1, 31, platform="google", spend_amount=99)
    assert spend(shop, [ad_day(), there]) == {("Spring", "EUR"): 10, ("Spring", "NOK"): 7}
    assert spend(shop, [month]) == {("Spring", "EUR"): 109, ("Spring", "NOK"): 7}


def test_a_ten_year_row_is_a_mistake_and_the_day_before_it_is_not(shop: cc.Shop) -> None:
    rows = [
        ad_day(last_day="2036-03-03", spend_amount=7),
        ad_day(**OTHER_AD, last_day="2036-03-02", spend_amount=9),
    ]
    fill(shop.database, "ad_days", rows)
    shop.build()
    found = shop.database.con.execute("select ad_key from ad_totals").fetchall()
    assert found == [("a2",)]


@pytest.mark.parametrize("named", [OF_NAMES, {}, OF_ADSET, OF_CAMPAIGN])
def test_a_row_of_the_account_gives_way_to_any_part_of_it(shop: cc.Shop, named: Row) -> None:
    found = spend(shop, [ad_day(**named), ad_day(**OF_ACCOUNT), ad_day(5, **OF_ACCOUNT)])
    assert found == {("Spring", "EUR"): 10, ("unknown", "EUR"): 10}


def test_currencies_are_never_added_to_one_another(shop: cc.Shop) -> None:
    rows = [ad_day(), ad_day(4, currency="USD"), ad_day(5, currency=None, account_id="18")]
    assert spend(shop, rows) == {
        ("Spring", "EUR"): 10, ("Spring", "USD"): 10, ("Spring", None): 10,
    }  # fmt: skip


def test_the_account_gives_currency_and_zone_where_a_row_does_not(shop: cc.Shop) -> None:
    account = {"level": "account", "object_id": "17", "currency": "SEK", "time_zone": "Europe/Oslo"}
    campaign = {"level": "campaign", "object_id": "k1", "name": "Vår"}
    strangers = [
        account | {"object_id": "18", "currency": "NOK"},
        account | {"level": "business", "currency": "DKK"},
        campaign | {"object_id": "k2", "name": "Höst"},
        campaign | {"level": "adset", "name": "Sommar"},
    ]
    fill(shop.database, "ad_objects", [account, campaign, *strangers])
    fill(shop.database, "ad_days", [ad_day(currency=None, campaign_name=None)])
    shop.build()
    (row,) = ads_to_orders(shop.database.con, MONTH, T0)
    assert (row.campaign, row.currency, row.time_zone) == ("Vår", "SEK", "Europe/Oslo")


def test_a_renamed_campaign_goes_by_its_last_name(shop: cc.Shop) -> None:
    rows = [ad_day(), ad_day(4, campaign_name="Spring sale")]
    assert spend(shop, rows) == {("Spring sale", "EUR"): 20}


def test_names_and_forms_of_ads_come_from_the_account_where_reports_lack_them(
    shop: cc.Shop,
) -> None:
    fill(
        shop.database,
        "ad_objects",
        [
            {"object_id": "a1", "name": "Coat", "campaign_id": "k1", "adset_id": "s1"},
            {"object_id": "a9", "name": "Hat", "campaign_id": "k1", "creative_id": "c1"},
            {"level": "adset", "object_id": "s1", "entry_point": "ad"},
            {"level": "creative", "object_id": "c1", "entry_point": "sponsored_message"},
            {"level": "campaign", "object_id": "k1", "name": "Spring"},
        ],
    )
    inbox = "platform_position=messenger_inbox;publisher_platform=messenger"
    nameless = {"ad_name": None, "campaign_name": None, "campaign_id": None}
    fill(
        shop.database,
        "ad_days",
        [
            ad_day(**nameless),
            ad_day(ad_key="a2", ad_id="a2", breakdown=inbox, impressions=5),
        ],
    )
    shop.build()
    found = shop.database.con.execute(
        "select ad_id, ad_name, campaign_name, entry_point from ads order by ad_id"
    ).fetchall()
    assert found == [
        ("a1", "Coat", "Spring", "ad"),
        ("a2", "Coat", "Spring", "inbox_ad"),
        ("a9", "Hat", "Spring", "sponsored_message"),
    ]


@pytest.mark.parametrize(
    ("told", "entry_point"),
    [
        ({}, None),
        ({"adset": "ad"}, "ad"),
        ({"adset": "ad", "creative": "inbox_ad"}, "inbox_ad"),
        ({"adset": "ad", "creative": "inbox_ad", "ad": "sponsored_message"}, "sponsored_message"),
    ],
)
def test_an_ad_that_is_only_listed_is_told_by_its_own_ad_set_creative_and_campaign(
    shop: cc.Shop, told: dict[str, str], entry_point: str | None
) -> None:
    """Objects of another level or platform bear the same numbers and tell nothing of it."""
    ad = {"object_id": "a9", "name": "Hat", "campaign_id": "k1", "adset_id": "s1"}
    own = {"adset": "s1", "creative": "c1", "campaign": "k1"}
    listed: list[Row] = [ad | {"creative_id": "c1", "entry_point": told.get("ad")}]
    for level, number in own.items():
        name = "Spring" if level == "campaign" else level
        row = {"level": level, "object_id": number, "name": name}
        listed.append(row | {"entry_point": told.get(level)})
        strange = {"name": "Elsewhere", "entry_point": "link"}
        listed.append(row | strange | {"platform": "tiktok"})
        listed.append(row | strange | {"level": "account"})
    fill(shop.database, "ad_objects", listed)
    shop.build()
    found = shop.database.con.execute("from ads").fetchall()
    assert found == [("a9", "Hat", "k1", "Spring", entry_point)]


def test_restated_days_are_seen_with_how_far_they_moved(shop: cc.Shop) -> None:
    key = ("ad_key", "day", "last_day")
    days = [ad_day(), ad_day(4)]
    fill(shop.database, "ad_days", days)
    told = [
        {name: day[name] for name in key} | {"statement": str(amount), "spend_amount": amount}
        for day, amount in ((days[0], 10), (days[0], 8), (days[1], 10))
    ]
    fill(shop.database, "ad_day_versions", told)
    shop.build()
    (row,) = restatements(shop.database.con, MONTH)
    assert (row.campaign, row.ad_days, row.restated) == ("Spring", 2, 1)
    assert (row.least_spend, row.most_spend) == (18, 20)


@pytest.mark.parametrize("ids", [("k1", "k2"), (None, None)])
def test_an_ad_goes_by_what_its_last_day_says_of_it(
    shop: cc.Shop, ids: tuple[str | None, str | None]
) -> None:
    """Both names and the campaign changed, and the report of the older day came in last."""
    late = {"ad_name": "Coat", "campaign_id": ids[0], "campaign_name": "Autumn"}
    early = {"ad_name": "Parka", "campaign_id": ids[1], "campaign_name": "Winter"}
    fill(shop.database, "ad_days", [ad_day(9, **late), ad_day(8, **early)])
    shop.build()
    found = shop.database.con.execute("select ad_name, campaign_id, campaign_name from ads")
    assert found.fetchall() == [("Coat", ids[0], "Autumn")]
