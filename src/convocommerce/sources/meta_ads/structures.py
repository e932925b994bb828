"""The JSON structures of what the Marketing API and the Conversions API know."""

from __future__ import annotations

from typing import Any

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

# A table holds the lists of actions as text.
INSIGHTS_TABLE: dict[str, Any] = dict.fromkeys(_ROW, _TEXT)

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

INSIGHTS: dict[str, Any] = {**_ROW, **_OBJECT, "insights": {"data": [_ROW]}}

SENT_CONVERSIONS: dict[str, Any] = {
    **dict.fromkeys(
        (
            "event_name",
            "event_time",
            "event_id",
            "action_source",
            "messaging_channel",
            "events_received",
        ),
        _TEXT,
    ),
    "user_data": dict.fromkeys(
        (
            "page_id",
            "page_scoped_user_id",
            "instagram_business_account_id",
            "ig_account_id",
            "ig_sid",
            "whatsapp_business_account_id",
            "ctwa_clid",
        ),
        _TEXT,
    ),
    "custom_data": dict.fromkeys(("value", "currency", "order_id"), _TEXT),
}
