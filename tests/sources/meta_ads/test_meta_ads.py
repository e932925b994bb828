"""What Meta's advertising reports become."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convocommerce.sources.contract import check
from convocommerce.sources.meta_ads.source import ADS_MANAGER_CSV, SOURCE

DAY = date(2026, 9, 25)
CONNECTED = "onsite_conversion.total_messaging_connection"


def action(action_type: str, value: Any) -> dict[str, Any]:
    return {"action_type": action_type, "value": value}


def insight(**changes: Any) -> dict[str, Any]:
    return {
        "account_id": "1700252260000001",
        "account_currency": "EUR",
        "campaign_id": "120231900000000001",
        "campaign_name": "CTM herfst",
        "adset_id": "120231900000000002",
        "adset_name": "NL 25-45",
        "ad_id": "120231987654320123",
        "ad_name": "Jas carrousel",
        "attribution_setting": "7d_click_1d_view",
        "date_start": "2026-09-25",
        "date_stop": "2026-09-25",
        "impressions": "4102",
        "reach": "3900",
        "clicks": "131",
        "inline_link_clicks": "88",
        "spend": "23.47",
        "actions": [action("link_click", "90"), action(CONNECTED, "31")],
        "action_values": [],
        **changes,
    }


def test_an_insights_row_is_one_ad_on_one_day(run):
    assert run(SOURCE, "insights", [insight()]).one("ad_days") == {
        "platform": "meta",
        "ad_key": "120231987654320123",
        "day": DAY,
        "last_day": DAY,
        "breakdown": "none",
        "level": "ad",
        "account_id": "1700252260000001",
        "campaign_id": "120231900000000001",
        "campaign_name": "CTM herfst",
        "adset_id": "120231900000000002",
        "adset_name": "NL 25-45",
        "ad_id": "120231987654320123",
        "ad_name": "Jas carrousel",
        "currency": "EUR",
        "impressions": 4102,
        "reach": 3900,
        "clicks": 131,
        "link_clicks": 88,
        "spend_amount": Decimal("23.47"),
        "conversations_started": None,
        "messaging_connections": 31,
        "new_messaging_contacts": None,
        "purchases": None,
        "purchase_amount": None,
        "attribution_setting": "7d_click_1d_view",
    }


def test_a_claim_of_nought_is_nought_and_an_absent_one_unknown(run):
    first_reply = action("onsite_conversion.messaging_first_reply", "0")
    row = run(SOURCE, "insights", [insight(actions=[first_reply])]).one("ad_days")
    assert (row["new_messaging_contacts"], row["conversations_started"]) == (0, None)


def test_link_clicks_fall_back_on_the_action(run):
    row = run(SOURCE, "insights", [insight(inline_link_clicks=None)]).one("ad_days")
    assert row["link_clicks"] == 90


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (["offsite_conversion.fb_pixel_purchase", "omni_purchase", "purchase"], 20),
        (["onsite_conversion.purchase", "omni_purchase"], 10),
        (["offsite_conversion.fb_pixel_purchase", "purchase"], 20),
        (["offsite_conversion.fb_pixel_purchase"], 10),
    ],
)
def test_purchases_are_of_one_kind_and_never_added_up(run, kinds, expected):
    actions = [action(kind, str(10 * (n + 1))) for n, kind in enumerate(kinds)]
    values = [action(kind, f"{100 * (n + 1)}.50") for n, kind in enumerate(kinds)]
    row = run(SOURCE, "insights", [insight(actions=actions, action_values=values)]).one("ad_days")
    assert row["purchases"] == expected
    assert row["purchase_amount"] == Decimal(expected * 10) + Decimal("0.5")


def test_an_action_split_by_device_adds_up(run):
    split = [action(CONNECTED, "3") | {"action_device": "a"}, action(CONNECTED, "4")]
    row = run(SOURCE, "insights", [insight(actions=split)]).one("ad_days")
    assert row["messaging_connections"] == 7


@pytest.mark.parametrize(
    ("changes", "outcome", "reason"),
    [
        ({"date_start": "25 September"}, "quarantined", "row without a day"),
        ({"ad_id": 1.2e17, "ad_name": None}, "quarantined",
         "row without a whole id and without a name"),
        (dict.fromkeys(("account_id", "campaign_id", "campaign_name", "adset_id", "adset_name",
                        "ad_id", "ad_name")), "quarantined",
         "figures without an ad, campaign or account"),
    ],
)  # fmt: skip
def test_rows_that_are_no_ad_on_a_day_say_why(run, changes, outcome, reason):
    mapped = run(SOURCE, "insights", [insight(**changes)])
    assert mapped.outcomes == {0: (outcome, reason)}
    assert mapped["ad_days"] == []


@pytest.mark.parametrize(
    ("left_out", "level", "key"),
    [
        (("ad_id", "ad_name"), "adset", "adset:120231900000000002"),
        (("ad_id", "ad_name", "adset_id", "adset_name"), "campaign", "campaign:120231900000000001"),
        (("ad_id", "ad_name", "adset_id", "adset_name", "campaign_id", "campaign_name"), "account",
         "account:1700252260000001"),
    ],
)  # fmt: skip
def test_rows_above_ads_are_kept_under_a_key_of_their_own(run, left_out, level, key):
    row = run(SOURCE, "insights", [insight(**dict.fromkeys(left_out))]).one("ad_days")
    assert (row["level"], row["ad_key"], row["ad_id"]) == (level, key, None)


@pytest.mark.parametrize(
    ("parts", "breakdown"),
    [
        ({"gender": "female", "age": "25-34"}, "age=25-34;gender=female"),
        ({"publisher_platform": "messenger", "platform_position": "messenger_inbox"},
         "platform_position=messenger_inbox;publisher_platform=messenger"),
        ({"hourly_stats_aggregated_by_advertiser_time_zone": "00:00:00 - 00:59:59"},
         "hour=00:00:00 - 00:59:59"),
        ({"region": "a;b=c"}, "region=a,b~c"),
        ({"title_asset": {"text": "Nieuw", "id": "77"}}, "title_asset=77"),
        ({"country": ""}, "none"),
    ],
)  # fmt: skip
def test_rows_of_a_part_are_kept_apart_from_totals(run, parts, breakdown):
    rows = run(SOURCE, "insights", [insight(), insight(**parts)])["ad_days"]
    assert [row["breakdown"] for row in rows] == ["none", breakdown]
    assert rows[0]["ad_key"] == rows[1]["ad_key"]


def test_windows_that_were_asked_for_are_no_second_count(run):
    claimed = action(CONNECTED, "31") | {"7d_click": "29", "1d_view": "2", "28d_view": None}
    row = run(SOURCE, "insights", [insight(actions=[claimed])]).one("ad_days")
    assert row["messaging_connections"] == 31


def test_a_restated_day_is_two_statements_and_the_same_again_is_one(run):
    said = [insight(), insight(spend="25.00"), insight(), insight(ad_name="Renamed")]
    rows = run(SOURCE, "insights", said)["ad_day_versions"]
    statements = [row["statement"] for row in rows]
    assert statements[0] == statements[2] == statements[3] != statements[1]
    assert {row["ad_key"] for row in rows} == {"120231987654320123"}


def test_a_statement_of_the_api_and_of_ads_manager_is_the_same_one(run):
    figures = {"reach": "3900", "clicks": "131", "attribution_setting": "7d_click_1d_view"}
    (api,) = run(SOURCE, "insights", [insight()])["ad_day_versions"]
    (row,) = run(SOURCE, "ads_manager_csv", [csv_row(**figures)])["ad_day_versions"]
    assert api["statement"] == row["statement"]


def test_ads_without_an_id_go_by_their_three_names(run):
    rows = run(
        SOURCE,
        "insights",
        [insight(ad_id=None), insight(ad_id=None), insight(ad_id=None, adset_name="BE")],
    )["ad_days"]
    keys = [row["ad_key"] for row in rows]
    assert keys[0] == keys[1] != keys[2]
    assert keys[0].startswith("name:")


def csv_row(**changes: Any) -> dict[str, Any]:
    cells = {
        "currency": "EUR",
        "day": "2026-09-25",
        "campaign_name": "CTM herfst",
        "adset_name": "NL 25-45",
        "ad_name": "Jas carrousel",
        "impressions": "4102",
        "spend": "23.47",
        "link_clicks": "88",
        "messaging_connections": "31",
        **changes,
    }
    return {name: cell for name, cell in cells.items() if cell is not None}


def test_a_row_of_ads_manager_meets_the_row_of_the_api(run):
    api = run(SOURCE, "insights", [insight(ad_id=None)]).one("ad_days")
    row = run(SOURCE, "ads_manager_csv", [csv_row()]).one("ad_days")
    same = ("ad_key", "day", "last_day", "currency", "impressions", "spend_amount", "link_clicks")
    assert {name: row[name] for name in same} == {name: api[name] for name in same}


@pytest.mark.parametrize(
    ("written", "spend", "impressions"),
    [("1.234,56", "1234.56", 1235), ("1234,56", "1234.56", 1235), ("1,234.56", "1234.56", 1235),
     ("1.234", "1234", 1234), ("12", "12", 12), ("0.123", "0.123", 0), ("-", None, None)],
)  # fmt: skip
def test_figures_may_be_dutch_english_or_plain(run, written, spend, impressions):
    mapped = run(SOURCE, "ads_manager_csv", [csv_row(spend=written, impressions=written)])
    row = mapped.one("ad_days")
    assert row["spend_amount"] == (None if spend is None else Decimal(spend))
    assert row["impressions"] == impressions


@pytest.mark.parametrize(
    ("cells", "first", "last"),
    [
        ({"day": "25-09-2026"}, DAY, DAY),
        ({"day": None, "reporting_starts": "2026-09-01", "reporting_ends": "2026-09-30"},
         date(2026, 9, 1), date(2026, 9, 30)),
        ({"reporting_starts": "2026-09-01", "reporting_ends": "2026-09-30"}, DAY, DAY),
    ],
)  # fmt: skip
def test_a_row_covers_its_day_or_the_whole_range(run, cells, first, last):
    row = run(SOURCE, "ads_manager_csv", [csv_row(**cells)]).one("ad_days")
    assert (row["day"], row["last_day"]) == (first, last)


@pytest.mark.parametrize(
    ("cell", "ad_id"),
    [("120231987654320123", "120231987654320123"), ("a:120231987654320123", "120231987654320123"),
     ("1.20232E+17", None)],
)  # fmt: skip
def test_an_id_that_a_spreadsheet_rounded_is_no_id(run, cell, ad_id):
    row = run(SOURCE, "ads_manager_csv", [csv_row(ad_id=cell)]).one("ad_days")
    assert row["ad_id"] == ad_id
    by_name = run(SOURCE, "ads_manager_csv", [csv_row()]).one("ad_days")["ad_key"]
    assert row["ad_key"] == (ad_id or by_name)


@pytest.mark.parametrize(
    ("cells", "outcome", "reason"),
    [
        ({"campaign_name": None, "adset_name": None, "ad_name": None}, "ignored", "totals row"),
        ({"ad_name": None, "ad_id": "1.2E+17"}, "quarantined",
         "row without a whole id and without a name"),
        ({"day": None}, "quarantined", "row without a day"),
        ({"day": "9/25/2026"}, "quarantined", "row without a day"),
    ],
)  # fmt: skip
def test_rows_of_ads_manager_that_are_not_kept_say_why(run, cells, outcome, reason):
    mapped = run(SOURCE, "ads_manager_csv", [csv_row(**cells)])
    assert mapped.outcomes == {0: (outcome, reason)}
    assert mapped["ad_days"] == []


@pytest.mark.parametrize(
    ("cells", "level", "breakdown"),
    [
        ({"ad_name": None}, "adset", "none"),
        ({"ad_name": None, "adset_name": None}, "campaign", "none"),
        ({"ad_name": None, "adset_name": None, "campaign_name": None, "account_id": "act_17"},
         "account", "none"),
        ({"gender": "female", "age": "25-34"}, "ad", "age=25-34;gender=female"),
        ({"platform": "Instagram"}, "ad", "publisher_platform=instagram"),
    ],
)  # fmt: skip
def test_rows_of_ads_manager_say_what_they_are_about(run, cells, level, breakdown):
    row = run(SOURCE, "ads_manager_csv", [csv_row(**cells)]).one("ad_days")
    assert (row["level"], row["breakdown"]) == (level, breakdown)


@pytest.mark.parametrize(
    ("indicator", "column"),
    [
        ("actions:onsite_conversion.messaging_conversation_started_7d", "conversations_started"),
        ("actions:onsite_conversion.total_messaging_connection", "messaging_connections"),
        ("actions:offsite_conversion.fb_pixel_purchase", "purchases"),
        ("actions:link_click", "link_clicks"),
        ("reach", None),
        (None, None),
    ],
)
def test_results_count_as_what_their_indicator_names(run, indicator, column):
    counted = ("conversations_started", "messaging_connections", "purchases", "link_clicks")
    cells = {"results": "7", "result_indicator": indicator} | dict.fromkeys(counted)
    row = run(SOURCE, "ads_manager_csv", [csv_row(**cells)]).one("ad_days")
    assert {name: row[name] for name in counted if row[name] is not None} == (
        {column: 7} if column else {}
    )


@pytest.mark.parametrize(
    ("heading", "name"),
    [("Amount spent (EUR)", "spend"), ("Besteed bedrag (USD)", "spend"), ("\ufeffDag", "day"),
     ("Clicks (all)", "clicks"), ("Klikken (alle)", "clicks"), ("Naam advertentie", "ad_name"),
     ("CPC (all) (EUR)", None), ("Gestarte gesprekken via berichten", "conversations_started"),
     ("IMPRESSIONS ", "impressions"), ("Frequency", None)],
)  # fmt: skip
def test_headings_are_known_in_two_languages(heading, name):
    assert ADS_MANAGER_CSV.headings is not None
    assert ADS_MANAGER_CSV.headings(heading) == name


@pytest.mark.parametrize(
    ("headings", "facts"),
    [
        (["Dag", "CPC (alle) (GBP)", "Besteed bedrag (EUR)"], {"currency": "EUR"}),
        (["Day", "Amount spent"], {}),
    ],
)
def test_the_currency_stands_in_the_heading_of_the_spend(headings, facts):
    assert ADS_MANAGER_CSV.heading_facts is not None
    assert ADS_MANAGER_CSV.heading_facts(headings) == facts


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (insight(), "insights"),
        ({"date_start": "2026-09-01", "account_id": "1"}, "insights"),
        ({"Dag": "x", "Campagnenaam": "x", "Weergaven": "1", "Besteed bedrag (EUR)": "1"},
         "ads_manager_csv"),
        ({"Name": "#1", "Total": "1"}, None),
        ({"id": "t_1", "participants": {}}, None),
    ],
)  # fmt: skip
def test_recognition(document, kind):
    # Tables and JSON are asked about apart.
    asked = [each for each in SOURCE.kinds if not kind or each.is_csv is kind.endswith("_csv")]
    assert [each.name for each in asked if each.recognise(document)] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("kind", "fixture"), [("insights", insight()), ("ads_manager_csv", csv_row())]
)
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_damaged_rows_never_stop_the_rest(run, mutant, kind, fixture, seed):
    random = Random(seed)
    documents = [mutant(fixture, random) for _ in range(120)]
    mapped = run(SOURCE, kind, documents)
    assert mapped.unaccounted(len(documents)) == set()
    assert mapped.incomplete == []
    assert mapped.kept().isdisjoint(mapped.outcomes)


def test_the_description_is_whole(column_types):
    check(SOURCE)
    assert column_types(SOURCE) == set()
