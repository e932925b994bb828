"""What events of Google Analytics 4 become."""

from __future__ import annotations

import csv
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
from convocommerce.sources.ga4.source import EVENTS_CSV, SOURCE
from convocommerce.warehouse import state_hash


def param(key: str, **value: Any) -> dict[str, Any]:
    empty = dict.fromkeys(("string_value", "int_value", "float_value", "double_value"))
    return {"key": key, "value": empty | value}


def event(name: str = "purchase", *params: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "event_date": "20260925",
        "event_timestamp": "1790337612204198",
        "event_name": name,
        "event_params": [
            param("ga_session_id", int_value="1790337500"),
            param("currency", string_value="EUR"),
            *params,
        ],
        "event_bundle_sequence_id": "4711",
        "user_pseudo_id": "1234567.1789000000",
        "stream_id": "5550001",
        "traffic_source": {"source": "google", "medium": "organic", "name": "(organic)"},
        **changes,
    }


BOUGHT = {
    "transaction_id": "#1001",
    "purchase_revenue": 79.95,
    "purchase_revenue_in_usd": 91.2,
    "refund_value": None,
}


def test_a_purchase_says_who_when_and_what(run):
    row = run(SOURCE, "events", [event(ecommerce=BOUGHT)]).one("web_events")
    assert row.pop("event_id").startswith("made:")
    assert row == {
        "platform": "ga4",
        "session_id": "1234567.1789000000.1790337500",
        "visitor_id": "1234567.1789000000",
        "happened_at": datetime(2026, 9, 25, 12, 0, 12, 204198),
        "step": "purchase",
        "detail": 3,
        "order_number": "#1001",
        "value_amount": Decimal("79.95"),
        "currency": "EUR",
        # The first visit ever is not where this one came from.
        "utm_source": None,
        "utm_medium": None,
        "utm_campaign": None,
    }


@pytest.mark.parametrize(
    ("name", "changes", "amount", "currency"),
    [
        ("begin_checkout", {"event_params": [param("value", double_value=12.5),
                                             param("currency", string_value="eur")]},
         "12.5", "EUR"),
        ("begin_checkout", {"event_params": [param("value", int_value="12")],
                            "event_value_in_usd": 13.7}, "13.7", "USD"),
        ("add_to_cart", {"event_params": [param("value", int_value="12")]}, "12", None),
        ("refund", {"ecommerce": {"transaction_id": "#1001", "refund_value": "9.95"}},
         "9.95", "EUR"),
        ("purchase", {"ecommerce": json.dumps(BOUGHT)}, "79.95", "EUR"),
        ("view_item", {}, None, None),
    ],
)  # fmt: skip
def test_an_amount_keeps_its_currency(run, name, changes, amount, currency):
    row = run(SOURCE, "events", [event(name, **changes)]).one("web_events")
    assert row["value_amount"] == (None if amount is None else Decimal(amount))
    assert row["currency"] == currency


LAST_CLICK = {"manual_campaign": {"source": "meta", "medium": "paid", "campaign_name": "herfst"}}
CROSS = {"cross_channel_campaign": {"source": "google", "medium": "cpc", "campaign_name": "x"}}
COLLECTED = {"manual_source": "nieuws", "manual_medium": "email", "manual_campaign_name": "k"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"session_traffic_source_last_click": LAST_CLICK, "collected_traffic_source": COLLECTED},
         ("meta", "paid", "herfst")),
        ({"session_traffic_source_last_click": CROSS}, ("google", "cpc", "x")),
        ({"collected_traffic_source": COLLECTED}, ("nieuws", "email", "k")),
        ({"collected_traffic_source": json.dumps(COLLECTED)}, ("nieuws", "email", "k")),
        ({"collected_traffic_source": {"manual_source": "(not set)"}}, (None, None, None)),
        ({"collected_traffic_source": "broken {"}, (None, None, None)),
    ],
)  # fmt: skip
def test_where_a_visit_came_from(run, changes, expected):
    row = run(SOURCE, "events", [event(**changes)]).one("web_events")
    assert (row["utm_source"], row["utm_medium"], row["utm_campaign"]) == expected


