-- grain: one case that has a conversation
-- reads: cases, conversations
-- The conversation that stands for a case where a system counts the case once: the first in which the customer wrote.
select
    cases.case_id,
    arg_min(
        conversations.conversation_id,
        (coalesce(conversations.first_customer_at > $as_of, true), conversations.started_at, conversations.conversation_id)
    ) as conversation_id
from cases
join conversations
    on conversations.thread_key = cases.thread_key
    and conversations.conversation_id = coalesce(cases.own_conversation_id, conversations.conversation_id)
where conversations.started_at <= $as_of
group by cases.case_id
