-- grain: one stretch of a conversation, from its first question on, under hours other than by the rules' own
-- reads: conversation_clocks, threads, ticket_calendars, calendar_uses, calendars, opening_slots, rules
-- Under which calendar a conversation waited from when to when, and what its open time is counted from.
with served as (
    select
        threads.thread_key,
        timestamp '-infinity' as from_at,
        timestamp 'infinity' as until_at,
        coalesce(by_business.calendar_id, by_channel.calendar_id) as calendar_id
    from threads
    left join calendar_uses as by_business on by_business.used_by = 'business' and by_business.name = threads.business_id
    left join calendar_uses as by_channel on by_channel.used_by = 'channel' and by_channel.name = threads.channel
    where coalesce(by_business.calendar_id, by_channel.calendar_id) is not null
        and threads.thread_key not in (select thread_key from ticket_calendars)
),
stretches as (
    select
        clocks.conversation_id,
        clocks.thread_key,
        clocks.first_customer_at as asked_at,
        greatest(told.from_at, clocks.first_customer_at) as from_at,
        told.until_at,
        calendars.*
    from conversation_clocks as clocks
    join (
        select thread_key, from_at, until_at, calendar_id from ticket_calendars
        union all
        select thread_key, from_at, until_at, calendar_id from served
    ) as told using (thread_key)
    join calendars using (calendar_id)
    where told.until_at > clocks.first_customer_at
),
placed as (
    select
        *,
        greatest(least(epoch_ms(asked_at) // slot_ms, last_slot), first_slot) as asked_slot,
        greatest(least(epoch_ms(from_at) // slot_ms, last_slot), first_slot) as from_slot,
        case when isfinite(until_at) then greatest(least(epoch_ms(until_at) // slot_ms, last_slot), first_slot) end as until_slot
    from stretches
),
opened as (
    select
        placed.*,
        asked.before_ms + greatest(0, least(epoch_ms(asked_at), asked.closes_ms) - asked.opens_ms) as asked_ms,
        begun.before_ms + greatest(0, least(epoch_ms(from_at), begun.closes_ms) - begun.opens_ms) as from_ms,
        ended.before_ms + greatest(0, least(case when isfinite(until_at) then epoch_ms(until_at) end, ended.closes_ms) - ended.opens_ms) as until_ms
    from placed
    join opening_slots as asked on asked.calendar_id = placed.calendar_id and asked.slot = placed.asked_slot
    join opening_slots as begun on begun.calendar_id = placed.calendar_id and begun.slot = placed.from_slot
    left join opening_slots as ended on ended.calendar_id = placed.calendar_id and ended.slot = placed.until_slot
)
-- Open time until an instant inside the stretch is the calendar's own before it, less base_ms.
select
    conversation_id,
    thread_key,
    from_at,
    until_at,
    calendar_id,
    slot_ms,
    case rules.schedule_mode
        when 'single_at_end' then asked_ms
        else from_ms - coalesce(sum(until_ms - from_ms) over (partition by conversation_id order by from_at rows between unbounded preceding and 1 preceding), 0)
    end::bigint as base_ms
from opened
cross join rules
