-- grain: one message of a conversation
-- reads: conversation_messages, clamped_messages
-- Our messages by the times of their sources: other systems believe their stamps, where ours follow the source's order.
select
    spoken.message_key,
    spoken.thread_key,
    spoken.conversation_id,
    spoken.role::varchar as role,
    coalesce(clamped.sent_at, spoken.sent_at) as stamped_at,
    clamped.latest_at as clamped_at
from conversation_messages as spoken
left join clamped_messages as clamped on clamped.message_key = spoken.message_key
where stamped_at <= $as_of
