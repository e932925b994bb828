"""Carts, checkouts and orders: what the talk leads to, and what happens without any talk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convocommerce.simulation.draw import Draw
from convocommerce.simulation.records import Checkout, Order, Refund
from convocommerce.simulation.times import DAY, HOUR, MINUTE, SECOND
from convocommerce.simulation.world import PRODUCTS, Person, Product

if TYPE_CHECKING:
    from convocommerce.simulation.records import Conversation

_AFTER_LINK = tuple(MINUTE * m for m in (5, 7, 11, 18, 35, 90, 300, 1300, 2900))
_AFTER_TOKEN = tuple(MINUTE * m for m in (5, 7, 11, 18, 35, 90, 300))
_AFTER_SITE = tuple(MINUTE * m for m in (9, 25, 80, 400, 1300, 2600, 4300, 5700))
_LANDINGS = (
    "/",
    "/collections/puzzels?utm_source=instagram&utm_medium=social",
    "/collections/sloffen?utm_source=google&utm_medium=cpc",
    "/products/puzzel-grachten",
    "/products/wollen-sloffen-grijs",
)


class Till:
    """Makes every order and checkout of the simulation."""

    def __init__(self, seed: int, start: int, end: int) -> None:
        self._draw = Draw(seed, "till")
        self._start, self._end = start, end
        self._n_checkouts = 0
        self.last_order: dict[str, Order] = {}
        self.orders: list[Order] = []
        self.checkouts: list[Checkout] = []

    def cart_token(self) -> str:
        """Return the token of a new cart."""
        return self._draw.hexadecimal(32)

    def order(
        self,
        person: Person,
        at: int,
        *,
        keys: str = "usual",
        product: Product | None = None,
        chat_id: str = "",
        cart_token: str = "",
    ) -> Order:
        """Place an order, paid and kept unless something is changed afterwards.

        Args:
            person: Who buys.
            at: When; rounded up to a whole second.
            keys: Which of the person's keys the order shows: usual, other or phone.
            product: What is bought, besides what else goes in the cart.
            chat_id: The customer id in the cart link, when one from the chat was used.
            cart_token: The cart's token, when the cart was made in the chat.
        """
        draw = self._draw
        lines = self._lines(product)
        total, shipping, discount = self._amounts(lines)
        created_at = -(-at // SECOND) * SECOND
        order = Order(
            person=person,
            created_at=created_at,
            lines=lines,
            total_cents=total,
            shipping_cents=shipping,
            discount_cents=discount,
            keys="phone" if keys == "usual" and person.prefers_phone else keys,
            cart_token=cart_token or self.cart_token(),
            checkout_token=draw.hexadecimal(32),
            checkout_id=self._checkout_id(),
            chat_id=chat_id,
            landing_site=self._landing(lines, chat_id),
            is_gift=draw.chance(0.08),
        )
        self.orders.append(order)
        if keys == "usual":
            self.last_order[person.key] = order
        return order

    def spoil(self, order: Order, how: str) -> None:
        """Let something happen to an order: pending, cancelled, refunded, part or test."""
        draw, paid_at = self._draw, order.created_at
        order.is_paid = how != "pending"
        order.is_test = how == "test"
        if how == "cancelled":
            order.cancelled_at = paid_at + draw.whole(20, 2000) * MINUTE
            if draw.chance(0.5):
                order.is_paid = False
        if how == "refunded" or (how == "cancelled" and order.is_paid):
            at = order.cancelled_at or paid_at + draw.whole(2 * 1440, 8 * 1440) * MINUTE
            self._refund(order, at, order.total_cents)
        if how == "part":
            at = paid_at + draw.whole(2 * 1440, 9 * 1440) * MINUTE
            self._refund(order, at, order.lines[0][0].cents // 2)

    def leave_checkout(
        self, person: Person, at: int, *, product: Product | None = None, chat_id: str = "",
        keys: str = "usual",
    ) -> Checkout:  # fmt: skip
        """Start a checkout that nobody finishes."""
        lines = self._lines(product)
        total, shipping, _ = self._amounts(lines, with_discount=False)
        checkout = Checkout(
            person=person,
            started_at=at // SECOND * SECOND,
            lines=lines,
            total_cents=total,
            shipping_cents=shipping,
            keys="phone" if keys == "usual" and person.prefers_phone else keys,
            token=self._draw.hexadecimal(32),
            cart_token=self.cart_token(),
            checkout_id=self._checkout_id(),
            chat_id=chat_id,
            landing_site=self._landing(lines, chat_id),
        )
        self.checkouts.append(checkout)
        return checkout

    def maybe_recovered(self, order: Order, earliest: int) -> None:
        """Let some orders be the late end of a checkout left earlier, not before ``earliest``."""
        room = order.created_at - earliest
        if room < 20 * MINUTE or not self._draw.chance(0.2):
            return
        left = order.created_at - self._draw.whole(15, min(2880, room // MINUTE)) * MINUTE
        self.checkouts.append(
            Checkout(
                person=order.person,
                started_at=left // SECOND * SECOND,
                lines=order.lines,
                total_cents=order.total_cents,
                shipping_cents=order.shipping_cents,
                keys=order.keys,
                token=order.checkout_token,
                cart_token=order.cart_token,
                checkout_id=order.checkout_id,
                chat_id=order.chat_id,
                completed_at=order.created_at,
                landing_site=order.landing_site,
            )
        )

    def buy(self, talk: Conversation) -> Order:
        """Place the order that a conversation won, credited to it by the rules."""
        draw, person = self._draw, talk.thread.person
        if talk.choice == "cart_link":
            at = talk.last_at + int(draw.quantile(_AFTER_LINK))
            order = self.order(person, at, product=talk.product, chat_id=talk.thread.customer_id)
        elif talk.choice == "token_link":
            at = talk.last_at + int(draw.quantile(_AFTER_TOKEN))
            order = self.order(person, at, product=talk.product, cart_token=talk.cart_token)
        else:
            at = talk.last_at + int(draw.quantile(_AFTER_SITE))
            order = self.order(person, at, product=talk.product)
        if draw.chance(0.06):
            self.spoil(order, "part")
        self.maybe_recovered(order, talk.last_at + MINUTE)
        if draw.chance(0.05):
            self.leave_checkout(person, order.created_at - draw.whole(2, 90) * MINUTE)
        return order

    def without_credit(self, talk: Conversation, *, is_linkable: bool) -> Order | None:
        """Let somebody who was not won still do something that must not count as a conversion."""
        draw, person = self._draw, talk.thread.person
        how = draw.weighted((("", 86.0), ("guest", 5.0), ("late", 3.0), ("cancelled", 2.5),
                             ("pending", 1.5), ("refunded", 1.5), ("test", 0.5)))  # fmt: skip
        if not how:
            return None
        if how == "late":
            at = talk.last_at + draw.whole(6 * 1440, 9 * 1440) * MINUTE
            return self.order(person, at, product=talk.product)
        at = talk.last_at + draw.whole(10, 4000) * MINUTE
        if how == "guest":
            return self.order(person, at, product=talk.product, keys="other")
        chat_id = "" if is_linkable else talk.thread.customer_id
        order = self.order(person, at, product=talk.product, chat_id=chat_id)
        self.spoil(order, how)
        return order

    def abandon(self, talk: Conversation) -> None:
        """Let some who were not won leave a checkout, at times with a second one beside it."""
        draw, person = self._draw, talk.thread.person
        is_linked = talk.choice == "cart_link"
        if not draw.chance(0.4 if is_linked else 0.06):
            return
        at = talk.last_at + draw.whole(3, 400) * MINUTE
        chat_id = talk.thread.customer_id if is_linked else ""
        self.leave_checkout(person, at, product=talk.product, chat_id=chat_id)
        if draw.chance(0.15):
            self.leave_checkout(person, at + draw.whole(4, 60) * MINUTE)

    def stranger(self, person: Person, at: int) -> None:
        """Let somebody who never chats order, or leave a checkout, on the site."""
        draw = self._draw
        if draw.chance(0.3):
            self.leave_checkout(person, at)
            return
        order = self.order(person, at)
        how = draw.weighted((("", 84.0), ("part", 5.0), ("refunded", 3.0), ("cancelled", 4.0),
                             ("pending", 3.0), ("test", 1.0)))  # fmt: skip
        if how:
            self.spoil(order, how)
        self.maybe_recovered(order, max(self._start, at - DAY))
        if draw.chance(0.12):
            self.order(person, at + draw.whole(5 * 24, 30 * 24) * HOUR)

    def _lines(self, product: Product | None) -> tuple[tuple[Product, int], ...]:
        draw = self._draw
        first = product or draw.pick(PRODUCTS)
        lines = [(first, 2 if draw.chance(0.12) else 1)]
        if draw.chance(0.25):
            other = draw.pick(PRODUCTS)
            if other is not first:
                lines.append((other, 1))
        return tuple(lines)

    def _amounts(
        self, lines: tuple[tuple[Product, int], ...], *, with_discount: bool = True
    ) -> tuple[int, int, int]:
        goods = sum(product.cents * count for product, count in lines)
        discount = goods // 10 if with_discount and self._draw.chance(0.1) else 0
        shipping = 0 if goods - discount >= 5000 else 495
        return goods - discount + shipping, shipping, discount

    def _landing(self, lines: tuple[tuple[Product, int], ...], chat_id: str) -> str:
        if chat_id:
            return f"/cart/{lines[0][0].variant_id}:1?attributes[chat]={chat_id}"
        return self._draw.pick(_LANDINGS)

    def _checkout_id(self) -> str:
        self._n_checkouts += 1
        return str(31_450_000_000_000 + 7 * self._n_checkouts)

    def _refund(self, order: Order, at: int, cents: int) -> None:
        at = at // SECOND * SECOND
        if at < self._end:
            number = f"{940_000_000_000 + 3 * int(order.checkout_id[-9:]) + len(order.refunds)}"
            failed = self._draw.chance(0.1)
            order.refunds.append(Refund(number, at, cents, failed_first=failed))
