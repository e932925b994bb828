-- grain: one ticket
-- reads: cases, case_heads, reported_times
-- What the helpdesk itself recorded: the figure on the vendor's screen.
select
    cases.case_id,
    case_heads.conversation_id,
    0 as again,
    min(reported.started_at) as started_at,
    min(reported.ended_at) as ended_at,
    coalesce(min(reported.started_at), any_value(cases.created_at)) as cohort_at,
    min(reported.calendar_seconds) * 1000 as calendar_ms,
    min(reported.business_seconds) * 1000 as opening_ms,
    max(reported.precision_seconds) as precision_seconds,
    case when min(reported.calendar_seconds) is null then 'not answered' end as reason,
    reason is null as is_counted
from reported_times as reported
join cases
    on cases.is_ticket and cases.platform = reported.platform and cases.ticket_id = reported.case_id
left join case_heads on case_heads.case_id = cases.case_id
where reported.measure = 'first_reply'
    -- What was measured after the as-of is not known at it.
    and coalesce(reported.ended_at, reported.started_at + to_seconds(reported.calendar_seconds), cases.created_at + to_seconds(reported.calendar_seconds)) <= $as_of
group by cases.case_id, case_heads.conversation_id
