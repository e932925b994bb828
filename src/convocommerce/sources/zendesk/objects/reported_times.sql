-- grain: one duration that Zendesk recorded of a ticket, per document that tells it
-- reads: events
-- Zendesk's own figures: whole minutes, and seconds only for a messaging ticket's first reply.
with sets as (
    select document_no, ticket_id, created_at, updated_at, instant(d.solved_at) as solved_at,
        {
            'reply_s': d.reply_time_in_seconds, 'reply': d.reply_time_in_minutes,
            'first': d.first_resolution_time_in_minutes, 'full': d.full_resolution_time_in_minutes,
            'agent': d.agent_wait_time_in_minutes, 'requester': d.requester_wait_time_in_minutes,
            'hold': d.on_hold_time_in_minutes
        } as m
    from events
    where what = 'metrics' and ticket_id is not null
    union all
    select
        document_no, ticket_id, coalesce(instant(d.metric_set.created_at), created_at),
        coalesce(instant(d.metric_set.updated_at), updated_at), instant(d.metric_set.solved_at),
        {
            'reply_s': d.metric_set.reply_time_in_seconds,
            'reply': d.metric_set.reply_time_in_minutes,
            'first': d.metric_set.first_resolution_time_in_minutes,
            'full': d.metric_set.full_resolution_time_in_minutes,
            'agent': d.metric_set.agent_wait_time_in_minutes,
            'requester': d.metric_set.requester_wait_time_in_minutes,
            'hold': d.metric_set.on_hold_time_in_minutes
        }
    from events
    where what = 'ticket' and d.metric_set is not null
),

measured as (
    select * exclude (m), unnest([
        {
            'measure': 'first_reply',
            'calendar': coalesce(whole(m.reply_s.calendar), try(whole(m.reply.calendar) * 60)),
            'business': coalesce(whole(m.reply_s.business), try(whole(m.reply.business) * 60)),
            'precision': case when whole(m.reply_s.calendar) is null then 60 else 1 end
        },
        {
            'measure': 'first_resolution', 'calendar': try(whole(m."first".calendar) * 60),
            'business': try(whole(m."first".business) * 60), 'precision': 60
        },
        {
            'measure': 'full_resolution', 'calendar': try(whole(m."full".calendar) * 60),
            'business': try(whole(m."full".business) * 60), 'precision': 60
        },
        {
            'measure': 'agent_wait', 'calendar': try(whole(m.agent.calendar) * 60),
            'business': try(whole(m.agent.business) * 60), 'precision': 60
        },
        {
            'measure': 'requester_wait', 'calendar': try(whole(m.requester.calendar) * 60),
            'business': try(whole(m.requester.business) * 60), 'precision': 60
        },
        {
            'measure': 'on_hold', 'calendar': try(whole(m.hold.calendar) * 60),
            'business': try(whole(m.hold.business) * 60), 'precision': 60
        }
    ]) as t
    from sets
)

select
    document_no,
    'zendesk' as platform,
    ticket_id as case_id,
    t.measure as measure,
    0 as instance,
    updated_at,
    case when t.measure in ('first_resolution', 'full_resolution') then created_at end as started_at,
    case when t.measure = 'full_resolution' then solved_at end as ended_at,
    t.calendar as calendar_seconds,
    t.business as business_seconds,
    t.precision as precision_seconds
from measured
where coalesce(t.calendar, t.business) is not null
union all
-- Of a metric's events only the measured ones state a duration; the others begin and end it.
select
    document_no,
    'zendesk' as platform,
    ticket_id as case_id,
    case
        when d.metric = 'requester_wait_time' then 'requester_wait'
        when whole(d.instance_id) = 1 then 'first_reply'
        else 'next_reply'
    end as measure,
    case when d.metric = 'reply_time' and whole(d.instance_id) > 1 then whole(d.instance_id) else 0 end
        ::integer as instance,
    instant(d."time") as updated_at,
    null::timestamp as started_at,
    null::timestamp as ended_at,
    try(whole(json_extract_string(d.status, '$.calendar')) * 60) as calendar_seconds,
    try(whole(json_extract_string(d.status, '$.business')) * 60) as business_seconds,
    60 as precision_seconds
from events
where what = 'metric_event'
    and d.metric in ('reply_time', 'requester_wait_time')
    and d."type" = 'update_status'
    and d.status like '{%'
    and not coalesce(truth(d.deleted), false)
