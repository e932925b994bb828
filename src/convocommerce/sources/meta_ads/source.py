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
    "gender",
    "country",
    "region",
    "dma",
    "publisher_platform",
    "platform_position",
    "device_platform",
    "impression_device",
    "product_id",
    "place_page_id",
    "frequency_value",
    "conversion_destination",
    "user_segment_key",
    "hourly_stats_aggregated_by_advertiser_time_zone",
    "hourly_stats_aggregated_by_audience_time_zone",
)

_ACTIONS = [dict.fromkeys(("action_type", "value"), _TEXT)]

_INSIGHTS: dict[str, Any] = {
    **dict.fromkeys(
        (
            "account_id",
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

# English and Dutch, with the names that earlier years used. The currency is cut off beforehand.
_CSV_HEADINGS = {
    "account id": "account_id",
    "account-id": "account_id",
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


def _is_insights(document: Document) -> bool:
    return "date_start" in document and any(
        key in document for key in ("ad_id", "ad_name", "adset_id", "campaign_id", "account_id")
    )


def _is_ads_manager(document: Document) -> bool:
    found = {_csv_heading(heading) for heading in document if isinstance(heading, str)}
    return {"impressions", "spend"} <= found and bool(found & {"ad_name", "ad_id", "campaign_name"})


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
    title="Meta Marketing API insights",
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
    required_headings=("ad_name", "impressions", "spend"),
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
