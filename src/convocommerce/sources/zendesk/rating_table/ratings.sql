-- grain: one judgement given, per row that shows it
-- reads: documents
-- What customers thought of a ticket; a rating that was offered and not given is none.
select
    document_no,
    'zendesk' as platform,
    filled(d.id) as rating_id,
    -- Tables that went through a spreadsheet write an hour before ten with one digit.
    coalesce(
        instant(regexp_replace(d.updated_at, '^(\S+ )(\d:)', '\10\2')),
        instant(regexp_replace(d.created_at, '^(\S+ )(\d:)', '\10\2'))
    ) as rated_at,
    filled(d.requester_id) as customer_id,
    filled(d.ticket_id) as case_id,
    'good_bad' as scale,
    case when starts_with(lower(d.score), 'good') then 1 else 0 end::decimal(18, 4) as score,
    starts_with(lower(d.score), 'good') as is_good,
    filled(d.assignee_id) as agent_id,
    filled(d."comment") as comment
from documents
where regexp_matches(lower(d.score), '^(good|bad)')
