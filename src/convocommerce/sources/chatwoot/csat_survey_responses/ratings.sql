-- grain: one judgement of a conversation, per document that tells it
-- reads: documents
-- What customers gave from one to five; Chatwoot counts four and five as satisfied.
select
    document_no,
    'chatwoot' as platform,
    filled(d.id) as rating_id,
    instant(d.created_at) as rated_at,
    filled(d.contact.id) as customer_id,
    filled(d.conversation_id) as case_id,
    case when filled(d.message_id) is not null then 'chatwoot:' || filled(d.message_id) end
        as message_id,
    '1_to_5' as scale,
    amount(d.rating) as score,
    amount(d.rating) >= 4 as is_good,
    filled(d.assigned_agent.id) as agent_id,
    filled(d.feedback_message) as comment
from documents
where filled(d.id) is not null
    and instant(d.created_at) is not null
    and amount(d.rating) between 1 and 5
