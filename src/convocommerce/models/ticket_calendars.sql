-- grain: one stretch of time in which a ticket followed one calendar other than by the rules' own hours
-- reads: tickets, ticket_schedules, calendar_uses, calendars
-- Whose opening hours counted for a ticket from when to when: the helpdesk's schedules, else the team's, page's or channel's.
with schedules_used as (
    select name, calendar_id from calendar_uses where used_by = 'schedule'
),
known as (
    select
        *,
        (md5_number(channel || chr(31) || business_id || chr(31) || 'case' || chr(31) || ticket_id) >> 64)::ubigint as thread_key
    from tickets
    where exists (select 1 from calendar_uses)
    -- Two systems that tell one case under one number tell one thread.
    qualify platform = min(platform) over (partition by channel, business_id, ticket_id)
),
-- Until the first assignment, and again after one that names none, the account's default holds.
assigned as (
    select platform, ticket_id, thread_key, timestamp '-infinity' as from_at, null as schedule_id
    from known
    union all
    select platform, ticket_id, thread_key, assigned_at, schedule_id
    from ticket_schedules
    join known using (platform, ticket_id)
),
followed as (
    select
        assigned.* exclude (schedule_id),
        -- A schedule that is gone leaves its tickets to the default.
        coalesce(named.calendar_id, standard.calendar_id) as calendar_id
    from assigned
    join schedules_used as standard on standard.name = assigned.platform || ':'
    left join schedules_used as named on named.name = assigned.platform || ':' || assigned.schedule_id
    union all
    select
        platform,
        ticket_id,
        thread_key,
        timestamp '-infinity' as from_at,
        coalesce(by_team.calendar_id, by_business.calendar_id, by_channel.calendar_id) as calendar_id
    from known
    left join calendar_uses as by_team on by_team.used_by = 'team' and by_team.name = known.team_id
    left join calendar_uses as by_business on by_business.used_by = 'business' and by_business.name = known.business_id
    left join calendar_uses as by_channel on by_channel.used_by = 'channel' and by_channel.name = known.channel
    where platform || ':' not in (select name from schedules_used)
        and coalesce(by_team.calendar_id, by_business.calendar_id, by_channel.calendar_id) is not null
)
select
    platform,
    ticket_id,
    thread_key,
    from_at,
    lead(from_at, 1, timestamp 'infinity') over (partition by platform, ticket_id order by from_at) as until_at,
    calendar_id,
    calendars.slot_ms
from followed
join calendars using (calendar_id)
