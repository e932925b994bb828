-- grain: one wait that had begun and that nobody in person had ended
-- reads: reply_legs, conversations, conversation_messages, leg_calendars, window_openers, calendars, opening_slots, rules
-- Until when each unanswered wait was watched at the as-of, and what ended the watch.
with unanswered as (
    -- Of one conversation it is the last that had begun: a person ended those before it.
    select legs.*, talks.last_message_at, talks.last_event_at, talks.is_left_waiting, talks.last_opened_at, talks.window_closes_at
    from reply_legs as legs
    join conversations as talks using (conversation_id)
    where legs.asked_at <= $as_of and coalesce(legs.human_at > $as_of, true)
),
running as (
    select
        conversation_id,
        max(sent_at) filter (role not in ('handoff', 'close')) as last_message_at,
        arg_max(is_waiting, position) as is_waiting
    from conversation_messages
    where sent_at <= $as_of
        and conversation_id in (select conversation_id from unanswered where last_event_at > $as_of)
    group by conversation_id
),
windows as (
    select conversation_id, max(closes_at) as closes_at
    from window_openers
    where opened_at <= $as_of
        and conversation_id in (select conversation_id from unanswered where last_opened_at > $as_of)
    group by conversation_id
),
-- What only a bot answered ends by silence, as nobody waits any more; a question does not.
ends as (
    select
        unanswered.leg_id,
        unanswered.asked_at,
        unanswered.asked_open_ms,
        coalesce(running.last_message_at, unanswered.last_message_at) + to_milliseconds(rules.gap_ms) as silent_at,
        case when unanswered.closed_at <= $as_of then unanswered.closed_at end as told_closed_at,
        case when not coalesce(running.is_waiting, unanswered.is_left_waiting) and silent_at <= $as_of then silent_at end as over_at,
        least(told_closed_at, over_at) as ended_at,
        case when unanswered.last_opened_at <= $as_of then unanswered.window_closes_at else windows.closes_at end as answerable_until,
        case when answerable_until < $as_of then answerable_until end as lost_at,
        least(ended_at, lost_at, $as_of) as until_at
    from unanswered
    cross join rules
    left join running using (conversation_id)
    left join windows using (conversation_id)
)
select
    ends.leg_id,
    case
        when ends.ended_at <= coalesce(ends.lost_at, $as_of) then 'closed'
        when ends.lost_at is not null then 'window_lost'
        else 'waiting'
    end as wait_state,
    ends.until_at as watched_until,
    epoch_ms(ends.until_at) - epoch_ms(ends.asked_at) as observed_calendar_ms,
    slots.before_ms + greatest(0, least(epoch_ms(ends.until_at), slots.closes_ms) - slots.opens_ms)
        - coalesce(followed.base_ms, ends.asked_open_ms) as observed_opening_ms
from ends
left join leg_calendars as followed
    on followed.leg_id = ends.leg_id
    and ends.until_at >= followed.from_at and ends.until_at < followed.until_at
left join calendars on calendars.calendar_id = coalesce(followed.calendar_id, 0)
left join opening_slots as slots
    on slots.calendar_id = calendars.calendar_id
    and slots.slot = greatest(least(epoch_ms(ends.until_at) // calendars.slot_ms, calendars.last_slot), calendars.first_slot)
