"""What ads cost for what they brought, and how far their claims can be explained."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from convocommerce.building import ensure_built
from convocommerce.insights import AdCost, ClaimGap, ad_costs, claim_gaps
from convocommerce.periods import Period
from convocommerce.rules import Rules
from convocommerce.warehouse import Database
from tables import SENDERS, at, database_of, thread

MARCH = Period("2026-03")
DAY = 86400
LATER = at(60 * DAY)

Row = dict[str, Any]


class Shop:
    """A shop drawn person by person: who clicked which ad when, and what they ordered."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {
            name: [] for name in ("messages", "touchpoints", "orders", "identities", "ad_days")
        }

    def _add(self, table: str, **row: Any) -> None:
        self.rows[table].append(row)

    def talk(
        self, who: str, day: float, ad: str | None = "a1", *, answered: bool = True, **more: Any
    ) -> Shop:
        began = day * DAY
        events = [(began, "c"), *([(began + 60, "h")] if answered else [])]
        for number, one in enumerate(thread(events, who, **more)):
            self._add("messages", **one | {"message_id": f"{who}-{day}-{number}"})
        if ad:
            self._add(
                "touchpoints", touchpoint_id=f"{who}-{day}", customer_id=who, ad_id=ad,
                occurred_at=at(began),
            )  # fmt: skip
        self._key("customer", f"messenger:page:{who}", who)
        return self

    def order(self, who: str, day: float, amount: int, currency: str = "EUR") -> Shop:
        name = f"{who}-{day}"
        self._add(
            "orders", order_id=name, created_at=at(day * DAY), total_amount=amount,
            currency=currency,
        )  # fmt: skip
        self._key("order", f"shopify:{name}", who)
        return self

    def _key(self, kind: str, name: str, who: str) -> None:
        self._add(
            "identities", subject_kind=kind, subject_id=name, key_kind="email",
            key_value=f"{who}@example.com",
        )  # fmt: skip

    def spend(
        self, amount: int | None, day: int = 2, campaign: str = "Spring", **more: Any
    ) -> Shop:
        ad = {"Spring": "a1", "Autumn": "a2"}[campaign]
        self._add(
            "ad_days",
            **{
                "ad_key": ad, "ad_id": ad, "ad_name": ad, "campaign_id": campaign,
                "campaign_name": campaign, "day": f"2026-03-{day:02d}",
                "last_day": f"2026-03-{day:02d}", "spend_amount": amount,
            } | more,
        )  # fmt: skip
        return self

    def built(self) -> Database:
        database = database_of(**self.rows)
        ensure_built(database, Rules(senders=SENDERS))
        return database

    def costs(self) -> list[AdCost]:
        database = self.built()
        return ad_costs(database.con, MARCH, LATER)

    def gaps(self) -> list[ClaimGap]:
        database = self.built()
        return claim_gaps(database.con, MARCH, LATER)


def returns(cost: AdCost) -> tuple[float | None, float | None, str | None]:
    return cost.observed_return, cost.claimed_return, cost.return_reason


def test_costs_and_both_returns() -> None:
    shop = Shop().talk("ann", 0).talk("bob", 1).talk("eve", 2, answered=False)
    shop.talk("dan", 2).order("ann", 1, 150).order("bob", 2, 90)
    shop.spend(60, purchases=5, purchase_amount=300).spend(60, day=3)
    (cost,) = shop.costs()
    assert (cost.campaign, cost.currency, cost.spend) == ("Spring", "EUR", 120)
    assert (cost.conversations, cost.answered, cost.orders) == (4, 3, 2)
    assert (cost.per_conversation, cost.per_answered, cost.per_order) == (30, 40, 60)
    assert cost.cost_reason is None
    assert returns(cost) == (2.0, 2.5, None)


def test_orders_in_another_currency_count_but_are_no_return() -> None:
    shop = Shop().talk("ann", 0).talk("bob", 0).order("ann", 1, 150)
    shop.order("bob", 1, 90, "USD").spend(60)
    (cost,) = shop.costs()
    assert (cost.per_order, returns(cost)) == (30, (None, None, "other_currency"))


def test_spend_in_two_currencies_can_be_shared_out_over_nothing() -> None:
    shop = Shop().talk("ann", 0).order("ann", 1, 150)
    (cost,) = shop.spend(60).spend(70, day=3, currency="USD").costs()
    assert (cost.spend, cost.currency, cost.conversations, cost.orders) == (None, None, 1, 1)
    assert (cost.per_conversation, cost.cost_reason) == (None, "several_currencies")
    assert returns(cost) == (None, None, "several_currencies")


def test_spend_that_is_not_told_or_nothing_is_no_return_of_zero() -> None:
    (cost,) = Shop().talk("ann", 0).order("ann", 1, 150).costs()
    assert (cost.spend, cost.per_order, cost.cost_reason) == (None, None, "no_spend")
    assert returns(cost) == (None, None, "no_spend")
    (cost,) = Shop().talk("ann", 0).order("ann", 1, 150).spend(0).costs()
    assert (cost.per_conversation, cost.cost_reason, returns(cost)) == (
        0, None, (None, None, "no_spend"),
    )  # fmt: skip
    (cost,) = Shop().talk("ann", 0).order("ann", 1, 150).spend(60, currency=None).costs()
    assert (cost.per_order, returns(cost)) == (60, (None, None, "unknown_currency"))


def test_an_ad_that_brought_nothing_returned_nothing() -> None:
    shop = Shop().talk("ann", 0, ad="a2").spend(60)
    (cost, _) = shop.order("zoe", 1, 10).costs()
    assert (cost.per_conversation, cost.per_order, cost.cost_reason) == (None, None, None)
    assert (cost.orders, returns(cost)) == (0, (0.0, None, None))
    assert Shop().costs() == []


