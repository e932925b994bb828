"""The shop's orders and refunds, as WooCommerce's REST interface gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convocommerce.simulation.times import SECOND, local_time, utc_seconds_text
from convocommerce.simulation.truth import money
from convocommerce.simulation.world import SHOP_HOST
from convocommerce.simulation.writers.files import compact, write_text
from convocommerce.simulation.writers.shopify import updated_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from convocommerce.simulation.records import Order, Refund
    from convocommerce.simulation.writers.registry import Sold

PER_PAGE = 100
"""The interface gives no longer pages."""

Record = dict[str, Any]


def write_sales(exports: Path, sold: Sold) -> None:
    """Write pages of orders, and the refunds of each order that has some.

    What was left behind in a cart is not written: the shop does not keep it.
    """
    folder = exports / "woocommerce"
    orders = sorted(sold.orders, key=lambda order: order.created_at)
    for number, page in enumerate(_pages(orders), start=1):
        _write(folder / f"orders-{number:03d}.json", [_order(order) for order in page])
    for order in orders:
        if order.refunds:
            told = [_refund(refund, order) for refund in reversed(order.refunds)]
            _write(folder / f"refunds-{order.order_id}.json", told)


def _pages(orders: Sequence[Order]) -> Iterator[Sequence[Order]]:
    for start in range(0, len(orders), PER_PAGE):
        yield orders[start : start + PER_PAGE]


def _write(path: Path, records: Sequence[Record]) -> None:
    write_text(path, "[" + ",\n".join(compact(record) for record in records) + "]\n")


def _times(name: str, at: int | None) -> Record:
    """Return an instant as the site's own clock says it and in UTC, both without a zone."""
    gmt = utc_seconds_text(at)
    return {
        name: None if at is None else f"{local_time(at):%Y-%m-%dT%H:%M:%S}",
        f"{name}_gmt": gmt.removesuffix("Z") if gmt else None,
    }


def _status(order: Order) -> str:
    if order.is_test:
        return "trash"  # there is no mark for a test order; people throw them away
    if order.cancelled_at:
        return "cancelled"
    if not order.is_paid:
        return "pending"
    refunded = sum(refund.cents for refund in order.refunds)
    return "refunded" if refunded >= order.total_cents else "completed"


def _order(order: Order) -> Record:
    person, number = order.person, order.number[1:]
    is_other = order.keys == "other"
    is_guest = order.keys == "phone"
    email = "" if is_guest else person.other_email if is_other else person.email
    customer = person.other_shop_customer_id if is_other else person.shop_customer_id
    paid_at = order.created_at + 2 * SECOND if order.is_paid else None
    return {
        "id": int(order.order_id),
        "parent_id": 0,
        "number": number,
        "order_key": f"wc_order_{order.checkout_token[:13]}",
        "created_via": "checkout",
        "version": "9.8.3",
        "status": _status(order),
        "currency": "EUR",
        **_times("date_created", order.created_at),
        **_times("date_modified", updated_at(order)),
        "discount_total": money(order.discount_cents),
        "shipping_total": money(order.shipping_cents),
        "total": money(order.total_cents),
        "total_tax": money((order.total_cents * 21 + 60) // 121),
        "customer_id": 0 if is_guest else int(customer),
        "billing": {
            "first_name": person.first,
            "last_name": person.last,
            "country": "NL",
            "postcode": person.postcode,
            "email": email,
            # People type their number as they say it, not as the platforms keep it.
            "phone": f"0{person.phone[3:]}" if is_guest else "",
        },
        "payment_method": "ideal",
        "transaction_id": f"tr_{order.checkout_token[:10]}" if order.is_paid else "",
        **_times("date_paid", paid_at),
        "cart_hash": "0542e7a8633f55ad58ffb70db2744930",
        "meta_data": _meta(order),
        "line_items": [
            {"id": place, "name": product.dutch, "sku": product.sku, "quantity": count}
            for place, (product, count) in enumerate(order.lines, start=1)
        ],
        "coupon_lines": [],
        "refunds": [
            {"id": int(refund.refund_id), "reason": "", "total": f"-{money(refund.cents)}"}
            for refund in order.refunds
        ],
        "_links": {"self": [{"href": _address(order)}]},
    }


def _meta(order: Order) -> list[Record]:
    entry = f"https://{SHOP_HOST}{order.landing_site}"
    values = {"_wc_order_attribution_source_type": "typein"}
    if "utm_source=" in order.landing_site:
        source = order.landing_site.partition("utm_source=")[2].partition("&")[0]
        values = {
            "_wc_order_attribution_source_type": "utm",
            "_wc_order_attribution_utm_source": source,
        }
    values |= {"_wc_order_attribution_session_entry": entry, "_cart_token": order.cart_token}
    if order.chat_id:
        values["chat"] = order.chat_id
    if order.is_gift:
        values["cadeau"] = "ja"
    start = int(order.order_id) * 10
    return [{"id": start + n, "key": key, "value": v} for n, (key, v) in enumerate(values.items())]


def _refund(refund: Refund, order: Order) -> Record:
    return {
        "id": int(refund.refund_id),
        **_times("date_created", refund.at),
        "amount": money(refund.cents),
        "reason": "",
        "refunded_by": 1,
        "refunded_payment": True,
        "meta_data": [],
        "line_items": [],
        "_links": {"up": [{"href": _address(order)}]},
    }


def _address(order: Order) -> str:
    return f"https://{SHOP_HOST}/wp-json/wc/v3/orders/{order.order_id}"
