-- grain: one conversation
-- reads: case_conversations, conversations
-- Our own definition: from the customer's first message of a conversation to the first answer by a person after it.
select
    kept.case_id,
    conversations.conversation_id,
    0 as again,
    conversations.first_customer_at as started_at,
    case when conversations.human_at <= $as_of then conversations.human_at end as ended_at,
    conversations.started_at as cohort_at,
    case
        when conversations.is_cut_off then 'the beginning is not in the export'
        when coalesce(conversations.first_customer_at > $as_of, true) then 'the customer did not write'
        when ended_at is null then 'not answered'
    end as reason,
    case when reason is null then conversations.human_opening_ms end as opening_ms,
    -- What is open is counted.
    coalesce(reason = 'not answered', true) as is_counted
from conversations
join case_conversations as kept on kept.conversation_id = conversations.conversation_id
where conversations.started_at <= $as_of
