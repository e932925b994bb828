"""Rows of the Marketing API as replication services lay them down in tables."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import convocommerce as cc
from convocommerce.sources.meta_ads.source import INSIGHTS_TABLE, SOURCE

STARTED = "onsite_conversion.messaging_conversation_started_7d"
FIGURES = {
    "account_id": "1700252260000001",
    "account_currency": "EUR",
    "campaign_name": "CTM herfst",
    "adset_name": "NL 25-45",
    "ad_id": "120231987654320123",
    "ad_name": "Jas carrousel",
    "date_start": "2026-09-25",
    "date_stop": "2026-09-25",
    "impressions": "4102",
    "reach": "3900",
    "inline_link_clicks": "88",
    "spend": "23.47",
}
ACTIONS = [
    {"action_type": STARTED, "value": "12"},
    {"action_type": "purchase", "value": "3"},
    {"action_type": "offsite_conversion.fb_pixel_purchase", "value": "3"},
]
VALUES = [{"action_type": "purchase", "value": "149.85"}]


def row(**changes: Any) -> dict[str, Any]:
    return FIGURES | {"actions": json.dumps(ACTIONS), "action_values": json.dumps(VALUES)} | changes


def test_a_row_of_a_table_states_what_the_api_states(run):
    told = run(SOURCE, "insights", [FIGURES | {"actions": ACTIONS, "action_values": VALUES}])
    laid_down = run(SOURCE, "insights_table", [row()])
    assert laid_down.one("ad_days") == told.one("ad_days")
    assert laid_down.one("ad_day_versions") == told.one("ad_day_versions")
    assert laid_down.one("ad_days")["conversations_started"] == 12
    assert laid_down.one("ad_days")["purchases"] == 3


@pytest.mark.parametrize(
    ("cell", "started"),
    [(str(ACTIONS), 12), ("[]", None), ("", None), ("not a list", None), ('{"a": 1}', None)],
)
def test_a_list_of_actions_may_be_written_in_several_ways(run, cell, started):
    found = run(SOURCE, "insights_table", [row(actions=cell, action_values="")]).one("ad_days")
    assert found["conversations_started"] == started


def test_a_row_of_a_part_is_kept_apart(run):
    parts = row(age="25-34", gender="female")
    assert run(SOURCE, "insights_table", [parts]).one("ad_days")["breakdown"] == (
        "age=25-34;gender=female"
    )


def test_a_day_may_come_with_a_time(run):
    found = run(SOURCE, "insights_table", [row(date_start="2026-09-25 00:00:00", date_stop="")])
    assert found.one("ad_days")["day"] == found.one("ad_days")["last_day"] == date(2026, 9, 25)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"date_start": ""}, "row without a day"),
        ({"ad_id": "1.2023E17", "ad_name": ""}, "row without a whole id and without a name"),
        (
            dict.fromkeys(("ad_id", "ad_name", "adset_name", "campaign_name", "account_id"), ""),
            "figures without an ad, campaign or account",
        ),
    ],
)
def test_rows_that_are_not_kept_say_why(run, changes, reason):
    mapped = run(SOURCE, "insights_table", [row(**changes)])
    assert mapped.outcomes == {0: ("quarantined", reason)}
    assert mapped["ad_days"] == []


def test_a_csv_repeats_what_a_parquet_file_says(tmp_path: Path) -> None:
    con = duckdb.connect()
    con.execute(
        "copy (select '120231987654320123' as ad_id, date '2026-09-25' as date, "
        "4102 as impressions, 88 as inline_link_clicks, 23.47::double as spend, "
        "[{action_type: 'link_click', value: 12}] as actions) "
        f"to '{tmp_path}/a.parquet'"
    )
    con.execute(
        f"copy (select * replace (actions::json as actions) from '{tmp_path}/a.parquet') "
        f"to '{tmp_path}/b.csv' (header)"
    )
    with cc.open(":memory:") as shop:
        first, second = (shop.load(tmp_path / name) for name in ("a.parquet", "b.csv"))
        found = [(file.kind, file.read) for report in (first, second) for file in report.files]
    assert found == [("insights_table", 1)] * 2
    assert (first.loaded, second.loaded, second.duplicate) == (1, 0, 1)


@pytest.mark.parametrize(
    ("headings", "is_one"),
    [
        (("date_start", "date_stop", "campaign_id", "impressions", "spend"), True),
        (("date", "ad_id", "impressions", "inline_link_clicks", "spend"), True),
        (("date", "campaign_id", "ad_group_id", "clicks", "impressions", "spend"), False),
        (("Day", "Campaign name", "Impressions", "Amount spent (EUR)"), False),
        (("date_start", "date_stop", "adset_id", "impressions"), False),
    ],
)
def test_only_words_of_this_platform_are_recognised(headings, is_one):
    assert INSIGHTS_TABLE.recognise(dict.fromkeys(headings, "1")) is is_one


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_damaged_rows_never_stop_the_rest(run, mutant, seed):
    random = Random(seed)
    documents = [mutant(row(), random) for _ in range(120)]
    mapped = run(SOURCE, "insights_table", documents)
    assert mapped.unaccounted(len(documents)) == set()
    assert mapped.incomplete == []
    assert mapped.kept().isdisjoint(mapped.outcomes)
