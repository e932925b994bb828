-- grain: one stretch of a wait, from its question on, under hours other than by the rules' own
-- reads: conversation_messages, conversation_calendars, opening_slots, rules
-- Under which calendar a wait stood from when to when, and what its open time is counted from.
with asked as (
    select leg_id, conversation_id, sent_at as asked_at
    from conversation_messages
    where message_key = leg_id
),
stretches as (
    select
        asked.leg_id,
        asked.asked_at,
        told.*,
        slots.before_ms + greatest(0, least(epoch_ms(asked.asked_at), slots.closes_ms) - slots.opens_ms) as asked_ms
    from asked
    join conversation_calendars as told using (conversation_id)
    join opening_slots as slots
        on slots.calendar_id = told.calendar_id and slots.slot = epoch_ms(asked.asked_at) // told.slot_ms
    where told.until_at > asked.asked_at
)
-- Open time until an instant inside the stretch is the calendar's own before it, less base_ms.
select
    leg_id,
    conversation_id,
    thread_key,
    greatest(from_at, asked_at) as from_at,
    until_at,
    calendar_id,
    slot_ms,
    -- The conversation's open time so far runs on over stretches; the wait begins where it stood then.
    case rules.schedule_mode
        when 'single_at_end' then asked_ms
        else base_ms + max(asked_ms - base_ms) filter (from_at <= asked_at) over (partition by leg_id)
    end::bigint as base_ms
from stretches
cross join rules
