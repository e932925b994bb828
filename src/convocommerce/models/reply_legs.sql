-- grain: one wait for an answer: from a customer's first unanswered message to the next by a person
-- reads: conversation_messages
-- Every wait of every conversation, with the first automatic, bot and human message that ended it.
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
    count(*) filter (role = 'customer') as n_customer_messages,
    epoch_ms(human_at) - epoch_ms(asked_at) as human_ms
from conversation_messages
where leg_id is not null
group by leg_id