def test_the_source_in_the_parameters_is_the_last_resort(run):
    shown = event("view_item", param("source", string_value="nieuws"))
    assert run(SOURCE, "events", [shown]).one("web_events")["utm_source"] == "nieuws"


def test_without_consent_there_is_no_visit_and_events_stay_apart(run):
    nobody = [
        event("begin_checkout", user_pseudo_id=None, event_bundle_sequence_id=number)
        for number in ("1", "2", "1")
    ]
    rows = run(SOURCE, "events", nobody)["web_events"]
    assert {(row["visitor_id"], row["session_id"]) for row in rows} == {(None, None)}
    ids = [row["event_id"] for row in rows]
    assert ids[0] == ids[2] != ids[1]


def test_the_same_event_of_the_day_and_of_the_final_table_is_one(run):
    early = event(ecommerce=BOUGHT)
    final = event(
        ecommerce=BOUGHT, session_traffic_source_last_click=LAST_CLICK, event_dimensions={}
    )
    first, second = run(SOURCE, "events", [early, final])["web_events"]
    assert first["event_id"] == second["event_id"]


@pytest.mark.parametrize(
    "timestamp",
    ["1790337612204198", 1790337612204198, "2026-09-25 12:00:12.204198", "1.790337612204198E15"],
)
def test_an_instant_is_the_same_however_written(run, timestamp):
    row = run(SOURCE, "events", [event(event_timestamp=timestamp)]).one("web_events")
    assert row["happened_at"] == datetime(2026, 9, 25, 12, 0, 12, 204198)


@pytest.mark.parametrize(
    ("changes", "outcome", "reason"),
    [
        ({"event_name": "page_view"}, "ignored", "no step towards buying"),
        ({"event_name": " "}, "quarantined", "event without a name"),
        ({"event_timestamp": None}, "quarantined", "event without a time"),
        ({"event_timestamp": "20260925"}, "quarantined", "event without a time"),
    ],
)
def test_what_is_no_step_says_why(run, changes, outcome, reason):
    mapped = run(SOURCE, "events", [event(**changes)])
    assert mapped.outcomes == {0: (outcome, reason)}
    assert mapped["web_events"] == []


def flat(**changes: Any) -> dict[str, Any]:
    cells = {
        "event_name": "purchase",
        "event_timestamp": "2026-09-25 12:00:12.204198",
        "user_pseudo_id": "1234567.1789000000",
        "ga_session_id": "1790337500",
        "transaction_id": "#1001",
        "purchase_revenue_in_usd": "91.20",
        **changes,
    }
    return {name: cell for name, cell in cells.items() if cell is not None}


def test_a_flat_row_meets_the_nested_event(run):
    nested = run(SOURCE, "events", [event(ecommerce=BOUGHT)]).one("web_events")
    row = run(SOURCE, "events_csv", [flat()]).one("web_events")
    same = ("event_id", "session_id", "visitor_id", "happened_at", "step", "order_number")
    assert {name: row[name] for name in same} == {name: nested[name] for name in same}
    assert (row["value_amount"], row["currency"]) == (Decimal("91.20"), "USD")


@pytest.mark.parametrize(
    ("cells", "amount", "currency"),
    [
        ({"purchase_revenue": "79.95", "currency": "eur"}, "79.95", "EUR"),
        ({"purchase_revenue": "79.95"}, "91.20", "USD"),
        ({"purchase_revenue_in_usd": None, "value": "3"}, "3", None),
        ({"event_name": "refund", "refund_value_in_usd": "5"}, "5", "USD"),
    ],
)
def test_a_flat_row_keeps_its_currency(run, cells, amount, currency):
    row = run(SOURCE, "events_csv", [flat(**cells)]).one("web_events")
    assert (row["value_amount"], row["currency"]) == (Decimal(amount), currency)


@pytest.mark.parametrize(
    ("cells", "outcome", "reason"),
    [
        ({"event_name": "scroll"}, "ignored", "no step towards buying"),
        ({"event_name": None}, "quarantined", "event without a name"),
        ({"event_timestamp": "10/09/2024"}, "quarantined", "event without a time"),
    ],
)
def test_a_flat_row_that_is_no_step_says_why(run, cells, outcome, reason):
    assert run(SOURCE, "events_csv", [flat(**cells)]).outcomes == {0: (outcome, reason)}


