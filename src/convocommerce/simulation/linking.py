"""Which threads, orders and checkouts the exports show to be of one person.

Keys are tried from the strongest to the weakest. What shares a key is joined; an order's link is
the first kind of key at which it is joined with a chat.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from convocommerce.simulation.records import Checkout, Event, Order, Thread

STAGES = ("chat_id", "token", "shop_customer", "email", "phone")
Key = tuple[str, str]


class Joined:
    """Groups that grow together as things turn out to belong to each other."""

    def __init__(self) -> None:
        self._up: dict[int, int] = {}

    def top(self, item: int) -> int:
        """Return the item that stands for the whole group of an item."""
        root = item
        while self._up.get(root, root) != root:
            root = self._up[root]
        while self._up.get(item, item) != root:
            self._up[item], item = root, self._up[item]
        return root

    def join(self, one: int, other: int) -> None:
        """Make one group of the groups of two items; the least item stands for it."""
        a, b = self.top(one), self.top(other)
        self._up.setdefault(a, a)
        self._up.setdefault(b, b)
        self._up[max(a, b)] = min(a, b)


class Links:
    """The result: the group of every thread and order, and how each order was tied.

    Attributes:
        contact_of_thread: The group by thread.
        contact_of_order: The group by order, whether or not it holds a thread.
        link_of_order: chat_id, token, shop_customer, email, phone or none, by order.
    """

    def __init__(
        self, events: Iterable[Event], orders: list[Order], checkouts: list[Checkout]
    ) -> None:
        """Join everything by the keys that the exports show."""
        threads, shown = _keys_of_threads(events)
        n = len(threads)
        items: list[set[Key]] = [shown[thread] for thread in threads]
        items += [keys_of_order(order) for order in orders]
        items += [keys_of_checkout(checkout) for checkout in checkouts]
        joined = Joined()
        links = ["none"] * len(orders)
        for stage in STAGES:
            holder: dict[str, int] = {}
            for number, keys in enumerate(items):
                for kind, value in sorted(keys):
                    if kind == stage:
                        joined.join(number, holder.setdefault(value, number))
            with_chat = {joined.top(number) for number in range(n)}
            for place in range(len(orders)):
                if links[place] == "none" and joined.top(n + place) in with_chat:
                    links[place] = stage
        self.contact_of_thread = {t: joined.top(number) for number, t in enumerate(threads)}
        self.contact_of_order = {o: joined.top(n + place) for place, o in enumerate(orders)}
        self.link_of_order = dict(zip(orders, links, strict=True))


def keys_of_person(record: Order | Checkout) -> set[Key]:
    """Return the keys of the buyer that an order or checkout shows."""
    person = record.person
    if record.keys == "phone":
        return {("phone", person.phone)}
    if record.keys == "other":
        return {
            ("shop_customer", person.other_shop_customer_id),
            ("email", person.other_email),
        }
    return {("shop_customer", person.shop_customer_id), ("email", person.email)}


def keys_of_order(order: Order) -> set[Key]:
    """Return every key that an exported order shows."""
    return keys_of_person(order) | _cart_keys(order, order.checkout_token)


def keys_of_checkout(checkout: Checkout) -> set[Key]:
    """Return every key that an exported checkout shows."""
    return keys_of_person(checkout) | _cart_keys(checkout, checkout.token)


def _cart_keys(record: Order | Checkout, checkout_token: str) -> set[Key]:
    keys = {("token", record.cart_token), ("token", checkout_token)}
    if record.chat_id:
        keys.add(("chat_id", record.chat_id))
    return keys


def _keys_of_threads(events: Iterable[Event]) -> tuple[list[Thread], dict[Thread, set[Key]]]:
    threads: list[Thread] = []
    shown: dict[Thread, set[Key]] = {}
    for event in events:
        thread = event.thread
        if thread not in shown:
            threads.append(thread)
            shown[thread] = {("chat_id", thread.customer_id)}
        if event.key:
            shown[thread].add(event.key)
    return threads, shown
