-- grain: one thing that a numbered case lists after another stamped a little later
-- reads: messages, ticket_messages, numbered_exports, rules
-- What a clock puts a few seconds before something its source lists first: it was said at that one's time.
with told as (
    select
        thread_key, export, sequence, message_key,
        case when is_local then timezone('UTC', timezone(rules.time_zone, sent_at)) else sent_at end as sent_at
    from messages
    cross join rules
    union all
    select thread_key, export, sequence, message_key, sent_at from ticket_messages
),
-- Numbers above these belong to what has no place in the list and only comes last in its instant.
listed as (
    select
        told.*,
        greatest(clock_tolerance_ms, 1) as ms,
        epoch_ms(sent_at) // ms as moment
    from told
    cross join rules
    where export in (select export from numbered_exports) and sequence <= 2000000000
),
ordered as (
    select
        *,
        max(sent_at) over (
            partition by thread_key, export
            order by sequence, sent_at, message_key
            rows between unbounded preceding and 1 preceding
        ) as latest_at
    from listed
),
-- Nearly always nothing. One stamp far ahead puts all that follows behind it, so only what is near
-- is looked at.
behind as (
    select *, unnest([moment, moment + 1]) as near_moment
    from ordered
    where sent_at < latest_at
)
select
    behind.thread_key,
    behind.message_key,
    any_value(behind.sent_at) as sent_at,
    max(earlier.sent_at) as latest_at,
    arg_max(earlier.message_key, (earlier.sent_at, earlier.sequence, earlier.message_key)) as latest_key
from behind
cross join rules
join listed as earlier
    on earlier.thread_key = behind.thread_key
    and earlier.export = behind.export
    and earlier.moment = behind.near_moment
    and earlier.sent_at > behind.sent_at
    and earlier.sent_at <= behind.sent_at + to_milliseconds(clock_tolerance_ms)
    and (earlier.sequence, earlier.sent_at, earlier.message_key)
        < (behind.sequence, behind.sent_at, behind.message_key)
group by behind.thread_key, behind.message_key
