-- grain: one row of a table of figures
-- reads: documents
-- The Marketing API's rows as replication services lay them down; lists of actions stand in a cell as text.
with told as (
    select
        document_no,
        d,
        -- Some write their lists down the way Python shows them.
        case when starts_with(trim(d.actions), '[{''') then replace(d.actions, '''', '"') else d.actions end
            as actions_told,
        case
            when starts_with(trim(d.action_values), '[{''') then replace(d.action_values, '''', '"')
            else d.action_values
        end as values_told,
        nullif(regexp_extract(trim(d.account_id), '^(?:act_)?(\d+)$', 1), '') as account_id,
        nullif(regexp_extract(trim(d.campaign_id), '^(\d+)$', 1), '') as campaign_id,
        nullif(regexp_extract(trim(d.adset_id), '^(\d+)$', 1), '') as adset_id,
        nullif(regexp_extract(trim(d.ad_id), '^(\d+)$', 1), '') as ad_id,
        filled(d.campaign_name) as campaign_name,
        filled(d.adset_name) as adset_name,
        filled(d.ad_name) as ad_name,
        case
            when coalesce(filled(d.ad_id), ad_name) is not null then 'ad'
            when coalesce(filled(d.adset_id), adset_name) is not null then 'adset'
            when coalesce(filled(d.campaign_id), campaign_name) is not null then 'campaign'
            when coalesce(filled(d.account_id), filled(d.account_name)) is not null then 'account'
        end as level
    from documents
),

acted as (
    select
        *,
        case when json_valid(actions_told) and json_type(actions_told) = 'ARRAY'
            then from_json(actions_told, '[{"action_type":"VARCHAR","value":"VARCHAR"}]') end as actions,
        case when json_valid(values_told) and json_type(values_told) = 'ARRAY'
            then from_json(values_told, '[{"action_type":"VARCHAR","value":"VARCHAR"}]') end as action_values
    from told
),

-- Kinds of purchase overlap, so one kind is read and none are added.
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
            lambda kind: list_contains(
                list_transform(list_concat(actions, action_values), lambda a: a.action_type), kind
            )
        )[1] as purchase_type
    from acted
),

counted as (
    select
        *,
        list_filter(actions, lambda a: a.action_type = 'link_click') as link_clicked,
        list_filter(actions, lambda a: a.action_type = 'onsite_conversion.messaging_conversation_started_7d')
            as started,
        list_filter(actions, lambda a: a.action_type = 'onsite_conversion.total_messaging_connection')
            as connected,
        list_filter(actions, lambda a: a.action_type = 'onsite_conversion.messaging_first_reply')
            as first_written,
        list_filter(actions, lambda a: a.action_type = purchase_type) as bought,
        list_filter(action_values, lambda a: a.action_type = purchase_type) as paid
    from claimed
)

select
    document_no,
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
        when 'account' then 'account:' || coalesce(account_id, 'name:' || md5(filled(d.account_name)))
    end as ad_key,
    calendar_day(left(trim(d.date_start), 10)) as day,
    coalesce(calendar_day(left(trim(d.date_stop), 10)), day) as last_day,
    coalesce(
        nullif(
            array_to_string(
                list_sort(
                    list_transform(
                        list_filter(
                            [
                                {'name': 'age', 'value': d.age},
                                {'name': 'body_asset', 'value': d.body_asset},
                                {'name': 'breakdown_reporting_ad_id', 'value': d.breakdown_reporting_ad_id},
                                {'name': 'call_to_action_asset', 'value': d.call_to_action_asset},
                                {'name': 'conversion_destination', 'value': d.conversion_destination},
                                {'name': 'country', 'value': d.country},
                                {'name': 'description_asset', 'value': d.description_asset},
                                {'name': 'device_platform', 'value': d.device_platform},
                                {'name': 'dma', 'value': d.dma},
                                {'name': 'frequency_value', 'value': d.frequency_value},
                                {'name': 'gender', 'value': d.gender},
                                {'name': 'hour', 'value': d.hourly_stats_aggregated_by_advertiser_time_zone},
                                {'name': 'hour_of_audience', 'value': d.hourly_stats_aggregated_by_audience_time_zone},
                                {'name': 'image_asset', 'value': d.image_asset},
                                {'name': 'impression_device', 'value': d.impression_device},
                                {'name': 'landing_destination', 'value': d.landing_destination},
                                {'name': 'link_url_asset', 'value': d.link_url_asset},
                                {'name': 'media_type', 'value': d.media_type},
                                {'name': 'place_page_id', 'value': d.place_page_id},
                                {'name': 'platform_position', 'value': d.platform_position},
                                {'name': 'product_id', 'value': d.product_id},
                                {'name': 'publisher_platform', 'value': d.publisher_platform},
                                {'name': 'region', 'value': d.region},
                                {'name': 'title_asset', 'value': d.title_asset},
                                {'name': 'user_segment_key', 'value': d.user_segment_key},
                                {'name': 'video_asset', 'value': d.video_asset}
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
    filled(d.attribution_setting) as attribution_setting,
    case
        when ad_key is null and level is null then 'figures without an ad, campaign or account'
        when ad_key is null then 'row without a whole id and without a name'
        when day is null then 'row without a day'
    end as fault
from counted
