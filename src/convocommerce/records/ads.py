"""What ads are, cost and claim, and what was reported back to them."""

from __future__ import annotations

from convocommerce.records.table import MONEY, Column, Table

AD_OBJECTS = Table(
    name="ad_objects",
    meaning="One ad, creative, ad set, campaign or ad account, in the newest state known.",
    key=("platform", "level", "object_id"),
    # Creatives have no time of change; what is told of one inside an ad is less than the whole.
    version=("updated_at", "detail"),
    columns=(
        Column("platform", "VARCHAR", "meta ...", True),
        Column("level", "VARCHAR", "account, campaign, adset, ad or creative.", True),
        Column("object_id", "VARCHAR", "Its id.", True),
        Column("updated_at", "TIMESTAMP", "When it was last changed, in UTC."),
        Column("detail", "INTEGER", "How much is told; of two records of one state more wins."),
        Column("name", "VARCHAR", "What people call it."),
        Column("account_id", "VARCHAR", "The ad account."),
        Column("campaign_id", "VARCHAR", "The campaign, of an ad or ad set."),
        Column("adset_id", "VARCHAR", "The ad set, of an ad."),
        Column("creative_id", "VARCHAR", "The creative that an ad shows."),
        Column("status", "VARCHAR", "The platform's own word."),
        Column("objective", "VARCHAR", "What a campaign is for."),
        Column("optimization_goal", "VARCHAR", "What an ad set is shown for."),
        Column("destination", "VARCHAR", "Where a click leads: MESSENGER, INSTAGRAM_DIRECT ..."),
        Column(
            "entry_point", "VARCHAR", "ad, inbox_ad or sponsored_message, where its form tells."
        ),
        Column("currency", "VARCHAR", "ISO 4217 code of an account."),
        Column("time_zone", "VARCHAR", "IANA name of the zone of an account."),
        Column("post_id", "VARCHAR", "The post that an ad or creative shows."),
    ),
)

_DAY_KEY = (
    Column("platform", "VARCHAR", "meta ...", True),
    Column(
        "ad_key",
        "VARCHAR",
        "ad_id, or 'name:' and a hash of the three names; above ads the level, a colon and the id.",
        True,
    ),
    Column("day", "DATE", "First day, in the ad account's zone.", True),
    Column("last_day", "DATE", "Last day, inclusive; equal to day for daily rows.", True),
    Column(
        "breakdown",
        "VARCHAR",
        "none for totals; else what the row is a part of: name=value pairs, joined by semicolons.",
        True,
    ),
)

_DAY_FIGURES = (
    Column("currency", "VARCHAR", "ISO 4217 code of every amount of this row."),
    Column("impressions", "BIGINT", "Times shown."),
    Column("reach", "BIGINT", "Accounts shown to (does not add up over days)."),
    Column("clicks", "BIGINT", "All clicks."),
    Column("link_clicks", "BIGINT", "Clicks on the link or message button."),
    Column("spend_amount", MONEY, "Money spent."),
    Column("conversations_started", "BIGINT", "The platform's claim: started after 7 days."),
    Column("messaging_connections", "BIGINT", "The platform's claim: accounts that messaged."),
    Column("new_messaging_contacts", "BIGINT", "The platform's claim: wrote for the first time."),
    Column("purchases", "BIGINT", "The platform's claim: purchases (one action type, no sum)."),
    Column("purchase_amount", MONEY, "The platform's claim: their value."),
    Column("attribution_setting", "VARCHAR", "The window behind the claims."),
)

AD_DAYS = Table(
    name="ad_days",
    meaning="One ad on one day (or one reported range of days), as the platform reports it.",
    key=("platform", "ad_key", "day", "last_day", "breakdown"),
    # Figures grow while they settle, and an export carries no time of its own.
    version=("impressions", "spend_amount", "purchases", "messaging_connections", "reach"),
    columns=(
        *_DAY_KEY,
        Column("level", "VARCHAR", "What the row is about: ad, adset, campaign or account.", True),
        Column("account_id", "VARCHAR", "The ad account."),
        Column("campaign_id", "VARCHAR", "The campaign."),
        Column("campaign_name", "VARCHAR", "Its name."),
        Column("adset_id", "VARCHAR", "The ad set."),
        Column("adset_name", "VARCHAR", "Its name."),
        Column("ad_id", "VARCHAR", "The ad."),
        Column("ad_name", "VARCHAR", "Its name."),
        *_DAY_FIGURES,
    ),
)

AD_DAY_VERSIONS = Table(
    name="ad_day_versions",
    meaning="One statement about an ad day; a day told differently later has several.",
    key=("platform", "ad_key", "day", "last_day", "breakdown", "statement"),
    columns=(
        *_DAY_KEY,
        Column("statement", "VARCHAR", "A hash of the figures stated.", True),
        *_DAY_FIGURES,
    ),
)

SENT_CONVERSIONS = Table(
    name="sent_conversions",
    meaning="A conversion that the business itself reported to the ad platform.",
    key=("platform", "event_id"),
    version=("happened_at",),
    columns=(
        Column("platform", "VARCHAR", "meta ...", True),
        Column("event_id", "VARCHAR", "The sender's id, or one made from the content.", True),
        Column("event_name", "VARCHAR", "Purchase, AddToCart, InitiateCheckout ...", True),
        Column("happened_at", "TIMESTAMP", "When, in UTC.", True),
        Column("channel", "VARCHAR", "messenger, instagram or whatsapp."),
        Column("business_id", "VARCHAR", "The page or account."),
        Column("customer_id", "VARCHAR", "The person, as this page knows them.", False, True),
        Column("click_id", "VARCHAR", "The ad click.", False, True),
        Column("order_number", "VARCHAR", "The order."),
        Column("value_amount", MONEY, "Its value."),
        Column("currency", "VARCHAR", "ISO 4217 code."),
    ),
)
