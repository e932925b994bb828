"""Shopify: orders and abandoned checkouts, from the REST and GraphQL APIs and the orders CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from convocommerce.sources.contract import Document, ExportKind, Limit, Source

_TEXT = "VARCHAR"


def _texts(*names: str) -> dict[str, Any]:
    return dict.fromkeys(names, _TEXT)


_REST_CUSTOMER = _texts("id", "email", "phone")
_REST_ATTRIBUTES = [_texts("name", "value")]
_MONEY = {"shopMoney": _texts("amount", "currencyCode")}
_VISIT = _texts("landingPage", "referralCode")
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
    "refunds": [
        {
            **_texts("id", "created_at", "processed_at"),
            "transactions": [_texts("kind", "status", "amount", "currency")],
        }
    ],
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

_GRAPHQL: dict[str, Any] = {
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
    ),
    "totalPriceSet": _MONEY,
    "totalRefundedSet": _MONEY,
    "customer": _GRAPHQL_CUSTOMER,
    "billingAddress": _texts("phone"),
    "customAttributes": [_texts("key", "value")],
    "customerJourneySummary": {"firstVisit": _VISIT, "lastVisit": _VISIT},
    "refunds": [{**_texts("id", "createdAt"), "totalRefundedSet": _MONEY}],
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
}


def _csv_heading(heading: str) -> str | None:
    return _CSV_HEADINGS.get(" ".join(heading.replace("\ufeff", "").split()).lower())


def _is_order(document: Document) -> bool:
    return (
        "abandoned_checkout_url" not in document
        and "total_price" in document
        and any(
            key in document
            for key in ("financial_status", "order_number", "processed_at", "refunds")
        )
    )


def _is_checkout(document: Document) -> bool:
    return "abandoned_checkout_url" in document or (
        "completed_at" in document and "cart_token" in document and not _is_order(document)
    )


def _is_graphql(document: Document) -> bool:
    ids = (document.get("id"), document.get("__parentId"))
    return any(isinstance(value, str) and value.startswith("gid://shopify/") for value in ids)


def _is_csv_order(document: Document) -> bool:
    found = {_csv_heading(heading) for heading in document if isinstance(heading, str)}
    return {"name", "total", "currency", "created_at", "financial_status"} <= found


ORDERS = ExportKind(
    name="orders",
    title="Shopify orders (REST)",
    recognise=_is_order,
    structure=_REST_ORDER,
    envelope_keys=("orders", "order"),
    cannot_tell=(
        Limit(
            "It does not say when an order was paid; the time it was processed stands in for it.",
            about=("orders",),
        ),
        Limit(
            "Names, e-mail addresses and telephone numbers are empty unless the app that made the "
            "export may see them.",
            about=("customers",),
        ),
    ),
)

CHECKOUTS = ExportKind(
    name="checkouts",
    title="Shopify abandoned checkouts (REST)",
    recognise=_is_checkout,
    structure=_REST_CHECKOUT,
    envelope_keys=("checkouts", "checkout"),
    cannot_tell=(
        Limit(
            "It holds only checkouts in which contact details were given and that were left for "
            "ten minutes; carts before that are invisible.",
            about=("checkouts",),
        ),
        Limit(
            "Shopify removes old checkouts, so months later the list is shorter than it was.",
            about=("checkouts",),
        ),
        Limit(
            "It does not say whether a checkout was completed through the link of a reminder.",
            about=("checkouts",),
        ),
    ),
)

GRAPHQL = ExportKind(
    name="graphql",
    title="Shopify orders and abandoned checkouts (GraphQL bulk)",
    recognise=_is_graphql,
    structure=_GRAPHQL,
    cannot_tell=(
        Limit(
            "It holds no cart or checkout tokens, so a checkout meets its order only through the "
            "customer.",
            about=("customers", "checkouts"),
        ),
        Limit(
            "Refunds count with the total Shopify states; single transactions are not looked at.",
            about=("orders",),
        ),
        Limit(
            "It does not say when an order was paid; the time it was processed stands in for it.",
            about=("orders",),
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
        Limit("It holds no customer ids and no cart or checkout tokens.", about=("customers",)),
        Limit(
            "It does not say when an order was last changed; the latest of its dates stands "
            "in for it.",
            about=("orders",),
        ),
    ),
)

SOURCE = Source(
    name="shopify",
    title="Shopify",
    folder=Path(__file__).parent,
    kinds=(GRAPHQL, CHECKOUTS, ORDERS, ORDERS_CSV),
)
