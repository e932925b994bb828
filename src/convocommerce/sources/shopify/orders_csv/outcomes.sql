-- grain: one row that is no usable order
-- reads: documents
-- Further products of an order repeat its name and leave the columns of the order empty.
with judged as (
    select
        document_no,
        case
            when coalesce(filled(ltrim(trim(d.id), '''')), filled(d.name)) is null
                then 'order without id and number'
            when filled(d.total) is null then 'further line of an order'
            when instant(d.created_at) is null then 'order without the time it was placed'
        end as reason
    from documents
)

select
    document_no,
    case when reason like '% without %' then 'quarantined' else 'ignored' end as outcome,
    reason
from judged
where reason is not null
