-- grain: one case of which two systems say something in the period
-- reads: sides_a, sides_b
-- What two systems say of every case, side by side.
with met as (
    select
        coalesce(a.case_id, b.case_id) as case_id,
        coalesce(a.conversation_id, b.conversation_id) as conversation_id,
        coalesce(a.again, b.again) as again,
        a.case_id is not null as has_a,
        b.case_id is not null as has_b,
        coalesce(a.cohort_day >= coalesce($first_day, a.cohort_day) and a.cohort_day < coalesce($end_day, 'infinity'::date), false) as in_a,
        coalesce(b.cohort_day >= coalesce($first_day, b.cohort_day) and b.cohort_day < coalesce($end_day, 'infinity'::date), false) as in_b,
        case when in_a then a.ms end as a_ms,
        case when in_b then b.ms end as b_ms,
        in_a and a.ms is null and a.is_counted as a_open,
        in_b and b.ms is null and b.is_counted as b_open,
        a.reason as a_reason,
        b.reason as b_reason,
        -- What a system makes no ticket of, or nobody answered, may have no day at all.
        case when a.cohort_day is null then a.reason when b.cohort_day is null then b.reason end as dayless_reason,
        a.cohort_day is null or b.cohort_day is null as is_dayless,
        a.started_at as a_started,
        b.started_at as b_started,
        case when a.ms is not null then a.ended_at end as a_ended,
        case when b.ms is not null then b.ended_at end as b_ended,
        a.calendar_ms is not null and a.ms is null as is_a_without_hours,
        b.calendar_ms is not null and b.ms is null as is_b_without_hours,
        -- What is measured in opening time is measured by one calendar on both sides.
        coalesce(a.calendar_id, b.calendar_id) as calendar_id,
        greatest(coalesce(a.precision_seconds, 0), coalesce(b.precision_seconds, 0)) as precision_seconds
    from sides_a as a
    full join sides_b as b
        on a.case_id = b.case_id
        and a.conversation_id is not distinct from b.conversation_id
        and a.again = b.again
)
select
    *,
    case when a_ms is null or b_ms is null then coalesce(a_ended, b_ended) else least(a_ended, b_ended) end as early_end,
    least(a_started, b_started) as early_start,
    greatest(a_started, b_started) as late_start
from met
where in_a or in_b
