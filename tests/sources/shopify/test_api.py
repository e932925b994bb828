"""What orders and abandoned checkouts of Shopify's two APIs become."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from convocommerce.sources.shopify.source import SOURCE


def utc(*parts: int) -> datetime:
    return datetime(*parts)


def rest_order(**changes: Any) -> dict[str, Any]:
    return {
        "id": 450789469123456789,
        "name": "#1042",
        "order_number": 1042,
        "created_at": "2026-06-03T14:05:09+02:00",
        "processed_at": "2026-06-03T14:05:08+02:00",
        "updated_at": "2026-06-04T09:00:00+02:00",
        "cancelled_at": None,
        "financial_status": "paid",
        "test": False,
        "source_name": "web",
        "currency": "EUR",
        "total_price": "79.95",
        "email": " Sanne@Voorbeeld.nl ",
        "contact_email": "sanne@voorbeeld.nl",
        "phone": "'+31612345678",
        "cart_token": "c1-68778783ad298f1c80c3",
        "checkout_token": "bd5a8aa1ecd019dd3520ff79",
        "checkout_id": 901414060,
        "landing_site": "/cart/4455:1?attributes[chat]=7311223344556677&ref=herfst",
        "customer": {"id": 207119551, "email": "sanne@voorbeeld.nl", "phone": None},
        "billing_address": {"phone": "06 12345678"},
        "note_attributes": [
            {"name": "chat", "value": "7311223344556677"},
            {"name": "cadeautekst", "value": "Van harte, lieve Jo"},
        ],
        "refunds": [],
        **changes,
    }


def rest_checkout(**changes: Any) -> dict[str, Any]:
    return {
        "id": 901414060,
        "token": "bd5a8aa1ecd019dd3520ff79",
        "cart_token": "c1-68778783ad298f1c80c3",
        "email": "sanne@voorbeeld.nl",
        "phone": None,
        "created_at": "2026-06-03T13:50:00+02:00",
        "updated_at": "2026-06-03T13:55:00+02:00",
        "completed_at": None,
        "currency": "EUR",
        "total_price": "79.95",
        "customer": {"id": 207119551},
        "abandoned_checkout_url": "https://w.example/1/checkouts/bd5a8aa1ecd019dd3520ff79/recover",
        **changes,
    }


def graphql_order(**changes: Any) -> dict[str, Any]:
    return {
        "id": "gid://shopify/Order/450789469",
        "name": "#1042",
        "createdAt": "2026-06-03T12:05:09Z",
        "processedAt": "2026-06-03T12:05:08Z",
        "updatedAt": "2026-06-04T07:00:00Z",
        "cancelledAt": None,
        "displayFinancialStatus": "PARTIALLY_REFUNDED",
        "test": False,
        "sourceName": "web",
        "totalPriceSet": {"shopMoney": {"amount": "79.95", "currencyCode": "EUR"}},
        "email": "sanne@voorbeeld.nl",
        "customer": {
            "id": "gid://shopify/Customer/207119551",
            "defaultPhoneNumber": {"phoneNumber": "+31612345678"},
        },
        "customAttributes": [{"key": "chat", "value": "7311223344556677"}],
        "customerJourneySummary": {
            "firstVisit": {"landingPage": "https://w.example/?ref=flyer", "referralCode": None}
        },
        **changes,
    }


def test_a_rest_order_keeps_every_digit_and_its_time(run):
    assert run(SOURCE, "orders", [rest_order()]).one("orders") == {
        "platform": "shopify",
        "order_id": "450789469123456789",
        "order_number": "#1042",
        "created_at": utc(2026, 6, 3, 12, 5, 9),
        "updated_at": utc(2026, 6, 4, 7),
        "paid_at": utc(2026, 6, 3, 12, 5, 8),
        "cancelled_at": None,
        "payment_status": "paid",
        "is_test": False,
        "sales_channel": "web",
        "currency": "EUR",
        "total_amount": Decimal("79.95"),
        "refunded_amount": None,
        "customer_id": "207119551",
        "cart_token": "c1-68778783ad298f1c80c3",
        "checkout_token": "bd5a8aa1ecd019dd3520ff79",
        "payment_reference": None,
        "discount_code": None,
        "utm_source": None,
        "utm_medium": None,
        "utm_campaign": None,
        "utm_content": None,
    }


@pytest.mark.parametrize(
    ("status", "is_paid"),
    [("paid", True), ("partially_paid", True), ("partially_refunded", True), ("refunded", True),
     ("pending", False), ("authorized", False), ("voided", False), (None, False)],
)  # fmt: skip
def test_only_a_paid_order_has_a_time_of_payment(run, status, is_paid):
    row = run(SOURCE, "orders", [rest_order(financial_status=status)]).one("orders")
    assert row["payment_status"] == status
    assert (row["paid_at"] is not None) == is_paid


def test_an_order_shows_every_key_it_has(run):
    mapped = run(SOURCE, "orders", [rest_order()])
    assert mapped.keys_of("shopify:450789469123456789") == {
        ("shop_customer", "207119551"),
        ("email", "sanne@voorbeeld.nl"),
        ("phone", "+31612345678"),
        ("phone", "06 12345678"),
        ("token", "c1-68778783ad298f1c80c3"),
        ("token", "bd5a8aa1ecd019dd3520ff79"),
        ("token", "checkout:901414060"),
        ("chat_id", "7311223344556677"),
        ("ref", "7311223344556677"),
    }


@pytest.mark.parametrize(
    ("landing", "keys"),
    [
        ("/?psid=7311223344556677&x=1", {("chat_id", "7311223344556677")}),
        ("/p?igsid=5614879040000001", {("chat_id", "5614879040000001")}),
        ("/p?utm_source=x&ref=gesprek_9", {("ref", "gesprek_9")}),
        ("/p?chat=%ff%ff&ref=%ff", set()),
        ("/p", set()),
    ],
)
def test_the_landing_page_may_carry_the_chat(run, landing, keys):
    order = {"id": 1, "created_at": "2026-06-03T14:05:09Z", "landing_site": landing}
    assert run(SOURCE, "orders", [order]).keys_of("shopify:1") == keys


def test_an_order_without_any_key_is_still_an_order(run):
    order = {"id": 1, "name": "#1", "created_at": "2026-06-03T14:05:09Z", "total_price": "1.00"}
    mapped = run(SOURCE, "orders", [order])
    assert mapped.one("orders")["order_id"] == "1"
    assert mapped["identities"] == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": None, "name": None, "order_number": None}, "order without id and number"),
        ({"created_at": None}, "order without the time it was placed"),
        ({"created_at": "yesterday"}, "order without the time it was placed"),
    ],
)
def test_an_order_without_id_or_time_is_quarantined(run, changes, reason):
    mapped = run(SOURCE, "orders", [rest_order(**changes)])
    assert mapped.outcomes == {0: ("quarantined", reason)}
    assert not any(mapped.records.values())


def test_an_order_without_id_goes_by_its_number(run):
    mapped = run(SOURCE, "orders", [rest_order(id=None)])
    assert mapped.one("orders")["order_id"] == "number:#1042"


def test_absent_and_negative_money_is_kept_as_it_is(run):
    rows = run(SOURCE, "orders", [rest_order(total_price=None), rest_order(total_price="-5.00")])[
        "orders"
    ]
    assert [row["total_amount"] for row in rows] == [None, Decimal(-5)]


def transaction(**changes: Any) -> dict[str, Any]:
    return {"kind": "refund", "status": "success", "amount": "10.00", "currency": "EUR", **changes}


def test_a_refund_is_the_sum_of_its_successful_transactions(run):
    refund = {
        "id": 509562969,
        "created_at": "2026-06-10T10:00:00+02:00",
        "transactions": [
            transaction(),
            transaction(amount="2.50"),
            transaction(amount="99.00", status="failure"),
            transaction(amount="99.00", status="pending"),
            transaction(amount="99.00", kind="void"),
        ],
    }
    exchange = {"id": 2, "created_at": "2026-06-11T10:00:00+02:00", "transactions": []}
    mapped = run(SOURCE, "orders", [rest_order(refunds=[refund, exchange])])
    assert mapped.one("refunds") == {
        "platform": "shopify",
        "refund_id": "509562969",
        "order_id": "450789469123456789",
        "refunded_at": utc(2026, 6, 10, 8),
        "refund_amount": Decimal("12.50"),
        "currency": "EUR",
    }
    assert mapped.one("orders")["refunded_amount"] is None


def test_a_checkout_and_its_order_share_their_tokens(run):
    checkout = run(SOURCE, "checkouts", [rest_checkout()])
    order = run(SOURCE, "orders", [rest_order()])
    row = checkout.one("checkouts")
    assert row == {
        "platform": "shopify",
        "checkout_id": "901414060",
        "created_at": utc(2026, 6, 3, 11, 50),
        "updated_at": utc(2026, 6, 3, 11, 55),
        "completed_at": None,
        "currency": "EUR",
        "total_amount": Decimal("79.95"),
        "customer_id": "207119551",
        "cart_token": "c1-68778783ad298f1c80c3",
        "checkout_token": "bd5a8aa1ecd019dd3520ff79",
        "is_recovered_by_link": None,
    }
    tokens = {key for key in order.keys_of("shopify:450789469123456789") if key[0] == "token"}
    assert tokens <= checkout.keys_of("shopify:901414060")


def test_a_completed_checkout_says_when(run):
    completed = rest_checkout(completed_at="2026-06-03T18:00:00+02:00")
    row = run(SOURCE, "checkouts", [completed]).one("checkouts")
    assert row["completed_at"] == utc(2026, 6, 3, 16)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": None, "token": None}, "checkout without id and token"),
        ({"created_at": ""}, "checkout without the time it was started"),
    ],
)
def test_a_checkout_without_id_or_time_is_quarantined(run, changes, reason):
    mapped = run(SOURCE, "checkouts", [rest_checkout(**changes)])
    assert mapped.outcomes == {0: ("quarantined", reason)}


def test_a_graphql_order_equals_its_rest_twin(run):
    mapped = run(SOURCE, "graphql", [graphql_order()])
    row = mapped.one("orders")
    rest = run(SOURCE, "orders", [rest_order(id=450789469, financial_status="partially_refunded")])
    missing = {"cart_token": None, "checkout_token": None}
    assert row == rest.one("orders") | missing
    assert mapped.keys_of("shopify:450789469") == {
        ("shop_customer", "207119551"),
        ("email", "sanne@voorbeeld.nl"),
        ("phone", "+31612345678"),
        ("chat_id", "7311223344556677"),
        ("ref", "7311223344556677"),
        ("ref", "flyer"),
    }


def test_a_graphql_refund_is_either_dated_or_on_the_order(run):
    money = {"shopMoney": {"amount": "12.5", "currencyCode": "EUR"}}
    refund = {
        "id": "gid://shopify/Refund/7",
        "createdAt": "2026-06-10T08:00:00Z",
        "totalRefundedSet": money,
    }
    dated = run(SOURCE, "graphql", [graphql_order(refunds=[refund], totalRefundedSet=money)])
    assert dated.one("refunds")["refund_amount"] == Decimal("12.5")
    assert dated.one("refunds")["refund_id"] == "7"
    assert dated.one("orders")["refunded_amount"] is None
    undated = run(SOURCE, "graphql", [graphql_order(totalRefundedSet=money)])
    assert undated["refunds"] == []
    assert undated.one("orders")["refunded_amount"] == Decimal("12.5")


def test_a_bulk_export_holds_parts_that_are_not_orders(run):
    checkout = {
        "id": "gid://shopify/AbandonedCheckout/901414060",
        "createdAt": "2026-06-03T11:50:00Z",
        "completedAt": None,
        "abandonedCheckoutUrl": "https://w.example/1/checkouts/ac/bd5a8aa1ecd019/recover?key=x",
        "totalPriceSet": {"shopMoney": {"amount": "79.95", "currencyCode": "EUR"}},
    }
    line = {"id": "gid://shopify/LineItem/1", "__parentId": "gid://shopify/Order/450789469"}
    product = {"id": "gid://shopify/Product/1"}
    timeless = {"id": "gid://shopify/Order/9"}
    mapped = run(SOURCE, "graphql", [graphql_order(), line, checkout, product, timeless])
    assert len(mapped["orders"]) == 1
    row = mapped.one("checkouts")
    assert (row["checkout_id"], row["checkout_token"]) == ("901414060", "bd5a8aa1ecd019")
    assert mapped.keys_of("shopify:901414060") == {
        ("token", "bd5a8aa1ecd019"),
        ("token", "checkout:901414060"),
    }
    assert mapped.outcomes == {
        1: ("ignored", "part of an order"),
        3: ("ignored", "not an order or a checkout"),
        4: ("quarantined", "order or checkout without the time it was made"),
    }


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (rest_order(), "orders"),
        (rest_checkout(), "checkouts"),
        (graphql_order(), "graphql"),
        ({"id": "gid://shopify/LineItem/1", "__parentId": "gid://shopify/Order/1"}, "graphql"),
        ({"Name": "#1", "Total": "1", "Currency": "EUR", "Created at": "x",
          "Financial Status": "paid"}, "orders_csv"),
        ({"object": "page", "entry": []}, None),
        ({"ad_id": "1", "spend": "1"}, None),
        ({"id": [], "__parentId": 5}, None),
    ],
)  # fmt: skip
def test_recognition(document, kind):
    found = [each.name for each in SOURCE.kinds if each.recognise(document)]
    assert found == ([kind] if kind else [])
