-- grain: one conversation as one customer's doings show it
-- reads: events
-- Whose conversation it is and where they talk: whatever a customer did last says so.
select
    min(document_no) as document_no,
    'sunshine' as platform,
    conversation_id as ticket_id,
    business_id,
    channel,
    user_id as customer_id,
    conversation_created_at as created_at,
    -- What was written on a customer's behalf does not say where they are: anything else wins.
    max(case when channel <> 'api' then happened_at end) as updated_at,
    true as is_messaging
from events
where type in (
        'conversation:message', 'conversation:postback', 'conversation:create',
        'conversation:referral'
    )
    and fault is null
    and passed_over is null
    and conversation_id is not null
    and user_id is not null
    and channel is not null
    and happened_at is not null
group by conversation_id, business_id, channel, user_id, conversation_created_at
