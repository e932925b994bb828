-- grain: one schedule, per row that tells one of its intervals
-- reads: documents
-- Opening hours: every row is one interval in minutes since Sunday's midnight, in local time; the
-- columns in UTC are wrong for half of the year and left alone.
with intervals as (
    select distinct
        filled(d.id) as schedule_id,
        try_cast(d.start_time as integer) as opens,
        try_cast(d.end_time as integer) as closes
    from documents
    where not coalesce(truth(d._fivetran_deleted), false)
),

-- An interval that runs over midnight opens again on the next day.
windows as (
    select
        schedule_id,
        weekday,
        greatest(opens, weekday * 1440) - weekday * 1440 as opens,
        least(closes, (weekday + 1) * 1440) - weekday * 1440 as closes
    from intervals
    cross join range(7) as days(weekday)
    where opens >= 0 and opens < closes and closes <= 10080
        and opens < (weekday + 1) * 1440 and closes > weekday * 1440
),

days as (
    select
        schedule_id,
        weekday,
        string_agg(
            format(
                '{:02d}:{:02d}-{:02d}:{:02d}', opens // 60, opens % 60, closes // 60, closes % 60
            ),
            ',' order by opens, closes
        ) as hours
    from windows
    group by schedule_id, weekday
),

alike as (
    select
        schedule_id,
        hours,
        -- The week begins on Monday in this notation.
        min((weekday + 6) % 7) as first_day,
        string_agg(
            ['Su', 'Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa'][weekday + 1], ',' order by (weekday + 6) % 7
        ) as names
    from days
    group by schedule_id, hours
),

weeks as (
    select
        schedule_id,
        string_agg(names || ' ' || hours, '; ' order by first_day) as opening_hours
    from alike
    group by schedule_id
)

select
    document_no,
    'zendesk' as platform,
    filled(d.id) as schedule_id,
    instant(d.created_at) as created_at,
    -- The table says when a schedule was made, not when it was changed: the newest copy counts.
    coalesce(
        instant(d.updated_at), instant(d._fivetran_synced), instant(d.created_at)
    ) as updated_at,
    filled(d.name) as name,
    zendesk_zone(d.time_zone) as time_zone,
    case
        when opening_hours = 'Mo,Tu,We,Th,Fr,Sa,Su 00:00-24:00' then '24/7'
        else opening_hours
    end as opening_hours
from documents
left join weeks on weeks.schedule_id = filled(d.id)
where not coalesce(truth(d._fivetran_deleted), false)
