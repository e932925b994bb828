-- grain: one ad on one reported range of days, per document that tells it
-- reads: documents
-- Kinds of action overlap: the wider contain the narrower, so one kind is read and none are added.
with rows_of_ads as (
    select
        document_no,
        d,
        case when regexp_full_match(filled(d.ad_id), '\d+') then filled(d.ad_id) end as ad_id,
        calendar_day(d.date_start) as day,
        list_concat(
            list_transform(d.actions, lambda a: a.action_type),
            list_transform(d.action_values, lambda a: a.action_type)
        ) as action_types
    from documents
    where
        coalesce(filled(d.ad_id), filled(d.ad_name)) is not null
        and coalesce(
            d.age, d.gender, d.country, d.region, d.dma, d.publisher_platform, d.platform_position,
            d.device_platform, d.impression_device, d.product_id, d.place_page_id,
            d.frequency_value, d.conversion_destination, d.user_segment_key,
            d.hourly_stats_aggregated_by_advertiser_time_zone,
            d.hourly_stats_aggregated_by_audience_time_zone
        ) is null
),

-- One entry per kind, unless the report was split by device or destination: those add up.
claimed as (
    select
        *,
        list_filter(
            [
                'onsite_conversion.purchase',
                'omni_purchase',
                'purchase',
                'offsite_conversion.fb_pixel_purchase'
            ],
            lambda kind: list_contains(action_types, kind)
        )[1] as purchase_type,
        list_filter(
            d.actions,
            lambda a: a.action_type = 'onsite_conversion.messaging_conversation_started_7d'
        ) as started,
        list_filter(
            d.actions, lambda a: a.action_type = 'onsite_conversion.total_messaging_connection'
        ) as connected,
        list_filter(
            d.actions, lambda a: a.action_type = 'onsite_conversion.messaging_first_reply'
        ) as first_written,
        list_filter(d.actions, lambda a: a.action_type = 'link_click') as link_clicked
    from rows_of_ads
),

purchased as (
    select
        *,
        list_filter(d.actions, lambda a: a.action_type = purchase_type) as bought,
        list_filter(d.action_values, lambda a: a.action_type = purchase_type) as paid
    from claimed
)

select
    document_no,
    'meta' as platform,
    coalesce(
        ad_id,
        'name:' || md5(
            coalesce(filled(d.campaign_name), '') || chr(31)
            || coalesce(filled(d.adset_name), '') || chr(31)
            || coalesce(filled(d.ad_name), '')
        )
    ) as ad_key,
    day,
    coalesce(calendar_day(d.date_stop), day) as last_day,
    'none' as breakdown,
    filled(d.account_id) as account_id,
    filled(d.campaign_id) as campaign_id,
    filled(d.campaign_name) as campaign_name,
    filled(d.adset_id) as adset_id,
    filled(d.adset_name) as adset_name,
    ad_id,
    filled(d.ad_name) as ad_name,
    upper(filled(d.account_currency)) as currency,
    whole(d.impressions) as impressions,
    whole(d.reach) as reach,
    whole(d.clicks) as clicks,
    coalesce(
        whole(d.inline_link_clicks),
        try_cast(list_sum(list_transform(link_clicked, lambda a: amount(a.value))) as bigint)
    ) as link_clicks,
    amount(d.spend) as spend_amount,
    try_cast(list_sum(list_transform(started, lambda a: amount(a.value))) as bigint)
        as conversations_started,
    try_cast(list_sum(list_transform(connected, lambda a: amount(a.value))) as bigint)
        as messaging_connections,
    try_cast(list_sum(list_transform(first_written, lambda a: amount(a.value))) as bigint)
        as new_messaging_contacts,
    try_cast(list_sum(list_transform(bought, lambda a: amount(a.value))) as bigint) as purchases,
    try_cast(list_sum(list_transform(paid, lambda a: amount(a.value))) as decimal(18, 4))
        as purchase_amount,
    filled(d.attribution_setting) as attribution_setting
from purchased
where day is not null and (ad_id is not null or filled(d.ad_name) is not null)
