"""A made-up shop whose exports have the platforms' real shapes, with the truth beside them.

*Slof & Stukje* sells slippers and puzzles and talks with its customers on Messenger and
Instagram. A seed decides everything: the same seed and arguments give the same bytes on any
machine. The truth is kept apart from the exports, so a measurement can be held against it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from convocommerce.errors import UsageError
from convocommerce.simulation import effect
from convocommerce.simulation.arrivals import Arrivals
from convocommerce.simulation.clock import Clock
from convocommerce.simulation.draw import Draw
from convocommerce.simulation.money import Till
from convocommerce.simulation.opening import OPENING_HOURS, Opening, roster, staff
from convocommerce.simulation.timeline import Timeline
from convocommerce.simulation.times import (
    DAY,
    days_between,
    local_instant,
    months_after,
    utc_text,
)
from convocommerce.simulation.truth import Truth, json_text
from convocommerce.simulation.world import People
from convocommerce.simulation.writers import meta_ads, shopify_other
from convocommerce.simulation.writers.files import write_text
from convocommerce.simulation.writers.registry import (
    SALES,
    TALK,
    Sold,
    Told,
    write_sales,
    write_talk,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from convocommerce.simulation.records import Checkout, Conversation, Event, Order

__all__ = ["SALES", "TALK", "SimulationSummary", "simulate"]


@dataclass(frozen=True)
class SimulationSummary:
    """What a simulation wrote.

    Attributes:
        exports: The folder with one folder for each platform.
        truth: The folder with the truth.
        seed: The seed.
        first_day: The first day of the exports.
        last_day: Their last day.
        n_conversations: Conversations that the exports show.
        n_messages: Messages in them, each once.
        n_orders: Orders.
        n_checkouts: Abandoned checkouts, finished later or not.
        n_credited_orders: Orders credited to a conversation.
        n_webhooks: Documents in the exports of what was said, such as lines of webhook logs.
    """

    exports: Path
    truth: Path
    seed: int
    first_day: date
    last_day: date
    n_conversations: int
    n_messages: int
    n_orders: int
    n_checkouts: int
    n_credited_orders: int
    n_webhooks: int


@dataclass(frozen=True)
class _World:
    """Everything that happened before the end."""

    days: list[date]
    end: int
    talks: list[Conversation]
    events: list[Event]
    orders: list[Order]
    checkouts: list[Checkout]


def simulate(
    out: Path | str = ".",
    *,
    seed: int = 7,
    months: int = 3,
    start: date = date(2026, 6, 1),
    conversations_per_day: float = 18,
    shapes: Literal["usual", "all"] = "usual",
    talk: str = "messenger",
    sales: str = "shopify",
    exports_dir: Path | str | None = None,
    truth_dir: Path | str | None = None,
    progress: Callable[[float], None] | None = None,
) -> SimulationSummary:
    """Write the exports of a simulated shop, and apart from them the truth.

    Files that stand in the folders already are replaced when they have the same name; others are
    left alone.

    Args:
        out: Where ``exports`` and ``truth`` are made.
        seed: What everything is drawn from.
        months: How many months, counted from the first of the month of ``start``.
        start: A day in the first month.
        conversations_per_day: Arrivals on an average day; the desk grows along.
        shapes: ``all`` also writes the orders as GraphQL bulk lines and as CSV, in the folder
            ``other_shapes`` beside the exports.
        talk: Through which platform the shop talked: one of ``TALK``. The truth keeps the
            channels of the simulated world, whatever the platform calls them.
        sales: Through which platform it sold: one of ``SALES``.
        exports_dir: The folder for the exports, when it is not ``out/exports``.
        truth_dir: The folder for the truth, when it is not ``out/truth``.
        progress: Called with the share of the work that is done, from 0 to 1.

    Returns:
        Where everything stands and how much it is.

    Raises:
        UsageError: ``months`` or ``conversations_per_day`` is not positive, or ``shapes`` is
            neither ``usual`` nor ``all``.
        UnknownNameError: The simulated shop cannot write the export of such a platform.
    """
    if months < 1 or conversations_per_day <= 0:
        raise UsageError(
            "months and conversations_per_day must be positive, not "
            f"{months!r} and {conversations_per_day!r}"
        )
    if shapes not in ("usual", "all"):
        raise UsageError(f"shapes must be 'usual' or 'all', not {shapes!r}")
    exports = Path(exports_dir) if exports_dir else Path(out) / "exports"
    truth_folder = Path(truth_dir) if truth_dir else Path(out) / "truth"
    tell = progress or (lambda _: None)
    world = _live(seed, start, months, conversations_per_day, lambda share: tell(0.7 * share))
    truth = Truth(world.talks, world.events, world.orders, world.checkouts, world.end)
    tell(0.8)
    told = Told(seed, world.events, truth.stories, world.end)
    n_webhooks = write_talk(talk, exports, told)
    meta_ads.write(
        exports / "meta_ads",
        meta_ads.ad_days(seed, world.days, conversations_per_day, world.events),
    )
    write_sales(sales, exports, Sold(seed, world.orders, world.checkouts, world.end))
    if shapes == "all":
        other = exports.parent / "other_shapes"
        shopify_other.write_graphql(other / "orders-bulk.jsonl", world.orders)
        shopify_other.write_csv(other / "orders_export.csv", world.orders)
    summary = SimulationSummary(
        exports=exports,
        truth=truth_folder,
        seed=seed,
        first_day=world.days[0],
        last_day=world.days[-1],
        n_conversations=len(truth.stories),
        n_messages=sum(len(story.spoken) for story in truth.stories),
        n_orders=len(world.orders),
        n_checkouts=len(world.checkouts),
        n_credited_orders=sum(credit is not None for credit in truth.credit.values()),
        n_webhooks=n_webhooks,
    )
    _write_truth(truth_folder, truth, world, summary, conversations_per_day)
    tell(1.0)
    return summary


def _live(
    seed: int, start: date, months: int, per_day: float, progress: Callable[[float], None]
) -> _World:
    first = months_after(start, 0)
    days = days_between(first, months_after(start, months))
    begin, end = local_instant(days[0], 0), local_instant(days[-1], 1440)
    clock, people, till = Clock(end), People(seed), Till(seed, begin, end)
    arrivals = Arrivals(seed, people)
    shifts = roster(days, staff(per_day))
    line = Timeline(seed, begin, clock, Opening(days), arrivals, till, shifts)
    for at in arrivals.times(days, per_day):
        clock.at(at, line.arrive)
    clock.run(lambda now: progress((now - begin) / (end - begin)))
    strangers, draw = People(seed, prefix="q"), Draw(seed, "strangers")
    tries = int(per_day / 4) + 1
    for number in range(len(days)):
        for _ in range(draw.binomial(tries, per_day * 0.08 / tries)):
            till.stranger(strangers.new(), begin + number * DAY + draw.whole(0, DAY - 1))
    events = [event for event in line.scribe.events if event.at < end]
    orders = _numbered(till.orders, end)
    checkouts = _shown(till.checkouts, end)
    return _World(days, end, line.talks, events, orders, checkouts)


def _numbered(orders: list[Order], end: int) -> list[Order]:
    """Return the orders placed before the end, numbered in the order in which they were placed."""
    placed = sorted((o for o in orders if o.created_at < end), key=lambda o: o.created_at)
    for place, order in enumerate(placed):
        order.order_id = str(5_512_000_000_000 + 1024 * (place + 1))
        order.number = f"#{1001 + place}"
        if order.cancelled_at is not None and order.cancelled_at >= end:
            # Not cancelled yet, and it never will be paid.
            order.cancelled_at, order.is_paid = None, False
    return placed


def _shown(checkouts: list[Checkout], end: int) -> list[Checkout]:
    shown = sorted((c for c in checkouts if c.started_at < end), key=lambda c: c.started_at)
    for checkout in shown:
        if checkout.completed_at is not None and checkout.completed_at >= end:
            checkout.completed_at = None
    return shown


def _write_truth(
    folder: Path, truth: Truth, world: _World, summary: SimulationSummary, per_day: float
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    truth.write(folder)
    asked = [talk for talk in world.talks if talk.first_customer_at is not None]
    write_text(folder / "effect.json", json_text(effect.summary(asked)))
    told = {
        "seed": summary.seed,
        "first_day": summary.first_day.isoformat(),
        "last_day": summary.last_day.isoformat(),
        "ends_at": utc_text(world.end),
        "time_zone": "Europe/Amsterdam",
        "opening_hours": OPENING_HOURS,
        "conversations_per_day": f"{per_day:g}",
        "n_conversations": summary.n_conversations,
        "n_messages": summary.n_messages,
        "n_orders": summary.n_orders,
        "n_checkouts": summary.n_checkouts,
        "n_credited_orders": summary.n_credited_orders,
        "n_webhooks": summary.n_webhooks,
        "orders_by_link": Counter(truth.links.link_of_order.values()),
        "conversations_by_channel": Counter(s.talk.thread.channel for s in truth.stories),
    }
    write_text(folder / "summary.json", json_text(told))
