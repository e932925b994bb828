-- grain: one stretch of time in which a ticket followed one calendar other than by the rules' own hours
-- reads: tickets, ticket_schedules, calendar_uses
-- Whose opening hours counted for a ticket from when to when: the helpdesk's schedules, else the team's or page's.
with schedules_used as (
    select name, calendar_id from calendar_uses where used_by = 'schedule'
),
-- Until the first assignment, and again after one that names none, the account's default holds.
assigned as (
    select platform, ticket_id, timestamp '-infinity' as from_at, null as schedule_id
    from tickets
    union all
    select platform, ticket_id, assigned_at, schedule_id
    from ticket_schedules
),
scheduled as (
    select
        assigned.platform,
        assigned.ticket_id,
        assigned.from_at,
        -- A schedule that is gone leaves its tickets to the default.
        coalesce(named.calendar_id, standard.calendar_id) as calendar_id
    from assigned
    join schedules_used as standard on standard.name = assigned.platform || ':'
    left join schedules_used as named on named.name = assigned.platform || ':' || assigned.schedule_id
),
others as (
    select
        tickets.platform,
        tickets.ticket_id,
        timestamp '-infinity' as from_at,
        coalesce(by_team.calendar_id, by_business.calendar_id, by_channel.calendar_id) as calendar_id
    from tickets
    left join calendar_uses as by_team on by_team.used_by = 'team' and by_team.name = tickets.team_id
    left join calendar_uses as by_business on by_business.used_by = 'business' and by_business.name = tickets.business_id
    left join calendar_uses as by_channel on by_channel.used_by = 'channel' and by_channel.name = tickets.channel
    where tickets.platform || ':' not in (select name from schedules_used)
        and coalesce(by_team.calendar_id, by_business.calendar_id, by_channel.calendar_id) is not null
)
select
    platform,
    ticket_id,
    from_at,
    lead(from_at, 1, timestamp 'infinity') over (partition by platform, ticket_id order by from_at) as until_at,
    calendar_id
from (from scheduled union all from others)
