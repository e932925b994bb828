-- grain: one ad on one reported range of days, per document that tells it
-- reads: documents
-- Rows of an Ads Manager export. Spreadsheets round long ids, so an id must be all digits to count.
with rows_of_ads as (
    select
        document_no,
        d,
        nullif(regexp_extract(trim(d.ad_id), '^(?:[a-z]{1,2}:|'')?(\d+)$', 1), '') as ad_id,
        coalesce(calendar_day(d.day), calendar_day(d.reporting_starts)) as first_day
    from documents
    where
        coalesce(filled(d.ad_id), filled(d.ad_name)) is not null
        and coalesce(
            filled(d.age), filled(d.gender), filled(d.platform), filled(d.placement),
            filled(d.device), filled(d.country), filled(d.region)
        ) is null
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
    first_day as day,
    coalesce(calendar_day(d.day), calendar_day(d.reporting_ends), first_day) as last_day,
    'none' as breakdown,
    filled(d.account_id) as account_id,
    filled(d.campaign_id) as campaign_id,
    filled(d.campaign_name) as campaign_name,
    filled(d.adset_id) as adset_id,
    filled(d.adset_name) as adset_name,
    ad_id,
    filled(d.ad_name) as ad_name,
    upper(filled(d.currency)) as currency,
    try_cast(local_amount(d.impressions) as bigint) as impressions,
    try_cast(local_amount(d.reach) as bigint) as reach,
    try_cast(local_amount(d.clicks) as bigint) as clicks,
    try_cast(local_amount(d.link_clicks) as bigint) as link_clicks,
    local_amount(d.spend) as spend_amount,
    try_cast(local_amount(d.conversations_started) as bigint) as conversations_started,
    try_cast(local_amount(d.messaging_connections) as bigint) as messaging_connections,
    try_cast(local_amount(d.new_messaging_contacts) as bigint) as new_messaging_contacts,
    try_cast(local_amount(d.purchases) as bigint) as purchases,
    local_amount(d.purchase_amount) as purchase_amount,
    filled(d.attribution_setting) as attribution_setting
from rows_of_ads
where first_day is not null and (ad_id is not null or filled(d.ad_name) is not null)
