-- grain: one document that gives no record
-- reads: documents, events
-- A bulk export writes the lines, transactions and so on of an order as documents of their own. An
-- answer counts as kept when anything in it was.
with judged as (
    select
        document_no,
        case
            when what = 'part' then 'part of an order'
            when what = 'other' then 'not an order or a checkout'
            when what is null or shop_id is null then 'order or checkout without id'
            when instant(d.createdAt) is null then 'order or checkout without the time it was made'
        end as reason
    from events
),

by_document as (
    select
        documents.document_no,
        case
            when count(judged.document_no) = 0 then 'answer that holds no orders'
            when count(*) filter (judged.reason is null) = 0 then max(judged.reason)
        end as reason
    from documents
    left join judged using (document_no)
    group by documents.document_no
)

select
    document_no,
    case when reason like '% without %' then 'quarantined' else 'ignored' end as outcome,
    reason
from by_document
where reason is not null
