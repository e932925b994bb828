"""The same orders in the shop's two other shapes: GraphQL bulk lines and the orders CSV."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from convocommerce.simulation.times import SECOND, local_time, utc_seconds_text
from convocommerce.simulation.truth import money
from convocommerce.simulation.writers.files import CSV_BOM, compact, write_lines, write_text
from convocommerce.simulation.writers.shopify import (
    buyer,
    note_attributes,
    payment_status,
    updated_at,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from convocommerce.simulation.records import Order

CSV_COLUMNS = (  # noqa: SIM905 - reads better than a line for each
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total,"
    "Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,"
    "Billing Name,Billing Zip,Billing Country,Notes,Note Attributes,Cancelled at,Refunded Amount,"
    "Id,Tags,Source,Phone"
).split(",")


def write_graphql(path: Path, orders: Sequence[Order]) -> None:
    """Write the lines of a bulk operation: each order, then its line items."""
    lines = []
    for order in orders:
        lines.append(compact(_graphql(order)))
        parent = f"gid://shopify/Order/{order.order_id}"
        for place, (product, count) in enumerate(order.lines):
            item = {
                "id": f"gid://shopify/LineItem/{order.order_id}{place}",
                "sku": product.sku,
                "quantity": count,
                "__parentId": parent,
            }
            lines.append(compact(item))
    write_lines(path, lines)


def write_csv(path: Path, orders: Sequence[Order]) -> None:
    """Write the export of the shop's back office: one row for each line item."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, CSV_COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for order in orders:
        for place, (product, count) in enumerate(order.lines):
            row = _csv_order(order) if place == 0 else _csv_further(order)
            row |= {
                "Lineitem quantity": str(count),
                "Lineitem name": product.dutch,
                "Lineitem price": money(product.cents),
                "Lineitem sku": product.sku,
            }
            writer.writerow(row)
    write_text(path, CSV_BOM + buffer.getvalue())


def _graphql(order: Order) -> dict[str, Any]:
    who = buyer(order)
    customer = who["customer"]
    attributes = [{"key": pair["name"], "value": pair["value"]} for pair in note_attributes(order)]
    refunded = sum(refund.cents for refund in order.refunds)
    return {
        "id": f"gid://shopify/Order/{order.order_id}",
        "name": order.number,
        "createdAt": utc_seconds_text(order.created_at),
        "updatedAt": utc_seconds_text(updated_at(order)),
        "processedAt": utc_seconds_text(order.created_at),
        "cancelledAt": utc_seconds_text(order.cancelled_at),
        "displayFinancialStatus": payment_status(order).upper(),
        "test": order.is_test,
        "sourceName": "web",
        "currencyCode": "EUR",
        "email": who["email"] or None,
        "phone": who["phone"],
        "customer": {"id": f"gid://shopify/Customer/{customer['id']}"} if customer else None,
        "customAttributes": attributes,
        "totalPriceSet": _set(order.total_cents),
        "totalRefundedSet": _set(refunded),
    }


def _set(cents: int) -> dict[str, dict[str, str]]:
    return {"shopMoney": {"amount": money(cents), "currencyCode": "EUR"}}


def _csv_order(order: Order) -> dict[str, str]:
    who, person = buyer(order), order.person
    refunded = sum(refund.cents for refund in order.refunds)
    pairs = note_attributes(order)
    return {
        "Name": order.number,
        "Email": who["email"],
        "Financial Status": payment_status(order),
        "Paid at": _csv_time(order.created_at + 2 * SECOND) if order.is_paid else "",
        "Fulfillment Status": "fulfilled" if order.is_paid else "unfulfilled",
        "Currency": "EUR",
        "Subtotal": money(order.subtotal_cents),
        "Shipping": money(order.shipping_cents),
        "Taxes": money((order.total_cents * 21 + 60) // 121),
        "Total": money(order.total_cents),
        "Discount Amount": money(order.discount_cents),
        "Created at": _csv_time(order.created_at),
        "Billing Name": f"{person.first} {person.last}",
        "Billing Zip": f"'{person.postcode}",
        "Billing Country": "NL",
        "Note Attributes": "\n".join(f"{pair['name']}: {pair['value']}" for pair in pairs),
        "Cancelled at": _csv_time(order.cancelled_at) if order.cancelled_at else "",
        "Refunded Amount": money(refunded),
        "Id": order.order_id,
        "Source": "web",
        "Phone": f"'{who['phone']}" if who["phone"] else "",
    }


def _csv_further(order: Order) -> dict[str, str]:
    # Only these three are repeated on the further rows of an order.
    return {
        "Name": order.number,
        "Email": buyer(order)["email"],
        "Created at": _csv_time(order.created_at),
    }


def _csv_time(at: int) -> str:
    return f"{local_time(at):%Y-%m-%d %H:%M:%S %z}"
