"""Stripe: checkout sessions, payments and refunds, from its API, its webhooks and its dashboard."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from convocommerce.sources.contract import Document, ExportKind, Limit, Source

_TEXT = "VARCHAR"
_PAYMENT_IDS = ("cs_", "pi_", "ch_", "py_", "re_", "pyr_", "evt_")
_LISTS = ("list", "search_result")
_WORDS = {
    "account", "application_fee", "apple_pay_domain", "balance_transaction", "billing_portal",
    "card", "charge", "checkout", "coupon", "credit_note", "customer", "dispute", "event", "file",
    "invoice", "invoiceitem", "item", "line_item", "mandate", "payment_intent", "payment_link",
    "payment_method", "payout", "person", "plan", "price", "product", "promotion_code", "quote",
    "refund", "review", "setup_attempt", "setup_intent", "shipping_rate", "source", "subscription",
    "subscription_item", "subscription_schedule", "tax_id", "tax_rate", "topup", "transfer",
}  # fmt: skip
_PREFIXED = re.compile(r"[a-z]{2,8}_(?:live_|test_)?\w+")


def _texts(*names: str) -> dict[str, Any]:
    return dict.fromkeys(names, _TEXT)


# What may be an id or, expanded, the whole object stays text, and so does what is looked through.
_OBJECT: dict[str, Any] = {
    **_texts(
        "id",
        "object",
        "type",
        "created",
        "livemode",
        "data",
        "status",
        "payment_status",
        "mode",
        "expires_at",
        "currency",
        "amount_total",
        "amount",
        "amount_received",
        "amount_refunded",
        "paid",
        "captured",
        "client_reference_id",
        "recovered_from",
        "customer",
        "customer_email",
        "receipt_email",
        "payment_intent",
        "payment_link",
        "invoice",
        "charge",
        "latest_charge",
        "metadata",
    ),
    "customer_details": _texts("email", "phone"),
    "billing_details": _texts("email", "phone"),
    "shipping": _texts("phone"),
    "charges": {"data": [_texts("id", "created", "status", "amount_refunded")]},
    "refunds": {"data": [_texts("id", "created", "status", "amount", "currency")]},
}


def _is_stripe(document: Document) -> bool:
    kind, name = document.get("object"), document.get("id")
    if kind in _LISTS:
        return _is_page(document)
    if _is_event(document):
        return True
    if isinstance(kind, str) and isinstance(name, str):
        known = kind.split(".", 1)[0] in _WORDS
        dated = "livemode" in document or "created" in document or "currency" in document
        return known and dated and (name.startswith(_PAYMENT_IDS) or bool(_PREFIXED.match(name)))
    return False


def _is_page(document: Document) -> bool:
    listed, address = document.get("data"), document.get("url")
    is_addressed = isinstance(address, str) and address.startswith("/v1/")
    if not isinstance(listed, list) or not (is_addressed or "has_more" in document):
        return False
    if not listed:
        return is_addressed
    return all(isinstance(one, dict) and _is_stripe(one) for one in listed[:3])


def _is_event(document: Document) -> bool:
    kind, data = document.get("type"), document.get("data")
    if not isinstance(kind, str) or not isinstance(data, dict):
        return False
    inner = data.get("object")
    if document.get("object", "event") != "event" or not isinstance(inner, dict):
        return False
    return kind.split(".", 1)[0] in _WORDS and "." in kind


# The dashboard lets people choose columns, and has renamed some over the years.
_CSV_HEADINGS = {
    "id": "id",
    "paymentintent id": "payment_intent",
    "created date (utc)": "created",
    "created (utc)": "created",
    "amount": "amount",
    "amount refunded": "amount_refunded",
    "refunded date (utc)": "refunded_at",
    "currency": "currency",
    "captured": "captured",
    "status": "status",
    "mode": "mode",
    "customer id": "customer",
    "customer email": "customer_email",
    "customer phone": "customer_phone",
    "invoice id": "invoice",
    "checkout session id": "session",
    "client reference id": "client_reference_id",
    "order_id (metadata)": "meta_order",
    "order_number (metadata)": "meta_number",
    "chat (metadata)": "meta_chat",
    "chat_id (metadata)": "meta_chat",
    "psid (metadata)": "meta_chat",
    "conversation_id (metadata)": "meta_chat",
    "cart_token (metadata)": "meta_cart",
}


def _csv_heading(heading: str) -> str | None:
    return _CSV_HEADINGS.get(" ".join(heading.replace("\ufeff", "").split()).lower())


def _is_csv_payment(document: Document) -> bool:
    found = {_csv_heading(heading): value for heading, value in document.items()}
    if not {"id", "created", "amount", "currency", "status"} <= found.keys():
        return False
    return str(found["id"]).strip().startswith(("ch_", "py_", "pi_"))


OBJECTS = ExportKind(
    name="objects",
    title="Stripe checkout sessions, payments, refunds and events",
    recognise=_is_stripe,
    structure=_OBJECT,
    cannot_tell=(
        Limit(
            "A session does not say when it was completed; unless an event or the payment tells, "
            "the time it was opened stands in for it.",
            about=("checkouts", "orders"),
        ),
        Limit(
            "Where a payment gives only the amount refunded, it does not say when it was refunded.",
            about=("orders",),
        ),
        Limit(
            "Somebody who opens a payment link twice makes two sessions, of which at most one is "
            "completed.",
            about=("checkouts",),
        ),
        Limit(
            "It knows payments and no orders: each payment of a subscription counts as an order, "
            "and lost disputes are not taken off.",
            about=("orders",),
        ),
        Limit(
            "What a subscription begins with counts by its charge or payment intent, and not at "
            "all where only checkout sessions were loaded.",
            about=("orders",),
        ),
        Limit(
            "Lists of the API go back as far as they were asked for, and events thirty days.",
            about=("completeness",),
        ),
    ),
)

PAYMENTS_CSV = ExportKind(
    name="payments_csv",
    title="Stripe payments CSV",
    recognise=_is_csv_payment,
    structure=_texts(*sorted(set(_CSV_HEADINGS.values()))),
    headings=_csv_heading,
    required_headings=("id", "created", "amount", "currency", "status"),
    cannot_tell=(
        Limit("It holds no checkouts that were left behind.", about=()),
        Limit("Refunds have an amount and no date.", about=("orders",)),
        Limit(
            "Payments show only the references that were chosen as columns of the export.",
            about=("customers",),
        ),
    ),
)

SOURCE = Source(
    name="stripe",
    title="Stripe",
    folder=Path(__file__).parent,
    made_by=(
        (
            "In the dashboard, under Payments: Export, with all columns. Checkout sessions, "
            "refunds and events come from the API or a log of webhooks."
        ),
    ),
    kinds=(OBJECTS, PAYMENTS_CSV),
)
