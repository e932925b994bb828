-- grain: one calendar
-- reads: calendars, opening_slots
-- Open time of each calendar before the as-of; beyond the calendar's ends it stands still.
select
    calendars.calendar_id,
    slots.before_ms + greatest(0, least(epoch_ms($as_of), slots.closes_ms) - slots.opens_ms) as open_ms
from calendars
join opening_slots as slots
    on slots.calendar_id = calendars.calendar_id
    and slots.slot = greatest(least(epoch_ms($as_of) // calendars.slot_ms, calendars.last_slot), calendars.first_slot)
