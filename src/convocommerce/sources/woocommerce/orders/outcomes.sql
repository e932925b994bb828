-- grain: one document that gives no record
-- reads: events
-- Why it gives none.
with judged as (
    select
        document_no,
        case
            when kind = 'other' then 'not an order, checkout or refund'
            when kind = 'refund' then case
                when id is null then 'refund without id'
                when parent_id is null then 'refund without its order'
                when created_at is null then 'refund without its time'
                when coalesce(amount(d.amount), 0) = 0 then 'refund without an amount'
            end
            when id is null then 'order without id'
            when status = 'auto-draft' then 'order that was never entered'
            when created_at is null then 'order without the time it was placed'
        end as reason
    from events
)

select
    document_no,
    case when reason like '% without %' then 'quarantined' else 'ignored' end as outcome,
    reason
from judged
where reason is not null
