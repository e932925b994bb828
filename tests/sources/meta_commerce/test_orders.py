"""What orders of Facebook and Instagram shops become."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import convocommerce as cc
from convocommerce.sources.contract import check
from convocommerce.sources.meta_commerce.source import SOURCE
from convocommerce.warehouse import state_hash


def money(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


def page(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"data": list(rows)}


def order(state: str = "IN_PROGRESS", **changes: Any) -> dict[str, Any]:
    return {
        "id": "368508827000001",
        "order_status": {"state": state},
        "channel": "instagram",
        "created": "2026-09-25T12:10:03+00:00",
        "last_updated": "2026-09-26T08:00:00+00:00",
        "merchant_order_id": "W-2044",
        "items": page(
            {"id": "1", "retailer_id": "JAS-M", "quantity": 2, "price_per_unit": money("40.00")}
        ),
        "estimated_payment_details": {
            "subtotal": {"items": money("80.00"), "shipping": money("0.00")},
            "tax": money("6.60"),
            "total_amount": money("86.60"),
            "tax_remitted": True,
        },
        "buyer_details": {
            "name": "Robin Voorbeeld",
            "email": "n8mi@marketplace.facebook.com",
            "email_remarketing_option": False,
        },
        "shipping_address": {"name": "Thuis", "city": "Utrecht"},
        **changes,
    }


STRIPPED = {"buyer_details": {"email_remarketing_option": False}, "shipping_address": None}
SENT = page({"id": "s1"})


def test_an_order_keeps_its_number_times_and_total(run):
    row = run(SOURCE, "orders", [order()]).one("orders")
    assert row == {
        "platform": "meta_commerce",
        "order_id": "368508827000001",
        "order_number": "W-2044",
        "created_at": datetime(2026, 9, 25, 12, 10, 3),
        "updated_at": datetime(2026, 9, 26, 8),
        "paid_at": None,
        "cancelled_at": None,
        "payment_status": "authorized",
        "is_test": None,
        "sales_channel": "instagram",
        "currency": "USD",
        "total_amount": Decimal("86.60"),
    }


@pytest.mark.parametrize(
    ("state", "changes", "status"),
    [
        ("FB_PROCESSING", {}, "pending"),
        ("CREATED", {}, "authorized"),
        ("IN_PROGRESS", {"shipments": SENT}, "paid"),
        ("COMPLETED", {"shipments": SENT}, "paid"),
        ("COMPLETED", {}, "paid"),
        ("SOMETHING_NEW", {}, None),
        # A cancelled order ends as completed: nothing was sent and the buyer is gone.
        ("COMPLETED", STRIPPED, "voided"),
        ("COMPLETED", {**STRIPPED, "shipments": SENT}, "paid"),
        ("COMPLETED", {"cancellations": page({"id": "c1"})}, "voided"),
        ("IN_PROGRESS", {"cancellations": page({"items": page({"quantity": "2"})})}, "voided"),
        ("IN_PROGRESS", {"cancellations": page({"items": page({"quantity": "1"})})}, "authorized"),
        # Fields that were not asked for are no sign of anything.
        ("COMPLETED", {"buyer_details": None, "shipping_address": None}, "paid"),
        ("COMPLETED", {**STRIPPED, "refunds": page({"id": "r1"})}, "partially_refunded"),
    ],
)  # fmt: skip
def test_what_became_of_an_order(run, state, changes, status):
    row = run(SOURCE, "orders", [order(state, **changes)]).one("orders")
    assert row["payment_status"] == status
    assert (row["cancelled_at"] is not None) == (status == "voided")
    assert (row["paid_at"] is not None) == (status in ("paid", "partially_refunded"))


def test_a_test_order_says_so(run):
    assert run(SOURCE, "orders", [order(is_test_order=True)]).one("orders")["is_test"] is True


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ({"subtotal": {"items": money("40.00"), "shipping": money("0.00")}, "tax": money("3.30")},
         "43.30"),
        ({"total_amount": money("10.00"), "subtotal": {"items": money("9.00")}}, "10.00"),
        (money("5.00"), "5.00"),
        (money("0.00"), None),
        (None, None),
    ],
)  # fmt: skip
def test_a_refund_is_its_total_or_its_parts_added_up(run, amount, expected):
    refund = {"id": "r1", "refund_amount": amount}
    rows = run(SOURCE, "orders", [order("COMPLETED", refunds=page(refund))])["refunds"]
    assert [row["refund_amount"] for row in rows] == ([Decimal(expected)] if expected else [])
    assert [row["currency"] for row in rows] == ["USD"] * len(rows)


@pytest.mark.parametrize(
    ("email", "keys"),
    [
        ("n8mi@marketplace.facebook.com", set()),
        ("N8MI@Marketplace.Facebook.com ", set()),
        ("Robin@Shop.example", {("email", "robin@shop.example")}),
        ("nobody", set()),
        (None, set()),
    ],
)
def test_a_relay_address_is_nobodys(run, email, keys):
    mapped = run(SOURCE, "orders", [order(buyer_details={"email": email})])
    assert mapped.keys_of("meta_commerce:368508827000001") == keys


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": ""}, "order without id"),
        ({"created": None}, "order without the time it was placed"),
    ],
)
def test_what_is_no_order_says_why(run, changes, reason):
    mapped = run(SOURCE, "orders", [order(**changes)])
    assert mapped.outcomes == {0: ("quarantined", reason)}
    assert mapped.kept() == set()


@pytest.mark.parametrize(
    ("document", "is_order"),
    [
        (order(), True),
        ({"id": "1", "order_status": {"state": "CREATED"}, "channel": "facebook"}, True),
        ({"id": "5512", "name": "#1001", "financial_status": "paid"}, False),
        ({"id": 1, "order_status": "processing"}, False),
        ({"id": 1, "order_status": {"state": "nl"}}, False),
        ({"order_status": None}, False),
    ],
)
def test_recognition(document, is_order):
    assert [bool(kind.recognise(document)) for kind in SOURCE.kinds] == [is_order]


def test_pages_in_any_order_and_twice_end_the_same(tmp_path: Path):
    newer = order("COMPLETED", shipments=SENT, last_updated="2026-09-28T08:00:00+00:00")
    other = order("COMPLETED", id="368508827000002", **STRIPPED)
    found = []
    for number, rows in enumerate(([order(), newer, other], [other, newer, order(), newer])):
        file = tmp_path / f"orders-{number}.json"
        file.write_text(json.dumps({**page(*rows), "paging": {"next": "x"}}), "utf-8")
        with cc.open(":memory:") as shop:
            assert shop.load(file).quarantined == 0
            assert shop.load(file).loaded == 0
            found.append(state_hash(shop.database.con))
            rows_kept = shop.database.con.execute("select payment_status from orders order by 1")
            assert rows_kept.fetchall() == [("paid",), ("voided",)]
    assert found[0] == found[1]


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_damaged_orders_never_stop_the_rest(run, mutant, seed):
    random = Random(seed)
    whole = order(
        "COMPLETED",
        shipments=SENT,
        cancellations=page({"id": "c1", "items": page({"quantity": 1})}),
        refunds=page({"id": "r1", "refund_amount": {"total_amount": money("4.00")}}),
    )
    documents = [mutant(whole, random) for _ in range(100)]
    mapped = run(SOURCE, "orders", documents)
    assert mapped.unaccounted(len(documents)) == set()
    assert mapped.incomplete == []


def test_the_description_is_whole(column_types):
    check(SOURCE)
    assert column_types(SOURCE) == set()
