"""Credit of orders and attempts to buy once more, in plain slow Python over lists of records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from convocommerce.rules import Rules
from oracle_talk import Conversation, Record, millis, optional_millis

Name = tuple[str, str]
Buy = tuple[int, int]
"""A contact and the instant it bought."""

PAID = ("paid", "partially_paid", "partially_refunded", "refunded")
DAY = 86_400_000


@dataclass(eq=False)
class Order:
    name: Name
    contact: int
    match_rule: str
    at: int
    record: Record
    refunds: Sequence[tuple[int, Decimal]]
    conversation: Conversation | None = None
    touched_at: int | None = None

    @property
    def credit(self) -> str | None:
        if self.conversation is None:
            return None
        return (
            "in_chat" if self.match_rule in ("chat_id", "token", "payment", "link") else "assisted"
        )

    def net(self, as_of: int) -> Decimal:
        total = Decimal(self.record["total_amount"])
        if self.refunds:
            return total - sum((amount for at, amount in self.refunds if at <= as_of), Decimal(0))
        return total - Decimal(self.record.get("refunded_amount") or 0)

    def is_sale(self, as_of: int) -> bool:
        if self.record.get("is_test") or self.record.get("payment_status") not in PAID:
            return False
        paid_at = optional_millis(self.record.get("paid_at"))
        cancelled_at = optional_millis(self.record.get("cancelled_at"))
        if (self.at if paid_at is None else paid_at) > as_of:
            return False
        if cancelled_at is not None and cancelled_at <= as_of:
            return False
        return self.net(as_of) > 0


def orders(
    records: Sequence[Record],
    refunds: Sequence[Record],
    contacts: Mapping[Name, tuple[int, str]],
    talks: Sequence[Conversation],
    rules: Rules,
) -> list[Order]:
    """Every order, credited to the contact's last conversation before it inside the window."""
    window = rules.attribution_window_days * DAY
    found = []
    for record in records:
        name = record["platform"], record["order_id"]
        contact, rule = contacts[name]
        repaid = [
            (millis(one["refunded_at"]), Decimal(one["refund_amount"]))
            for one in refunds
            if (one["platform"], one["order_id"]) == name
        ]
        order = Order(name, contact, rule, millis(record["created_at"]), record, repaid)
        best: tuple[int, int] | None = None
        for talk in talks:
            asked, last = talk.first_customer_at, talk.last_spoken(order.at)
            if talk.contact != contact or asked is None or asked > order.at or last is None:
                continue
            if order.at - last <= window and (best is None or (talk.started_at, talk.key) > best):
                best = talk.started_at, talk.key
                order.conversation, order.touched_at = talk, last
        found.append(order)
    return found


def told_twice(records: Sequence[Record], identities: Sequence[Record]) -> set[Name]:
    """The payments that a shop's order, or a fuller record of the same payment, tells too."""
    shown: dict[Name, set[str]] = {
        (one["platform"], one["order_id"]): {one["payment_reference"]}
        if one.get("payment_reference")
        else set()
        for one in records
    }
    names = {":".join(name): name for name in shown}
    for key in identities:
        is_number = key["key_kind"] == "token" and key["key_value"].startswith("order:")
        if key["subject_kind"] == "order" and (key["key_kind"] == "payment" or is_number):
            name = names.get(key["subject_id"])
            if name is not None:
                shown[name].add(key["key_value"])
    found = set()
    for one in records:
        for other in records:
            mine, its = ((r["platform"], r["order_id"]) for r in (one, other))
            same = shown[mine] & shown[its]
            if not one.get("is_payment") or mine == its or not same:
                continue
            if not other.get("is_payment"):
                is_told = mine[0] != its[0]
            else:
                ranks = [
                    ((r.get("detail") or 0), r["platform"], r["order_id"]) for r in (one, other)
                ]
                is_told = ranks[1] > ranks[0] and not all(s.startswith("order:") for s in same)
            if is_told:
                found.add(mine)
    return found


