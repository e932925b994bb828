"""Chats beside the website's checkouts: who counts, who is left out, and when a claim holds."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pytest
from statsmodels.stats.proportion import (  # type: ignore[import-untyped]  # has no stubs
    confint_proportions_2indep,
)

from convocommerce.building import ensure_built
from convocommerce.insights import UNMATCHED, ChatAgainstCheckout, chat_against_checkout
from convocommerce.insights.selling.ratios import Buyers, ratio_of, standardised
from convocommerce.periods import Period
from convocommerce.rules import Rules
from oracle_compare import built
from oracle_shops import draw_shop
from oracle_talk import millis
from tables import SENDERS, at, database_of, thread

DAY = 86400
ONE_DAY = dt.timedelta(days=1)
WEEK = Period("2026-W10")


class Drawn:
    """People who chat or check out, one line each."""

    def __init__(self) -> None:
        self.tables: dict[str, list[dict[str, Any]]] = {
            name: []
            for name in (
                "messages",
                "touchpoints",
                "orders",
                "checkouts",
                "identities",
                "web_events",
            )
        }

    def key(self, who: str, kind: str, subject: str) -> None:
        self.tables["identities"].append(
            {
                "subject_kind": kind,
                "subject_id": subject,
                "key_kind": "email",
                "key_value": f"{who}@example.org",
            }
        )

    def chat(self, who: str, when: float, entry: str | None = "ad", kind: str = "text") -> None:
        self.tables["messages"] += thread([(when, "c")], who, kind=kind)
        if entry:
            self.tables["touchpoints"].append(
                {
                    "touchpoint_id": f"{who}-{when}",
                    "customer_id": who,
                    "occurred_at": at(when),
                    "entry_point": entry,
                }
            )
        self.key(who, "customer", f"messenger:page:{who}")

    def order(self, who: str, when: float, **more: Any) -> None:
        name = f"{who}-{when}"
        self.tables["orders"].append({"order_id": name, "created_at": at(when), **more})
        self.key(who, "order", f"shopify:{name}")

    def checkout(self, who: str, when: float) -> None:
        name = f"{who}-{when}"
        self.tables["checkouts"].append({"checkout_id": name, "created_at": at(when)})
        self.key(who, "checkout", f"shopify:{name}")

    def compared(self, as_of: float = 30 * DAY, **asked: Any) -> ChatAgainstCheckout:
        with database_of(**self.tables) as database:
            ensure_built(database, Rules(senders=SENDERS))
            return chat_against_checkout(database.con, WEEK, at(as_of), **asked)


def test_who_counts_on_which_side() -> None:
    shop = Drawn()
    shop.chat("ann", 0)
    shop.order("ann", 3600)
    shop.chat("bob", 0)
    shop.chat("cas", 0, entry=None)  # nothing says that Cas came to buy
    shop.chat("dia", 0, entry=None, kind="cart")
    shop.checkout("eve", 0)
    shop.order("eve", 600)
    shop.checkout("fay", 0)
    shop.checkout("gus", 7200)  # chatted an hour before
    shop.chat("gus", 3600)
    shop.order("gus", 9000)
    told = shop.compared()
    assert (told.all_chats, told.chats) == (Buyers(5, 2), Buyers(4, 2))
    assert (told.all_checkouts, told.checkouts) == (Buyers(3, 2), Buyers(2, 1))
    assert told.left_out == 1
    assert told.matched.ratio == 1.0
    assert (told.naive.ratio, told.naive.difference) == (0.6, pytest.approx(2 / 5 - 2 / 3))
    assert (told.untied_chats, told.untied_checkouts) == (2, 2)
    assert told.verdict == "not enough data"


def test_only_paid_orders_within_the_same_time_count_on_both_sides() -> None:
    shop = Drawn()
    for number, (after, more) in enumerate(
        [(3 * DAY, {}), (6 * DAY, {}), (60, {"payment_status": "pending"}), (60, {"is_test": True})]
    ):
        shop.chat(f"c{number}", 0)
        shop.order(f"c{number}", after, **more)
        shop.checkout(f"w{number}", 0)
        shop.order(f"w{number}", after, **more)
    told = shop.compared()
    assert told.chats == told.checkouts == Buyers(4, 1)
    # Five days after the last of both nothing more can come; a day before, all may.
    assert shop.compared(4 * DAY).chats == shop.compared(4 * DAY).checkouts == Buyers(0, 0, 4)


def test_an_as_of_knows_nothing_of_later_orders_or_chats() -> None:
    shop = Drawn()
    shop.checkout("eve", 0)
    shop.order("zoe", -9)
    shop.chat("eve", 300)
    early = shop.compared(200)
    assert (early.all_checkouts, early.left_out, early.all_chats.open) == (Buyers(0, 0, 1), 0, 0)
    assert shop.compared().left_out == 1


def test_earlier_sales_make_a_returning_customer() -> None:
    shop = Drawn()
    for who in ("old", "older"):
        shop.order(who, -40 * DAY)
    shop.chat("old", 0)
    shop.checkout("older", 0)
    shop.chat("new", 0)
    told = shop.compared()
    assert told.chats_by_kind == {"new": Buyers(1, 0), "returning": Buyers(1, 0)}
    assert told.checkouts_by_kind == {"new": Buyers(0, 0), "returning": Buyers(1, 0)}
    # Of new customers the website has none, so the mix cannot be made the same.
    assert told.standardised.ratio is None
    assert "mix" in told.unmatched


def test_visits_stand_in_where_no_checkout_is_loaded() -> None:
    shop = Drawn()
    shop.chat("ann", 0)
    shop.order("ann", 60)
    for visit, steps in {"a": ["begin_checkout"], "b": ["begin_checkout", "purchase"]}.items():
        shop.tables["web_events"] += [
            {
                "event_id": f"{visit}{place}",
                "session_id": visit,
                "happened_at": at(60 * place),
                "step": step,
            }
            for place, step in enumerate(steps)
        ]
    told = shop.compared()
    assert (told.basis, told.visits, told.against_visits.ratio) == ("visits", Buyers(2, 1), 2.0)
    assert "visits" in told.unmatched


def test_without_a_website_nothing_is_compared() -> None:
    shop = Drawn()
    shop.chat("ann", 0)
    told = shop.compared()
    assert (told.verdict, told.basis, told.matched.ratio) == ("not enough data", "none", None)
    assert "orders" in told.unmatched
    assert set(told.unmatched) <= UNMATCHED.keys()


def many(chats: tuple[int, int], website: tuple[int, int]) -> Drawn:
    shop = Drawn()
    for side, add, (k, n) in (("c", Drawn.chat, chats), ("w", Drawn.checkout, website)):
        for number in range(n):
            add(shop, f"{side}{number}", 60 * number)
            if number < k:
                shop.order(f"{side}{number}", 60 * number + 30)
    return shop


@pytest.mark.parametrize(
    ("chats", "website", "verdict"),
    [
        ((46, 60), (6, 60), "supported"),
        ((20, 60), (20, 60), "contradicted"),
        ((23, 60), (10, 60), "not enough data"),
        ((5, 50), (0, 50), "not enough data"),
    ],
)
def test_the_claim_is_judged_by_the_interval(
    chats: tuple[int, int], website: tuple[int, int], verdict: str
) -> None:
    told = many(chats, website).compared()
    assert (told.chats, told.checkouts) == (
        Buyers(chats[1], chats[0]),
        Buyers(website[1], website[0]),
    )
    assert told.verdict == verdict
    if not website[0]:
        assert (told.matched.ratio, told.matched.low, told.basis) == (None, None, "none")
        low, high = confint_proportions_2indep(*chats, *website, method="newcomb", compare="diff")
        assert told.matched.difference_low == pytest.approx(low)
        assert told.matched.difference_high == pytest.approx(high)


@pytest.mark.parametrize("seed", [1001, 7])
def test_counts_are_what_the_oracle_says(seed: int) -> None:
    shop = draw_shop(seed, people=60)
    days = Period(f"{shop.instants[0]:%Y-%m-%d}..{shop.instants[-1]:%Y-%m-%d}")
    window = round(shop.rules.attribution_window_days * DAY * 1000)
    database, oracle = built(shop)
    with database:
        for as_of in (shop.instants[len(shop.instants) // 2], shop.instants[-1] + 40 * ONE_DAY):
            now = millis(as_of)
            found = chat_against_checkout(database.con, days, as_of, entry_points=["ad", "link"])
            states = oracle.states(as_of)
            sales = [
                (order.contact, order.at)
                for order in oracle.orders
                if order.at <= now and order.is_sale(now)
            ]
            talks = [
                row
                for row in states["conversations"]
                if days.start <= row["started_local"].date() < days.end
            ]
            assert found.all_chats == bought(
                [(row["is_settled"], row["outcome"] in ("in_chat", "assisted")) for row in talks]
            )
            # The drawn shops send no carts, so what brought people decides alone.
            shopping = [row for row in talks if row["entry_point"] in ("ad", "link")]
            assert found.chats.n + found.chats.open == len(shopping)
            attempts: dict[tuple[int, int], list[Any]] = {}
            for one in oracle.checkouts:
                if one.at <= now:
                    attempts.setdefault((one.contact, one.attempt_at), []).append(one)
            told: dict[tuple[bool, bool], list[tuple[bool, bool]]] = {}
            for (contact, start), ones in attempts.items():
                over = max(one.at for one in ones) + window
                has_chatted = any(
                    one.conversation is not None and one.conversation.first_customer_at <= now
                    for one in ones
                )
                is_returning = any(who == contact and at < start for who, at in sales)
                if days.start <= oracle.local(min(o.at for o in ones))["day"] < days.end:
                    told.setdefault((has_chatted, is_returning), []).append(
                        (over <= now, any(w == contact and start <= a <= over for w, a in sales))
                    )
            assert found.all_checkouts == bought([one for many in told.values() for one in many])
            for kind, is_returning in (("new", False), ("returning", True)):
                assert found.checkouts_by_kind[kind] == bought(told.get((False, is_returning), []))
            assert found.left_out == sum(
                len(many) for (has_chatted, _), many in told.items() if has_chatted
            )


def bought(cells: list[tuple[bool, bool]]) -> Buyers:
    """Count those that are over, those of them that bought, and those that are not over."""
    over = [has_bought for is_over, has_bought in cells if is_over]
    return Buyers(len(over), sum(over), len(cells) - len(over))


def test_a_ratio_equal_to_the_claim_proves_nothing() -> None:
    told = ratio_of(Buyers(400, 46), Buyers(400, 20), 2.3)
    assert told.ratio == 2.3
    assert told.p_value == pytest.approx(0.5)
    assert (told.low, told.high) == (
        pytest.approx(1.395929852797345, rel=1e-5),
        pytest.approx(3.804094321272691, rel=1e-5),
    )


def test_one_kind_alone_is_standardised_to_itself_with_the_log_interval() -> None:
    ones = {"new": Buyers(400, 46), "returning": Buyers(0, 0)}
    bases = {"new": Buyers(400, 20), "returning": Buyers(90, 70)}
    told = standardised(ones, bases, 2.3)
    low, high = confint_proportions_2indep(46, 400, 20, 400, method="log", compare="ratio")
    assert told.ratio == pytest.approx(2.3)
    assert told.low == pytest.approx(low, rel=1e-9)
    assert told.high == pytest.approx(high, rel=1e-9)
    assert told.p_value == pytest.approx(0.5)


def test_the_same_mix_takes_away_what_the_mix_did() -> None:
    # Within each kind chats sell as often as the website; there are only more returning ones.
    ones = {"new": Buyers(100, 5), "returning": Buyers(300, 90)}
    bases = {"new": Buyers(300, 15), "returning": Buyers(100, 30)}
    naive = ratio_of(Buyers(400, 95), Buyers(400, 45), 2.3)
    told = standardised(ones, bases, 2.3)
    assert naive.ratio == pytest.approx(95 / 45)
    assert told.ratio == pytest.approx(1.0)
    # By hand: 0.25 * 5% + 0.75 * 30%, and the delta method on its logarithm.
    base = 0.25 * 0.05 + 0.75 * 0.3
    spread = (0.25**2 * 0.05 * 0.95 / 300 + 0.75**2 * 0.3 * 0.7 / 100) / base**2
    error = math.sqrt((1 - 95 / 400) / 95 + spread)
    assert told.high == pytest.approx(math.exp(1.959963984540054 * error))
    assert told.high is not None
    assert told.high < 2.3


def test_nobody_who_buys_has_no_standardised_ratio() -> None:
    ones = {"new": Buyers(10, 0), "returning": Buyers(0, 0)}
    bases = {"new": Buyers(10, 5), "returning": Buyers(0, 0)}
    told = standardised(ones, bases, 2.3)
    assert (told.ratio, told.difference) == (None, -0.5)
    assert standardised({}, {}, 2.3).difference is None
