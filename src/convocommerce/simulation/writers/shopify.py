"""The shop's orders and abandoned checkouts, as its REST interface gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convocommerce.simulation.times import SECOND, local_month, shop_text
from convocommerce.simulation.truth import money
from convocommerce.simulation.world import SHOP_HOST
from convocommerce.simulation.writers.files import write_page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from convocommerce.simulation.records import Checkout, Order, Refund
    from convocommerce.simulation.world import Product
    from convocommerce.simulation.writers.registry import Sold

Record = dict[str, Any]


def write_sales(exports: Path, sold: Sold) -> None:
    """Write the pages of orders and of abandoned checkouts."""
    write_orders(exports / "shopify", sold.orders)
    write_checkouts(exports / "shopify", sold.checkouts)


def write_orders(folder: Path, orders: Sequence[Order]) -> None:
    """Write one page of orders for each month in which some were placed."""
    for month, mine in _by_month([(order.created_at, order) for order in orders]).items():
        write_page(folder / f"orders-{month}.json", "orders", map(order_record, mine))


def write_checkouts(folder: Path, checkouts: Sequence[Checkout]) -> None:
    """Write one page of abandoned checkouts for each month in which some were started."""
    for month, mine in _by_month([(one.started_at, one) for one in checkouts]).items():
        write_page(folder / f"checkouts-{month}.json", "checkouts", map(checkout_record, mine))


def _by_month(dated: list[tuple[int, Any]]) -> dict[str, list[Any]]:
    months: dict[str, list[Any]] = {}
    for at, record in dated:
        months.setdefault(local_month(at), []).append(record)
    return months


def payment_status(order: Order) -> str:
    """Return the state of payment in the shop's words."""
    if not order.is_paid:
        return "voided" if order.cancelled_at else "pending"
    refunded = sum(refund.cents for refund in order.refunds)
    if not refunded:
        return "paid"
    return "refunded" if refunded >= order.total_cents else "partially_refunded"


def updated_at(order: Order) -> int:
    """Return the instant of the last change."""
    changes = [refund.at for refund in order.refunds]
    return max([order.created_at + 4 * SECOND, order.cancelled_at or 0, *changes])


def order_record(order: Order) -> Record:
    """Return one order as the REST interface gives it."""
    created = shop_text(order.created_at)
    return {
        "id": int(order.order_id),
        "name": order.number,
        "order_number": int(order.number[1:]),
        "created_at": created,
        "updated_at": shop_text(updated_at(order)),
        "processed_at": created,
        "cancelled_at": shop_text(order.cancelled_at),
        "test": order.is_test,
        **buyer(order),
        "source_name": "web",
        "landing_site": order.landing_site,
        "cart_token": order.cart_token,
        "checkout_id": int(order.checkout_id),
        "checkout_token": order.checkout_token,
        "currency": "EUR",
        "financial_status": payment_status(order),
        "taxes_included": True,
        "subtotal_price": money(order.subtotal_cents),
        "total_discounts": money(order.discount_cents),
        "total_tax": money((order.total_cents * 21 + 60) // 121),
        "total_price": money(order.total_cents),
        "note_attributes": note_attributes(order),
        "line_items": _line_items(order.lines),
        "refunds": [_refund(refund, order) for refund in order.refunds],
    }


def checkout_record(checkout: Checkout) -> Record:
    """Return one checkout as the REST interface gives it."""
    changed = checkout.completed_at or checkout.started_at + 90 * SECOND
    return {
        "id": int(checkout.checkout_id),
        "token": checkout.token,
        "cart_token": checkout.cart_token,
        "name": f"#{checkout.checkout_id}",
        **buyer(checkout),
        "created_at": shop_text(checkout.started_at),
        "updated_at": shop_text(changed),
        "completed_at": shop_text(checkout.completed_at),
        "closed_at": None,
        "landing_site": checkout.landing_site,
        "source_name": "web",
        "note_attributes": note_attributes(checkout),
        "currency": "EUR",
        "subtotal_price": money(checkout.total_cents - checkout.shipping_cents),
        "total_price": money(checkout.total_cents),
        "line_items": _line_items(checkout.lines),
        "abandoned_checkout_url": f"https://{SHOP_HOST}/checkouts/cn/{checkout.token}/recover",
    }


def buyer(record: Order | Checkout) -> Record:
    """Return who buys: e-mail, phone and customer, as far as the record shows them."""
    person = record.person
    if record.keys == "phone":
        # People type their number as they say it, not as the platforms keep it.
        return {"email": "", "phone": f"0{person.phone[3:]}", "customer": None}
    is_other = record.keys == "other"
    email = person.other_email if is_other else person.email
    number = person.other_shop_customer_id if is_other else person.shop_customer_id
    customer = {"id": int(number), "email": email, "first_name": person.first}
    return {"email": email, "phone": None, "customer": customer}


def note_attributes(record: Order | Checkout) -> list[dict[str, str]]:
    """Return what the cart carried beside the goods: the chat it came from, a wish."""
    found = [{"name": "chat", "value": record.chat_id}] if record.chat_id else []
    if getattr(record, "is_gift", False):
        found.append({"name": "cadeau", "value": "ja"})
    return found


def _line_items(lines: tuple[tuple[Product, int], ...]) -> list[Record]:
    return [
        {
            "variant_id": int(product.variant_id),
            "sku": product.sku,
            "title": product.dutch,
            "quantity": count,
            "price": money(product.cents),
        }
        for product, count in lines
    ]


def _refund(refund: Refund, order: Order) -> Record:
    parts = [("success", refund.at)]
    if refund.failed_first:
        # A try that failed repaid nothing and must not be counted.
        parts.insert(0, ("failure", refund.at - 60 * SECOND))
    transactions = [
        {
            "id": int(refund.refund_id) * 10 + place,
            "order_id": int(order.order_id),
            "kind": "refund",
            "status": status,
            "amount": money(refund.cents),
            "currency": "EUR",
            "created_at": shop_text(at),
        }
        for place, (status, at) in enumerate(parts)
    ]
    return {
        "id": int(refund.refund_id),
        "order_id": int(order.order_id),
        "created_at": shop_text(refund.at),
        "processed_at": shop_text(refund.at),
        "note": "",
        "order_adjustments": [],
        "refund_line_items": [],
        "transactions": transactions,
    }
