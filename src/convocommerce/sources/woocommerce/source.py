"""WooCommerce: orders, refunds and begun checkouts, from its REST interface and its webhooks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from convocommerce.sources.contract import Document, ExportKind, Limit, Source

_TEXT = "VARCHAR"


def _texts(*names: str) -> dict[str, Any]:
    return dict.fromkeys(names, _TEXT)


_STRUCTURE: dict[str, Any] = {
    **_texts(
        "id",
        "parent_id",
        "number",
        "order_key",
        "created_via",
        "status",
        "currency",
        "date_created",
        "date_created_gmt",
        "date_modified",
        "date_modified_gmt",
        "date_paid",
        "date_paid_gmt",
        "total",
        "customer_id",
        "transaction_id",
        "amount",
        "refunded_by",
        "refunded_payment",
        "permalink",
        "is_paying_customer",
        "webhook_id",
    ),
    "billing": _texts("email", "phone"),
    "shipping": _texts("phone"),
    "meta_data": [_texts("key", "value")],
    "coupon_lines": [_texts("code")],
    "refunds": [_texts("id", "total")],
    "_links": {"up": [_texts("href")]},
}


def _is_woocommerce(document: Document) -> bool:
    return _is_order(document) or _is_refund(document) or _is_beside_orders(document)


def _is_order(document: Document) -> bool:
    key = document.get("order_key")
    if isinstance(key, str) and key.startswith("wc_order_"):
        return True
    return {"total", "status", "billing", "line_items"} <= document.keys() and not (
        {
            "date_created",
            "date_created_gmt",
            "cart_hash",
            "created_via",
            "customer_ip_address",
        }.isdisjoint(document)
    )


def _is_refund(document: Document) -> bool:
    return {"id", "amount", "date_created"} <= document.keys() and not (
        {"refunded_by", "refunded_payment"}.isdisjoint(document)
    )


def _is_beside_orders(document: Document) -> bool:
    is_product = {"permalink", "regular_price", "stock_status"} <= document.keys()
    is_customer = {"is_paying_customer", "billing"} <= document.keys()
    return is_product or is_customer


ORDERS = ExportKind(
    name="orders",
    title="WooCommerce orders and refunds (REST)",
    recognise=_is_woocommerce,
    structure=_STRUCTURE,
    cannot_tell=(
        Limit(
            "It holds no abandoned carts; of checkouts it knows at most those begun in the last "
            "day, and of the classic checkout none.",
            about=("checkouts",),
        ),
        Limit(
            "Orders say how much was refunded; only the refunds themselves say when.",
            about=("orders",),
        ),
        Limit(
            "It does not say when an order was cancelled; the time it last changed stands in for "
            "it.",
            about=("times",),
        ),
        Limit(
            "Where the export leaves out times in UTC, the shop's own times are taken for them.",
            about=("times",),
        ),
        Limit("It does not mark test orders.", about=("orders",)),
    ),
)

SOURCE = Source(
    name="woocommerce",
    title="WooCommerce",
    folder=Path(__file__).parent,
    made_by=(
        (
            "The REST API gives the orders (wc/v3/orders) and the refunds of each; webhooks tell "
            "the same as it happens."
        ),
    ),
    kinds=(ORDERS,),
)
