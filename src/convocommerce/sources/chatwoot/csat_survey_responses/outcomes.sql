-- grain: one document that holds nothing to keep
-- reads: documents
-- Why: nothing was judged, or the judgement lacks what a record needs.
with judged as (
    select
        document_no,
        case
            when filled(d.rating) is null then 'survey that was not answered'
            when coalesce(amount(d.rating) not between 1 and 5, true)
                then 'survey response without a rating from 1 to 5'
            when filled(d.id) is null then 'survey response without its id'
            when instant(d.created_at) is null then 'survey response without a time'
        end as verdict
    from documents
)

select
    document_no,
    case when verdict like '% without %' then 'quarantined' else 'ignored' end as outcome,
    verdict as reason
from judged
where verdict is not null