@dataclass(eq=False)
class Checkout:
    name: Name
    contact: int
    cart: str
    at: int
    completed_at: int | None
    ordered_at: int | None
    by_link: bool
    conversation: Conversation | None
    attempt_at: int = 0
    next_at: int | None = None


def checkouts(
    records: Sequence[Record],
    contacts: Mapping[Name, tuple[int, str]],
    placed: Sequence[Order],
    talks: Sequence[Conversation],
    rules: Rules,
) -> list[Checkout]:
    """Every checkout, those known from their order alone too, with the attempt it belongs to."""
    bought = [
        order
        for order in placed
        if not order.record.get("is_test") and order.record.get("payment_status") != "voided"
    ]
    begun: list[Checkout] = []
    records = [record for record in records if not record.get("is_test")]
    for record in records:
        name = record["platform"], record["checkout_id"]
        at, token = millis(record["created_at"]), record.get("checkout_token")
        ends = [
            order.at
            for order in bought
            if token is not None
            and (order.name[0], order.contact) == (name[0], contacts[name][0])
            and order.record.get("checkout_token") == token
            and order.at >= at
        ]
        done = optional_millis(record.get("completed_at"))
        completed = min([*ends, *([] if done is None else [done])], default=None)
        cart = record.get("cart_token") or record["checkout_id"]
        link = bool(record.get("is_recovered_by_link"))
        begun.append(Checkout(name, contacts[name][0], cart, at, completed, None, link, None))
    _hand_on(begun, records)
    listed = {
        (one.name[0], record.get("checkout_token"), one.contact)
        for one, record in zip(begun, records, strict=True)
    }
    for order in bought:
        token = order.record.get("checkout_token")
        if order.record.get("is_payment"):
            continue
        if token is not None and (order.name[0], token, order.contact) not in listed:
            name = order.name[0], f"order:{order.name[1]}"
            cart = order.record.get("cart_token") or name[1]
            begun.append(Checkout(name, order.contact, cart, order.at, order.at, None, False, None))
    # What the shop says was completed was bought, also where the order is not there.
    buys = [(order.contact, order.at) for order in bought]
    buys += [(one.contact, one.completed_at) for one in begun if one.completed_at is not None]
    for one in begun:
        _fill(one, buys, talks, rules)
    _number_attempts(begun, buys, rules)
    return begun


def _hand_on(begun: Sequence[Checkout], records: Sequence[Record]) -> None:
    """What another checkout takes up again is the same cart and ends with it, by the link."""
    again: dict[int, list[int]] = {number: [] for number in range(len(begun))}
    for number, record in enumerate(records):
        for earlier, one in enumerate(begun):
            if (one.name, one.contact) == (
                (begun[number].name[0], record.get("recovers_checkout_id")),
                begun[number].contact,
            ):
                again[earlier].append(number)
    later = {number: _reached(again, number) for number in again}
    ends = [one.completed_at for one in begun]
    for number, one in enumerate(begun):
        before = [first for first, reached in later.items() if number in reached] + [number]
        first = min(before, key=lambda n: (begun[n].at, begun[n].name[1]))
        if not records[number].get("cart_token"):
            one.cart = records[first].get("cart_token") or begun[first].name[1]
        told = [end for n in later[number] - {number} if (end := ends[n]) is not None]
        if ends[number] is None and told and min(told) >= one.at:
            one.completed_at, one.by_link = min(told), True


def _reached(again: Mapping[int, Sequence[int]], start: int) -> set[int]:
    found: set[int] = set()
    waiting = [start]
    while waiting:
        for number in again[waiting.pop()]:
            if number not in found:
                found.add(number)
                waiting.append(number)
    return found


