-- grain: one document that holds nothing to keep
-- reads: documents, events
-- Why: passed over on purpose, or something a record needs is missing.
-- One kept event keeps the delivery; one faulty event says more than any number of receipts.
with summed as (
    select document_no, min(fault) as fault, min(passed_over) as passed_over
    from events
    group by document_no
    having bool_and(fault is not null or passed_over is not null)
)

select
    document_no,
    case when fault is null then 'ignored' else 'quarantined' end as outcome,
    coalesce(fault, passed_over) as reason
from summed
union all
select
    document_no,
    case when d.events is null then 'quarantined' else 'ignored' end as outcome,
    case when d.events is null then 'delivery that holds no event' else 'delivery of no events' end
        as reason
from documents
where document_no not in (select document_no from events)
