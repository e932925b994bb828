-- grain: one conversation
-- reads: conversation_messages
-- When each conversation began and ended and when each kind of answer first came.
select
    conversation_id,
    any_value(contact_key) as contact_key,
    any_value(thread_key) as thread_key,
    min(sent_at) as started_at,
    max(sent_at) filter (role not in ('handoff', 'close')) as last_message_at,
    max(sent_at) as last_event_at,
    arg_min(role, position) <> 'customer' as is_outbound,
    -- The export leaves out what came before its first message, so it may have begun earlier.
    arg_min(is_cut_off, position) as is_cut_off,
    min(sent_at) filter (role = 'customer') as first_customer_at,
    arg_min(message_key, position) filter (role = 'customer') as first_leg_id,
    min(sent_at) filter (role = 'auto' and is_after_customer) as acknowledged_at,
    min(sent_at) filter (role = 'bot' and is_after_customer) as bot_at,
    min(sent_at) filter (role = 'human' and is_after_customer) as human_at,
    least(bot_at, human_at) as any_at,
    min(sent_at) filter (role = 'handoff' and is_after_customer) as handoff_at,
    min(sent_at) filter (role = 'close' and is_after_customer) as closed_at,
    -- The conversation after whose close the customer wrote again.
    max(reopens_id) as reopens_id,
    -- Whether the customer still waited for an answer when the last thing happened.
    arg_max(is_waiting, position) as is_left_waiting,
    arg_min(role, position) filter (role in ('bot', 'human') and is_after_customer) as first_responder,
    arg_min_null(agent_id, position) filter (role = 'human' and is_after_customer) as agent_id,
    count(*) filter (role not in ('handoff', 'close')) as n_messages,
    count(*) filter (role = 'customer') as n_customer_messages,
    count(*) filter (role = 'human') as n_human_messages,
    count(*) filter (role = 'bot') as n_bot_messages
from conversation_messages
group by conversation_id