@pytest.mark.parametrize(
    ("heading", "name"),
    [("name", "event_name"), ("timestamp", "event_timestamp"), ("event_name", "event_name"),
     ("param_ga_session_id", "ga_session_id"), ("ecommerce.transaction_id", "transaction_id"),
     ("\ufeffUser_Pseudo_ID ", "user_pseudo_id"), ("geo_city", None), ("user_id", None)],
)  # fmt: skip
def test_connectors_and_queries_flatten_to_known_names(heading, name):
    assert EVENTS_CSV.headings is not None
    assert EVENTS_CSV.headings(heading) == name


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (event(), "events"),
        ({"event_name": "page_view", "event_timestamp": "1", "event_params": []}, "events"),
        ({"name": "purchase", "timestamp": "x", "user_pseudo_id": "y"}, "events_csv"),
        ({"event_name": "Purchase", "event_time": 1, "user_data": {}, "action_source": "x"}, None),
        ({"Name": "#1001", "Total": "1"}, None),
        ({"name": "x", "timestamp": "y"}, None),
        ({"event_name": None, "event_timestamp": 1, "event_params": 5}, None),
    ],
)
def test_recognition(document, kind):
    found = [each.name for each in SOURCE.kinds if each.recognise(document)]
    assert found[:1] == ([kind] if kind else [])


def test_lines_pages_and_tables_in_any_order_end_the_same(tmp_path: Path):
    steps = ("view_item", "add_to_cart", "begin_checkout", "purchase", "page_view")
    events = [
        event(name, event_timestamp=str(1790337612204198 + number * 1_000_000))
        for number, name in enumerate(steps)
    ]
    final = [one | {"session_traffic_source_last_click": LAST_CLICK} for one in events]
    lines, page = tmp_path / "events.ndjson", tmp_path / "events.json"
    lines.write_text("".join(json.dumps(one) + "\n" for one in events + final), "utf-8")
    page.write_text(json.dumps(final[::-1]), "utf-8")
    found = []
    for files in ((lines, page), (page, lines)):
        with cc.open(":memory:") as shop:
            for file in files:
                assert shop.load(file).quarantined == 0
            assert shop.load(*files).loaded == 0
            con = shop.database.con
            rows = con.execute("select step, utm_source from web_events order by happened_at")
            assert rows.fetchall() == [(step, "meta") for step in steps[:4]]
            found.append(state_hash(con))
    assert found[0] == found[1]


def test_a_table_of_a_connector_loads(tmp_path: Path):
    table = tmp_path / "event.csv"
    headings = ["_fivetran_id", "date", "name", "timestamp", "user_pseudo_id",
                "param_ga_session_id", "ecommerce_transaction_id"]  # fmt: skip
    rows = [
        ["1", "2026-09-25", "begin_checkout", "2026-09-25 12:00:00", "v1", "s1", ""],
        ["2", "2026-09-25", "purchase", "2026-09-25 12:04:00", "v1", "s1", "#1001"],
        ["3", "2026-09-25", "scroll", "2026-09-25 12:05:00", "v1", "s1", ""],
    ]
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *rows])
    with cc.open(":memory:") as shop:
        report = shop.load(table)
        assert (report.loaded, report.ignored, report.quarantined) == (2, 1, 0)


@pytest.mark.parametrize(
    ("kind", "fixture"),
    [
        ("events", event(ecommerce=BOUGHT, session_traffic_source_last_click=LAST_CLICK,
                         collected_traffic_source=COLLECTED)),
        ("events_csv", flat()),
    ],
)  # fmt: skip
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_damaged_events_never_stop_the_rest(run, mutant, kind, fixture, seed):
    random = Random(seed)
    documents = [mutant(fixture, random) for _ in range(120)]
    mapped = run(SOURCE, kind, documents)
    assert mapped.unaccounted(len(documents)) == set()
    assert mapped.incomplete == []


def test_the_description_is_whole(column_types):
    check(SOURCE)
    assert column_types(SOURCE) == set()
