-- grain: one document that holds nothing to keep
-- reads: documents, events
-- Why: the platform lists more than it tells, or it is not known who is who.
with judged as (
    select
        document_no,
        min(fault) filter (fault like 'message without%' or fault like 'no sign%') as broken,
        min(fault) filter (fault like 'thread%') as passed_over,
        bool_or(is_lone) as is_lone
    from events
    group by document_no
    having not bool_or(fault is null)
)

select
    document_no,
    case when broken is null then 'ignored' else 'quarantined' end as outcome,
    coalesce(
        broken,
        passed_over,
        case
            when is_lone then 'message listed without its details'
            else 'thread whose messages are listed without their details'
        end
    ) as reason
from judged
union all
select
    document_no,
    'ignored' as outcome,
    'page without threads' as reason
from documents
where document_no not in (select document_no from events)
