-- grain: one document that is no step towards buying
-- reads: events
-- Most events of a website say that pages were looked at.
select
    document_no,
    case when fault like 'event without%' then 'quarantined' else 'ignored' end as outcome,
    fault as reason
from events
where fault is not null
