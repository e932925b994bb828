"""What WooCommerce's orders, refunds and begun checkouts become, and what damaged ones end as."""

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
from convocommerce.sources.woocommerce.source import SOURCE
from convocommerce.warehouse import state_hash

CHAT = "7311223344556677"


def utc(*parts: int) -> datetime:
    return datetime(*parts)


def meta(**values: Any) -> list[dict[str, Any]]:
    return [{"id": n, "key": key, "value": v} for n, (key, v) in enumerate(values.items())]


def order(**changes: Any) -> dict[str, Any]:
    return {
        "id": 727,
        "parent_id": 0,
        "number": "1042",
        "order_key": "wc_order_58d2d042d1d",
        "created_via": "checkout",
        "status": "processing",
        "currency": "EUR",
        "date_created": "2026-06-03T14:05:09",
        "date_created_gmt": "2026-06-03T12:05:09",
        "date_modified": "2026-06-03T14:06:00",
        "date_modified_gmt": "2026-06-03T12:06:00",
        "date_paid": "2026-06-03T14:05:30",
        "date_paid_gmt": "2026-06-03T12:05:30",
        "total": "79.95",
        "customer_id": 26,
        "billing": {"first_name": "Sanne", "email": "Sanne@Voorbeeld.nl", "phone": "06 12345678"},
        "shipping": {"phone": ""},
        "payment_method": "stripe",
        "transaction_id": "ch_3Nx",
        "cart_hash": "0542e7a8633f55ad58ffb70db2744930",
        "meta_data": meta(
            chat=CHAT,
            _stripe_intent_id="pi_3Nx",
            _wc_order_attribution_utm_source="instagram",
            _wc_order_attribution_utm_medium="social",
            _wc_order_attribution_utm_campaign="herfst",
            _wc_order_attribution_utm_content="story-2",
            _wc_order_attribution_session_entry="https://w.example/p?ref=gesprek_9",
            _plugin_state={"a": [1]},
        ),
        "line_items": [],
        "coupon_lines": [{"id": 1, "code": "herfst10", "discount": "8.00"}],
        "refunds": [],
        **changes,
    }


def refund(**changes: Any) -> dict[str, Any]:
    return {
        "id": 733,
        "parent_id": 727,
        "date_created": "2026-06-10T10:00:00",
        "date_created_gmt": "2026-06-10T08:00:00",
        "amount": "10.00",
        "reason": "",
        "refunded_by": 1,
        "refunded_payment": False,
        "line_items": [],
        **changes,
    }


def test_an_order_in_its_own_words(run):
    assert run(SOURCE, "orders", [order()]).one("orders") == {
        "platform": "woocommerce",
        "order_id": "727",
        "order_number": "1042",
        "created_at": utc(2026, 6, 3, 12, 5, 9),
        "updated_at": utc(2026, 6, 3, 12, 6),
        "paid_at": utc(2026, 6, 3, 12, 5, 30),
        "cancelled_at": None,
        "payment_status": "paid",
        "sales_channel": "checkout",
        "currency": "EUR",
        "total_amount": Decimal("79.95"),
        "refunded_amount": None,
        "customer_id": "26",
        "cart_token": None,
        "checkout_token": None,
        "payment_reference": "pi_3Nx",
        "is_payment": False,
        "discount_code": "herfst10",
        "utm_source": "instagram",
        "utm_medium": "social",
        "utm_campaign": "herfst",
        "utm_content": "story-2",
    }


def test_an_order_shows_every_key_but_the_hash_of_its_cart(run):
    assert run(SOURCE, "orders", [order()]).keys_of("woocommerce:727") == {
        ("shop_customer", "woocommerce:26"),
        ("email", "sanne@voorbeeld.nl"),
        ("phone", "06 12345678"),
        ("token", "wc_order_58d2d042d1d"),
        ("token", "order:1042"),
        ("payment", "ch_3Nx"),
        ("payment", "pi_3Nx"),
        ("code", "herfst10"),
        ("chat_id", CHAT),
        ("ref", CHAT),
        ("ref", "gesprek_9"),
    }


