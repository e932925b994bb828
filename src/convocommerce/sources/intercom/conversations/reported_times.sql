-- grain: one duration of a conversation as Intercom counts it, per document that tells it
-- reads: events
-- Durations leave out the hours in which the office is closed; the instants beside them do not.
with counted as (
    select
        document_no,
        case_id,
        instant(item.updated_at) as updated_at,
        sent_at as created_at,
        item.statistics as s
    from events
    where is_opening and is_placed
),

measured as (
    select
        document_no,
        case_id,
        updated_at,
        unnest([
            {
                'measure': 'first_reply',
                'started_at': instant(s.first_contact_reply_at),
                'ended_at': instant(s.first_admin_reply_at),
                'seconds': whole(s.time_to_admin_reply)
            },
            {
                'measure': 'first_resolution',
                'started_at': created_at,
                'ended_at': instant(s.first_close_at),
                'seconds': whole(s.time_to_first_close)
            },
            {
                'measure': 'full_resolution',
                'started_at': created_at,
                'ended_at': instant(s.last_close_at),
                'seconds': whole(s.time_to_last_close)
            }
        ]) as told
    from counted
)

select
    document_no,
    'intercom' as platform,
    case_id,
    told.measure as measure,
    0 as instance,
    updated_at,
    told.started_at as started_at,
    told.ended_at as ended_at,
    -- An employee who writes first answers before they are asked.
    case
        when told.ended_at >= told.started_at
            then date_diff('second', told.started_at, told.ended_at)
    end as calendar_seconds,
    case when told.seconds >= 0 then told.seconds end as business_seconds,
    1 as precision_seconds
from measured
where told.ended_at is not null or told.seconds >= 0