def _fill(one: Checkout, buys: Sequence[Buy], talks: Sequence[Conversation], rules: Rules) -> None:
    later = [at for contact, at in buys if contact == one.contact and at >= one.at]
    one.ordered_at = min(later, default=None)
    soon = one.at + rules.checkout_abandoned_after_minutes * 60_000
    early = one.at - rules.attribution_window_days * DAY
    near = [
        talk
        for talk in talks
        if talk.contact == one.contact
        and talk.first_customer_at is not None
        and talk.first_customer_at <= soon
        and (talk.last_spoken() or 0) >= early
    ]
    one.conversation = max(near, key=lambda talk: (talk.started_at, talk.key), default=None)


def _number_attempts(begun: Sequence[Checkout], buys: Sequence[Buy], rules: Rules) -> None:
    for contact in {one.contact for one in begun}:
        mine = sorted(
            (one for one in begun if one.contact == contact), key=lambda o: (o.at, o.name)
        )
        before: Checkout | None = None
        for one in mine:
            is_new = before is None or one.at - before.at > rules.recovered_within_days * DAY
            if before is not None:
                before.next_at = one.at
                begun_at = before.at
                is_new = is_new or any(
                    who == contact and begun_at <= at < one.at for who, at in buys
                )
            one.attempt_at = one.at if is_new or before is None else before.attempt_at
            before = one


@dataclass(frozen=True)
class Attempt:
    grain: str
    name: str
    contact: int
    started_at: int
    state: str
    is_settled: bool
    by_link: bool
    conversation: Conversation | None
    bought_at: int | None
    lost_at: int
    platforms: frozenset[str]


def attempts(begun: Sequence[Checkout], rules: Rules, as_of: int) -> list[Attempt]:
    """The state of every checkout, cart and person's attempt to buy at the as-of."""
    seen = [one for one in begun if one.at <= as_of]
    found = [_attempt("checkout", one.name[1], [one], rules, as_of) for one in seen]
    groups: dict[tuple[str, str, int], list[Checkout]] = {}
    for one in seen:
        groups.setdefault(("cart", one.cart, one.contact), []).append(one)
        name = f"{one.contact}@{one.attempt_at}"
        groups.setdefault(("person", name, one.contact), []).append(one)
    found += [_attempt(g, name, ones, rules, as_of) for (g, name, _), ones in groups.items()]
    return found


def _attempt(grain: str, name: str, ones: Sequence[Checkout], rules: Rules, as_of: int) -> Attempt:
    minutes = (
        rules.checkout_abandoned_after_minutes
        if grain == "checkout"
        else rules.cart_abandoned_after_minutes
    )
    patience = round(minutes * 60_000)
    last = max(one.at for one in ones)
    lost_at = last + rules.recovered_within_days * DAY
    if grain == "person":
        ends = [one.ordered_at for one in ones if one.ordered_at is not None]
        left = [
            one.at + patience
            for one in ones
            if (one.ordered_at is None or one.ordered_at > one.at + patience)
            and (one.next_at is None or one.next_at > one.at + patience)
        ]
    else:
        ends = [one.completed_at for one in ones if one.completed_at is not None]
        left = [last + patience] if not ends or min(ends) > last + patience else []
    done, gone = min(ends, default=None), min(left, default=None)
    is_done = done is not None and done <= as_of
    if gone is None or gone > as_of:
        state = "bought" if is_done else "open"
    elif done is not None and done <= gone:
        state = "bought"
    elif is_done and done is not None and done <= lost_at:
        state = "recovered"
    else:
        state = "abandoned" if as_of < lost_at else "lost"
    asked = sorted((one for one in ones if one.conversation), key=lambda one: (one.at, one.name))
    return Attempt(
        grain,
        name,
        ones[0].contact,
        min(one.at for one in ones),
        state,
        lost_at <= as_of,
        any(one.by_link for one in ones),
        asked[-1].conversation if asked else None,
        done if is_done else None,
        lost_at,
        frozenset(one.name[0] for one in ones),
    )
