-- grain: one schedule, per document that shows it
-- reads: events
-- Opening hours: intervals in minutes since Sunday's midnight become windows of each day.
with intervals as (
    select
        document_no,
        try_cast(i.start_time as integer) as opens,
        try_cast(i.end_time as integer) as closes
    from (select document_no, unnest(d.intervals) as i from events where what = 'schedule')
),

-- An interval that runs over midnight opens again on the next day, and after Saturday comes Sunday.
windows as (
    select distinct
        document_no,
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
        document_no,
        weekday,
        string_agg(
            format(
                '{:02d}:{:02d}-{:02d}:{:02d}', opens // 60, opens % 60, closes // 60, closes % 60
            ),
            ',' order by opens, closes
        ) as hours
    from windows
    group by document_no, weekday
),

alike as (
    select
        document_no,
        hours,
        -- The week begins on Monday in this notation.
        min((weekday + 6) % 7) as first_day,
        string_agg(
            ['Su', 'Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa'][weekday + 1], ',' order by (weekday + 6) % 7
        ) as names
    from days
    group by document_no, hours
),

weeks as (
    select
        document_no,
        string_agg(names || ' ' || hours, '; ' order by first_day) as opening_hours
    from alike
    group by document_no
),

kept as (
    select
        document_no,
        string_agg(concat(opens, '-', closes), ' ' order by opens, closes) as week_minutes
    from intervals
    where opens < closes
    group by document_no
)

select
    document_no,
    'zendesk' as platform,
    filled(d.id) as schedule_id,
    created_at,
    coalesce(updated_at, created_at) as updated_at,
    filled(d.name) as name,
    zendesk_zone(d.time_zone) as time_zone,
    case
        when opening_hours = 'Mo,Tu,We,Th,Fr,Sa,Su 00:00-24:00' then '24/7'
        else opening_hours
    end as opening_hours,
    week_minutes
from events
left join weeks using (document_no)
left join kept using (document_no)
where what = 'schedule'
