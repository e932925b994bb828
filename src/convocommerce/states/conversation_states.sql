-- grain: one conversation in which the customer had written
-- reads: told_conversations, conversation_calendars, leg_calendars, calendars, opening_slots, open_so_far, order_states, orders, rules
-- What was known of every conversation at the as-of: answered or waiting, bought, decided or pending.
with begun as (
    from told_conversations where first_customer_at <= $as_of
),
sales as (
    select conversation_id, bool_or(credit = 'in_chat') as bought_in_chat
    from order_states
    where is_sale and conversation_id is not null
    group by conversation_id
)
select
    begun.conversation_id,
    begun.contact_key,
    begun.thread_key,
    begun.started_at,
    begun.first_customer_at,
    begun.last_message_so_far,
    case when begun.acknowledged_at <= $as_of then (epoch_ms(begun.acknowledged_at) - epoch_ms(begun.first_customer_at)) / 1000 end as acknowledged_calendar_seconds,
    case when begun.bot_at <= $as_of then (epoch_ms(begun.bot_at) - epoch_ms(begun.first_customer_at)) / 1000 end as bot_calendar_seconds,
    case when begun.any_at <= $as_of then (epoch_ms(begun.any_at) - epoch_ms(begun.first_customer_at)) / 1000 end as any_calendar_seconds,
    case when begun.human_at <= $as_of then (epoch_ms(begun.human_at) - epoch_ms(begun.first_customer_at)) / 1000 end as human_calendar_seconds,
    case when begun.acknowledged_at <= $as_of then begun.acknowledged_opening_ms / 1000 end as acknowledged_opening_seconds,
    case when begun.bot_at <= $as_of then begun.bot_opening_ms / 1000 end as bot_opening_seconds,
    case when begun.any_at <= $as_of then begun.any_opening_ms / 1000 end as any_opening_seconds,
    case when begun.human_at <= $as_of then begun.human_opening_ms / 1000 end as human_opening_seconds,
    (epoch_ms($as_of) - epoch_ms(begun.first_customer_at)) / 1000 as age_calendar_seconds,
    (open_so_far.open_ms - coalesce(followed.base_ms, begun.asked_open_ms)) / 1000 as age_opening_seconds,
    case
        when begun.watched_until is null then 'answered'
        when begun.first_ended_at <= coalesce(begun.window_lost_at, $as_of) then 'closed'
        when begun.window_lost_at is not null then 'window_lost'
        else 'waiting'
    end as wait_state,
    coalesce((epoch_ms(begun.watched_until) - epoch_ms(begun.first_customer_at)) / 1000, human_calendar_seconds) as observed_calendar_seconds,
    coalesce(
        (slots.before_ms + greatest(0, least(epoch_ms(begun.watched_until), slots.closes_ms) - slots.opens_ms)
            - coalesce(watched_under.base_ms, begun.asked_open_ms)) / 1000,
        human_opening_seconds
    ) as observed_opening_seconds,
    -- Where a hand-over lies before the person's answer, the wait for that answer has two parts.
    coalesce(begun.handoff_at <= least($as_of, coalesce(begun.human_at, $as_of)), false) as is_handed_over,
    case when is_handed_over then (epoch_ms(begun.handoff_at) - epoch_ms(begun.first_customer_at)) / 1000 end as bot_part_calendar_seconds,
    case when is_handed_over then begun.handoff_opening_ms / 1000 end as bot_part_opening_seconds,
    case when is_handed_over and begun.human_at <= $as_of then (epoch_ms(begun.human_at) - epoch_ms(begun.handoff_at)) / 1000 end as handoff_wait_calendar_seconds,
    case when is_handed_over and begun.human_at <= $as_of then (begun.human_opening_ms - begun.handoff_opening_ms) / 1000 end as handoff_wait_opening_seconds,
    (epoch_ms($as_of) - epoch_ms(begun.handoff_at)) / 1000 as handoff_age_calendar_seconds,
    (open_so_far.open_ms - coalesce(followed.base_ms, begun.asked_open_ms) - begun.handoff_opening_ms) / 1000 as handoff_age_opening_seconds,
    begun.tells_close,
    begun.tells_bots,
    case when begun.closed_at <= $as_of then (epoch_ms(begun.closed_at) - epoch_ms(begun.first_customer_at)) / 1000 end as resolution_calendar_seconds,
    case when begun.closed_at <= $as_of then begun.closed_opening_ms / 1000 end as resolution_opening_seconds,
    case
        when resolution_calendar_seconds is null then null
        when begun.reopened_at <= least($as_of, begun.closed_at + to_milliseconds(rules.gap_ms)) then true
        when $as_of > begun.closed_at + to_milliseconds(rules.gap_ms) then false
    end as is_reopened,
    case
        when resolution_calendar_seconds is null then null
        when coalesce(begun.n_human_answers, 0) <> 1 then false
        else not is_reopened
    end as is_one_touch,
    begun.is_outside_hours,
    begun.is_outbound,
    begun.is_cut_off,
    case
        when sales.bought_in_chat then 'in_chat'
        when sales.bought_in_chat is not null then 'assisted'
        when epoch_ms($as_of) < epoch_ms(last_message_so_far) + rules.attribution_ms then 'pending'
        else 'none'
    end as outcome,
    epoch_ms($as_of) >= epoch_ms(last_message_so_far) + rules.attribution_ms as is_settled,
    -- Where no order of any shop was loaded, nobody knows what was bought.
    exists (from orders) as tells_orders,
    begun.started_local,
    begun.channel,
    begun.entry_point,
    begun.campaign,
    begun.ad,
    begun.agent,
    begun.first_responder,
    begun.human_seconds,
    begun.answer_speed,
    begun.answer_state,
    begun.contact_kind
from begun
cross join rules
left join conversation_calendars as followed
    on followed.conversation_id = begun.conversation_id and $as_of >= followed.from_at and $as_of < followed.until_at
left join open_so_far on open_so_far.calendar_id = coalesce(followed.calendar_id, 0)
left join leg_calendars as watched_under
    on watched_under.leg_id = begun.first_leg_id
    and begun.watched_until >= watched_under.from_at and begun.watched_until < watched_under.until_at
left join calendars as watched_by on watched_by.calendar_id = coalesce(watched_under.calendar_id, 0)
left join opening_slots as slots
    on begun.watched_until is not null
    and slots.calendar_id = watched_by.calendar_id
    and slots.slot = greatest(least(epoch_ms(begun.watched_until) // watched_by.slot_ms, watched_by.last_slot), watched_by.first_slot)
left join sales on sales.conversation_id = begun.conversation_id
