-- grain: one judgement of a conversation, per document that tells it
-- reads: events
-- What customers gave from one to five; one that was only asked for is none.
select
    document_no,
    'intercom' as platform,
    'intercom:' || case_id as rating_id,
    instant(item.conversation_rating.created_at) as rated_at,
    channel,
    'intercom' as business_id,
    customer_id,
    case_id,
    '1_to_5' as scale,
    amount(item.conversation_rating.rating) as score,
    amount(item.conversation_rating.rating) >= 4 as is_good,
    filled(item.conversation_rating.teammate.id) as agent_id,
    filled(item.conversation_rating.remark) as comment
from events
where is_opening
    and is_placed
    and amount(item.conversation_rating.rating) between 1 and 5
    and instant(item.conversation_rating.created_at) is not null
