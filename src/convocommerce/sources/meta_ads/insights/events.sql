-- grain: one reported row, or one document that is an ad object
-- reads: documents
-- Rows stand alone or within the object they are about; kinds of action overlap, so one kind is read and none are added.
with objects as (
    select
        document_no,
        d,
        case
            when d.id like 'act\_%' escape '\' or coalesce(d.timezone_name, d.account_status) is not null
                then 'account'
            when coalesce(
                d.object_story_spec, d.effective_object_story_id, d.object_story_id,
                d.messenger_sponsored_message
            ) is not null then 'creative'
            when coalesce(d.adset_id, d.adset, d.creative, d.adcreatives) is not null then 'ad'
            when coalesce(d.campaign_id, d.campaign) is not null then 'adset'
            when coalesce(
                d.objective, d.buying_type, d.special_ad_categories, d.special_ad_category,
                d.smart_promotion_type
            ) is not null then 'campaign'
            when coalesce(d.optimization_goal, d.billing_event, d.destination_type) is not null
                then 'adset'
        end as level
    from documents
    where filled(d.date_start) is null
),

-- What a row inside an object leaves out, the object itself says.
within_objects as (
    select
        *,
        replace(filled(d.id), 'act_', '') as own_id,
        case when json_valid(d.campaign) then d.campaign::json end as campaign,
        case when json_valid(d.adset) then d.adset::json end as adset
    from objects
    where len(d.insights.data) > 0
),

listed as (
    select document_no, d as r from documents where filled(d.date_start) is not null
    union all by name
    select
        document_no,
        if(level = 'account', own_id, d.account_id) as of_account,
        if(level = 'campaign', own_id, coalesce(d.campaign_id, campaign ->> '$.id')) as of_campaign,
        if(level = 'campaign', d.name, campaign ->> '$.name') as of_campaign_name,
        if(level = 'adset', own_id, coalesce(d.adset_id, adset ->> '$.id')) as of_adset,
        if(level = 'adset', d.name, adset ->> '$.name') as of_adset_name,
        if(level = 'ad', own_id, null) as of_ad,
        if(level = 'ad', d.name, null) as of_ad_name,
        unnest(d.insights.data) as r
    from within_objects
),

-- Ids that passed through a spreadsheet are rounded: only whole numbers count.
named as (
    select
        document_no,
        r,
        coalesce(filled(r.account_id), filled(of_account)) as told_account,
        coalesce(filled(r.campaign_id), filled(of_campaign)) as told_campaign,
        coalesce(filled(r.adset_id), filled(of_adset)) as told_adset,
        coalesce(filled(r.ad_id), filled(of_ad)) as told_ad,
        nullif(regexp_extract(told_account, '^(?:act_)?(\d+)$', 1), '') as account_id,
        case when regexp_full_match(told_campaign, '\d+') then told_campaign end as campaign_id,
        case when regexp_full_match(told_adset, '\d+') then told_adset end as adset_id,
        case when regexp_full_match(told_ad, '\d+') then told_ad end as ad_id,
        coalesce(filled(r.campaign_name), filled(of_campaign_name)) as campaign_name,
        coalesce(filled(r.adset_name), filled(of_adset_name)) as adset_name,
        coalesce(filled(r.ad_name), filled(of_ad_name)) as ad_name
    from listed
),

levelled as (
    select
        *,
        case
            when coalesce(told_ad, ad_name) is not null then 'ad'
            when coalesce(told_adset, adset_name) is not null then 'adset'
            when coalesce(told_campaign, campaign_name) is not null then 'campaign'
            when coalesce(told_account, filled(r.account_name)) is not null then 'account'
        end as level,
        list_concat(
            list_transform(r.actions, lambda a: a.action_type),
            list_transform(r.action_values, lambda a: a.action_type)
        ) as action_types
    from named
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
        list_filter(r.actions,
            lambda a: a.action_type = 'onsite_conversion.messaging_conversation_started_7d'
        ) as started,
        list_filter(r.actions, lambda a: a.action_type = 'onsite_conversion.total_messaging_connection'
        ) as connected,
        list_filter(r.actions, lambda a: a.action_type = 'onsite_conversion.messaging_first_reply'
        ) as first_written,
        list_filter(r.actions, lambda a: a.action_type = 'link_click') as link_clicked
    from levelled
),

purchased as (
    select
        *,
        list_filter(r.actions, lambda a: a.action_type = purchase_type) as bought,
        list_filter(r.action_values, lambda a: a.action_type = purchase_type) as paid
    from claimed
)

