-- grain: one case: a ticket of a helpdesk, or a conversation where no helpdesk kept tickets
-- reads: tickets, conversations, threads
-- What a helpdesk counts as one thing: its own ticket where it has one, else one conversation.
with kept as (
    select
        *,
        (md5_number(channel || chr(31) || business_id || chr(31) || 'case' || chr(31) || ticket_id) >> 64)::ubigint as thread_key
    from tickets
    where created_at <= $as_of and not coalesce(is_sample, false)
)
select
    platform || ':' || ticket_id as case_id,
    true as is_ticket,
    platform,
    ticket_id,
    thread_key,
    null::ubigint as own_conversation_id,
    customer_id,
    created_at,
    status,
    -- Where a ticket is a chat, its comments only copy what was said.
    coalesce(is_messaging, false) as is_messaging,
    coalesce(status in ('deleted', 'merged'), false) as is_gone
from kept
union all by name
select
    'conversation:' || conversations.conversation_id as case_id,
    false as is_ticket,
    threads.channel as platform,
    conversations.thread_key,
    conversations.conversation_id as own_conversation_id,
    threads.customer_id,
    conversations.started_at as created_at,
    true as is_messaging,
    false as is_gone
from conversations
join threads using (thread_key)
where conversations.started_at <= $as_of
    and conversations.thread_key not in (select thread_key from kept)
