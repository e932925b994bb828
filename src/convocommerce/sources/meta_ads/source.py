"""Meta ads: what is advertised, what it costs per ad and day, and what was reported back."""

from __future__ import annotations

from pathlib import Path

from convocommerce.sources.contract import Document, ExportKind, Limit, Source
from convocommerce.sources.meta_ads import structures
from convocommerce.sources.meta_ads.headings import CSV_HEADINGS, csv_heading, currency_in

_TEXT = "VARCHAR"

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


def _table_heading(heading: str) -> str | None:
    name = heading.replace("\ufeff", "").strip().lower()
    # Replication services that keep rows per day call the day a date.
    name = "date_start" if name == "date" else name
    return name if name in structures.INSIGHTS_TABLE else None


def _is_insights_row(document: Document) -> bool:
    found = {_table_heading(heading) for heading in document if isinstance(heading, str)}
    # Other platforms' tables have a date and a spend of a campaign too; these words are Meta's.
    return {"date_start", "impressions", "spend"} <= found and not found.isdisjoint(
        ("inline_link_clicks", "adset_id", "adset_name", "date_stop")
    )


def _holds_insights(document: Document) -> bool:
    insights = document.get("insights")
    rows = insights.get("data") if isinstance(insights, dict) else None
    return isinstance(rows, list) and any(
        isinstance(row, dict) and "date_start" in row for row in rows
    )


def _is_sent_conversion(document: Document) -> bool:
    return (
        "event_name" in document
        and "event_time" in document
        and isinstance(document.get("user_data"), dict)
        and not document.keys().isdisjoint(("action_source", "messaging_channel"))
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
    found = {csv_heading(heading) for heading in document if isinstance(heading, str)}
    return {"impressions", "spend"} <= found and not found.isdisjoint(_NAMED)


_CLAIMS = (
    Limit(
        "Conversations started and new messaging contacts leave out ads shown to or from Europe "
        "and Japan; an absent figure is unknown, not nought.",
        about=("ads",),
    ),
    Limit(
        "Days are those of the ad account's own time zone, and their figures still change for 28 "
        "days.",
        about=("ads",),
    ),
    Limit(
        "It does not say when it was made: of two exports of one day the figures with more "
        "impressions count, and the others are kept beside them.",
        about=(),
    ),
    Limit(
        "Purchases are what the platform claims; where it counts them in several overlapping "
        "ways, one is read.",
        about=("ads",),
    ),
    Limit(
        "Rows of campaigns and accounts count only on days without rows of their ads, and rows of "
        "a part, such as an age group or a placement, never.",
        about=(),
    ),
)

INSIGHTS = ExportKind(
    name="insights",
    title="Meta Marketing API insights and ad objects",
    recognise=_is_insights,
    structure=structures.INSIGHTS,
    envelope_keys=("data",),
    cannot_tell=_CLAIMS,
)

INSIGHTS_TABLE = ExportKind(
    name="insights_table",
    title="Meta Marketing API insights as a flat table",
    recognise=_is_insights_row,
    structure=structures.INSIGHTS_TABLE,
    headings=_table_heading,
    required_headings=("date_start", "impressions", "spend"),
    cannot_tell=(
        *_CLAIMS,
        Limit(
            "Without a column of actions it holds no conversations started and no purchases.",
            about=("ads",),
        ),
    ),
)

ADS_MANAGER_CSV = ExportKind(
    name="ads_manager_csv",
    title="Meta Ads Manager CSV",
    recognise=_is_ads_manager,
    structure=dict.fromkeys(sorted(set(CSV_HEADINGS.values())), _TEXT),
    headings=csv_heading,
    required_headings=("impressions", "spend"),
    heading_facts=currency_in,
    cannot_tell=(
        *_CLAIMS,
        Limit(
            "Without a column of ad ids, ads of the same name in the same ad set count as one ad.",
            about=("ads",),
        ),
    ),
)

SENT_CONVERSIONS = ExportKind(
    name="sent_conversions",
    title="Conversions sent to Meta from chats",
    recognise=_is_sent_conversion,
    structure=structures.SENT_CONVERSIONS,
    envelope_keys=("data",),
    cannot_tell=(
        Limit(
            "It holds what the business itself sent; it does not say whether the platform "
            "accepted it or tied it to an ad.",
            about=("ads",),
        ),
        Limit(
            "The platform counts twice what was sent twice; here it counts once when both say the "
            "same.",
            about=("ads",),
        ),
        Limit(
            "For WhatsApp it names the click on the ad and not the person.",
            about=("customers",),
        ),
    ),
)

SOURCE = Source(
    name="meta_ads",
    title="Meta ads",
    folder=Path(__file__).parent,
    made_by=(
        (
            "In Ads Manager, under Ads, choose Breakdown, By time, Day, and then Reports, Export "
            "table data, as CSV; the columns must hold impressions and the amount spent, and are "
            "best to hold messaging conversations started and the ids of ads."
        ),
        "The Marketing API gives the same as insights with level=ad and time_increment=1.",
    ),
    kinds=(INSIGHTS, SENT_CONVERSIONS, INSIGHTS_TABLE, ADS_MANAGER_CSV),
)
