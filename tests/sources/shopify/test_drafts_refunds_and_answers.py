"""Drafts, refunds on their own, answers of the GraphQL API, and what an order came from."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from convocommerce.sources.shopify.source import SOURCE

CART = "8e72bdccd0ac51067b947ac6"
AT = "2026-06-03T14:05:09+02:00"


def utc(*parts: int) -> datetime:
    return datetime(*parts)


def draft(**changes: Any) -> dict[str, Any]:
    return {
        "id": 517119332,
        "name": "#D1",
        "status": "open",
        "created_at": AT,
        "updated_at": "2026-06-04T09:00:00+02:00",
        "completed_at": None,
        "invoice_sent_at": None,
        "invoice_url": f"https://w.example/1/invoices/{CART}",
        "order_id": None,
        "currency": "EUR",
        "total_price": "49.95",
        "email": "sanne@voorbeeld.nl",
        "customer": {"id": 207119551},
        "note_attributes": [{"name": "chat", "value": "7311223344556677"}],
        **changes,
    }


def refund(**changes: Any) -> dict[str, Any]:
    paid = {"kind": "refund", "status": "success", "amount": "10.00", "currency": "EUR"}
    return {
        "id": 509562969,
        "order_id": 450789469,
        "created_at": AT,
        "restock": True,
        "refund_line_items": [{"id": 1, "subtotal": 99.0}],
        "transactions": [paid, {**paid, "status": "failure", "amount": "99.00"}],
        **changes,
    }


def node(**changes: Any) -> dict[str, Any]:
    return {
        "id": "gid://shopify/Order/450789469",
        "name": "#1042",
        "createdAt": "2026-06-03T12:05:09Z",
        "displayFinancialStatus": "PAID",
        "totalPriceSet": {"shopMoney": {"amount": "79.95", "currencyCode": "EUR"}},
        **changes,
    }


def test_an_open_draft_is_a_checkout_and_no_order(run):
    mapped = run(SOURCE, "draft_orders", [draft()])
    row = mapped.one("checkouts")
    assert (row["checkout_id"], row["completed_at"], row["checkout_token"]) == (
        "draft:517119332",
        None,
        CART,
    )
    assert "orders" not in mapped.records
    assert mapped.keys_of("shopify:draft:517119332") == {
        ("shop_customer", "207119551"),
        ("email", "sanne@voorbeeld.nl"),
        ("token", CART),
        ("chat_id", "7311223344556677"),
        ("ref", "7311223344556677"),
    }


def test_a_completed_draft_ties_its_link_to_the_order(run):
    done = draft(status="completed", completed_at="2026-06-04T10:00:00+02:00", order_id=450789469)
    mapped = run(SOURCE, "draft_orders", [done])
    assert mapped.one("checkouts")["completed_at"] == utc(2026, 6, 4, 8)
    assert mapped.keys_of("shopify:450789469") == {("token", CART)}


def test_a_graphql_draft_equals_its_rest_twin(run):
    twin = {
        "id": "gid://shopify/DraftOrder/517119332",
        "name": "#D1",
        "createdAt": "2026-06-03T12:05:09Z",
        "updatedAt": "2026-06-04T07:00:00Z",
        "completedAt": "2026-06-04T08:00:00Z",
        "invoiceUrl": f"https://w.example/1/invoices/{CART}",
        "order": {"id": "gid://shopify/Order/450789469"},
        "totalPriceSet": {"shopMoney": {"amount": "49.95", "currencyCode": "EUR"}},
        "customer": {"id": "gid://shopify/Customer/207119551"},
    }
    done = draft(completed_at="2026-06-04T10:00:00+02:00", order_id=450789469)
    rest = run(SOURCE, "draft_orders", [done]).one("checkouts")
    for document in (twin, {"data": {"draftOrders": {"nodes": [twin]}}}):
        mapped = run(SOURCE, "graphql", [document])
        assert rest.items() <= mapped.one("checkouts").items()
        assert mapped.keys_of("shopify:450789469") == {("token", CART)}
        assert mapped["orders"] == []


@pytest.mark.parametrize("document", [refund(), {"refunds": [refund()]}])
def test_a_refund_on_its_own_counts_what_was_paid_back(run, document):
    assert run(SOURCE, "refunds", [document]).one("refunds") == {
        "platform": "shopify",
        "refund_id": "509562969",
        "order_id": "450789469",
        "refunded_at": utc(2026, 6, 3, 12, 5, 9),
        "refund_amount": Decimal(10),
        "currency": "EUR",
    }


@pytest.mark.parametrize(
    ("document", "outcome", "reason"),
    [
        (refund(transactions=[]), "ignored", "refund that gave no money back"),
        (refund(id=None), "quarantined", "refund without id"),
        (refund(order_id=""), "quarantined", "refund without its order"),
        (refund(created_at="?"), "quarantined", "refund without its time"),
    ],
)
def test_refunds_that_cannot_be_kept(run, document, outcome, reason):
    assert run(SOURCE, "refunds", [document]).outcomes == {0: (outcome, reason)}


PAID_BACK = {"kind": "REFUND", "status": "SUCCESS",
             "amountSet": {"shopMoney": {"amount": "5.0", "currencyCode": "EUR"}}}  # fmt: skip


@pytest.mark.parametrize(
    ("transactions", "amount"),
    [
        (None, "12.5"),
        ({"nodes": [PAID_BACK, {**PAID_BACK, "status": "FAILURE"}]}, "5"),
        ({"edges": [{"node": PAID_BACK}, {"node": PAID_BACK}]}, "10"),
    ],
)
def test_a_graphql_refund_counts_its_transactions_where_they_were_asked_for(
    run, transactions, amount
):
    told = {
        "id": "gid://shopify/Refund/7",
        "createdAt": "2026-06-10T08:00:00Z",
        "totalRefundedSet": {"shopMoney": {"amount": "12.5", "currencyCode": "EUR"}},
        "transactions": transactions,
    }
    row = run(SOURCE, "graphql", [node(refunds=[told])]).one("refunds")
    assert row["refund_amount"] == Decimal(amount)


@pytest.mark.parametrize(
    "answer",
    [
        {"data": {"orders": {"edges": [{"cursor": "x", "node": node()}], "pageInfo": {}}}},
        {"data": {"orders": {"nodes": [node()]}}, "extensions": {"cost": {}}},
        {"data": {"nodes": [node(), None]}},
        {"data": {"order": node()}},
        {"data": {"node": node()}},
        {"orders": {"edges": [{"node": node()}]}},
        {"node": node(), "cursor": "x"},
        node(),
    ],
)
def test_every_answer_of_the_api_holds_the_same_order(run, answer):
    mapped = run(SOURCE, "graphql", [answer])
    assert mapped.one("orders") == run(SOURCE, "graphql", [node()]).one("orders")
    assert [kind.name for kind in SOURCE.kinds if kind.recognise(answer)] == ["graphql"]
    assert mapped.outcomes == {}


def test_an_answer_without_ids_goes_by_the_number(run):
    mapped = run(SOURCE, "graphql", [{"data": {"orders": {"nodes": [node(id=None)]}}}])
    assert mapped.one("orders")["order_id"] == "number:#1042"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ({"data": {"orders": {"edges": []}}}, ("ignored", "answer that holds no orders")),
        ({"data": None}, ("ignored", "answer that holds no orders")),
        ({"data": {"node": {"id": "gid://shopify/Product/1"}}},
         ("ignored", "not an order or a checkout")),
        ({"data": {"order": node(createdAt=None)}},
         ("quarantined", "order or checkout without the time it was made")),
    ],
)  # fmt: skip
def test_an_answer_that_holds_no_order_says_so(run, answer, outcome):
    assert run(SOURCE, "graphql", [answer]).outcomes == {0: outcome}


def visit(source: str | None) -> dict[str, Any]:
    named = {"source": source, "medium": "social", "campaign": "herfst", "content": None}
    return {"landingPage": "https://w.example/", "utmParameters": named if source else None}


@pytest.mark.parametrize(
    ("first", "last", "source"),
    [("flyer", "instagram", "instagram"), ("flyer", None, "flyer"), (None, None, None)],
)
def test_the_last_visit_that_says_so_tells_where_an_order_came_from(run, first, last, source):
    journey = {"firstVisit": visit(first), "lastVisit": visit(last)}
    row = run(SOURCE, "graphql", [node(customerJourneySummary=journey)]).one("orders")
    assert row["utm_source"] == source


def rest(**changes: Any) -> dict[str, Any]:
    return {"id": 1, "created_at": AT, "total_price": "1.00", "financial_status": "paid", **changes}


def test_the_landing_page_tells_where_an_order_came_from(run):
    landing = (
        "/p?utm_source=instagram&utm_medium=paid+social&utm_campaign=herfst%20sale&utm_content=a"
    )
    row = run(SOURCE, "orders", [rest(landing_site=landing)]).one("orders")
    assert [row[f"utm_{part}"] for part in ("source", "medium", "campaign", "content")] == [
        "instagram",
        "paid social",
        "herfst sale",
        "a",
    ]


def test_codes_and_payments_are_keys(run):
    sale = {"kind": "sale", "status": "success", "payment_id": "c901414060.1",
            "authorization": "pi_3Nx4Yz"}  # fmt: skip
    failed = {**sale, "status": "failure", "authorization": "pi_0failed"}
    mapped = run(
        SOURCE,
        "orders",
        [rest(transactions=[failed, sale], discount_codes=[{"code": "HERFST10"}])],
    )
    row = mapped.one("orders")
    assert (row["payment_reference"], row["discount_code"]) == ("pi_3Nx4Yz", "HERFST10")
    assert mapped.keys_of("shopify:1") >= {
        ("code", "HERFST10"),
        ("payment", "pi_3Nx4Yz"),
        ("payment", "c901414060.1"),
    }


def test_the_payment_of_a_csv_row_names_its_checkout(run):
    cells = {"name": "#1", "id": "1", "financial_status": "paid", "currency": "EUR", "total": "1",
             "created_at": "2026-06-03 14:05:08 +0200", "payment_reference": "c901414060.1",
             "discount_code": "HERFST10"}  # fmt: skip
    mapped = run(SOURCE, "orders_csv", [cells])
    assert mapped.one("orders")["payment_reference"] == "c901414060.1"
    assert mapped.keys_of("shopify:1") == {
        ("payment", "c901414060.1"),
        ("token", "checkout:901414060"),
        ("code", "HERFST10"),
    }


def test_a_cart_among_webhooks_is_no_order(run):
    cart = {"id": "eeafa272cebfd4b2", "token": "eeafa272cebfd4b2", "created_at": AT,
            "line_items": []}  # fmt: skip
    mapped = run(SOURCE, "orders", [cart])
    assert mapped.outcomes == {0: ("ignored", "not an order")}
    assert not any(mapped.records.values())


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (draft(), "draft_orders"),
        (refund(), "refunds"),
        ({"refunds": [refund()]}, "refunds"),
        ({"refunds": []}, None),
        ({"id": 1, "variants": [], "vendor": "w", "product_type": "x"}, "beside_orders"),
        ({"customer": {"id": 1, "orders_count": 0, "total_spent": "0", "verified_email": True}},
         "beside_orders"),
        ({"id": 1, "admin_graphql_api_id": "gid://shopify/Fulfillment/1"}, "beside_orders"),
        ({"data": {"orders": {"edges": [{"node": {"id": "T3JkZXI6MQ=="}}]}}}, None),
        ({"data": [], "orders": 5, "node": []}, None),
        (rest(admin_graphql_api_id="gid://shopify/Order/1"), "orders"),
    ],
)  # fmt: skip
def test_recognition(document, kind):
    found = [each.name for each in SOURCE.kinds if each.recognise(document)]
    assert found == ([kind] if kind else [])


def euros(amount: str) -> dict[str, Any]:
    return {"shopMoney": {"amount": amount, "currencyCode": "EUR"}}


@pytest.mark.parametrize(
    ("asked", "total"),
    [
        ({"currentTotalPriceSet": euros("79.95")}, "79.95"),
        ({"currentTotalPriceSet": euros("69.95"), "totalRefundedSet": euros("10.0")}, "79.95"),
        (
            {
                "currentTotalPriceSet": euros("69.95"),
                "refunds": [
                    {"createdAt": "2026-06-04T12:00:00Z", "totalRefundedSet": euros("10.0")}
                ],
            },
            "79.95",
        ),
        ({"originalTotalPriceSet": euros("79.95"), "currentTotalPriceSet": euros("1")}, "79.95"),
        ({"currencyCode": "EUR"}, None),
    ],
    ids=["current", "refunded", "refunds", "original", "none"],
)
def test_an_answer_that_asked_for_another_total_still_has_one(run, asked, total):
    asker = {key: value for key, value in node().items() if key != "totalPriceSet"} | asked
    row = run(SOURCE, "graphql", [asker]).one("orders")
    assert (row["total_amount"], row["currency"]) == (total and Decimal(total), "EUR")
