-- grain: one local day that is open around the clock
-- reads: calendars, opening_slots, rules
-- What Chatwoot loses of days without closing time: it has them end at 23:59.
with days as (
    select
        timezone('UTC', timezone(rules.time_zone, day::timestamp)) as begins_at,
        timezone('UTC', timezone(rules.time_zone, day::timestamp + interval 1 day)) as ends_at
    from rules
    cross join calendars
    cross join generate_series(
        make_timestamp_ms(calendars.first_slot * calendars.slot_ms)::date + 1,
        make_timestamp_ms(calendars.last_slot * calendars.slot_ms)::date - 1,
        interval 1 day
    ) as dates(day)
    where calendars.calendar_id = 0
),
opened as (
    select
        days.begins_at,
        days.ends_at,
        ended.before_ms + greatest(0, least(epoch_ms(days.ends_at), ended.closes_ms) - ended.opens_ms)
            - begun.before_ms - greatest(0, least(epoch_ms(days.begins_at), begun.closes_ms) - begun.opens_ms) as open_ms
    from days
    join calendars on calendars.calendar_id = 0
    join opening_slots as begun on begun.calendar_id = 0 and begun.slot = epoch_ms(days.begins_at) // calendars.slot_ms
    join opening_slots as ended on ended.calendar_id = 0 and ended.slot = epoch_ms(days.ends_at) // calendars.slot_ms
)
select
    ends_at - interval 1 minute as lost_from,
    60000 * (row_number() over (order by ends_at) - 1) as lost_before_ms
from opened
where open_ms = epoch_ms(ends_at) - epoch_ms(begins_at)
