"""Who comes to the shop's inbox, when, by which way and with which question."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convocommerce.simulation.draw import Draw
from convocommerce.simulation.effect import PRODUCT_INTENTS
from convocommerce.simulation.records import Thread, Touch
from convocommerce.simulation.times import DAY, HOUR, SECOND, local_instant
from convocommerce.simulation.world import (
    ADS,
    BUSINESS_IDS,
    LINK_REFS,
    PRODUCTS,
    PUZZLES,
    SLIPPERS,
    Product,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from convocommerce.simulation.world import People, Person

_HOURS = (4, 2, 1, 1, 1, 2, 5, 12, 22, 38, 44, 42, 40, 38, 36, 34, 36, 38, 34, 42, 50, 46, 30, 12)
_DAYS = (1.15, 1.05, 1.0, 1.1, 0.95, 0.95, 0.8)
_SHARES = {
    "ad": 0.40,
    "link": 0.12,
    "shop": 0.10,
    "organic": 0.38,
}
_RETURNING_SHARES = {"ad": 0.15, "link": 0.15, "shop": 0.08, "organic": 0.62}
QUIET = 30 * HOUR


@dataclass(frozen=True)
class Visit:
    """One arrival: who, where, by which way, with which question.

    Attributes:
        is_new_thread: The person never wrote on this channel.
        way: How the touchpoint reaches the inbox: message, postback or alone.
    """

    thread: Thread
    is_new_thread: bool
    touch: Touch | None
    way: str
    intent: str
    product: Product


class Arrivals:
    """The stream of visits, and the people who may come back."""

    def __init__(self, seed: int, people: People) -> None:
        self._draw = Draw(seed, "arrivals")
        self._people = people
        self._resting: list[tuple[int, int, Person]] = []
        self._number = 0
        self._ready: list[Person] = []
        self._threads: dict[tuple[str, str], Thread] = {}
        self._last_channel: dict[str, str] = {}

    def times(self, days: Sequence[date], per_day: float) -> list[int]:
        """Return the instants at which somebody comes, in order."""
        draw, found = self._draw, []
        hours = [(hour, float(weight)) for hour, weight in enumerate(_HOURS)]
        for day in days:
            expected = per_day * _DAYS[day.weekday()]
            tries = int(3 * expected) + 1
            for _ in range(draw.binomial(tries, expected / tries)):
                minutes = 60 * draw.weighted(hours)
                found.append(local_instant(day, minutes) + draw.whole(0, 3600 * SECOND - 1))
        return sorted(found)

    def rest(self, person: Person, since: int) -> None:
        """Let a person come back some time after a quiet day and more.

        Args:
            person: Whose conversation and orders are done.
            since: The last instant at which they did anything.
        """
        self._number += 1
        wait = QUIET + int(DAY * self._draw.quantile((0, 0.5, 2, 5, 12, 25)))
        heapq.heappush(self._resting, (since + wait, self._number, person))

    def visit(
        self, now: int, *, may_ask_for_order: bool, has_order: Callable[[Person], bool]
    ) -> Visit:
        """Return who comes now.

        Args:
            now: The instant.
            may_ask_for_order: Whether somebody new can have ordered before they write.
            has_order: Whether a person has an order to ask about.
        """
        draw = self._draw
        person, is_new = self._who(now)
        channel = self._channel(person, is_new=is_new)
        is_new_thread = (person.key, channel) not in self._threads
        thread = self._thread(person, channel)
        intent = self._intent(may_ask=may_ask_for_order if is_new else has_order(person))
        entry = self._entry(intent, channel, is_new=is_new, is_new_thread=is_new_thread)
        product = self._product(intent)
        touch = self._touch(person, entry, product)
        if touch is None:
            starts = is_new_thread and channel == "messenger" and draw.chance(0.2)
            way = "postback" if starts else "message"
        else:
            way = self._way(entry, channel, is_new_thread=is_new_thread)
        return Visit(thread, is_new_thread, touch, way, intent, product)

    def _who(self, now: int) -> tuple[Person, bool]:
        while self._resting and self._resting[0][0] <= now:
            self._ready.append(heapq.heappop(self._resting)[2])
        if not self._ready or not self._draw.chance(0.3):
            return self._people.new(), True
        place = self._draw.whole(0, len(self._ready) - 1)
        self._ready[place], self._ready[-1] = self._ready[-1], self._ready[place]
        return self._ready.pop(), False

    def _channel(self, person: Person, *, is_new: bool) -> str:
        if is_new:
            channel = "messenger" if self._draw.chance(0.62) else "instagram"
        else:
            channel = self._last_channel[person.key]
            if self._draw.chance(0.15):
                channel = "instagram" if channel == "messenger" else "messenger"
        self._last_channel[person.key] = channel
        return channel

    def _thread(self, person: Person, channel: str) -> Thread:
        key = (person.key, channel)
        if key not in self._threads:
            customer_id = self._people.customer_id(person, channel)
            self._threads[key] = Thread(channel, BUSINESS_IDS[channel], customer_id, person)
        return self._threads[key]

    def _intent(self, *, may_ask: bool) -> str:
        draw = self._draw
        if may_ask and draw.chance(0.25):
            return "where_is_my_order"
        if draw.chance(0.15):
            return draw.pick(("opening_hours", "delivery_cost"))
        weights = (0.26, 0.22, 0.18, 0.14, 0.10, 0.10)
        return draw.weighted(tuple(zip(PRODUCT_INTENTS, weights, strict=True)))

    def _entry(self, intent: str, channel: str, *, is_new: bool, is_new_thread: bool) -> str:
        if intent == "where_is_my_order":
            return "link" if not is_new_thread and self._draw.chance(0.06) else "organic"
        shares = dict(_SHARES if is_new else _RETURNING_SHARES)
        if channel == "instagram" and is_new_thread:
            # A link into Instagram is only told for people who already have a thread.
            shares["link"] = 0.0
        return self._draw.weighted(tuple(shares.items()))

    def _product(self, intent: str) -> Product:
        if intent == "size":
            return self._draw.pick(SLIPPERS)
        return self._draw.pick(PUZZLES if intent == "pieces" else PRODUCTS)

    def _touch(self, person: Person, entry: str, product: Product) -> Touch | None:
        if entry == "ad":
            language = [ad for ad in ADS if person.is_dutch or ad.ref != "zomerpuzzel"]
            ad = self._draw.weighted([(ad, ad.weight) for ad in language])
            return Touch("ad", ad_id=ad.ad_id, ref=ad.ref)
        if entry == "link":
            return Touch("link", ref=self._draw.pick(LINK_REFS))
        if entry == "shop":
            return Touch("shop", product_id=product.product_id)
        return None

    def _way(self, entry: str, channel: str, *, is_new_thread: bool) -> str:
        if entry == "shop":
            return "message"
        if entry == "link":
            return "postback" if is_new_thread else "alone"
        if is_new_thread:
            starts = channel == "messenger" and self._draw.chance(0.4)
            return "postback" if starts else "message"
        return "alone" if self._draw.chance(0.4) else "message"
