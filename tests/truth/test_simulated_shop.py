"""A simulated shop's exports, loaded and measured, give exactly what truly happened in it."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import convocommerce as cc
from convocommerce.measuring import states_before
from convocommerce.simulation import simulate
from oracle_figures import LIMITS, quantile, share

ZONE = ZoneInfo("Europe/Amsterdam")
RULES = cc.Rules(
    time_zone="Europe/Amsterdam",
    senders={"551122334455667": "bot", "990011223344556": "human"},
    phone_country_code="31",
)
WINDOW = dt.timedelta(days=5)
Row = dict[str, str]


@dataclass
class World:
    shop: cc.Shop
    conversations: list[Row]
    orders: list[Row]
    checkouts: list[Row]
    end: dt.datetime

    def sql(self, query: str, **values: Any) -> list[dict[str, Any]]:
        """Return rows of the built database by column."""
        found = self.shop.database.con.execute(query, values)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def states(self, table: str) -> list[dict[str, Any]]:
        sql = f"with {states_before(table)} select * from {table}"
        return self.sql(sql, as_of=self.end)


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def instant(text: str) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text).replace(tzinfo=None) if text else None


def known(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=None)


@pytest.fixture(scope="module", params=[(7, 2), (11, 1), (23, 1)], ids=lambda one: f"seed{one[0]}")
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    seed, months = request.param
    made = simulate(tmp_path_factory.mktemp("world"), seed=seed, months=months)
    end = known(json.loads((made.truth / "summary.json").read_text("utf-8"))["ends_at"])
    with cc.open(":memory:") as shop:
        shop.load(made.exports)
        shop.rules = RULES
        shop.build()
        told = made.truth
        yield World(
            shop,
            rows(told / "conversations.csv"),
            rows(told / "orders.csv"),
            rows(told / "checkouts.csv"),
            end,
        )


Key = tuple[str, str, dt.datetime]


def told_conversations(world: World) -> dict[Key, Row]:
    return {
        (row["channel"], row["customer_id"], known(row["started_at"])): row
        for row in world.conversations
    }


def found_conversations(world: World) -> dict[Key, dict[str, Any]]:
    found = world.sql(
        "select conversations.*, threads.customer_id from conversations "
        "join threads using (thread_key)"
    )
    return {(row["channel"], row["customer_id"], row["started_at"]): row for row in found}


def same(told: dict[Any, Any], found: dict[Any, Any]) -> None:
    """Compare two tables row by row, so that a failure names the first rows that differ."""
    assert told.keys() == found.keys()
    wrong = {key: (told[key], found[key]) for key in told if told[key] != found[key]}
    assert not wrong, f"{len(wrong)} of {len(told)} differ: {list(wrong.items())[:3]}"


def test_every_conversation_is_found_with_its_bounds(world: World) -> None:
    found = found_conversations(world)
    same(
        {
            key: (known(row["last_message_at"]), int(row["n_messages"]))
            for key, row in told_conversations(world).items()
        },
        {key: (row["last_message_at"], row["n_messages"]) for key, row in found.items()},
    )
    assert len(found) > 300


CLOCKS = ("first_customer_at", "acknowledged_at", "bot_at", "human_at", "handoff_at")


@pytest.mark.parametrize("clock", CLOCKS)
def test_every_clock_stops_when_it_truly_did(world: World, clock: str) -> None:
    told = {key: instant(row[clock]) for key, row in told_conversations(world).items()}
    assert sum(one is not None for one in told.values()) > 20
    same(told, {key: row[clock] for key, row in found_conversations(world).items()})


def test_who_began_who_answered_and_who_came_back(world: World) -> None:
    same(
        {
            key: (row["started_by"] == "business", row["agent"] or None, row["is_returning"])
            for key, row in told_conversations(world).items()
        },
        {
            key: (row["is_outbound"], row["agent_id"], str(row["is_returning"]).lower())
            for key, row in found_conversations(world).items()
        },
    )


def test_what_brought_people(world: World) -> None:
    same(
        {
            key: (row["entry_point"], row["ad_id"] or None, row["ref"] or None)
            for key, row in told_conversations(world).items()
        },
        {
            key: (row["entry_point"], row["ad_id"], row["ref"])
            for key, row in found_conversations(world).items()
        },
    )


def test_every_outcome(world: World) -> None:
    found = {row["conversation_id"]: row for row in world.states("conversation_states")}
    named = {row["conversation_id"]: key for key, row in found_conversations(world).items()}
    told = {key: row for key, row in told_conversations(world).items() if row["first_customer_at"]}
    outcomes = {
        key: "pending"
        if row["outcome"] == "none" and known(row["last_message_at"]) + WINDOW > world.end
        else row["outcome"]
        for key, row in told.items()
    }
    assert set(outcomes.values()) == {"in_chat", "assisted", "pending", "none"}
    same(outcomes, {named[one]: row["outcome"] for one, row in found.items()})


def test_every_order_its_link_and_its_credit(world: World) -> None:
    talks = {row["conversation_id"]: key for key, row in found_conversations(world).items()}
    found = {
        row["order_number"]: (
            # The truth knows the key, not whether it was typed or tapped.
            row["match_rule"].removeprefix("typed_"),
            row["credit"] if row["is_sale"] and row["credit"] != "none" else "",
            talks[row["conversation_id"]] if row["is_sale"] and row["conversation_id"] else None,
            row["net_amount"],
        )
        for row in world.states("order_states")
    }
    told = {
        row["order_number"]: (
            row["link"],
            row["kind"],
            (
                row["credited_channel"],
                row["credited_customer_id"],
                known(row["credited_started_at"]),
            )
            if row["kind"]
            else None,
            Decimal(row["total_amount"]) - Decimal(row["refunded_amount"]),
        )
        for row in world.orders
    }
    same(told, found)


def test_every_checkout(world: World) -> None:
    """Started and finished when it truly was, and in the state that follows from it."""
    found = world.sql("select checkout_id, started_at, completed_at from checkout_outcomes")
    same(
        {
            row["checkout_id"]: (known(row["started_at"]), instant(row["completed_at"]))
            for row in world.checkouts
        },
        {
            row["checkout_id"]: (row["started_at"], row["completed_at"])
            for row in found
            if not row["checkout_id"].startswith("order:")
        },
    )
    states = {
        row["attempt_id"]: row["state"]
        for row in world.states("abandonment_states")
        if row["grain"] == "checkout" and not row["attempt_id"].startswith("order:")
    }
    same({row["checkout_id"]: true_state(row, world.end) for row in world.checkouts}, states)


def true_state(row: Row, end: dt.datetime) -> str:
    """A listed checkout was abandoned: open for ten minutes, recoverable for a week."""
    started, done = known(row["started_at"]), instant(row["completed_at"])
    due, lost = started + dt.timedelta(minutes=10), started + dt.timedelta(days=7)
    if end < due:
        return "open"
    if done is not None and done <= min(due, end):
        return "bought"
    if done is not None and done <= min(lost, end):
        return "recovered"
    return "abandoned" if end < lost else "lost"


CUTS: dict[str, Callable[[Row], object]] = {
    "channel": lambda row: row["channel"],
    "week": lambda row: monday(known(row["started_at"])),
    "entry_point": lambda row: row["entry_point"],
}


def monday(moment: dt.datetime) -> dt.date:
    day = moment.replace(tzinfo=dt.UTC).astimezone(ZONE).date()
    return day - dt.timedelta(days=day.weekday())


def asked_for(world: World) -> list[Row]:
    return [row for row in world.conversations if row["first_customer_at"]]


def measured(world: World, metric: str, statistic: str, by: Sequence[str]) -> dict[object, Any]:
    result = world.shop.measure(metric, by=by, as_of=world.end.replace(tzinfo=dt.UTC), where=None)
    return {row.group[0]: row for row in result.rows if row.statistic == statistic}


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("outcome", ["in_chat", "assisted"])
def test_conversion_by_every_cut(world: World, cut: str, outcome: str) -> None:
    counts: dict[object, Counter[str]] = defaultdict(Counter)
    money: dict[object, Decimal] = defaultdict(Decimal)
    group_of = {}
    for row in asked_for(world):
        group = CUTS[cut](row)
        is_young = known(row["last_message_at"]) + WINDOW > world.end
        is_pending = row["outcome"] == "none" and is_young
        counts[group]["pending" if is_pending else row["outcome"]] += 1
        group_of[row["channel"], row["customer_id"], row["started_at"]] = group
    for order in world.orders:
        if order["kind"] == outcome:
            key = (
                order["credited_channel"],
                order["credited_customer_id"],
                order["credited_started_at"],
            )
            net = Decimal(order["total_amount"]) - Decimal(order["refunded_amount"])
            money[group_of[key]] += net
    rates = measured(world, f"{outcome}_conversion", "rate", [cut])
    revenue = measured(world, f"{outcome}_conversion", "net_revenue", [cut])
    assert rates.keys() == counts.keys()
    for group, seen in counts.items():
        told = share(seen[outcome], seen.total() - seen["pending"], seen["pending"])
        assert (rates[group].n, rates[group].n_open) == (told.n, told.n_open)
        assert rates[group].value == told.value
        assert (rates[group].low, rates[group].high) == (
            pytest.approx(told.low),
            pytest.approx(told.high),
        )
    assert {group: row.value for group, row in revenue.items()} == {
        group: pytest.approx(float(amount)) for group, amount in money.items()
    }


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("clock", ["human", "bot", "acknowledged"])
def test_first_response_time_by_every_cut(world: World, cut: str, clock: str) -> None:
    waits: dict[object, list[float | None]] = defaultdict(list)
    for row in asked_for(world):
        answered = instant(row[f"{clock}_at"])
        wait = answered - known(row["first_customer_at"]) if answered else None
        waits[CUTS[cut](row)].append(wait / dt.timedelta(seconds=1) if wait else None)
    result = world.shop.measure(
        "first_response_time", by=cut, as_of=world.end.replace(tzinfo=dt.UTC), clock=clock
    )
    found = {(one.group[0], one.statistic): one for one in result.rows}
    assert {group for group, _ in found} == waits.keys()
    for group, mine in waits.items():
        ended = [one for one in mine if one is not None]
        for name, at in (("median", 0.5), ("p90", 0.9)):
            told = quantile(ended, at, len(mine) - len(ended))
            figure = found[group, name]
            assert figure.value == pytest.approx(told.value)
            assert (figure.n, figure.n_open, figure.low, figure.high) == (
                told.n,
                told.n_open,
                told.low,
                told.high,
            )
        for name, limit in LIMITS.items():
            figure = found[group, name]
            k = sum(one <= limit for one in ended)
            assert figure.value is None or figure.value * figure.n == pytest.approx(k)
            assert figure.n + figure.n_open == len(mine)


def test_conversations_are_counted(world: World) -> None:
    told = Counter(row["channel"] for row in asked_for(world))
    found = measured(world, "conversations", "count", ["channel"])
    assert {channel: row.value for channel, row in found.items()} == dict(told)