@pytest.mark.parametrize(
    ("status", "paid", "told"),
    [
        ("pending", False, "pending"),
        ("on-hold", False, "pending"),
        ("on-hold", True, "paid"),
        ("processing", False, "paid"),
        ("wc-completed", True, "paid"),
        ("refunded", True, "refunded"),
        ("failed", False, "voided"),
        ("cancelled", False, "voided"),
        ("cancelled", True, "paid"),
        ("trash", False, "voided"),
        ("at-the-printer", True, "paid"),
        ("at-the-printer", False, None),
    ],
)
def test_how_an_order_stands(run, status, paid, told):
    dates = {} if paid else {"date_paid": None, "date_paid_gmt": None}
    row = run(SOURCE, "orders", [order(status=status, **dates)]).one("orders")
    assert row["payment_status"] == told
    assert (row["cancelled_at"] is not None) == (status in ("cancelled", "trash"))


def test_refunds_stand_negative_in_the_order_and_dated_on_their_own(run):
    told = [{"id": 733, "total": "-10.00"}, {"id": 734, "total": "-2.50"}]
    row = run(SOURCE, "orders", [order(refunds=told)]).one("orders")
    assert (row["payment_status"], row["refunded_amount"]) == (
        "partially_refunded",
        Decimal("12.5"),
    )
    assert run(SOURCE, "orders", [refund()]).one("refunds") == {
        "platform": "woocommerce",
        "refund_id": "733",
        "order_id": "727",
        "refunded_at": utc(2026, 6, 10, 8),
        "refund_amount": Decimal(10),
        "currency": None,
    }


def test_an_older_refund_names_its_order_by_its_address(run):
    links = {"up": [{"href": "https://w.example/wp-json/wc/v3/orders/727"}]}
    row = run(SOURCE, "orders", [refund(parent_id=None, _links=links)]).one("refunds")
    assert row["order_id"] == "727"


def test_a_guest_has_no_customer(run):
    mapped = run(SOURCE, "orders", [order(customer_id=0)])
    assert mapped.one("orders")["customer_id"] is None
    assert "shop_customer" not in {kind for kind, _ in mapped.keys_of("woocommerce:727")}


def test_direct_visits_come_from_nowhere(run):
    direct = meta(_wc_order_attribution_utm_source="(direct)",
                  _wc_order_attribution_source_type="typein")  # fmt: skip
    assert run(SOURCE, "orders", [order(meta_data=direct)]).one("orders")["utm_source"] is None


def test_a_begun_checkout_and_the_order_it_becomes_share_a_token(run):
    begun = order(status="checkout-draft", created_via="store-api", date_paid_gmt=None)
    placed = order(created_via="store-api")
    mapped = run(SOURCE, "orders", [begun, placed])
    assert mapped.one("checkouts")["checkout_token"] == mapped.one("orders")["checkout_token"]
    assert mapped.one("checkouts")["checkout_id"] == "727"


def test_without_times_in_utc_the_sites_own_are_taken(run):
    plain = {name: value for name, value in order().items() if not name.endswith("_gmt")}
    row = run(SOURCE, "orders", [plain]).one("orders")
    assert row["created_at"] == utc(2026, 6, 3, 14, 5, 9)


@pytest.mark.parametrize(
    ("document", "outcome", "reason"),
    [
        (order(id=None), "quarantined", "order without id"),
        (order(date_created=None, date_created_gmt="x"), "quarantined",
         "order without the time it was placed"),
        (order(status="auto-draft"), "ignored", "order that was never entered"),
        (refund(parent_id=0), "quarantined", "refund without its order"),
        (refund(amount=""), "quarantined", "refund without an amount"),
        (refund(id=None), "quarantined", "refund without id"),
        ({"id": 5, "permalink": "https://w.example/p", "regular_price": "1",
          "stock_status": "instock"}, "ignored", "not an order, checkout or refund"),
        ({"webhook_id": 5}, "ignored", "not an order, checkout or refund"),
    ],
)  # fmt: skip
def test_what_is_no_order_says_why(run, document, outcome, reason):
    mapped = run(SOURCE, "orders", [document])
    assert mapped.outcomes == {0: (outcome, reason)}
    assert not any(mapped.records.values())


