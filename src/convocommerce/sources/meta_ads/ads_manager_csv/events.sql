-- grain: one row of an Ads Manager export
-- reads: documents
-- What each row is about and states. Spreadsheets round long ids, so an id must be all digits to count.
with named as (
    select
        document_no,
        d,
        nullif(regexp_extract(trim(d.account_id), '^(?:act_|'')?(\d+)$', 1), '') as account_id,
        nullif(regexp_extract(trim(d.campaign_id), '^(?:[a-z]{1,2}:|'')?(\d+)$', 1), '') as campaign_id,
        nullif(regexp_extract(trim(d.adset_id), '^(?:[a-z]{1,2}:|'')?(\d+)$', 1), '') as adset_id,
        nullif(regexp_extract(trim(d.ad_id), '^(?:[a-z]{1,2}:|'')?(\d+)$', 1), '') as ad_id,
        filled(d.campaign_name) as campaign_name,
        filled(d.adset_name) as adset_name,
        filled(d.ad_name) as ad_name,
        case
            when coalesce(filled(d.ad_id), filled(d.ad_name)) is not null then 'ad'
            when coalesce(filled(d.adset_id), filled(d.adset_name)) is not null then 'adset'
            when coalesce(filled(d.campaign_id), filled(d.campaign_name)) is not null then 'campaign'
            when coalesce(filled(d.account_id), filled(d.account_name)) is not null then 'account'
        end as level,
        -- The column of results counts what its indicator names, which differs from row to row.
        case
            when lower(trim(d.result_indicator)) like 'actions:%'
                then substr(lower(trim(d.result_indicator)), length('actions:') + 1)
        end as result_type
    from documents
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
    coalesce(calendar_day(d.day), calendar_day(d.reporting_starts)) as day,
    coalesce(calendar_day(d.day), calendar_day(d.reporting_ends), day) as last_day,
    coalesce(
        nullif(
            array_to_string(
                list_sort(
                    list_transform(
                        list_filter(
                            [
                                {'name': 'age', 'value': d.age},
                                {'name': 'conversion_destination', 'value': d.conversion_destination},
                                {'name': 'country', 'value': d.country},
                                {'name': 'device_platform', 'value': d.device_platform},
                                {'name': 'gender', 'value': d.gender},
                                {'name': 'hour', 'value': d.hour},
                                {'name': 'hour_of_audience', 'value': d.hour_of_audience},
                                {'name': 'impression_device', 'value': d.device},
                                {'name': 'platform_position', 'value': d.placement},
                                {'name': 'product_id', 'value': d.product_id},
                                {'name': 'publisher_platform', 'value': d.platform},
                                {'name': 'region', 'value': d.region}
                            ],
                            lambda b: filled(b.value) is not null
                        ),
                        lambda b: b.name || '=' || lower(translate(trim(b.value), ';=', ',~'))
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
    upper(filled(d.currency)) as currency,
    try_cast(local_amount(d.impressions) as bigint) as impressions,
    try_cast(local_amount(d.reach) as bigint) as reach,
    try_cast(local_amount(d.clicks) as bigint) as clicks,
    try_cast(
        coalesce(
            local_amount(d.link_clicks),
            case when result_type = 'link_click' then local_amount(d.results) end
        ) as bigint
    ) as link_clicks,
    local_amount(d.spend) as spend_amount,
    try_cast(
        coalesce(
            local_amount(d.conversations_started),
            case
                when result_type = 'onsite_conversion.messaging_conversation_started_7d'
                    then local_amount(d.results)
            end
        ) as bigint
    ) as conversations_started,
    try_cast(
        coalesce(
            local_amount(d.messaging_connections),
            case
                when result_type = 'onsite_conversion.total_messaging_connection'
                    then local_amount(d.results)
            end
        ) as bigint
    ) as messaging_connections,
    try_cast(
        coalesce(
            local_amount(d.new_messaging_contacts),
            case
                when result_type = 'onsite_conversion.messaging_first_reply'
                    then local_amount(d.results)
            end
        ) as bigint
    ) as new_messaging_contacts,
    try_cast(
        coalesce(
            local_amount(d.purchases),
            case
                when result_type in (
                    'onsite_conversion.purchase', 'omni_purchase', 'purchase',
                    'offsite_conversion.fb_pixel_purchase'
                ) then local_amount(d.results)
            end
        ) as bigint
    ) as purchases,
    local_amount(d.purchase_amount) as purchase_amount,
    filled(d.attribution_setting) as attribution_setting,
    case
        when level is null then 'totals row'
        when ad_key is null then 'row without a whole id and without a name'
        when day is null then 'row without a day'
    end as fault
from named
