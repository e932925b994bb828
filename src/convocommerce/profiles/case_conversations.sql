-- grain: one conversation of a case
-- reads: cases, conversations
-- A ticket's case has every conversation of its thread, and a case that is a conversation that one.
select case_id, own_conversation_id as conversation_id
from cases
where own_conversation_id is not null
union all
select cases.case_id, conversations.conversation_id
from cases
join conversations on conversations.thread_key = cases.thread_key
where cases.own_conversation_id is null
