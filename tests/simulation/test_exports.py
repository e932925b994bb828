"""The exports have the platforms' shapes, habits and oddities, and agree with the truth."""

import csv
import itertools
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

from convocommerce.simulation import SimulationSummary

from .reread import deliveries, events, rows


def orders(exports: Path) -> list[dict[str, Any]]:
    files = sorted(exports.glob("shopify/orders-*.json"))
    return [order for file in files for order in json.loads(file.read_text("utf-8"))["orders"]]


def test_there_is_a_file_for_each_month_and_platform(exports: Path) -> None:
    names = {path.relative_to(exports).as_posix() for path in exports.rglob("*.*")}
    months = ("2026-06", "2026-07", "2026-08")
    wanted = {f"{c}/webhooks-{m}.ndjson" for c in ("messenger", "instagram") for m in months}
    wanted |= {f"shopify/{kind}-{m}.json" for kind in ("orders", "checkouts") for m in months}
    wanted |= {f"meta_ads/insights-{m}.json" for m in months[:2]}
    assert names == wanted | {"meta_ads/advertenties-2026-08.csv"}


def test_the_log_has_the_habits_of_a_real_one(exports: Path) -> None:
    lines = [
        line
        for file in exports.glob("*/webhooks-*.ndjson")
        for line in file.read_text("utf-8").splitlines()
    ]
    resent = len(lines) - len(set(lines))
    assert 0.01 < resent / len(lines) < 0.03
    log = deliveries(exports)
    assert {delivery["object"] for delivery in log} == {"page", "instagram"}
    assert any(len(delivery["entry"]) > 1 for delivery in log)
    entries = [entry for delivery in log for entry in delivery["entry"]]
    assert any(len(entry.get("messaging", [])) > 1 for entry in entries)
    assert any("standby" in entry for entry in entries)
    told = [entry["time"] for entry in entries if entry["id"] == "102030405060708"]
    assert any(later < sooner for sooner, later in itertools.pairwise(told))


def test_every_kind_of_event_occurs(exports: Path) -> None:
    kinds = Counter(
        key
        for _, _, event in events(exports)
        for key in event
        if key not in ("sender", "recipient", "timestamp")
    )
    wanted = (
        "message postback referral delivery read reaction message_edit pass_thread_control order"
    )
    assert set(kinds) == set(wanted.split())


def test_no_thread_has_two_events_at_one_instant(exports: Path) -> None:
    told: dict[tuple[str, int], str] = {}
    for delivery in deliveries(exports):
        for entry in delivery["entry"]:
            for event in entry.get("messaging", []):
                customer = next(
                    event[side]["id"]
                    for side in ("sender", "recipient")
                    if event[side]["id"] != entry["id"]
                )
                text = json.dumps(event)
                assert told.setdefault((customer, event["timestamp"]), text) == text


def test_counts_agree_with_the_truth(
    exports: Path, truth: Path, simulated: SimulationSummary
) -> None:
    mids, carts = set(), 0
    for _, _, event in events(exports):
        spoken = event.get("message") or event.get("postback")
        if spoken and "is_deleted" not in spoken:
            mids.add(spoken["mid"])
        carts += "order" in event
    talks = rows(truth / "conversations.csv")
    assert sum(int(talk["n_messages"]) for talk in talks) == len(mids) + carts
    assert simulated.n_messages == len(mids) + carts
    assert len(talks) == simulated.n_conversations
    assert len(orders(exports)) == len(rows(truth / "orders.csv")) == simulated.n_orders
    files = exports.glob("shopify/checkouts-*.json")
    shown = [c for file in files for c in json.loads(file.read_text("utf-8"))["checkouts"]]
    kept = rows(truth / "checkouts.csv")
    assert len(shown) == len(kept) == simulated.n_checkouts
    assert {str(c["id"]) for c in shown if c["completed_at"]} == {
        c["checkout_id"] for c in kept if c["is_recovered"] == "true"
    }


def test_a_recovered_checkout_has_its_order(exports: Path, truth: Path) -> None:
    tokens = {order["checkout_token"]: order for order in orders(exports)}
    for checkout in rows(truth / "checkouts.csv"):
        assert (checkout["token"] in tokens) == (checkout["is_recovered"] == "true")


def test_order_money_adds_up(exports: Path, truth: Path) -> None:
    kept = {row["order_number"]: row for row in rows(truth / "orders.csv")}
    for order in orders(exports):
        goods = sum(Decimal(line["price"]) * line["quantity"] for line in order["line_items"])
        assert goods - Decimal(order["total_discounts"]) == Decimal(order["subtotal_price"])
        repaid = sum(
            Decimal(transaction["amount"])
            for refund in order["refunds"]
            for transaction in refund["transactions"]
            if transaction["status"] == "success"
        )
        row = kept[order["name"]]
        assert Decimal(row["total_amount"]) == Decimal(order["total_price"])
        assert Decimal(row["refunded_amount"]) == repaid <= Decimal(order["total_price"])


def test_ad_figures_are_text_and_conversations_started_are_not_told(exports: Path) -> None:
    page = json.loads((exports / "meta_ads/insights-2026-06.json").read_text("utf-8"))
    assert len(page["data"]) == 6 * 30
    for record in page["data"]:
        assert all(isinstance(record[name], str) for name in ("spend", "impressions", "clicks"))
        told = {action["action_type"]: action["value"] for action in record["actions"]}
        assert "onsite_conversion.total_messaging_connection" in told
        assert told.get("onsite_conversion.messaging_conversation_started_7d", "0") == "0"


def test_the_csv_of_ads_manager_is_dutch_with_a_totals_row(exports: Path) -> None:
    raw = (exports / "meta_ads/advertenties-2026-08.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfDag;Campagnenaam;")
    table = list(csv.DictReader(raw.decode("utf-8-sig").splitlines(), delimiter=";"))
    cents = [int(r["Besteed bedrag (EUR)"].replace(".", "").replace(",", "")) for r in table]
    assert table[0]["Campagnenaam"] == ""
    assert cents[0] == sum(cents[1:])
    assert len(table) == 1 + 6 * 31


def test_the_other_shapes_tell_the_same_orders(exports: Path) -> None:
    rest = {order["name"]: order["total_price"] for order in orders(exports)}
    other = exports.parent / "other_shapes"
    lines = (other / "orders-bulk.jsonl").read_text("utf-8").splitlines()
    bulk = [json.loads(line) for line in lines]
    told = {
        o["name"]: o["totalPriceSet"]["shopMoney"]["amount"] for o in bulk if "__parentId" not in o
    }
    raw = (other / "orders_export.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfName,")
    table = csv.DictReader(raw.decode("utf-8-sig").splitlines(keepends=True))
    written = {row["Name"]: row["Total"] for row in table if row["Total"]}
    assert told == written == rest
