"""Meta ads: what the Marketing API and Ads Manager report per ad and day."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from convocommerce.sources.contract import Document, ExportKind, Limit, Source

_TEXT = "VARCHAR"

# With one of these the same ad and day stands in several rows, each a part of the whole.
_API_BREAKDOWNS = (
    "age",
    "body_asset",
    "breakdown_reporting_ad_id",
    "call_to_action_asset",
    "conversion_destination",
    "country",
    "description_asset",
    "device_platform",
    "dma",
    "frequency_value",
    "gender",
    "hourly_stats_aggregated_by_advertiser_time_zone",
    "hourly_stats_aggregated_by_audience_time_zone",
    "image_asset",
    "impression_device",
    "landing_destination",
    "link_url_asset",
    "media_type",
    "place_page_id",
    "platform_position",
    "product_id",
    "publisher_platform",
    "region",
    "title_asset",
    "user_segment_key",
    "video_asset",
)

_ACTIONS = [dict.fromkeys(("action_type", "value"), _TEXT)]

_ROW: dict[str, Any] = {
    **dict.fromkeys(
        (
            "account_id",
            "account_name",
            "account_currency",
            "campaign_id",
            "campaign_name",
            "adset_id",
            "adset_name",
            "ad_id",
            "ad_name",
            "date_start",
            "date_stop",
            "impressions",
            "reach",
            "clicks",
            "inline_link_clicks",
            "spend",
            "attribution_setting",
            *_API_BREAKDOWNS,
        ),
        _TEXT,
    ),
    "actions": _ACTIONS,
    "action_values": _ACTIONS,
}

# What an object holds is kept as the text of its JSON: ad_objects.sql takes it apart.
_OBJECT = dict.fromkeys(
    (
        "id",
        "name",
        "account_status",
        "ads",
        "adcreatives",
        "adset",
        "adsets",
        "billing_event",
        "buying_type",
        "campaign",
        "campaigns",
        "configured_status",
        "created_time",
        "creative",
        "currency",
        "destination_type",
        "effective_object_story_id",
        "effective_status",
        "messenger_sponsored_message",
        "objective",
        "object_story_id",
        "object_story_spec",
        "optimization_goal",
        "smart_promotion_type",
        "special_ad_categories",
        "special_ad_category",
        "status",
        "targeting",
        "timezone_name",
        "updated_time",
    ),
    _TEXT,
)

_INSIGHTS: dict[str, Any] = {**_ROW, **_OBJECT, "insights": {"data": [_ROW]}}

# English and Dutch, with the names that earlier years used. The currency is cut off beforehand.
_CSV_HEADINGS = {
    "account id": "account_id",
    "account-id": "account_id",
    "account name": "account_name",
    "accountnaam": "account_name",
    "currency": "currency",
    "valuta": "currency",
    "campaign name": "campaign_name",
    "campagnenaam": "campaign_name",
    "naam campagne": "campaign_name",
    "ad set name": "adset_name",
    "naam advertentieset": "adset_name",
    "advertentiesetnaam": "adset_name",
    "ad name": "ad_name",
    "advertentienaam": "ad_name",
    "naam advertentie": "ad_name",
    "campaign id": "campaign_id",
    "campagne-id": "campaign_id",
    "ad set id": "adset_id",
    "advertentieset-id": "adset_id",
    "id advertentieset": "adset_id",
    "ad id": "ad_id",
    "advertentie-id": "ad_id",
    "day": "day",
    "dag": "day",
    "reporting starts": "reporting_starts",
    "start rapportage": "reporting_starts",
    "reporting ends": "reporting_ends",
    "einde rapportage": "reporting_ends",
    "amount spent": "spend",
    "besteed bedrag": "spend",
    "reach": "reach",
    "bereik": "reach",
    "impressions": "impressions",
    "weergaven": "impressions",
    "vertoningen": "impressions",
    "clicks (all)": "clicks",
    "klikken (alle)": "clicks",
    "link clicks": "link_clicks",
    "klikken op links": "link_clicks",
    "linkklikken": "link_clicks",
    "linkkliks": "link_clicks",
    "messaging conversations started": "conversations_started",
    "gestarte gesprekken via berichten": "conversations_started",
    "total messaging contacts": "messaging_connections",
    "new messaging contacts": "new_messaging_contacts",
    "purchases": "purchases",
    "aankopen": "purchases",
    "purchases conversion value": "purchase_amount",
    "conversiewaarde van aankopen": "purchase_amount",
    "conversiewaarde aankopen": "purchase_amount",
    "attribution setting": "attribution_setting",
    "toeschrijvingsinstelling": "attribution_setting",
    "age": "age",
    "leeftijd": "age",
    "gender": "gender",
    "geslacht": "gender",
    "platform": "platform",
    "placement": "placement",
    "plaatsing": "placement",
    "country": "country",
    "land": "country",
    "region": "region",
    "regio": "region",
    "impression device": "device",
    "weergaveapparaat": "device",
    "device platform": "device_platform",
    "apparaatplatform": "device_platform",
    "product id": "product_id",
    "product-id": "product_id",
    "message destination": "conversion_destination",
    "conversion destination": "conversion_destination",
    "time of day (ad account time zone)": "hour",
    "tijdstip (tijdzone van advertentieaccount)": "hour",
    "time of day (viewer's time zone)": "hour_of_audience",
    "tijdstip (tijdzone van kijker)": "hour_of_audience",
    "results": "results",
    "resultaten": "results",
    "result indicator": "result_indicator",
    "resultatenindicator": "result_indicator",
    "resultaatindicator": "result_indicator",
}

_CURRENCY = re.compile(r"\s*\(([A-Z]{3})\)\s*$")


def _plain(heading: str) -> str:
    return " ".join(heading.replace("\ufeff", "").split())


def _csv_heading(heading: str) -> str | None:
    return _CSV_HEADINGS.get(_CURRENCY.sub("", _plain(heading)).lower())


def _currency_in(headings: Sequence[str]) -> Mapping[str, str]:
    for heading in headings:
        found = _CURRENCY.search(_plain(heading))
        if found and _csv_heading(heading) == "spend":
            return {"currency": found.group(1)}
    return {}


_OF_AN_ADSET = (
    "optimization_goal",
    "billing_event",
    "destination_type",
    "targeting",
    "bid_strategy",
    "promoted_object",
    "effective_status",
)
_OF_A_CAMPAIGN = (
    "buying_type",
    "special_ad_categories",
    "special_ad_category",
    "effective_status",
    "configured_status",
    "smart_promotion_type",
)
_OF_A_CREATIVE = ("object_story_spec", "effective_object_story_id", "messenger_sponsored_message")


def _is_insights(document: Document) -> bool:
    if "date_start" in document:
        return any(
            key in document for key in ("ad_id", "ad_name", "adset_id", "campaign_id", "account_id")
        ) or ("spend" in document and "impressions" in document)
    return _is_object(document) or _holds_insights(document)


def _is_object(document: Document) -> bool:
    found, name = document.keys(), str(document.get("id"))
    if name.startswith("act_"):
        return not found.isdisjoint(("account_id", "account_status", "currency", "timezone_name"))
    if not name.isdecimal():
        return False
    if not found.isdisjoint(("adset_id", "adset")):
        return not found.isdisjoint(("campaign_id", "campaign", "creative", "effective_status"))
    if not found.isdisjoint(("campaign_id", "campaign")):
        return not found.isdisjoint(_OF_AN_ADSET)
    if "objective" in found:
        return not found.isdisjoint((*_OF_A_CAMPAIGN, "status", "account_id"))
    return not found.isdisjoint(_OF_A_CREATIVE)


def _holds_insights(document: Document) -> bool:
    insights = document.get("insights")
    rows = insights.get("data") if isinstance(insights, dict) else None
    return isinstance(rows, list) and any(
        isinstance(row, dict) and "date_start" in row for row in rows
    )


_NAMED = (
    "ad_id",
    "ad_name",
    "adset_id",
    "adset_name",
    "campaign_id",
    "campaign_name",
    "account_id",
    "account_name",
)


def _is_ads_manager(document: Document) -> bool:
    found = {_csv_heading(heading) for heading in document if isinstance(heading, str)}
    return {"impressions", "spend"} <= found and not found.isdisjoint(_NAMED)


_CLAIMS = (
    Limit(
        "Conversations started and new messaging contacts leave out ads shown to or from Europe "
        "and Japan; an absent figure is unknown, not nought.",
        about=("ads",),
    ),
    Limit(
        "It reports by the day of the ad account's own time zone, and figures still move "
        "for 28 days.",
        about=("ads",),
    ),
    Limit(
        "Purchases are the platform's own claim; of overlapping kinds only one is read.",
        about=("ads",),
    ),
)

INSIGHTS = ExportKind(
    name="insights",
    title="Meta Marketing API insights and ad objects",
    recognise=_is_insights,
    structure=_INSIGHTS,
    envelope_keys=("data",),
    cannot_tell=_CLAIMS,
)

ADS_MANAGER_CSV = ExportKind(
    name="ads_manager_csv",
    title="Meta Ads Manager CSV",
    recognise=_is_ads_manager,
    structure=dict.fromkeys(sorted(set(_CSV_HEADINGS.values())), _TEXT),
    headings=_csv_heading,
    required_headings=("impressions", "spend"),
    heading_facts=_currency_in,
    cannot_tell=(
        *_CLAIMS,
        Limit(
            "Without the column of ad ids, ads of one name in one ad set count as one ad.",
            about=("ads",),
        ),
    ),
)

SOURCE = Source(
    name="meta_ads",
    title="Meta ads",
    folder=Path(__file__).parent,
    kinds=(INSIGHTS, ADS_MANAGER_CSV),
)
