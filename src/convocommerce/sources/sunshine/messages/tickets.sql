-- grain: one conversation as one customer's messages show it
-- reads: events
-- Whose conversation it is and where they talk: whatever a customer said last says so.
with placed as (
    select
        *,
        -- A conversation's id begins with the second in which it was made.
        coalesce(
            case
                when regexp_full_match(conversation_id, '[0-9a-f]{24}')
                    then instant(try_cast('0x' || left(conversation_id, 8) as bigint)::varchar)
            end,
            happened_at
        ) as created_at
    from events
    where fault is null and passed_over is null and user_id is not null and channel is not null
)

select
    min(document_no) as document_no,
    'sunshine' as platform,
    conversation_id as ticket_id,
    business_id,
    channel,
    user_id as customer_id,
    created_at,
    -- What was written on a customer's behalf does not say where they are: anything else wins.
    max(case when channel <> 'api' then happened_at end) as updated_at,
    true as is_messaging
from placed
group by conversation_id, business_id, channel, user_id, created_at
