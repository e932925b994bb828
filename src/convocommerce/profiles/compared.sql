-- grain: one case of which two systems say something in the period
-- reads: pair_facts, calendars, opening_slots
-- Why two systems part on a case: by its facts, one rule at a time, in parts that add up.
with judged as (
    select
        *,
        -- Ours follows the source's order, and the other the stamps that contradict it.
        list_bool_or(list_transform(
            clamps,
            lambda clamp: abs(epoch_ms(clamp.stamped_at) - epoch_ms(early_start)) < 1000
                and abs(epoch_ms(clamp.clamped_at) - epoch_ms(late_start)) < 1000
        )) as is_start_clamped,
        list_bool_or(list_transform(
            clamps,
            lambda clamp: early_end between date_trunc('second', clamp.stamped_at) and clamp.clamped_at
        )) as is_end_clamped,
        case
            when is_end_clamped then 'clock_skew'
            when answer.role = 'bot' then 'bot_time'
            when answer.role in ('auto', 'system') then 'automatic_reply'
            when answer.role = 'marketing' then 'campaign'
            when answer.role = 'note' then 'private_note'
            when answer.is_failed then 'failed_send'
            when answer.is_native and 'gorgias' in (a_name, b_name) then 'outside_helpdesk'
            when answer.role = 'customer' then 'agent_as_requester'
            when answer.role = 'human' and coalesce(answer.listed_role, 'unknown') = 'unknown' then 'unknown_author'
            when early_end < created_at and is_ticket then 'before_ticket'
            when early_end = first_customer_at or date_trunc('second', early_end) = date_trunc('second', late_start) then 'same_second'
            when coalesce(early_end < first_customer_at, true) then 'agent_initiated'
            when early_end < late_start
                then case when list_contains(handoff_times, late_start) then 'hand_off' else 'reopened' end
            -- Closed unanswered, and answered after it went on.
            when list_bool_or(list_transform(pauses, lambda pause: pause.is_stop and pause.at between early_start and early_end)) then 'reopened'
            -- The answer stands in another conversation of ours than the question.
            when answer is null and not is_ticket or answer.conversation_id <> conversation_id then 'silence_rule'
            else 'other'
        end as end_reason,
        case
            when is_start_clamped then 'clock_skew'
            when list_bool_or(list_transform(handoff_times, lambda t: abs(epoch_ms(t) - epoch_ms(late_start)) <= 1000)) then 'hand_off'
            when first_role in ('human', 'marketing') and early_start < first_customer_at and late_start >= first_customer_at then 'agent_initiated'
            -- A ticket is open from its making on, which is no opening.
            when list_bool_or(list_transform(
                pauses,
                lambda pause: (pause.at > early_start or pause.is_stop and pause.at = early_start)
                    and pause.at < late_start + interval 1 second
            )) then 'reopened'
            when list_bool_or(list_transform(bot_times, lambda t: t between early_start and late_start))
                then case when late_start = created_at then 'hand_off' else 'bot_time' end
            when 'meta_page' in (a_name, b_name) then 'silence_rule'
            when created_at in (early_start, late_start) then 'ticket_creation'
            else 'other'
        end as start_reason,
        case
            when not (has_a and has_b) or in_a = in_b then null
            when not is_dayless then 'cohort_date'
            when dayless_reason = 'handled by a bot' then 'bot_time'
            when dayless_reason in ('started by the business', 'the customer did not write') then 'agent_initiated'
            when dayless_reason = 'nobody known wrote' then 'unknown_author'
            when dayless_reason = 'answered before the ticket' then 'before_ticket'
            when dayless_reason = 'the beginning is not in the export' then 'cut_off'
            else 'unanswered_dropped'
        end as day_reason,
        -- Of what one system does not even have a row.
        case
            when has_a and has_b then null
            when is_gone then 'deleted_or_merged'
            when is_nobodys then 'unknown_customer'
            when 'reported' in (a_name, b_name) then 'not_reported'
            when 'meta_page' in (a_name, b_name) then 'silence_rule'
            when again > 0 then 'silence_rule'
            when is_later then 'reopened'
            when 'gorgias' in (a_name, b_name) then 'silence_rule'
            when first_role in ('human', 'marketing') then 'agent_initiated'
            else 'other'
        end as row_reason,
        case coalesce(case when a_ms is null then a_reason end, case when b_ms is null then b_reason end)
            when 'started by the business' then 'agent_initiated'
            when 'the customer did not write' then 'agent_initiated'
            when 'handled by a bot' then 'bot_time'
            when 'nobody known wrote' then 'unknown_author'
            when 'answered before the ticket' then 'before_ticket'
            when 'the beginning is not in the export' then 'cut_off'
        end as null_reason
    from pair_facts as known
),
-- The open time before every start and end, by one calendar for both sides.
edges as (
    select
        known.case_id, known.conversation_id, known.again,
        list(
            slots.before_ms + greatest(0, least(epoch_ms(edge.instant), slots.closes_ms) - slots.opens_ms)
            order by edge.place
        ) as open_ms
    from pair_facts as known
    cross join lateral (
        select
            unnest([a_started, b_started, a_ended, b_ended]) as instant,
            unnest([1, 2, 3, 4]) as place
    ) as edge
    join calendars on calendars.calendar_id = known.calendar_id
    join opening_slots as slots
        on slots.calendar_id = calendars.calendar_id
        and slots.slot = greatest(least(epoch_ms(edge.instant) // calendars.slot_ms, calendars.last_slot), calendars.first_slot)
    where known.clock = 'opening' and known.a_ms is not null and known.b_ms is not null
    group by all
),
parted as (
    select
        judged.*,
        case
            when a_ms is not null and b_ms is not null then null
            -- Neither has a figure: one lists the case as waiting and the other does not.
            when a_ms is null and b_ms is null then coalesce(day_reason, row_reason, 'unanswered_dropped')
            else coalesce(
                case
                    when has_a and has_b and is_end_clamped and day_reason is distinct from 'cohort_date'
                        then 'clock_skew'
                end,
                day_reason,
                row_reason,
                case when is_a_without_hours or is_b_without_hours then 'schedule_rule' end,
                null_reason,
                case
                    when end_reason in ('other', 'reopened')
                        and (
                            b_name = 'meta_page' and a_ended - b_started > interval 24 hours
                            or a_name = 'meta_page' and b_ended - a_started > interval 24 hours
                        )
                        then 'too_late'
                end,
                end_reason
            )
        end as presence_reason,
        case
            -- Where neither lays a calendar over the wait, its ends part as they do on the wall.
            when clock = 'calendar' or calendar_id is null then coalesce(epoch_ms(a_started) - epoch_ms(b_started), 0)
            when len(edges.open_ms) = 4 then edges.open_ms[1] - edges.open_ms[2]
            else 0
        end as start_ms,
        case
            when clock = 'calendar' or calendar_id is null then coalesce(epoch_ms(b_ended) - epoch_ms(a_ended), 0)
            when len(edges.open_ms) = 4 then edges.open_ms[4] - edges.open_ms[3]
            else 0
        end as end_ms,
        b_ms - a_ms - start_ms - end_ms as rest_ms
    from judged
    left join edges
        on edges.case_id = judged.case_id
        and edges.conversation_id is not distinct from judged.conversation_id
        and edges.again = judged.again
)
select
    case_id, conversation_id, again, a_ms, b_ms, a_open, b_open, a_reason, b_reason,
    in_a, in_b, presence_reason,
    case
        when a_ms is not null and b_ms is not null
            then list_filter(
                [
                    {'reason': case when abs(start_ms) < 1000 or start_reason = 'other' and abs(start_ms) <= 1000 then 'rounding' else start_reason end, 'ms': start_ms},
                    {'reason': case when abs(end_ms) < 1000 or end_reason = 'other' and abs(end_ms) <= 1000 then 'rounding' else end_reason end, 'ms': end_ms},
                    {
                        'reason': case
                            when abs(rest_ms) <= 1000 * greatest(1, precision_seconds) then 'rounding'
                            when clock = 'calendar' then 'other'
                            -- Only the package takes a whole week of UTC, which begins on Sunday, by one
                            -- offset; who knows no hours lacks more than that.
                            when 'dbt_zendesk' in (a_name, b_name) and calendar_id is not null and list_bool_or(list_transform(
                                $changed_weeks::date[],
                                lambda week: week + 7 > least(a_started, b_started) and week <= greatest(a_ended, b_ended)
                            )) then 'daylight_saving'
                            else 'schedule_rule'
                        end,
                        'ms': rest_ms
                    }
                ],
                lambda part: part.ms <> 0
            )
        else []
    end as parts
from parted
