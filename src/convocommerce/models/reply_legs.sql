-- grain: one wait for an answer: from a customer's first unanswered message to the next by a person
-- reads: conversation_messages, leg_calendars, calendars, opening_slots
-- Every wait of every conversation, with what first ended it, in calendar and opening time.
with waits as (
    select
        leg_id,
        any_value(conversation_id) as conversation_id,
        any_value(contact_key) as contact_key,
        any_value(thread_key) as thread_key,
        min(position) as position,
        min(sent_at) as asked_at,
        min(sent_at) filter (role = 'auto') as acknowledged_at,
        min(sent_at) filter (role = 'bot') as bot_at,
        min(sent_at) filter (role = 'human') as human_at,
        min(sent_at) filter (role = 'close') as closed_at,
        arg_min_null(agent_id, position) filter (role = 'human') as agent_id,
        count(*) filter (role = 'customer') as n_customer_messages
    from conversation_messages
    where leg_id is not null
    group by leg_id
),
own as (
    select slot_ms from calendars where calendar_id = 0
)
select
    waits.*,
    epoch_ms(waits.human_at) - epoch_ms(waits.asked_at) as human_ms,
    asked.before_ms + greatest(0, least(epoch_ms(waits.asked_at), asked.closes_ms) - asked.opens_ms) as asked_open_ms,
    human.before_ms + greatest(0, least(epoch_ms(waits.human_at), human.closes_ms) - human.opens_ms)
        - coalesce(human_in.base_ms, asked_open_ms) as human_opening_ms,
    closed.before_ms + greatest(0, least(epoch_ms(waits.closed_at), closed.closes_ms) - closed.opens_ms)
        - coalesce(closed_in.base_ms, asked_open_ms) as closed_opening_ms
from waits
cross join own
left join leg_calendars as human_in on human_in.leg_id = waits.leg_id and waits.human_at >= human_in.from_at and waits.human_at < human_in.until_at
left join leg_calendars as closed_in on closed_in.leg_id = waits.leg_id and waits.closed_at >= closed_in.from_at and waits.closed_at < closed_in.until_at
left join opening_slots as asked on asked.calendar_id = 0 and asked.slot = epoch_ms(waits.asked_at) // own.slot_ms
left join opening_slots as human on human.calendar_id = coalesce(human_in.calendar_id, 0) and human.slot = epoch_ms(waits.human_at) // coalesce(human_in.slot_ms, own.slot_ms)
left join opening_slots as closed on closed.calendar_id = coalesce(closed_in.calendar_id, 0) and closed.slot = epoch_ms(waits.closed_at) // coalesce(closed_in.slot_ms, own.slot_ms)