@pytest.mark.parametrize(
    ("document", "kinds"),
    [
        (order(), ["orders"]),
        (refund(), ["orders"]),
        # The interface lets people name the fields they want.
        (
            {
                "id": 5,
                "status": "processing",
                "total": "9.95",
                "date_created": "2026-06-03T14:05:09",
                "billing": {"email": "sanne@voorbeeld.nl"},
                "line_items": [],
            },
            ["orders"],
        ),
        ({"id": 5, "is_paying_customer": True, "billing": {}}, ["orders"]),
        ({"id": 1, "name": "#1", "total_price": "1", "financial_status": "paid"}, []),
        ({"id": "re_1", "object": "refund", "amount": 5, "created": 1}, []),
        ({"object": "page", "entry": []}, []),
        ({"order_key": 5, "total": [], "status": {}}, []),
    ],
)
def test_recognition(document, kinds):
    assert [kind.name for kind in SOURCE.kinds if kind.recognise(document)] == kinds


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_damaged_documents_never_stop_the_rest(run, mutant, seed):
    random = Random(seed)
    whole = [order(refunds=[{"id": 1, "total": "-1"}]), refund(), order(status="checkout-draft")]
    documents = [mutant(random.choice(whole), random) for _ in range(120)]
    mapped = run(SOURCE, "orders", documents)
    assert mapped.unaccounted(len(documents)) == set()
    assert mapped.incomplete == []
    assert mapped.kept().isdisjoint(mapped.outcomes)


def test_the_description_is_whole(column_types):
    check(SOURCE)
    assert column_types(SOURCE) == set()


def test_no_order_or_packing_of_loads_changes_what_is_known(tmp_path):
    things = [
        order(status="checkout-draft", created_via="store-api", date_paid_gmt=None),
        order(created_via="store-api"),
        order(created_via="store-api", status="completed", date_modified_gmt="2026-06-05T00:00:00"),
        refund(),
        order(id=728, number="1043", order_key="wc_order_2"),
    ]
    told = set()
    for seed in range(3):
        Random(seed).shuffle(things)
        paths = [tmp_path / f"{seed}-{part}.json" for part in "ab"]
        paths[0].write_text(json.dumps(things[:3]), "utf-8")
        paths[1].write_text("".join(f"{json.dumps(one)}\n" for one in things[2:]), "utf-8")
        for files in (paths, [*reversed(paths), paths[0]]):
            with cc.open(":memory:") as shop:
                for file in files:
                    assert shop.load(file).quarantined == 0
                told.add(state_hash(shop._database.con))
    assert len(told) == 1


FIXTURE_FILES = Path(__file__).parent / "fixtures"


def records_of(*files: Path) -> dict[str, list[dict[str, str]]]:
    """Return what is known after loading some files, without what is not."""
    with cc.open(":memory:") as shop:
        for file in files:
            assert shop.load(file).quarantined == 0
        con = shop._database.con
        found = {}
        for table in ("orders", "refunds", "checkouts"):
            cursor = con.execute(f"from {table} order by all")
            names = [column[0] for column in cursor.description or ()]
            found[table] = [
                {
                    name: str(value)
                    for name, value in zip(names, row, strict=True)
                    if value is not None
                }
                for row in cursor.fetchall()
            ]
        return found


def test_the_fixture_gives_the_records_beside_it():
    files = [file for file in sorted(FIXTURE_FILES.iterdir()) if file.name != "expected.json"]
    expected = json.loads((FIXTURE_FILES / "expected.json").read_text("utf-8"))
    assert records_of(*files) == expected
