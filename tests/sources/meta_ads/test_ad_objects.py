"""What campaigns, ad sets, ads, creatives and ad accounts become."""

from __future__ import annotations

from datetime import date, datetime
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convocommerce.sources.meta_ads.source import SOURCE


def account(**changes: Any) -> dict[str, Any]:
    return {
        "id": "act_1700252260000001",
        "account_id": "1700252260000001",
        "account_status": 1,
        "name": "Jassenhuis",
        "currency": "EUR",
        "timezone_name": "Europe/Amsterdam",
        **changes,
    }


def campaign(**changes: Any) -> dict[str, Any]:
    return {
        "id": "120231900000000001",
        "account_id": "1700252260000001",
        "name": "CTM herfst",
        "objective": "OUTCOME_ENGAGEMENT",
        "buying_type": "AUCTION",
        "status": "ACTIVE",
        "effective_status": "ACTIVE",
        "updated_time": "2026-09-24T10:00:00+0200",
        **changes,
    }


def adset(**changes: Any) -> dict[str, Any]:
    return {
        "id": "120231900000000002",
        "account_id": "1700252260000001",
        "campaign_id": "120231900000000001",
        "name": "NL 25-45",
        "optimization_goal": "CONVERSATIONS",
        "destination_type": "MESSENGER",
        "effective_status": "PAUSED",
        **changes,
    }


def ad(**changes: Any) -> dict[str, Any]:
    return {
        "id": "120231987654320123",
        "account_id": "1700252260000001",
        "campaign_id": "120231900000000001",
        "adset_id": "120231900000000002",
        "name": "Jas carrousel",
        "status": "ACTIVE",
        "effective_status": "CAMPAIGN_PAUSED",
        "creative": {"id": "238540000000001"},
        **changes,
    }


def creative(**changes: Any) -> dict[str, Any]:
    return {
        "id": "238540000000001",
        "account_id": "1700252260000001",
        "name": "Jas, vier foto's",
        "effective_object_story_id": "102030405060708_998877",
        "object_story_spec": {"page_id": "102030405060708"},
        **changes,
    }


EACH = {"account": account, "campaign": campaign, "adset": adset, "ad": ad, "creative": creative}


@pytest.mark.parametrize("level", EACH)
def test_each_object_is_known_for_what_it_is(run, level):
    document = EACH[level]()
    assert [kind.name for kind in SOURCE.kinds if kind.recognise(document)] == ["insights"]
    row = run(SOURCE, "insights", [document]).one("ad_objects")
    assert (row["level"], row["name"]) == (level, document["name"])
    assert row["object_id"] == document["id"].removeprefix("act_")
    assert row["account_id"] == "1700252260000001"


def test_an_account_says_its_currency_and_its_zone(run):
    row = run(SOURCE, "insights", [account()]).one("ad_objects")
    assert (row["currency"], row["time_zone"]) == ("EUR", "Europe/Amsterdam")


def test_a_campaign_and_an_ad_set_say_what_they_are_for(run):
    first, second = run(SOURCE, "insights", [campaign(), adset()])["ad_objects"]
    assert (first["objective"], first["status"]) == ("OUTCOME_ENGAGEMENT", "ACTIVE")
    assert first["updated_at"] == datetime(2026, 9, 24, 8)
    assert (second["optimization_goal"], second["destination"]) == ("CONVERSATIONS", "MESSENGER")
    assert (second["campaign_id"], second["status"]) == ("120231900000000001", "PAUSED")


def test_an_ad_names_what_it_belongs_to_and_what_it_shows(run):
    row = run(SOURCE, "insights", [ad()]).one("ad_objects")
    assert row["campaign_id"] == "120231900000000001"
    assert row["adset_id"] == "120231900000000002"
    assert row["creative_id"] == "238540000000001"
    assert run(SOURCE, "insights", [creative()]).one("ad_objects")["post_id"] == (
        "102030405060708_998877"
    )


INBOX = {"publisher_platforms": ["messenger"], "messenger_positions": ["messenger_home"]}
SPONSORED = {"publisher_platforms": ["messenger"], "messenger_positions": ["sponsored_messages"]}
WIDE = {"publisher_platforms": ["facebook", "messenger"], "messenger_positions": ["messenger_home"]}