select
    document_no,
    'row' as what,
    'meta' as platform,
    level,
    case level
        when 'ad' then coalesce(
            ad_id,
            'name:' || md5(
                coalesce(campaign_name, '') || chr(31) || coalesce(adset_name, '') || chr(31) || ad_name
            )
        )
        when 'adset' then 'adset:' || coalesce(
            adset_id, 'name:' || md5(coalesce(campaign_name, '') || chr(31) || adset_name)
        )
        when 'campaign' then 'campaign:' || coalesce(campaign_id, 'name:' || md5(campaign_name))
        when 'account' then 'account:' || coalesce(account_id, 'name:' || md5(filled(r.account_name)))
    end as ad_key,
    calendar_day(r.date_start) as day,
    coalesce(calendar_day(r.date_stop), day) as last_day,
    coalesce(
        nullif(
            array_to_string(
                list_sort(
                    list_transform(
                        list_filter(
                            [
                                {'name': 'age', 'value': r.age},
                                {'name': 'body_asset', 'value': r.body_asset},
                                {'name': 'breakdown_reporting_ad_id', 'value': r.breakdown_reporting_ad_id},
                                {'name': 'call_to_action_asset', 'value': r.call_to_action_asset},
                                {'name': 'conversion_destination', 'value': r.conversion_destination},
                                {'name': 'country', 'value': r.country},
                                {'name': 'description_asset', 'value': r.description_asset},
                                {'name': 'device_platform', 'value': r.device_platform},
                                {'name': 'dma', 'value': r.dma},
                                {'name': 'frequency_value', 'value': r.frequency_value},
                                {'name': 'gender', 'value': r.gender},
                                {'name': 'hour', 'value': r.hourly_stats_aggregated_by_advertiser_time_zone},
                                {'name': 'hour_of_audience', 'value': r.hourly_stats_aggregated_by_audience_time_zone},
                                {'name': 'image_asset', 'value': r.image_asset},
                                {'name': 'impression_device', 'value': r.impression_device},
                                {'name': 'landing_destination', 'value': r.landing_destination},
                                {'name': 'link_url_asset', 'value': r.link_url_asset},
                                {'name': 'media_type', 'value': r.media_type},
                                {'name': 'place_page_id', 'value': r.place_page_id},
                                {'name': 'platform_position', 'value': r.platform_position},
                                {'name': 'product_id', 'value': r.product_id},
                                {'name': 'publisher_platform', 'value': r.publisher_platform},
                                {'name': 'region', 'value': r.region},
                                {'name': 'title_asset', 'value': r.title_asset},
                                {'name': 'user_segment_key', 'value': r.user_segment_key},
                                {'name': 'video_asset', 'value': r.video_asset}
                            ],
                            lambda b: filled(b.value) is not null
                        ),
                        -- The texts and pictures of an ad come as objects; their id is enough.
                        lambda b: b.name || '=' || case
                            when starts_with(b.value, '{')
                                then coalesce(regexp_extract(b.value, '"id"\s*:\s*"([^"]+)"', 1), md5(b.value))
                            else lower(translate(trim(b.value), ';=', ',~'))
                        end
                    )
                ),
                ';'
            ),
            ''
        ),
        'none'
    ) as breakdown,
    account_id,
    campaign_id,
    campaign_name,
    adset_id,
    adset_name,
    ad_id,
    ad_name,
    upper(filled(r.account_currency)) as currency,
    whole(r.impressions) as impressions,
    whole(r.reach) as reach,
    whole(r.clicks) as clicks,
    coalesce(
        whole(r.inline_link_clicks),
        try_cast(list_sum(list_transform(link_clicked, lambda a: amount(a.value))) as bigint)
    ) as link_clicks,
    amount(r.spend) as spend_amount,
    try_cast(list_sum(list_transform(started, lambda a: amount(a.value))) as bigint)
        as conversations_started,
    try_cast(list_sum(list_transform(connected, lambda a: amount(a.value))) as bigint)
        as messaging_connections,
    try_cast(list_sum(list_transform(first_written, lambda a: amount(a.value))) as bigint)
        as new_messaging_contacts,
    try_cast(list_sum(list_transform(bought, lambda a: amount(a.value))) as bigint) as purchases,
    try_cast(list_sum(list_transform(paid, lambda a: amount(a.value))) as decimal(18, 4))
        as purchase_amount,
    filled(r.attribution_setting) as attribution_setting,
    case
        when ad_key is null and level is null then 'figures without an ad, campaign or account'
        when ad_key is null then 'row without a whole id and without a name'
        when day is null then 'row without a day'
    end as fault
from purchased
union all by name
select
    document_no,
    'object' as what,
    level,
    case when filled(d.id) is null then 'ad object without an id' end as fault
from objects
where level is not null
