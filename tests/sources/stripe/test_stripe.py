"""What Stripe's sessions, payments, refunds and events become, and what damaged ones end as."""

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
from convocommerce.sources.stripe.source import PAYMENTS_CSV, SOURCE
from convocommerce.warehouse import state_hash

OPENED, PAID, BACK = 1_780_300_800, 1_780_300_900, 1_780_400_000
CHAT = "7311223344556677"


def utc(*parts: int) -> datetime:
    return datetime(*parts)


def session(**changes: Any) -> dict[str, Any]:
    return {
        "id": "cs_live_a1B2",
        "object": "checkout.session",
        "created": OPENED,
        "expires_at": OPENED + 86_400,
        "livemode": True,
        "mode": "payment",
        "status": "complete",
        "payment_status": "paid",
        "amount_total": 7995,
        "currency": "eur",
        "client_reference_id": CHAT,
        "payment_intent": "pi_3Nx",
        "customer": None,
        "customer_details": {"email": " Sanne@Voorbeeld.nl", "phone": "+31612345678"},
        "metadata": {"cart_token": "c1-68778783", "order_id": "#1042"},
        "recovered_from": None,
        **changes,
    }


def intent(**changes: Any) -> dict[str, Any]:
    return {
        "id": "pi_3Nx",
        "object": "payment_intent",
        "amount": 7995,
        "amount_received": 7995,
        "created": OPENED + 20,
        "currency": "eur",
        "livemode": True,
        "status": "succeeded",
        "latest_charge": "ch_3Nx",
        "metadata": {},
        **changes,
    }


def charge(**changes: Any) -> dict[str, Any]:
    return {
        "id": "ch_3Nx",
        "object": "charge",
        "amount": 7995,
        "amount_refunded": 0,
        "captured": True,
        "paid": True,
        "created": PAID,
        "currency": "eur",
        "livemode": True,
        "status": "succeeded",
        "payment_intent": "pi_3Nx",
        "billing_details": {"email": "sanne@voorbeeld.nl", "phone": None},
        "metadata": {},
        "refunds": None,
        **changes,
    }


def refund(**changes: Any) -> dict[str, Any]:
    return {
        "id": "re_1",
        "object": "refund",
        "amount": 1000,
        "charge": "ch_3Nx",
        "created": BACK,
        "currency": "eur",
        "payment_intent": "pi_3Nx",
        "status": "succeeded",
        **changes,
    }


def event(kind: str, thing: dict[str, Any], created: int = PAID + 5) -> dict[str, Any]:
    data = {"object": thing, "previous_attributes": {}}
    return {"id": "evt_1", "object": "event", "type": kind, "created": created, "data": data}


def page(*things: dict[str, Any]) -> dict[str, Any]:
    return {"object": "list", "data": list(things), "has_more": False, "url": "/v1/charges"}


def test_session_intent_and_charge_are_one_order(run):
    mapped = run(SOURCE, "objects", [session(), intent(), charge()])
    rows = mapped["orders"]
    assert {row["order_id"] for row in rows} == {"pi_3Nx"}
    assert {row["payment_reference"] for row in rows} == {"pi_3Nx"}
    assert all(row["is_payment"] for row in rows)
    assert [row["payment_status"] for row in rows] == ["paid"] * 3
    fullest = max(rows, key=lambda row: row["detail"])
    assert fullest["created_at"] == utc(2026, 6, 1, 8, 1, 40)
    assert fullest["total_amount"] == Decimal("79.95")


def test_a_session_shows_whom_the_shop_wrote_on_it(run):
    mapped = run(SOURCE, "objects", [session()])
    shared = {
        ("email", "sanne@voorbeeld.nl"),
        ("phone", "+31612345678"),
        ("token", "cs_live_a1B2"),
        ("token", "c1-68778783"),
        ("token", "order:1042"),
        ("payment", "pi_3Nx"),
        ("payment", "cs_live_a1B2"),
        ("chat_id", CHAT),
        ("ref", CHAT),
    }
    assert mapped.keys_of("stripe:pi_3Nx") == shared
    assert mapped.keys_of("stripe:cs_live_a1B2") == shared


@pytest.mark.parametrize(
    ("status", "paid", "order"),
    [
        ("open", "unpaid", None),
        ("expired", "unpaid", None),
        ("complete", "unpaid", "pending"),
        ("complete", "paid", "paid"),
        ("complete", "no_payment_required", "paid"),
        (None, "paid", "paid"),
        ("frozen", "unpaid", None),
    ],
)
def test_only_a_completed_session_is_an_order(run, status, paid, order):
    mapped = run(SOURCE, "objects", [session(status=status, payment_status=paid)])
    assert [row["payment_status"] for row in mapped["orders"]] == ([order] if order else [])
    row = mapped.one("checkouts")
    assert row["checkout_id"] == "cs_live_a1B2"
    assert row["expires_at"] == utc(2026, 6, 2, 8)
    assert row["completed_at"] is None


