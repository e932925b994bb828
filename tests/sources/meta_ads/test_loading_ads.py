"""Ads through the whole of loading: copies, restatements, mixtures and order."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import convocommerce as cc
from convocommerce.warehouse import state_hash

ROW = {
    "account_id": "1700252260000001",
    "account_currency": "EUR",
    "campaign_id": "120231900000000001",
    "campaign_name": "CTM herfst",
    "adset_id": "120231900000000002",
    "adset_name": "NL 25-45",
    "ad_id": "120231987654320123",
    "ad_name": "Jas carrousel",
    "date_start": "2026-09-25",
    "date_stop": "2026-09-25",
    "impressions": "4102",
    "spend": "23.47",
}
LATER = ROW | {"impressions": "4180", "spend": "23.90"}
PART = ROW | {"age": "25-34", "impressions": "1000", "spend": "6.00"}
WHOLE = {key: value for key, value in ROW.items() if not key.startswith(("ad_", "adset_"))}
AD = {
    "id": "120231987654320123",
    "name": "Jas carrousel",
    "adset_id": "120231900000000002",
    "campaign_id": "120231900000000001",
    "effective_status": "ACTIVE",
    "creative": {"id": "238540000000001", "effective_object_story_id": "1020_99"},
}
CREATIVE = {
    "id": "238540000000001",
    "name": "Jas, vier foto's",
    "effective_object_story_id": "1020_99",
    "object_story_spec": {"page_id": "1020"},
    "status": "ACTIVE",
}


def state_of(
    tmp_path: Path, documents: list[dict[str, Any]], *, lines: bool
) -> tuple[str, cc.Shop]:
    file = tmp_path / f"ads-{lines}.json"
    text = "".join(json.dumps(one) + "\n" for one in documents)
    file.write_text(text if lines else json.dumps({"data": documents, "paging": {}}), "utf-8")
    shop = cc.open(":memory:")
    report = shop.load(file)
    assert (report.read, report.quarantined, report.ignored) == (len(documents), 0, 0)
    assert shop.load(file).loaded == 0
    return state_hash(shop.database.con), shop


def test_pages_and_lines_in_any_order_end_the_same(tmp_path: Path) -> None:
    documents: list[dict[str, Any]] = [ROW, LATER, PART, WHOLE, AD, CREATIVE, ROW]
    first, shop = state_of(tmp_path, documents, lines=True)
    con = shop.database.con
    kept = con.execute(
        "select level, breakdown, spend_amount from ad_days order by level, breakdown"
    ).fetchall()
    assert kept == [
        ("ad", "age=25-34", Decimal("6.0000")),
        ("ad", "none", Decimal("23.9000")),
        ("campaign", "none", Decimal("23.4700")),
    ]
    told = con.execute(
        "select spend_amount from ad_day_versions where breakdown = 'none' "
        "and ad_key = '120231987654320123' order by 1"
    ).fetchall()
    assert told == [(Decimal("23.4700"),), (Decimal("23.9000"),)]
    # What is told of a creative inside its ad is less than what it tells itself.
    named = con.execute("select name from ad_objects where level = 'creative'").fetchall()
    assert named == [("Jas, vier foto's",)]
    shop.close()
    Random(3).shuffle(documents)
    second, shop = state_of(tmp_path, documents, lines=False)
    shop.close()
    assert first == second


def test_records_that_a_connector_wrapped_are_read(tmp_path: Path) -> None:
    log = tmp_path / "records.jsonl"
    wrapped = [
        {"stream": "ads", "data": AD, "emitted_at": 1707135365030},
        {"stream": "ads_insights", "data": ROW, "emitted_at": 1707135365031},
        {"stream": "images", "data": {"id": "1:a", "hash": "x"}, "emitted_at": 1707135365032},
    ]
    log.write_text("".join(json.dumps(one) + "\n" for one in wrapped), "utf-8")
    with cc.open(":memory:") as shop:
        report = shop.load(log)
        assert (report.loaded, report.ignored, report.quarantined) == (2, 1, 0)


def test_a_report_of_campaigns_in_dutch_loads(tmp_path: Path) -> None:
    table = tmp_path / "campagnes.csv"
    table.write_text(
        "\ufeffCampagnenaam;Dag;Besteed bedrag (EUR);Weergaven;Resultaten;Resultaatindicator\r\n"
        ";;1.234,56;10.000;;\r\n"
        "CTM herfst;25-09-2026;1.234,56;10.000;1.204;"
        "actions:onsite_conversion.total_messaging_connection\r\n",
        "utf-8",
    )
    with cc.open(":memory:") as shop:
        report = shop.load(table)
        assert (report.loaded, report.ignored, report.quarantined) == (1, 1, 0)
        row = shop.database.con.execute(
            "select level, spend_amount, messaging_connections, currency from ad_days"
        ).fetchall()
    assert row == [("campaign", Decimal("1234.5600"), 1204, "EUR")]
