"""What the simulated shop truly did, held against what its export through any platform gives."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import convocommerce as cc
from convocommerce.simulation import simulate

RULES = cc.Rules(
    time_zone="Europe/Amsterdam",
    senders={"551122334455667": "bot", "990011223344556": "human"},
    phone_country_code="31",
)
CLOCKS = ("first_customer_at", "acknowledged_at", "bot_at", "human_at")
Row = dict[str, str]


@dataclass
class Through:
    """A simulated shop loaded from the exports of some platforms, and the truth beside it."""

    shop: cc.Shop
    report: Any
    exports: Path
    conversations: list[Row]
    orders: list[Row]
    checkouts: list[Row]
    end: dt.datetime

    def sql(self, query: str, **values: Any) -> list[dict[str, Any]]:
        """Return rows of the built database by column."""
        found = self.shop.database.con.execute(query, values)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@contextmanager
def loaded_through(
    folder: Path,
    *,
    talk: str = "messenger",
    sales: str = "shopify",
    seed: int = 7,
    months: int = 1,
    rules: cc.Rules = RULES,
) -> Iterator[Through]:
    """Simulate a shop through some platforms, load its exports and build."""
    made = simulate(folder, seed=seed, months=months, talk=talk, sales=sales)
    end = json.loads((made.truth / "summary.json").read_text("utf-8"))["ends_at"]
    with cc.open(":memory:") as shop:
        report = shop.load(made.exports)
        shop.rules = rules
        shop.build()
        told = [
            list(csv.DictReader((made.truth / f"{name}.csv").read_text("utf-8").splitlines()))
            for name in ("conversations", "orders", "checkouts")
        ]
        yield Through(shop, report, made.exports, *told, end=known(end))


def known(text: str) -> dt.datetime:
    """Return an instant of the truth, naive in UTC."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=None)


def floored(moment: dt.datetime | None, seconds: float) -> dt.datetime | None:
    """Return an instant as a platform that keeps whole seconds or minutes would."""
    if moment is None or not seconds:
        return moment
    start = dt.datetime(2000, 1, 1)
    return start + ((moment - start) // dt.timedelta(seconds=seconds)) * dt.timedelta(
        seconds=seconds
    )


def told_conversations(
    world: Through,
    *,
    seconds: float = 0,
    columns: tuple[str, ...] = CLOCKS,
    keep: Callable[[Row], bool] = lambda _: True,
) -> Counter[tuple[Any, ...]]:
    """Return the true clocks of every conversation, as finely as a platform tells them."""
    return Counter(
        tuple(floored(known(row[c]) if row[c] else None, seconds) for c in ("started_at", *columns))
        for row in world.conversations
        if keep(row)
    )


def found_conversations(
    world: Through,
    *,
    seconds: float = 0,
    columns: tuple[str, ...] = CLOCKS,
    where: str = "true",
) -> Counter[tuple[Any, ...]]:
    """Return the measured clocks of every conversation."""
    names = ("started_at", *columns)
    rows = world.sql(f"select {', '.join(names)} from conversations where {where}")
    return Counter(tuple(floored(row[c], seconds) for c in names) for row in rows)


def assert_same(told: Counter[Any], found: Counter[Any]) -> None:
    """Compare two counts so that a failure names the first rows that differ."""
    missing, extra = told - found, found - told
    differ = missing + extra
    assert not differ, (
        f"{missing.total()} of {told.total()} are missing: {list(missing)[:3]}; "
        f"{extra.total()} are too many: {list(extra)[:3]}"
    )
