-- grain: one row that is no usable row of an ad
-- reads: documents
-- The first row of an export often adds up the others; broken down rows repeat the whole in parts.
with judged as (
    select
        document_no,
        case
            when coalesce(
                filled(d.campaign_name), filled(d.adset_name), filled(d.ad_name),
                filled(d.campaign_id), filled(d.adset_id), filled(d.ad_id)
            ) is null then 'totals row'
            when coalesce(filled(d.ad_id), filled(d.ad_name)) is null then 'not at ad level'
            when coalesce(
                filled(d.age), filled(d.gender), filled(d.platform), filled(d.placement),
                filled(d.device), filled(d.country), filled(d.region)
            ) is not null then 'broken down row, would be counted twice'
            when coalesce(calendar_day(d.day), calendar_day(d.reporting_starts)) is null
                then 'row without a day'
            when filled(d.ad_name) is null
                and not regexp_matches(trim(d.ad_id), '^(?:[a-z]{1,2}:|'')?\d+$')
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
