-- grain: one document that is no event of a chat
-- reads: events
-- Logs hold the platform's answers and the website's events too.
select
    document_no,
    case when fault like 'event without%' then 'quarantined' else 'ignored' end as outcome,
    fault as reason
from events
where fault is not null