@pytest.mark.parametrize(
    ("document", "entry_point"),
    [
        (adset(), "ad"),
        (adset(destination_type="WEBSITE"), None),
        (adset(targeting=INBOX), "inbox_ad"),
        (adset(targeting=SPONSORED), "sponsored_message"),
        (adset(targeting=WIDE), "ad"),
        (ad(), None),
        (creative(messenger_sponsored_message='{"message":{"text":"x"}}'), "sponsored_message"),
    ],
)
def test_the_form_of_an_ad_is_told_by_where_it_may_be_shown(run, document, entry_point):
    assert run(SOURCE, "insights", [document]).one("ad_objects")["entry_point"] == entry_point


def test_what_stands_inside_an_object_is_read_too(run):
    shown = ad(account_id=None, creative=creative(messenger_sponsored_message="{}"))
    del shown["campaign_id"], shown["adset_id"]
    sets = {"data": [adset(campaign_id=None, ads={"data": [shown]})]}
    whole = account(campaigns={"data": [campaign(adsets=sets)]})
    rows = {row["level"]: row for row in run(SOURCE, "insights", [whole])["ad_objects"]}
    assert set(rows) == set(EACH)
    inner = rows["ad"]
    assert (inner["campaign_id"], inner["adset_id"], inner["account_id"]) == (
        "120231900000000001", "120231900000000002", "1700252260000001",
    )  # fmt: skip
    assert (inner["entry_point"], inner["post_id"]) == (
        "sponsored_message", "102030405060708_998877",
    )  # fmt: skip


def test_figures_inside_an_ad_are_that_ads(run):
    figures = {"date_start": "2026-09-25", "date_stop": "2026-09-25", "spend": "2.50",
               "impressions": "80"}  # fmt: skip
    mapped = run(SOURCE, "insights", [ad(insights={"data": [figures]})])
    row = mapped.one("ad_days")
    assert (row["ad_id"], row["ad_name"], row["day"]) == (
        "120231987654320123", "Jas carrousel", date(2026, 9, 25),
    )  # fmt: skip
    assert (row["adset_id"], row["campaign_id"]) == ("120231900000000002", "120231900000000001")
    assert len(mapped["ad_objects"]) == 1
    whole = run(SOURCE, "insights", [campaign(insights={"data": [figures]})]).one("ad_days")
    assert (whole["level"], whole["ad_key"], whole["campaign_name"]) == (
        "campaign", "campaign:120231900000000001", "CTM herfst",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("document", "outcome", "reason"),
    [
        ({"id": "7", "account_id": "17", "name": "Bezoekers", "subtype": "CUSTOM"}, "ignored",
         "neither figures nor an ad, ad set, campaign or account"),
        (ad(id=None), "quarantined", "ad object without an id"),
    ],
)  # fmt: skip
def test_what_is_no_ad_object_says_so(run, document, outcome, reason):
    mapped = run(SOURCE, "insights", [document])
    assert mapped.outcomes == {0: (outcome, reason)}
    assert mapped.kept() == set()


@pytest.mark.parametrize(
    "document",
    [
        {"id": "5512000000001", "name": "#1001", "total_price": "1.00"},
        {"id": "55", "campaign_id": "7", "subject": "x"},
        {"id": 12, "status": "open", "via": {"channel": "email"}},
        {"id": "t_12", "participants": {"data": []}},
        {"id": None, "objective": "x", "status": "y"},
        {"insights": []},
        {"insights": {"data": [5]}},
    ],
)
def test_documents_of_others_are_not_claimed(document):
    assert not any(kind.recognise(document) for kind in SOURCE.kinds)


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_damaged_objects_never_stop_the_rest(run, mutant, seed):
    random = Random(seed)
    whole = account(
        campaigns={"data": [campaign(adsets={"data": [adset(ads={"data": [ad()]})]})]},
        insights={"data": [{"date_start": "2026-09-25", "spend": "1", "impressions": "2"}]},
    )
    shapes = [whole, campaign(), adset(targeting=INBOX), ad(campaign=campaign()), creative()]
    documents = [mutant(random.choice(shapes), random) for _ in range(100)]
    mapped = run(SOURCE, "insights", documents)
    assert mapped.unaccounted(len(documents)) == set()
    assert mapped.incomplete == []
