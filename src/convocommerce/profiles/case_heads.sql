-- grain: one case that has a conversation
-- reads: case_conversations, conversations
-- The conversation that stands for a case where a system counts the case once: the first in which the customer wrote.
select
    kept.case_id,
    arg_min(
        conversations.conversation_id,
        (coalesce(conversations.first_customer_at > $as_of, true), conversations.started_at, conversations.conversation_id)
    ) as conversation_id
from case_conversations as kept
join conversations on conversations.conversation_id = kept.conversation_id
where conversations.started_at <= $as_of
group by kept.case_id
