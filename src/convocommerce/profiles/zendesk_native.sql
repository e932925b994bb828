-- grain: one ticket
-- reads: cases, case_heads, case_events, case_statuses
-- Zendesk's own ticket metrics: from the making of the ticket to the first public comment of an agent.
with spoken as (
    from case_events where is_said and not is_copy and role <> 'system' or role in ('note', 'handoff')
),
-- In messaging the ticket is made when the bot hands over to people; with the bot alone there is none.
made as (
    select
        cases.case_id,
        any_value(cases.is_ticket) as is_ticket,
        any_value(cases.is_messaging) as is_messaging,
        any_value(cases.status) as status,
        any_value(cases.is_gone) as is_gone,
        coalesce(bool_or(spoken.role = 'bot'), false) as has_bot,
        min(spoken.happened_at) filter (spoken.role = 'handoff') as handoff_at,
        min(spoken.happened_at) filter (spoken.role = 'human' and spoken.is_said) as human_at,
        case
            when any_value(cases.is_ticket) then any_value(cases.created_at)
            when not has_bot then any_value(cases.created_at)
            else coalesce(handoff_at, case when human_at is not null then any_value(cases.created_at) end)
        end as created_at
    from cases
    left join spoken using (case_id)
    group by cases.case_id
),
-- A comment that an agent opens a ticket with answers nobody; the next public one is the reply.
openings as (
    select spoken.case_id, spoken.event_key, spoken.happened_at, spoken.sequence
    from spoken
    join made using (case_id)
    where not made.is_messaging
    qualify row_number() over (
            partition by spoken.case_id order by spoken.happened_at, spoken.sequence, spoken.event_key
        ) = 1
        and spoken.role = 'human'
        and spoken.happened_at <= made.created_at + interval 5 seconds
),
replies as (
    select spoken.*
    from spoken
    join made using (case_id)
    left join openings using (case_id)
    where spoken.role = 'human'
        and spoken.is_said
        -- Chats can be older than the ticket that keeps them.
        and spoken.happened_at >= date_trunc('second', made.created_at)
        and (
            openings.case_id is null
            or (spoken.happened_at, spoken.sequence, spoken.event_key)
                > (openings.happened_at, openings.sequence, openings.event_key)
        )
),
counted as (
    select
        case_id,
        min(happened_at) as ended_at,
        count(*) as n_messages,
        count(distinct conversation_id) as n_conversations
    from replies
    group by case_id
),
-- Where the history begins later than the ticket, it was new until then.
waits as (
    select case_id, status, status_before, happened_at, until, is_history from case_statuses
    union all
    select made.case_id, coalesce(first.status_before, 'new'), null, made.created_at, first.happened_at, is_history
    from made
    join (
        select
            case_id,
            min(happened_at) as happened_at,
            arg_min_null(status_before, happened_at) as status_before,
            any_value(is_history) as is_history
        from case_statuses
        group by case_id
    ) as first using (case_id)
    where first.happened_at > made.created_at
),
lengths as (
    select
        case_id,
        min(happened_at) filter (status = 'solved') as first_solved_at,
        max(happened_at) filter (status = 'solved') as last_solved_at,
        min(happened_at) filter (status = 'closed') as closed_at,
        count(*) filter (status_before in ('solved') and status in ('new', 'open', 'pending', 'hold')) as n_reopens,
        count(*) filter (status in ('pending', 'hold')) as n_pauses,
        arg_max(status, happened_at) as status,
        any_value(is_history) as is_history,
        coalesce(sum(epoch_ms(coalesce(until, $as_of)) - epoch_ms(happened_at)) filter (status in ('new', 'open', 'hold')), 0) / 1000 as requester_wait_seconds,
        coalesce(sum(epoch_ms(coalesce(until, $as_of)) - epoch_ms(happened_at)) filter (status = 'pending'), 0) / 1000 as agent_wait_seconds,
        coalesce(sum(epoch_ms(coalesce(until, $as_of)) - epoch_ms(happened_at)) filter (status = 'hold'), 0) / 1000 as on_hold_seconds
    from waits
    group by case_id
)
select
    made.case_id,
    case_heads.conversation_id,
    0 as again,
    made.created_at as started_at,
    counted.ended_at,
    made.created_at as cohort_at,
    case
        when made.created_at is null then 'handled by a bot'
        when counted.ended_at is null and openings.case_id is not null then 'started by the business'
        when counted.ended_at is null and made.human_at < made.created_at then 'answered before the ticket'
        when counted.ended_at is null then 'not answered'
    end as reason,
    -- The figure is null until both events exist, and null is in no report.
    reason is null as is_counted,
    (epoch_ms(coalesce(lengths.first_solved_at, lengths.closed_at)) - epoch_ms(made.created_at)) / 1000 as first_resolution_seconds,
    -- As long as a ticket is open again, it is not resolved.
    case
        when lengths.status in ('solved', 'closed')
            then (epoch_ms(coalesce(lengths.last_solved_at, lengths.closed_at)) - epoch_ms(made.created_at)) / 1000
    end as full_resolution_seconds,
    coalesce(lengths.n_reopens, 0) as n_reopens,
    -- In messaging all answers of one session count as one reply.
    coalesce(case when made.is_messaging then counted.n_conversations else counted.n_messages end, 0) as n_replies,
    coalesce(lengths.status in ('solved', 'closed'), false)
        and case
            when made.is_messaging
                then n_replies >= 1 and lengths.n_pauses = 0 and lengths.n_reopens = 0
            else n_replies < 2
        end as is_one_touch,
    case when lengths.is_history then lengths.requester_wait_seconds end as requester_wait_seconds,
    case when lengths.is_history then lengths.agent_wait_seconds end as agent_wait_seconds,
    case when lengths.is_history then lengths.on_hold_seconds end as on_hold_seconds
from made
left join case_heads using (case_id)
left join counted using (case_id)
left join openings using (case_id)
left join lengths using (case_id)
