"""The shop's checkout sessions and payments, as Stripe's API lists them and its webhooks tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convocommerce.simulation.times import HOUR, MINUTE, SECOND
from convocommerce.simulation.world import SHOP_HOST
from convocommerce.simulation.writers.files import compact, write_lines, write_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from convocommerce.simulation.records import Checkout, Order, Refund
    from convocommerce.simulation.writers.registry import Sold

PER_PAGE = 100
OPEN_FOR = 2 * HOUR
"""The shop lets a session be paid so long; then its reminder's link opens another."""

Record = dict[str, Any]


def write_sales(exports: Path, sold: Sold) -> None:
    """Write lists of sessions and charges, newest first, and the events of completed sessions."""
    folder = exports / "stripe"
    left = {checkout.token: checkout for checkout in sold.checkouts}
    sessions: list[Record] = []
    events: list[Record] = []
    for order in sold.orders:
        begun = left.pop(order.checkout_token, None)
        mine = _sessions_of(order, begun)
        sessions += mine
        events.append(_event(mine[-1], order))
    sessions += [_left(checkout, sold.end) for checkout in left.values()]
    charges = [_charge(order) for order in sold.orders if order.is_paid]
    _write_list(folder, "checkout/sessions", sessions)
    _write_list(folder, "charges", charges)
    # What was not acknowledged is delivered again.
    events.sort(key=lambda event: int(event["created"]))
    write_lines(folder / "events.ndjson", map(compact, events + events[::10]))


def session_id(token: str, *, is_test: bool = False) -> str:
    """Return the id of the session that stands for a checkout's token."""
    return f"cs_{'test' if is_test else 'live'}_{token}"


def _write_list(folder: Path, name: str, records: list[Record]) -> None:
    records.sort(key=lambda record: (-record["created"], record["id"]))
    pages = range(0, len(records), PER_PAGE)
    for number, start in enumerate(pages, start=1):
        page = records[start : start + PER_PAGE]
        lines = ",\n".join(compact(record) for record in page)
        more = str(start + PER_PAGE < len(records)).lower()
        write_text(
            folder / f"{name.replace('/', '_')}-{number:03d}.json",
            f'{{"object":"list","url":"/v1/{name}","has_more":{more},"data":[\n{lines}\n]}}\n',
        )


def _payer(record: Order | Checkout) -> Record:
    """Return who pays, as far as the record shows them."""
    person = record.person
    if record.keys == "phone":
        return {"email": None, "phone": person.phone, "customer": None}
    is_other = record.keys == "other"
    number = person.other_shop_customer_id if is_other else person.shop_customer_id
    email = person.other_email if is_other else person.email
    return {"email": email, "phone": None, "customer": f"cus_{number}"}


def _session(record: Order | Checkout, token: str, created: int, **changes: Any) -> Record:
    payer = _payer(record)
    is_test = bool(getattr(record, "is_test", False))
    return {
        "id": session_id(token, is_test=is_test),
        "object": "checkout.session",
        "amount_total": record.total_cents,
        "cancel_url": f"https://{SHOP_HOST}/cart",
        "client_reference_id": record.chat_id or None,
        "created": created // SECOND,
        "currency": "eur",
        "customer": payer["customer"],
        "customer_details": {"email": payer["email"], "phone": payer["phone"]},
        "expires_at": (created + OPEN_FOR) // SECOND,
        "livemode": not is_test,
        "metadata": {"cart_token": record.cart_token},
        "mode": "payment",
        "payment_intent": None,
        "payment_link": None,
        "payment_status": "unpaid",
        "recovered_from": None,
        "status": "open",
        "url": None,
        **changes,
    }


def _sessions_of(order: Order, begun: Checkout | None) -> list[Record]:
    """Return the session in which an order was placed, after the one it takes up, if any."""
    opened = begun.started_at if begun else order.created_at - 2 * MINUTE
    meta = {"cart_token": order.cart_token, "order_number": order.number[1:]}
    done = {
        "metadata": meta,
        "payment_intent": _intent_id(order),
        "payment_status": "paid" if order.is_paid else "unpaid",
        "status": "complete",
    }
    if order.created_at - opened < OPEN_FOR:
        return [_session(order, order.checkout_token, opened, **done)]
    expired = _session(order, order.checkout_token, opened, status="expired")
    again = order.created_at - MINUTE
    later = _session(order, f"{order.checkout_token}again", again, **done)
    return [expired, {**later, "recovered_from": expired["id"]}]


def _left(checkout: Checkout, end: int) -> Record:
    state = "expired" if checkout.started_at + OPEN_FOR < end else "open"
    return _session(checkout, checkout.token, checkout.started_at, status=state)


def _intent_id(order: Order) -> str:
    return f"pi_3{order.checkout_token[:20]}"


def _charge(order: Order) -> Record:
    payer = _payer(order)
    refunded = sum(refund.cents for refund in order.refunds)
    return {
        "id": f"ch_3{order.checkout_token[:20]}",
        "object": "charge",
        "amount": order.total_cents,
        "amount_captured": order.total_cents,
        "amount_refunded": refunded,
        "billing_details": {"email": payer["email"], "phone": payer["phone"]},
        "captured": True,
        "created": order.created_at // SECOND,
        "currency": "eur",
        "customer": payer["customer"],
        "livemode": not order.is_test,
        "metadata": {"cart_token": order.cart_token, "order_number": order.number[1:]},
        "paid": True,
        "payment_intent": _intent_id(order),
        "refunded": refunded >= order.total_cents,
        "refunds": {"object": "list", "has_more": False, "data": _refunds(order)},
        "status": "succeeded",
    }


def _refunds(order: Order) -> Sequence[Record]:
    return [told for refund in reversed(order.refunds) for told in _tries(refund, order)]


def _tries(refund: Refund, order: Order) -> list[Record]:
    done = {
        "id": f"re_3{refund.refund_id}",
        "object": "refund",
        "amount": refund.cents,
        "charge": f"ch_3{order.checkout_token[:20]}",
        "created": refund.at // SECOND,
        "currency": "eur",
        "payment_intent": _intent_id(order),
        "status": "succeeded",
    }
    if not refund.failed_first:
        return [done]
    # A try that failed repaid nothing and must not be counted.
    return [done, {**done, "id": f"re_2{refund.refund_id}", "status": "failed"}]


def _event(session: Record, order: Order) -> Record:
    return {
        "id": f"evt_1{order.checkout_token[:20]}",
        "object": "event",
        "api_version": "2025-06-30.basil",
        "created": order.created_at // SECOND,
        "data": {"object": session},
        "livemode": session["livemode"],
        "pending_webhooks": 1,
        "type": "checkout.session.completed",
    }
