"""Facebook and Instagram shops: orders as the commerce API gives them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from convocommerce.sources.contract import Document, ExportKind, Limit, Source

_TEXT = "VARCHAR"
_MONEY = dict.fromkeys(("amount", "currency"), _TEXT)
_PARTS = {"items": _MONEY, "shipping": _MONEY}

_ITEM: dict[str, Any] = {
    **dict.fromkeys(("id", "retailer_id", "product_id", "quantity"), _TEXT),
    "price_per_unit": _MONEY,
}
_SHIPMENT: dict[str, Any] = {
    **dict.fromkeys(("id", "created", "shipped_date"), _TEXT),
}
_CANCELLATION: dict[str, Any] = {
    **dict.fromkeys(("id", "created", "created_time"), _TEXT),
    "items": {"data": [_ITEM]},
}
_REFUND: dict[str, Any] = {
    **dict.fromkeys(("id", "created", "created_time", "tax"), _TEXT),
    # An amount of its own, or one for goods, shipping and tax each.
    "refund_amount": {
        **_MONEY,
        "subtotal": _PARTS,
        "tax": _MONEY,
        "total": _MONEY,
        "total_amount": _MONEY,
    },
}

_ORDER: dict[str, Any] = {
    **dict.fromkeys(
        (
            "id",
            "channel",
            "created",
            "last_updated",
            "merchant_order_id",
            "is_test_order",
            "shipping_address",
        ),
        _TEXT,
    ),
    "order_status": {"state": _TEXT},
    "buyer_details": dict.fromkeys(("name", "email", "email_remarketing_option"), _TEXT),
    "estimated_payment_details": {
        "subtotal": _PARTS,
        "tax": _MONEY,
        "total_amount": _MONEY,
    },
    "items": {"data": [_ITEM]},
    "shipments": {"data": [_SHIPMENT]},
    "cancellations": {"data": [_CANCELLATION]},
    "refunds": {"data": [_REFUND]},
}

_STATES = ("FB_PROCESSING", "CREATED", "IN_PROGRESS", "COMPLETED")


def _is_order(document: Document) -> bool:
    status = document.get("order_status")
    if not isinstance(status, dict) or "id" not in document:
        return False
    return status.get("state") in _STATES or (
        "state" in status
        and not document.keys().isdisjoint(("buyer_details", "estimated_payment_details"))
    )


ORDERS = ExportKind(
    name="orders",
    title="Facebook and Instagram shop orders",
    recognise=_is_order,
    structure=_ORDER,
    envelope_keys=("data",),
    cannot_tell=(
        Limit(
            "It does not say who in a chat placed an order: it names no person on Messenger or "
            "Instagram, and its e-mail addresses are made for one order.",
            about=("customers", "orders"),
        ),
        Limit(
            "Amounts are those estimated when the order was placed: items cancelled later stay in "
            "the total unless the whole order was cancelled, and refunds show only if the export "
            "asked for them.",
            about=("orders",),
        ),
        Limit(
            "It does not say that an order was cancelled: one that is completed, was never shipped "
            "and has lost its buyer and address counts as cancelled.",
            about=("orders",),
        ),
        Limit(
            "It does not say when an order was paid, cancelled or refunded; the time it was "
            "placed and the time it last changed stand in for it.",
            about=("times",),
        ),
        Limit(
            "Unless the export asked for every state, it holds only orders that nobody has taken "
            "up yet.",
            about=("orders", "completeness"),
        ),
    ),
)

SOURCE = Source(
    name="meta_commerce",
    title="Facebook and Instagram shops",
    folder=Path(__file__).parent,
    made_by=(
        (
            "The Commerce Platform API gives the orders of a shop with their items, payments and "
            "refunds."
        ),
    ),
    kinds=(ORDERS,),
)
