-- grain: one row that is no usable order
-- reads: documents
-- Further products of an order repeat its name and leave the columns of the order empty.
with judged as (
    select
        document_no,
        case
            when filled(d.total) is null and coalesce(filled(d.id), filled(d.name)) is not null
                then 'further line of an order'
            when shopify_is_shortened(d.id)
                then 'order without its whole id, which a spreadsheet has shortened: take the export as it came'
            when shopify_order_id(d.id, d.name) is null then 'order without id and number'
            when filled(d.created_at) is null then 'order without the time it was placed'
            when instant(d.created_at) is null
                then 'order without a time that can be read, such as 2026-03-09 14:05:00 +0100: a spreadsheet rewrites them, so take the export as it came'
        end as reason
    from documents
)

select
    document_no,
    case when reason like '% without %' then 'quarantined' else 'ignored' end as outcome,
    reason
from judged
where reason is not null