def test_where_no_orders_are_loaded_nobody_knows_what_an_ad_returned() -> None:
    (cost,) = Shop().talk("ann", 0).spend(60).costs()
    assert (cost.conversations, cost.per_conversation) == (1, 60)
    assert (cost.orders, cost.per_order, cost.cost_reason) == (None, None, None)
    assert returns(cost) == (None, None, "no_orders")
    (gap,) = Shop().talk("ann", 0).spend(60).gaps()
    assert (gap.started, gap.orders, gap.orders_credited_elsewhere) == (1, None, None)


def test_where_no_export_tells_what_brought_people_ads_returned_nobody_knows_what() -> None:
    (row,) = (
        Shop()
        .talk("ann", 1, ad=None, export="chatwoot/conversations")
        .order("ann", 1.5, 80)
        .spend(40)
        .costs()
    )
    assert (row.spend, row.observed_return, row.per_order) == (40, None, None)
    assert row.cost_reason == row.return_reason == "unknown_entry_points"
    (alone,) = Shop().spend(40).costs()
    assert (alone.observed_return, alone.return_reason) == (None, "unknown_entry_points")


def test_the_most_expensive_campaign_comes_first() -> None:
    shop = Shop().spend(60).spend(61, campaign="Autumn").talk("ann", 0, "a9")
    assert [cost.campaign for cost in shop.costs()] == ["Autumn", "Spring", "unknown"]


def test_conversations_within_seven_days_are_not_the_platforms() -> None:
    shop = Shop().spend(60, conversations_started=5)
    shop.talk("ann", 0).talk("ann", 5).talk("ann", 13).talk("bob", 0, is_cut_off=True)
    shop.talk("eve", 0, ad=None).talk("eve", 3)
    (gap,) = shop.gaps()
    assert (gap.conversations, gap.started, gap.continued, gap.beginning_unknown) == (5, 2, 2, 1)
    assert (gap.claimed_conversations, gap.unexplained_conversations) == (5, 3)
    assert not gap.is_claim_missing


def test_seven_days_of_silence_are_enough() -> None:
    # The first conversation ends a minute in, so the second begins seven days of silence later.
    (gap,) = Shop().talk("ann", 0).talk("ann", 7 + 60 / DAY).gaps()
    assert (gap.started, gap.continued) == (2, 0)
    (gap,) = Shop().talk("ann", 0).talk("ann", 7 + 59 / DAY).gaps()
    assert (gap.started, gap.continued) == (1, 1)


def test_a_platform_that_does_not_count_has_no_gap() -> None:
    (gap,) = Shop().talk("ann", 0).spend(60, conversations_started=0).gaps()
    assert (gap.is_claim_missing, gap.unexplained_conversations) == (True, None)


def test_orders_by_when_the_ad_was_clicked_and_what_they_are_credited_to() -> None:
    shop = Shop().spend(60, purchases=9, attribution_setting="7d_click,1d_view")
    shop.talk("ann", 0).order("ann", 4, 10)
    # A conversation that goes on: the order is its, nine days after the click.
    shop.talk("bob", 0).talk("bob", 0.9, ad=None).talk("bob", 1.8, ad=None)
    shop.talk("bob", 2.7, ad=None).talk("bob", 3.6, ad=None).talk("bob", 4.5, ad=None)
    shop.order("bob", 9, 10)
    # A later conversation without an ad is credited, and once none is, as too much time has gone.
    shop.talk("eve", 0).talk("eve", 3, ad=None).order("eve", 4, 10)
    shop.talk("dan", 0).order("dan", 6, 10).order("dan", 7.5, 10)
    (gap,) = shop.gaps()
    assert (gap.orders, gap.orders_in_click_window, gap.orders_after_click_window) == (2, 1, 1)
    assert (gap.orders_credited_elsewhere, gap.unexplained_purchases) == (2, 6)
    assert gap.attribution_settings == ("7d_click,1d_view",)


def test_without_claims_nothing_is_unexplained() -> None:
    (gap,) = Shop().talk("ann", 0).order("ann", 1, 10).gaps()
    assert (gap.claimed_conversations, gap.claimed_purchases) == (None, None)
    assert (gap.unexplained_conversations, gap.unexplained_purchases) == (None, None)
    assert (gap.ad_days, gap.restated_days, gap.attribution_settings) == (None, None, ())
    assert Shop().gaps() == []


def test_days_told_again_are_counted() -> None:
    shop = Shop().spend(60).spend(60, day=3)
    shop.rows["ad_day_versions"] = [
        {
            **{name: shop.rows["ad_days"][number][name] for name in ("ad_key", "day", "last_day")},
            "statement": str(amount),
            "spend_amount": amount,
        }
        for number, amount in ((0, 60), (0, 50), (1, 60))
    ]
    (gap,) = shop.gaps()
    assert (gap.ad_days, gap.restated_days) == (2, 1)


def test_orders_and_conversations_agree_with_the_costs() -> None:
    shop = (
        Shop().spend(60).talk("ann", 0).order("ann", 4, 10).talk("bob", 1, "a2").order("bob", 2, 9)
    )
    costs = {cost.campaign: (cost.conversations, cost.orders) for cost in shop.costs()}
    assert {gap.campaign: (gap.conversations, gap.orders) for gap in shop.gaps()} == costs
    assert sum(cost.spend or Decimal(0) for cost in shop.costs()) == 60
