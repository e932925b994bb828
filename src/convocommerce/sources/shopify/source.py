"""Shopify: orders, refunds, drafts and checkouts, from both APIs, webhooks and the orders CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from convocommerce.sources.contract import Document, ExportKind, Limit, Source
from convocommerce.sources.shopify.shapes import (
    is_beside_orders,
    is_checkout,
    is_draft,
    is_graphql,
    is_order,
    is_refund,
)

_TEXT = "VARCHAR"


def _texts(*names: str) -> dict[str, Any]:
    return dict.fromkeys(names, _TEXT)


_REST_CUSTOMER = _texts("id", "email", "phone")
_REST_ATTRIBUTES = [_texts("name", "value")]
_MONEY = {"shopMoney": _texts("amount", "currencyCode")}
_VISIT = {
    **_texts("landingPage", "referralCode"),
    "utmParameters": _texts("source", "medium", "campaign", "content"),
}
_REST_REFUND = {
    **_texts("id", "order_id", "created_at", "processed_at"),
    "transactions": [_texts("kind", "status", "amount", "currency")],
}
_GRAPHQL_PAID_BACK = {**_texts("kind", "status"), "amountSet": _MONEY}
_GRAPHQL_CUSTOMER = {
    **_REST_CUSTOMER,
    "defaultEmailAddress": _texts("emailAddress"),
    "defaultPhoneNumber": _texts("phoneNumber"),
}

_REST_ORDER: dict[str, Any] = {
    **_texts(
        "id",
        "name",
        "order_number",
        "created_at",
        "processed_at",
        "updated_at",
        "cancelled_at",
        "financial_status",
        "test",
        "source_name",
        "currency",
        "total_price",
        "email",
        "contact_email",
        "phone",
        "cart_token",
        "checkout_token",
        "checkout_id",
        "landing_site",
        "landing_site_ref",
    ),
    "customer": _REST_CUSTOMER,
    "billing_address": _texts("phone"),
    "note_attributes": _REST_ATTRIBUTES,
    "discount_codes": [_texts("code")],
    "transactions": [_texts("kind", "status", "authorization", "payment_id")],
    "refunds": [_REST_REFUND],
}

_REST_CHECKOUT: dict[str, Any] = {
    **_texts(
        "id",
        "token",
        "cart_token",
        "created_at",
        "updated_at",
        "completed_at",
        "currency",
        "total_price",
        "email",
        "phone",
        "landing_site",
    ),
    "customer": _REST_CUSTOMER,
    "billing_address": _texts("phone"),
    "note_attributes": _REST_ATTRIBUTES,
}

_REST_DRAFT: dict[str, Any] = {
    **_texts(
        "id",
        "name",
        "status",
        "created_at",
        "updated_at",
        "completed_at",
        "currency",
        "total_price",
        "email",
        "order_id",
        "invoice_url",
    ),
    "customer": _REST_CUSTOMER,
    "billing_address": _texts("phone"),
    "shipping_address": _texts("phone"),
    "note_attributes": _REST_ATTRIBUTES,
}

_NODE: dict[str, Any] = {
    **_texts(
        "id",
        "__parentId",
        "name",
        "createdAt",
        "processedAt",
        "updatedAt",
        "cancelledAt",
        "completedAt",
        "displayFinancialStatus",
        "test",
        "sourceName",
        "currencyCode",
        "email",
        "phone",
        "abandonedCheckoutUrl",
        "invoiceUrl",
        "discountCode",
    ),
    "discountCodes": ["VARCHAR"],
    "order": _texts("id"),
    "transactions": [_texts("kind", "status", "authorizationCode", "paymentId")],
    "totalPriceSet": _MONEY,
    "originalTotalPriceSet": _MONEY,
    "currentTotalPriceSet": _MONEY,
    "totalRefundedSet": _MONEY,
    "customer": _GRAPHQL_CUSTOMER,
    "billingAddress": _texts("phone"),
    "customAttributes": [_texts("key", "value")],
    "customerJourneySummary": {"firstVisit": _VISIT, "lastVisit": _VISIT},
    "refunds": [
        {
            **_texts("id", "createdAt"),
            "totalRefundedSet": _MONEY,
            "transactions": {
                "edges": [{"node": _GRAPHQL_PAID_BACK}],
                "nodes": [_GRAPHQL_PAID_BACK],
            },
        }
    ],
}
_CONNECTION = {"edges": [{"node": _NODE}], "nodes": [_NODE]}
_CONNECTIONS = dict.fromkeys(("orders", "abandonedCheckouts", "draftOrders"), _CONNECTION)

# A line of a bulk export is a node itself; an answer of the API holds nodes.
_GRAPHQL: dict[str, Any] = {
    **_NODE,
    **_CONNECTIONS,
    "node": _NODE,
    "data": {
        **_CONNECTIONS,
        "nodes": [_NODE],
        "node": _NODE,
        "order": _NODE,
        "draftOrder": _NODE,
    },
}

# Exports of several years and languages of the shop's office spell these a little differently.
_CSV_HEADINGS = {
    "name": "name",
    "id": "id",
    "email": "email",
    "phone": "phone",
    "billing phone": "billing_phone",
    "financial status": "financial_status",
    "created at": "created_at",
    "paid at": "paid_at",
    "fulfilled at": "fulfilled_at",
    "cancelled at": "cancelled_at",
    "canceled at": "cancelled_at",
    "currency": "currency",
    "total": "total",
    "refunded amount": "refunded_amount",
    "source": "source",
    "note attributes": "note_attributes",
    "discount code": "discount_code",
    "payment reference": "payment_reference",
    "payment reference (deprecated)": "payment_reference",
    "payment references": "payment_references",
    "payment id": "payment_id",
}


def _csv_heading(heading: str) -> str | None:
    return _CSV_HEADINGS.get(" ".join(heading.replace("\ufeff", "").split()).lower())


def _is_csv_order(document: Document) -> bool:
    found = {_csv_heading(heading) for heading in document if isinstance(heading, str)}
    return {"name", "total", "currency", "created_at", "financial_status"} <= found


ORDERS = ExportKind(
    name="orders",
    title="Shopify orders (REST)",
    recognise=is_order,
    structure=_REST_ORDER,
    envelope_keys=("orders", "order"),
    cannot_tell=(
        Limit(
            "It does not say when an order was paid; the time it was processed stands in for it.",
            about=("times",),
        ),
        Limit(
            "Names, e-mail addresses and phone numbers are empty unless the app that made the "
            "export may see them, and orders without them are harder to tie to a chat.",
            about=("customers", "orders"),
        ),
    ),
)

CHECKOUTS = ExportKind(
    name="checkouts",
    title="Shopify abandoned checkouts (REST)",
    recognise=is_checkout,
    structure=_REST_CHECKOUT,
    envelope_keys=("checkouts", "checkout"),
    cannot_tell=(
        Limit(
            "It holds only checkouts in which contact details were given and that were left for "
            "ten minutes; carts before that are invisible.",
            about=("checkouts",),
        ),
        Limit(
            "Shopify removes old checkouts, so an export made months later holds fewer.",
            about=("checkouts",),
        ),
        Limit(
            "It does not say whether a checkout was completed through the link of a reminder.",
            about=("checkouts",),
        ),
    ),
)

DRAFT_ORDERS = ExportKind(
    name="draft_orders",
    title="Shopify draft orders (REST)",
    recognise=is_draft,
    structure=_REST_DRAFT,
    envelope_keys=("draft_orders", "draft_order"),
    cannot_tell=(
        Limit(
            "It does not say whether the link of a draft order ever reached the customer, so "
            "every draft counts as a checkout.",
            about=("checkouts",),
        ),
    ),
)

REFUNDS = ExportKind(
    name="refunds",
    title="Shopify refunds (REST)",
    recognise=is_refund,
    structure={**_REST_REFUND, "refunds": [_REST_REFUND]},
    envelope_keys=("refund",),
    cannot_tell=(Limit("It holds refunds and not the orders they belong to.", about=()),),
)

BESIDE_ORDERS = ExportKind(
    name="beside_orders",
    title="Shopify products, customers and other records beside orders (REST)",
    recognise=is_beside_orders,
    structure=_texts("id"),
    envelope_keys=("products", "product", "customers"),
    cannot_tell=(Limit("Products and customers are recognised and left out.", about=()),),
)

GRAPHQL = ExportKind(
    name="graphql",
    title="Shopify orders, drafts and abandoned checkouts (GraphQL)",
    recognise=is_graphql,
    structure=_GRAPHQL,
    cannot_tell=(
        Limit(
            "It holds no cart or checkout tokens, so a checkout is tied to its order only by the "
            "customer.",
            about=("customers", "checkouts"),
        ),
        Limit(
            "It does not say whether a checkout was completed through the link of a reminder.",
            about=("checkouts",),
        ),
        Limit(
            "Unless the export asked for their transactions, refunds count with the total that "
            "Shopify gives.",
            about=("orders",),
        ),
        Limit(
            "Where no total but the current one was asked for, refunds that were not asked for are "
            "already off it.",
            about=("orders",),
        ),
        Limit(
            "It does not say whether the link of a draft order ever reached the customer, so "
            "every draft counts as a checkout.",
            about=("checkouts",),
        ),
        Limit(
            "It does not say when an order was paid; the time it was processed stands in for it.",
            about=("times",),
        ),
    ),
)

ORDERS_CSV = ExportKind(
    name="orders_csv",
    title="Shopify orders CSV",
    recognise=_is_csv_order,
    structure=_texts(*sorted(set(_CSV_HEADINGS.values()))),
    headings=_csv_heading,
    required_headings=("name", "total", "currency", "created_at", "financial_status"),
    cannot_tell=(
        Limit("It does not mark test orders.", about=("orders",)),
        Limit("Refunds have an amount and no date.", about=("orders",)),
        Limit(
            "It holds no customer ids and no cart or checkout tokens, so orders are tied to a "
            "chat by e-mail address, phone number or link only.",
            about=("customers", "orders"),
        ),
        Limit(
            "It does not say when an order was last changed; the latest of its dates stands in "
            "for it.",
            about=("times",),
        ),
    ),
)

SOURCE = Source(
    name="shopify",
    title="Shopify",
    folder=Path(__file__).parent,
    made_by=(
        (
            "In the admin, under Orders: Export, All orders, Plain CSV file. Load it as it came: "
            "a spreadsheet that saves it again shortens ids and rewrites times."
        ),
        (
            "Checkouts that were left behind, customers' ids and the tokens of carts are only in "
            "the Admin API (GraphQL or REST)."
        ),
    ),
    kinds=(GRAPHQL, CHECKOUTS, DRAFT_ORDERS, REFUNDS, ORDERS, BESIDE_ORDERS, ORDERS_CSV),
)
