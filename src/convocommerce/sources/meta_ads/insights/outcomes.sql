-- grain: one document that is no usable row of an ad
-- reads: documents
-- Rows of campaigns and broken down rows repeat what rows of ads already say.
with judged as (
    select
        document_no,
        case
            when coalesce(filled(d.ad_id), filled(d.ad_name)) is null then 'not at ad level'
            when coalesce(
                d.age, d.gender, d.country, d.region, d.dma, d.publisher_platform,
                d.platform_position, d.device_platform, d.impression_device, d.product_id,
                d.place_page_id, d.frequency_value, d.conversion_destination, d.user_segment_key,
                d.hourly_stats_aggregated_by_advertiser_time_zone,
                d.hourly_stats_aggregated_by_audience_time_zone
            ) is not null then 'broken down row, would be counted twice'
            when calendar_day(d.date_start) is null then 'row without a day'
            when filled(d.ad_name) is null and not regexp_full_match(filled(d.ad_id), '\d+')
                then 'row without a whole ad id and without a name'
        end as reason
    from documents
)

select
    document_no,
    case when reason like 'row without %' then 'quarantined' else 'ignored' end as outcome,
    reason
from judged
where reason is not null
