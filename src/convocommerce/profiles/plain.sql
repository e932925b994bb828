-- grain: one thread of the helpdesk
-- reads: cases, case_heads, case_events
-- Plain's first response time: from the first message that came in, not from the thread's making, to a person's.
with said as (
    from case_events where is_said and not is_copy and not is_failed
),
asked as (
    select
        case_id,
        min((happened_at, sequence, event_key)) filter (role = 'customer') as place,
        -- What machines say first does not make it a thread of the business.
        arg_min(role, (happened_at, sequence, event_key)) filter (role in ('customer', 'human', 'marketing')) as first_role
    from said
    group by case_id
),
answered as (
    select said.case_id, min(said.happened_at) as ended_at, count(*) as n_replies
    from said
    join asked using (case_id)
    -- Machine users never stop it.
    where said.role = 'human' and (said.happened_at, said.sequence, said.event_key) > asked.place
    group by said.case_id
)
select
    cases.case_id,
    case_heads.conversation_id,
    0 as again,
    asked.place[1] as started_at,
    -- Counted on the day of the reply.
    answered.ended_at as cohort_at,
    case
        when asked.first_role in ('human', 'marketing') then 'started by the business'
        when asked.place is null then 'the customer did not write'
        when answered.ended_at is null then 'not answered'
    end as reason,
    case when reason is null then answered.ended_at end as ended_at,
    reason is null as is_counted,
    coalesce(answered.n_replies, 0) as n_replies
from cases
left join case_heads using (case_id)
left join asked using (case_id)
left join answered using (case_id)
