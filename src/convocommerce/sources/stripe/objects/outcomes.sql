-- grain: one document that gives no record
-- reads: documents, events
-- Why. A page counts as kept when anything in it was; else its first object's reason stands for it.
with judged as (
    select
        document_no,
        case
            when o is null then 'event without an object'
            when what = 'other' then 'object that is no payment'
            when id is null and what <> 'refund' then 'payment without id'
            when what = 'checkout.session' and o.mode = 'setup' then 'session that only saves a way to pay'
            when what = 'checkout.session' and opened_at is null then 'session without the time it was opened'
            when what = 'checkout.session' then null
            when what = 'refund' and id is null then 'refund without id'
            when what = 'refund' and order_id is null then 'refund without its payment'
            when what = 'refund' and coalesce(o.status, 'succeeded') <> 'succeeded' then 'refund that did not go through'
            when what = 'refund' and opened_at is null then 'refund without its time'
            when what = 'refund' and coalesce(amount(o.amount), 0) <= 0 then 'refund without an amount'
            when what = 'refund' then null
            when payment_status is null then 'payment that was not made'
            when opened_at is null then 'payment without its time'
        end as reason
    from events
),

by_document as (
    select
        documents.document_no,
        case
            when count(judged.document_no) = 0 then 'page without objects'
            when count(*) filter (judged.reason is null) = 0 then min(judged.reason)
        end as reason
    from documents
    left join judged using (document_no)
    group by documents.document_no
)

select
    document_no,
    case when reason like '% without %' and reason <> 'page without objects' then 'quarantined' else 'ignored' end as outcome,
    reason
from by_document
where reason is not null
