-- grain: one judgement given, per document that shows it
-- reads: events
-- What customers thought of a ticket; a rating that was offered and not given is none.
select
    document_no,
    'zendesk' as platform,
    filled(d.id) as rating_id,
    coalesce(updated_at, created_at) as rated_at,
    filled(d.requester_id) as customer_id,
    ticket_id as case_id,
    'good_bad' as scale,
    case when starts_with(lower(d.score), 'good') then 1 else 0 end::decimal(18, 4) as score,
    starts_with(lower(d.score), 'good') as is_good,
    filled(d.assignee_id) as agent_id,
    case when d."comment" not like '{%' then filled(d."comment") end as comment
from events
where what = 'rating' and regexp_matches(lower(d.score), '^(good|bad)')