def test_an_event_says_when_a_session_was_completed(run):
    mapped = run(SOURCE, "objects", [event("checkout.session.completed", session())])
    assert mapped.one("checkouts")["completed_at"] == utc(2026, 6, 1, 8, 1, 45)
    assert mapped.one("orders")["created_at"] == utc(2026, 6, 1, 8, 1, 45)


def test_a_delayed_payment_that_fails_is_no_sale(run):
    unpaid = session(payment_status="unpaid")
    mapped = run(
        SOURCE,
        "objects",
        [
            event("checkout.session.completed", unpaid),
            event("checkout.session.async_payment_failed", unpaid),
        ],
    )
    before, after = mapped["orders"]
    assert (before["payment_status"], after["payment_status"]) == ("pending", "voided")
    assert after["detail"] > before["detail"]


def test_a_session_that_takes_up_an_expired_one_says_so(run):
    again = session(id="cs_live_2", recovered_from="cs_live_a1B2")
    assert run(SOURCE, "objects", [again]).one("checkouts")["recovers_checkout_id"] == (
        "cs_live_a1B2"
    )


def test_a_payment_link_makes_sessions_without_an_intent_until_paid(run):
    opened = session(payment_link="plink_1", payment_intent=None, status="open",
                     payment_status="unpaid")  # fmt: skip
    paid = session(payment_link="plink_1")
    mapped = run(SOURCE, "objects", [opened, paid])
    assert [row["checkout_token"] for row in mapped["checkouts"]] == ["cs_live_a1B2", "pi_3Nx"]
    assert mapped.one("orders")["sales_channel"] == "payment_link"


@pytest.mark.parametrize("field", ["payment_intent", "customer", "invoice", "latest_charge"])
def test_expanded_objects_count_as_their_id(run, field):
    thing = session(customer="cus_9", invoice="in_9", latest_charge="ch_9")
    whole = {**thing, field: {"id": thing[field], "object": field, "charges": [{"id": "ch_x"}]}}
    plain, expanded = (run(SOURCE, "objects", [one]) for one in (thing, whole))
    assert plain["orders"] == expanded["orders"]
    assert plain.keys_of("stripe:pi_3Nx") == expanded.keys_of("stripe:pi_3Nx")


@pytest.mark.parametrize(
    ("currency", "amount"),
    [("eur", "79.95"), ("jpy", "7995"), ("KRW", "7995"), ("kwd", "7.995"), ("huf", "79.95")],
)
def test_amounts_are_in_the_smallest_unit_there_is(run, currency, amount):
    mapped = run(SOURCE, "objects", [charge(currency=currency)])
    assert mapped.one("orders")["total_amount"] == Decimal(amount)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"amount_refunded": 500}, "partially_refunded"),
        ({"amount_refunded": 7995}, "refunded"),
        ({"captured": False}, "authorized"),
        ({"captured": False, "amount_refunded": 7995}, "voided"),
        ({"status": "pending", "paid": False}, "pending"),
        ({"status": None}, "paid"),
    ],
)
def test_how_a_charge_stands(run, changes, status):
    assert run(SOURCE, "objects", [charge(**changes)]).one("orders")["payment_status"] == status


def test_refunds_are_dated_where_they_are_listed(run):
    listed = {"object": "list", "data": [refund(), refund(id="re_2", status="failed")]}
    dated = run(SOURCE, "objects", [charge(amount_refunded=1000, refunds=listed)])
    assert dated.one("refunds") == {
        "platform": "stripe",
        "refund_id": "re_1",
        "order_id": "pi_3Nx",
        "refunded_at": utc(2026, 6, 2, 11, 33, 20),
        "refund_amount": Decimal(10),
        "currency": "EUR",
    }
    assert dated.one("orders")["refunded_amount"] is None
    assert run(SOURCE, "objects", [refund()])["refunds"] == dated["refunds"]
    undated = run(SOURCE, "objects", [charge(amount_refunded=1000)])
    assert undated["refunds"] == []
    assert undated.one("orders")["refunded_amount"] == Decimal(10)


def test_a_legacy_charge_without_an_intent_is_its_own_order(run):
    assert (
        run(SOURCE, "objects", [charge(payment_intent=None)]).one("orders")["order_id"] == "ch_3Nx"
    )


def test_pages_and_lines_hold_the_same(run):
    things = [session(), charge(amount_refunded=1000), refund(), intent(status="processing")]
    lines, paged = run(SOURCE, "objects", things), run(SOURCE, "objects", [page(*things)])
    for table in ("orders", "checkouts", "refunds", "identities"):
        told = set(map(repr, lines[table]))
        assert set(map(repr, paged[table])) == told, table
        assert told


