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

-- An interval that runs over midnight opens again on the next day, and after Saturday comes Sunday.
windows as (
    select distinct
        schedule_id,
        weekday,
        greatest(opens - past, weekday * 1440) - weekday * 1440 as opens,
        least(closes - past, (weekday + 1) * 1440) - weekday * 1440 as closes
    from intervals
    cross join range(7) as days(weekday)
    cross join range(0, 10081, 10080) as weeks(past)
    where opens between 0 and 10079 and opens < closes and closes - opens <= 10080
        and opens - past < (weekday + 1) * 1440 and closes - past > weekday * 1440
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
),

kept as (
    select
        schedule_id,
        string_agg(concat(opens, '-', closes), ' ' order by opens, closes) as week_minutes
    from intervals
    where opens < closes
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
    end as opening_hours,
    week_minutes
from documents
left join weeks on weeks.schedule_id = filled(d.id)
left join kept on kept.schedule_id = filled(d.id)
where not coalesce(truth(d._fivetran_deleted), false)
