-- grain: one document that is no usable checkout
-- reads: documents
-- Why a checkout cannot be kept.
with judged as (
    select
        document_no,
        case
            when coalesce(filled(d.id), filled(d.token)) is null then 'checkout without id and token'
            when instant(d.created_at) is null then 'checkout without the time it was started'
        end as reason
    from documents
)

select document_no, 'quarantined' as outcome, reason
from judged
where reason is not null