@pytest.mark.parametrize("live", [True, False])
def test_test_mode_is_told(run, live):
    mapped = run(SOURCE, "objects", [session(livemode=live)])
    assert mapped.one("orders")["is_test"] is not live
    assert mapped.one("checkouts")["is_test"] is not live


@pytest.mark.parametrize(
    ("document", "outcome", "reason"),
    [
        ({"id": "cus_1", "object": "customer", "created": 1}, "ignored",
         "object that is no payment"),
        (page(), "ignored", "page without objects"),
        (session(mode="setup"), "ignored", "session that only saves a way to pay"),
        (intent(status="requires_payment_method"), "ignored", "payment that was not made"),
        (intent(status="canceled"), "ignored", "payment that was not made"),
        (charge(status="failed", paid=False), "ignored", "payment that was not made"),
        (refund(status="failed"), "ignored", "refund that did not go through"),
        (session(created=None), "quarantined", "session without the time it was opened"),
        (session(id=None), "quarantined", "payment without id"),
        (charge(created=None), "quarantined", "payment without its time"),
        (refund(payment_intent=None, charge=None), "quarantined", "refund without its payment"),
        (refund(amount=0), "quarantined", "refund without an amount"),
        ({**event("charge.succeeded", {}), "data": "?"}, "quarantined", "event without an object"),
    ],
)  # fmt: skip
def test_what_is_no_payment_says_why(run, document, outcome, reason):
    mapped = run(SOURCE, "objects", [document])
    assert mapped.outcomes == {0: (outcome, reason)}
    assert not any(mapped.records.values())


@pytest.mark.parametrize(
    ("document", "kinds"),
    [
        (session(), ["objects"]),
        (charge(), ["objects"]),
        (page(intent()), ["objects"]),
        (event("charge.refunded", charge()), ["objects"]),
        ({"type": "charge.refunded", "data": {"object": charge()}}, ["objects"]),
        ({"id": "cus_1", "object": "customer", "created": 1}, ["objects"]),
        ({"object": "page", "entry": []}, []),
        ({"object": "list", "data": [{"id": 5}], "has_more": False}, []),
        ({"id": "123", "type": "conversation", "created_at": 5}, []),
        ({"type": "notification_event", "topic": "conversation.user.created",
          "data": {"type": "x", "item": {}}}, []),
        ({"id": [], "object": {}, "type": 7, "data": 5}, []),
        ({"id": 1, "total_price": "1", "financial_status": "paid"}, []),
    ],
)  # fmt: skip
def test_recognition(document, kinds):
    assert [kind.name for kind in SOURCE.kinds if kind.recognise(document)] == kinds


def row(**changes: Any) -> dict[str, Any]:
    cells = {
        "id": "ch_3Nx",
        "payment_intent": "pi_3Nx",
        "created": "2026-06-01 08:01:40",
        "amount": "1,234.50",
        "amount_refunded": "34.50",
        "currency": "eur",
        "status": "Paid",
        "mode": "Live",
        "customer_email": "Sanne@voorbeeld.nl",
        "meta_chat": CHAT,
        "meta_order": "1042",
        **changes,
    }
    return {name: cell for name, cell in cells.items() if cell is not None}


def test_a_dashboard_row_is_in_whole_units(run):
    mapped = run(SOURCE, "payments_csv", [row()])
    told = mapped.one("orders")
    assert (told["order_id"], told["order_number"]) == ("pi_3Nx", "1042")
    assert (told["total_amount"], told["refunded_amount"]) == (Decimal("1234.5"), Decimal("34.5"))
    assert (told["payment_status"], told["is_test"]) == ("partially_refunded", False)
    assert told["created_at"] == utc(2026, 6, 1, 8, 1, 40)
    assert mapped.keys_of("stripe:pi_3Nx") >= {
        ("email", "sanne@voorbeeld.nl"),
        ("chat_id", CHAT),
        ("token", "order:1042"),
        ("payment", "ch_3Nx"),
    }


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"status": "Failed"}, ("ignored", "payment that was not made")),
        ({"status": None}, ("ignored", "payment that was not made")),
        ({"created": "yesterday"}, ("quarantined", "payment without its time")),
        ({"id": None, "payment_intent": None}, ("quarantined", "payment without id")),
    ],
)
def test_rows_that_are_no_payment(run, changes, outcome):
    assert run(SOURCE, "payments_csv", [row(**changes)]).outcomes == {0: outcome}


