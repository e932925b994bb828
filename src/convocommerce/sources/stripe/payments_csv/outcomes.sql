-- grain: one row that is no usable payment
-- reads: documents
-- Why a payment cannot be kept.
with judged as (
    select
        document_no,
        case
            when coalesce(filled(d.payment_intent), filled(d.id)) is null then 'payment without id'
            when instant(d.created) is null then 'payment without its time'
            when coalesce(lower(filled(d.status)), '') not in ('paid', 'succeeded', 'refunded', 'partially refunded', 'disputed', 'uncaptured', 'pending')
                then 'payment that was not made'
        end as reason
    from documents
)

select
    document_no,
    case when reason like '% without %' then 'quarantined' else 'ignored' end as outcome,
    reason
from judged
where reason is not null
