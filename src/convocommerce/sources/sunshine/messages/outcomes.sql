-- grain: one document that holds nothing to keep
-- reads: documents, events
-- Why: passed over on purpose, or something a record needs is missing.
with summed as (
    select document_no, min(fault) as fault, min(passed_over) as passed_over
    from events
    group by document_no
    having bool_and(fault is not null or passed_over is not null)
)

select
    document_no,
    case when fault is null or passed_over is not null then 'ignored' else 'quarantined' end
        as outcome,
    coalesce(passed_over, fault) as reason
from summed
union all
select document_no, 'ignored' as outcome, 'page without messages' as reason
from documents
where document_no not in (select document_no from events)
