-- grain: one ticket
-- reads: cases, dbt_legs, ticket_schedules, schedules
-- The dbt package's first reply time in business minutes: under every schedule in turn, week by week of UTC.
with spine as (
    select unnest(
        $versions::struct(platform varchar, schedule_id varchar, valid_from date, valid_until date, opens bigint, closes bigint)[],
        recursive := true
    )
),
standard as (
    select platform, arg_min(schedule_id, (coalesce(created_at, 'infinity'::timestamp), schedule_id)) as schedule_id
    from schedules
    group by platform
),
-- The oldest schedule holds from the making of the ticket on, unless another was set within five
-- seconds, which then leaves the seconds before it to nobody.
events as (
    select cases.case_id, cases.platform, cases.created_at as assigned_at, standard.schedule_id
    from cases
    join standard using (platform)
    where cases.is_ticket
        and not exists (
            from ticket_schedules as own
            where own.platform = cases.platform
                and own.ticket_id = cases.ticket_id
                and own.assigned_at >= cases.created_at
                and own.assigned_at - interval 5 seconds <= cases.created_at
        )
    union all
    select cases.case_id, cases.platform, own.assigned_at, own.schedule_id
    from ticket_schedules as own
    join cases on cases.is_ticket and cases.platform = own.platform and cases.ticket_id = own.ticket_id
),
stretches as (
    select
        *,
        coalesce(
            lead(assigned_at) over (partition by case_id order by assigned_at),
            $as_of::timestamp + interval 1000 hours
        ) as invalid_at
    from events
),
firsts as (
    select case_id, min(ended_at) as ended_at from dbt_legs where is_first group by case_id
),
-- Where nobody answered, the shorter of the two ends is the one that is there: far in the future.
spans as (
    select
        stretches.case_id,
        stretches.platform,
        stretches.schedule_id,
        (date_trunc('week', stretches.assigned_at + interval 1 day) - interval 1 day)::timestamp as sunday,
        date_diff('second', sunday, stretches.assigned_at) / 60 as begins,
        greatest(0, date_diff('second', stretches.assigned_at, least(stretches.invalid_at, firsts.ended_at)) / 60) as lasts
    from firsts
    join stretches using (case_id)
),
weeks as (
    select
        *,
        week,
        greatest(0, begins - week * 10080) as week_begins,
        least(begins + lasts - week * 10080, 10080) as week_ends
    from spans
    cross join range(52) as numbers(week)
    where floor((begins + lasts) / 10080) >= week
),
-- The version of a week is chosen by days: the Sunday of a change belongs to neither side.
met as (
    select
        weeks.case_id,
        least(week_ends, spine.closes) - greatest(week_begins, spine.opens) as minutes
    from weeks
    join spine
        on spine.platform = weeks.platform
        and spine.schedule_id = weeks.schedule_id
        and week_begins <= spine.closes
        and week_ends >= spine.opens
        and (sunday + to_minutes((week * 10080 + week_ends)::integer))::date > spine.valid_from
        and (sunday + to_minutes((week * 10080 + week_begins)::integer))::date < spine.valid_until
)
select
    firsts.case_id,
    -- Minutes with four decimals.
    (round(coalesce(sum(met.minutes), 0), 4) * 60000)::bigint as opening_ms
from firsts
join (select distinct case_id from stretches) using (case_id)
left join met using (case_id)
group by firsts.case_id
