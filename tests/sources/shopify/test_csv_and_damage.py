"""The orders CSV, and what damaged documents of every kind end as."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convocommerce.sources.contract import check
from convocommerce.sources.shopify.source import ORDERS_CSV, SOURCE


def utc(*parts: int) -> datetime:
    return datetime(*parts)


def row(**changes: Any) -> dict[str, Any]:
    """A CSV row as the reader hands it over: renamed, empty cells left out."""
    cells = {
        "name": "#1042",
        "id": "450789469",
        "email": "sanne@voorbeeld.nl",
        "financial_status": "partially_refunded",
        "paid_at": "2026-06-03 14:05:09 +0200",
        "created_at": "2026-06-03 14:05:08 +0200",
        "cancelled_at": "2026-06-05 10:00:00 +0200",
        "currency": "EUR",
        "total": "79.95",
        "refunded_amount": "10.00",
        "source": "web",
        "phone": "'+31612345678",
        "note_attributes": "chat: 7311223344556677\r\ncadeautekst: Van harte: Jo",
        **changes,
    }
    return {name: cell for name, cell in cells.items() if cell is not None}


def test_the_first_row_of_an_order_is_the_order(run):
    mapped = run(SOURCE, "orders_csv", [row()])
    assert mapped.one("orders") == {
        "platform": "shopify",
        "order_id": "450789469",
        "order_number": "#1042",
        "created_at": utc(2026, 6, 3, 12, 5, 8),
        "updated_at": utc(2026, 6, 5, 8),
        "paid_at": utc(2026, 6, 3, 12, 5, 9),
        "cancelled_at": utc(2026, 6, 5, 8),
        "payment_status": "partially_refunded",
        "is_test": None,
        "sales_channel": "web",
        "currency": "EUR",
        "total_amount": Decimal("79.95"),
        "refunded_amount": Decimal(10),
        "customer_id": None,
        "cart_token": None,
        "checkout_token": None,
        "payment_reference": None,
        "discount_code": None,
    }
    assert mapped.keys_of("shopify:450789469") == {
        ("email", "sanne@voorbeeld.nl"),
        ("phone", "+31612345678"),
        ("chat_id", "7311223344556677"),
        ("ref", "7311223344556677"),
    }


def test_further_rows_of_an_order_are_not_orders(run):
    further = {"name": "#1042", "email": "sanne@voorbeeld.nl",
               "created_at": "2026-06-03 14:05:08 +0200"}  # fmt: skip
    mapped = run(SOURCE, "orders_csv", [row(), further])
    assert len(mapped["orders"]) == 1
    assert mapped.outcomes == {1: ("ignored", "further line of an order")}


def test_an_old_export_without_ids_goes_by_the_number(run):
    assert run(SOURCE, "orders_csv", [row(id=None)]).one("orders")["order_id"] == "number:#1042"


@pytest.mark.parametrize(
    ("total", "expected"),
    [("79.95", "79.95"), ("1.234,56", "1234.56"), ("79,95", "79.95"), ("12.345", "12.345"),
     ("x", None)],
)  # fmt: skip
def test_totals_saved_by_a_dutch_spreadsheet_mean_the_same(run, total, expected):
    found = run(SOURCE, "orders_csv", [row(total=total)]).one("orders")["total_amount"]
    assert found == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": None, "name": None}, "order without id and number"),
        ({"created_at": None}, "order without the time it was placed"),
    ],
)
def test_a_row_without_id_or_time_is_quarantined(run, changes, reason):
    mapped = run(SOURCE, "orders_csv", [row(**changes)])
    assert mapped.outcomes == {0: ("quarantined", reason)}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": "6E+12"}, "order without its whole id, which a spreadsheet"),
        ({"id": "5,64231E+12"}, "order without its whole id, which a spreadsheet"),
        ({"created_at": "3-6-2026 14:05"}, "order without a time that can be read, such as 2026-"),
    ],
)
def test_what_a_spreadsheet_has_bent_is_set_aside_with_the_way_out(run, changes, reason):
    others = {"name": "#1043", "total": "5.00"} | changes
    mapped = run(SOURCE, "orders_csv", [row(**changes), row(**others)])
    assert not mapped["orders"]
    assert {outcome for outcome, _ in mapped.outcomes.values()} == {"quarantined"}
    assert all(told.startswith(reason) for _, told in mapped.outcomes.values())
    assert "take the export as it came" in mapped.outcomes[0][1]


@pytest.mark.parametrize(
    ("heading", "name"),
    [("Name", "name"), ("\ufeffName", "name"), ("financial status", "financial_status"),
     ("Canceled at", "cancelled_at"), ("Cancelled at", "cancelled_at"), ("Id", "id"),
     ("Lineitem price", None), ("Billing Name", None)],
)  # fmt: skip
def test_headings_are_known_by_their_variants(heading, name):
    assert ORDERS_CSV.headings is not None
    assert ORDERS_CSV.headings(heading) == name


ADDRESS = {"phone": "0612345678"}
FIXTURES: dict[str, dict[str, Any]] = {
    "orders": {
        "id": 1, "name": "#1", "created_at": "2026-06-03T14:05:09+02:00",
        "processed_at": "2026-06-03T14:05:09+02:00", "financial_status": "paid", "test": False,
        "currency": "EUR", "total_price": "79.95", "email": "a@b.nl", "phone": "'+31612345678",
        "cart_token": "c1", "checkout_id": 5, "landing_site": "/?ref=a&chat=73112233",
        "customer": {"id": 2, "email": "a@b.nl"}, "billing_address": ADDRESS,
        "note_attributes": [{"name": "chat", "value": "7311223344"}],
        "refunds": [{"id": 1, "created_at": "2026-06-03T14:05:09+02:00", "transactions": [
            {"kind": "refund", "status": "success", "amount": "1.00", "currency": "EUR"}]}],
    },
    "checkouts": {
        "id": 1, "token": "t", "created_at": "2026-06-03T14:05:09+02:00", "total_price": "1.00",
        "customer": {"id": 2}, "billing_address": ADDRESS, "landing_site": "/?ref=a",
        "note_attributes": [{"name": "chat", "value": "7311223344"}],
    },
    "graphql": {
        "id": "gid://shopify/Order/1", "createdAt": "2026-06-03T12:05:09Z", "name": "#1",
        "displayFinancialStatus": "PAID", "customer": {"id": "gid://shopify/Customer/2"},
        "totalPriceSet": {"shopMoney": {"amount": "1.0", "currencyCode": "EUR"}},
        "customAttributes": [{"key": "chat", "value": "7311223344"}],
        "customerJourneySummary": {"lastVisit": {"landingPage": "https://w.example/?chat=731122"}},
        "refunds": [{"id": "gid://shopify/Refund/7", "createdAt": "2026-06-10T08:00:00Z",
                     "totalRefundedSet": {"shopMoney": {"amount": "1.0"}}}],
    },
    "draft_orders": {
        "id": 1, "status": "open", "created_at": "2026-06-03T14:05:09+02:00", "order_id": 2,
        "invoice_url": "https://w.example/1/invoices/8e72bdccd0ac51067b94", "total_price": "1.00",
        "customer": {"id": 2}, "note_attributes": [{"name": "chat", "value": "7311223344"}],
    },
    "refunds": {
        "id": 1, "order_id": 2, "created_at": "2026-06-03T14:05:09+02:00", "transactions": [
            {"kind": "refund", "status": "success", "amount": "1.00", "currency": "EUR"}],
    },
    "beside_orders": {"id": 1, "variants": [], "vendor": "w", "product_type": ""},
    "orders_csv": row(),
}  # fmt: skip


FIXTURES["graphql"] |= {"data": {"orders": {"edges": [{"node": FIXTURES["graphql"].copy()}]}}}


@pytest.mark.parametrize("kind", sorted(FIXTURES))
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_damaged_documents_never_stop_the_rest(run, mutant, kind, seed):
    random = Random(seed)
    documents = [mutant(FIXTURES[kind], random) for _ in range(120)]
    mapped = run(SOURCE, kind, documents)
    assert mapped.unaccounted(len(documents)) == set()
    assert mapped.incomplete == []
    assert mapped.kept().isdisjoint(mapped.outcomes)


def test_the_description_is_whole(column_types):
    check(SOURCE)
    assert column_types(SOURCE) == set()
