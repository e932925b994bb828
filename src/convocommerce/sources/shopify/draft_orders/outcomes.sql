-- grain: one document that is no usable draft order
-- reads: documents
-- Why a draft cannot be kept.
with judged as (
    select
        document_no,
        case
            when filled(d.id) is null then 'draft order without id'
            when instant(d.created_at) is null then 'draft order without the time it was made'
        end as reason
    from documents
)

select document_no, 'quarantined' as outcome, reason
from judged
where reason is not null
