-- grain: one ticket
-- reads: cases, case_heads, case_events, case_statuses
-- The public dbt package for Zendesk as it is: by the role of who commented, strictly later, in seconds.
with made as (
    select
        cases.*,
        -- A conversation without a ticket gets one at the bot's hand-over, as Zendesk would make it.
        case
            when cases.is_ticket then cases.created_at
            else coalesce(
                (select min(events.happened_at) from case_events as events
                 where events.case_id = cases.case_id and events.role = 'handoff'),
                cases.created_at
            )
        end as made_at
    from cases
),
-- Only people of the list count, and a bot that posts under an agent's number is that agent.
joined as (
    select
        events.*,
        events.is_said as is_public,
        case events.listed_role when 'external' then 'external' when 'internal' then 'internal' end as commenter
    from case_events as events
    where (events.is_said or events.role = 'note')
        and events.listed_role is not null
        -- Rules' own messages are no comments, and a chat is told by its table, not by the log.
        and events.role not in ('auto', 'marketing', 'handoff', 'close', 'reopen')
        and not events.is_logged_again
),
-- In one second customers are taken to come first.
enriched as (
    select
        *,
        coalesce(
            lag(commenter) over (
                partition by case_id, is_public order by happened_at, commenter, sequence, event_key
            ),
            'first'
        ) as previous,
        sum((not is_public)::int) over (
            partition by case_id order by happened_at, sequence, event_key
            rows between unbounded preceding and current row
        ) as n_notes_before
    from joined
),
public_comments as (
    from enriched where is_public
),
legs as (
    select
        asked.case_id,
        asked.previous = 'first' as is_first,
        case when is_first then made.made_at else asked.happened_at end as started_at,
        -- An agent who opens the ticket is answered by the next agent, unless a note came before.
        min(
            case
                when is_first and asked.commenter <> 'external' and asked.n_notes_before > 0 then asked.happened_at
                else answers.happened_at
            end
        ) as ended_at
    from public_comments as asked
    join made using (case_id)
    -- Strictly later: an answer in the same second is passed over.
    left join public_comments as answers
        on answers.case_id = asked.case_id
        and answers.commenter = 'internal'
        and answers.happened_at > asked.happened_at
    where asked.commenter = 'external' and asked.previous <> 'external' or asked.previous = 'first'
    group by all
),
firsts as (
    select case_id, min(started_at) as started_at, min(ended_at) as ended_at
    from legs
    where is_first
    group by case_id
),
totals as (
    select
        case_id,
        list(date_diff('second', started_at, ended_at) order by started_at) filter (ended_at is not null) as reply_seconds
    from legs
    group by case_id
),
comments as (
    select
        case_id,
        count(*) filter (commenter = 'internal' and is_public) as n_public,
        count(*) filter (commenter = 'internal' and is_public and previous <> 'first') as n_replies
    from enriched
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
from made
left join case_heads using (case_id)
left join firsts using (case_id)
left join totals using (case_id)
left join comments using (case_id)
left join solved using (case_id)
