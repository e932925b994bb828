-- grain: one change of a case's status
-- reads: cases, case_events, ticket_statuses
-- When each ticket was opened, paused and solved: what the helpdesk tells, else what closed and reopened it.
with told as (
    select
        cases.case_id, statuses.changed_at as happened_at, statuses.status, statuses.status_before,
        0 as sequence, statuses.event_id as event_key, true as is_history
    from ticket_statuses as statuses
    join cases
        on cases.is_ticket
        and cases.platform = statuses.platform
        and cases.ticket_id = statuses.ticket_id
    where statuses.changed_at <= $as_of
    union all
    select
        case_id, happened_at,
        case role when 'close' then 'solved' else 'open' end as status,
        null as status_before, 1 as sequence, event_key::varchar as event_key,
        false as is_history
    from case_events
    where role in ('close', 'reopen', 'handoff')
),
-- One change is often told twice, by the ticket's history and by a line in the conversation.
ordered as (
    select
        *,
        lag(status) over line as before_status,
        lag(happened_at) over line as before_at
    from told
    window line as (partition by case_id order by happened_at, sequence, event_key)
)
select
    case_id,
    happened_at,
    status,
    coalesce(status_before, before_status) as status_before,
    -- Waits can only be told from the whole history.
    bool_or(is_history) over (partition by case_id) as is_history,
    lead(happened_at) over (partition by case_id order by happened_at, sequence, event_key) as until
from ordered
where not coalesce(status = before_status and happened_at - before_at <= interval 2 seconds, false)