@pytest.mark.parametrize(
    ("heading", "name"),
    [("Created date (UTC)", "created"), ("\ufeffid", "id"), ("PaymentIntent ID", "payment_intent"),
     ("order_id (metadata)", "meta_order"), ("Fee", None)],
)  # fmt: skip
def test_headings_are_known_by_their_variants(heading, name):
    assert PAYMENTS_CSV.headings is not None
    assert PAYMENTS_CSV.headings(heading) == name


LISTED = {"data": [refund()]}
FIXTURES: dict[str, list[dict[str, Any]]] = {
    "objects": [
        session(),
        intent(charges={"data": [{"id": "ch_1", "created": PAID, "status": "succeeded"}]}),
        charge(amount_refunded=1000, refunds=LISTED),
        refund(),
        event("checkout.session.completed", session()),
        page(session(), charge(refunds=LISTED)),
    ],
    "payments_csv": [row()],
}


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
    documents = [mutant(random.choice(FIXTURES[kind]), random) for _ in range(120)]
    mapped = run(SOURCE, kind, documents)
    assert mapped.unaccounted(len(documents)) == set()
    assert mapped.incomplete == []
    assert mapped.kept().isdisjoint(mapped.outcomes)


def test_the_description_is_whole(column_types):
    check(SOURCE)
    assert column_types(SOURCE) == set()


def loaded(*files: Path) -> tuple[str, list[tuple[Any, ...]]]:
    with cc.open(":memory:") as shop:
        for file in files:
            assert shop.load(file).quarantined == 0
        con = shop._database.con
        orders = con.execute("select order_id, payment_status, created_at from orders").fetchall()
        return state_hash(con), orders


def test_no_order_or_packing_of_loads_changes_what_is_known(tmp_path):
    things = [
        event("checkout.session.completed", session()),
        intent(status="processing"),
        intent(),
        charge(),
        charge(amount_refunded=1000),
        session(id="cs_live_2", payment_intent=None, status="open", payment_status="unpaid"),
        session(id="cs_live_2", payment_intent=None, status="expired", payment_status="unpaid"),
        refund(),
    ]
    told = set()
    for seed in range(4):
        Random(seed).shuffle(things)
        lines = tmp_path / f"lines-{seed}.ndjson"
        lines.write_text("".join(f"{json.dumps(one)}\n" for one in things), "utf-8")
        first, second = tmp_path / f"{seed}a.json", tmp_path / f"{seed}b.json"
        first.write_text(json.dumps(page(*things[:4])), "utf-8")
        second.write_text(json.dumps(page(*things[3:])), "utf-8")
        for files in ([lines], [first, second, lines], [second, first]):
            state, orders = loaded(*files)
            told.add(state)
            assert orders == [("pi_3Nx", "partially_refunded", utc(2026, 6, 1, 8, 1, 40))]
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


def subscribed(**changes: Any) -> dict[str, Any]:
    """Return a session that begins a subscription, which names an invoice and no payment."""
    begun = {"mode": "subscription", "payment_intent": None, "customer": "cus_1"}
    return session(**begun, invoice="in_1", subscription="sub_1", **changes)


@pytest.mark.parametrize("invoice", [None, "in_1"])
def test_the_first_payment_of_a_subscription_counts_once(run, invoice):
    paid = charge(customer="cus_1", invoice=invoice)
    mapped = run(SOURCE, "objects", [subscribed(), paid])
    assert [row["order_id"] for row in mapped["orders"]] == ["pi_3Nx"]
    # The session shows the chat, and the customer ties it to the payment.
    assert ("chat_id", CHAT) in mapped.keys_of("stripe:cs_live_a1B2")
    for subject in ("stripe:cs_live_a1B2", "stripe:pi_3Nx"):
        assert ("shop_customer", "cus_1") in mapped.keys_of(subject)


def test_a_session_that_began_a_subscription_was_not_left_behind(run):
    for status in ("paid", "no_payment_required"):
        mapped = run(SOURCE, "objects", [subscribed(payment_status=status)])
        assert mapped["orders"] == []
        assert mapped.one("checkouts")["completed_at"] == mapped.one("checkouts")["created_at"]
    open_one = subscribed(status="open", payment_status="unpaid")
    assert run(SOURCE, "objects", [open_one]).one("checkouts")["completed_at"] is None


def test_a_subscription_whose_session_names_its_payment_is_an_order(run):
    named = session(mode="subscription", customer="cus_1")
    assert run(SOURCE, "objects", [named]).one("orders")["order_id"] == "pi_3Nx"


@pytest.mark.parametrize("mode", [None, "payment"])
def test_another_session_without_a_payments_id_is_an_order_of_its_own(run, mode):
    mapped = run(SOURCE, "objects", [session(mode=mode, payment_intent=None)])
    assert mapped.one("orders")["order_id"] == "cs_live_a1B2"
