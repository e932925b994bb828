-- grain: one ticket
-- reads: dbt_tickets, case_heads, dbt_legs, dbt_comments, dbt_hours, case_statuses
-- The public dbt package for Zendesk as it is: by the role of who commented, strictly later, in seconds.
with firsts as (
    select case_id, min(started_at) as started_at, min(ended_at) as ended_at
    from dbt_legs
    where is_first
    group by case_id
),
totals as (
    select
        case_id,
        list(date_diff('second', started_at, ended_at) order by started_at) filter (ended_at is not null) as reply_seconds
    from dbt_legs
    group by case_id
),
comments as (
    select
        case_id,
        count(*) filter (commenter = 'internal' and is_public) as n_public,
        count(*) filter (commenter = 'internal' and is_public and previous <> 'first') as n_replies
    from dbt_comments
    group by case_id
),
-- Whole minutes that began, of every status; an open one runs until now.
solved as (
    select
        case_id,
        coalesce(min(happened_at) filter (status = 'solved'), min(happened_at) filter (status = 'closed')) as first_solved_at,
        coalesce(max(happened_at) filter (status = 'solved'), max(happened_at) filter (status = 'closed')) as last_solved_at,
        count(*) filter (status = 'solved') as n_solved,
        60 * sum(date_diff('minute', happened_at, coalesce(until, $as_of))) filter (status in ('new', 'open', 'hold')) as requester_wait_seconds,
        60 * sum(date_diff('minute', happened_at, coalesce(until, $as_of))) filter (status = 'pending') as agent_wait_seconds,
        60 * sum(date_diff('minute', happened_at, coalesce(until, $as_of))) filter (status = 'hold') as on_hold_seconds,
        arg_max(status, happened_at) as status,
        any_value(is_history) as is_history
    from case_statuses
    group by case_id
)
select
    made.case_id,
    case_heads.conversation_id,
    0 as again,
    -- Differences count the seconds that began.
    date_trunc('second', coalesce(firsts.started_at, made.made_at)) as started_at,
    case when comments.n_public > 0 then date_trunc('second', firsts.ended_at) end as ended_at,
    made.made_at as cohort_at,
    -- Its days are those of UTC.
    made.made_at::date as cohort_day,
    case
        when firsts.case_id is null then 'nobody known wrote'
        when firsts.ended_at is null or comments.n_public = 0 then 'not answered'
    end as reason,
    reason is null as is_counted,
    -- Also where the agent who opened it was never followed by another: a time without an end.
    case when comments.n_public > 0 then dbt_hours.opening_ms end as opening_ms,
    60 * date_diff('minute', made.made_at, solved.first_solved_at) as first_resolution_seconds,
    60 * date_diff('minute', made.made_at, solved.last_solved_at) as full_resolution_seconds,
    greatest(coalesce(solved.n_solved, 0) - 1, 0) as n_reopens,
    coalesce(comments.n_replies, 0) as n_replies,
    -- True of a reopened ticket too, as long as one answer was all.
    coalesce(coalesce(made.status, solved.status) in ('solved', 'closed') and comments.n_public = 1, false) as is_one_touch,
    case when solved.is_history then coalesce(solved.requester_wait_seconds, 0) end as requester_wait_seconds,
    case when solved.is_history then coalesce(solved.agent_wait_seconds, 0) end as agent_wait_seconds,
    case when solved.is_history then coalesce(solved.on_hold_seconds, 0) end as on_hold_seconds,
    totals.reply_seconds
from dbt_tickets as made
left join case_heads using (case_id)
left join firsts using (case_id)
left join totals using (case_id)
left join comments using (case_id)
left join solved using (case_id)
left join dbt_hours using (case_id)
