-- grain: one touchpoint that belongs to a conversation
-- reads: touchpoints, conversation_clocks, rules
-- Gives each touchpoint to the conversation it happened in, or else to the one it opened within the gap.
with during as (
    select touchpoints.*, clocks.conversation_id, clocks.last_message_at
    from touchpoints
    asof left join conversation_clocks as clocks
        on touchpoints.thread_key = clocks.thread_key and touchpoints.occurred_at >= clocks.started_at
),
opened as (
    select
        during.* exclude (conversation_id, last_message_at),
        case
            when during.occurred_at <= during.last_message_at then during.conversation_id
            when next.started_at - during.occurred_at <= to_milliseconds(rules.gap_ms) then next.conversation_id
        end as conversation_id
    from during
    cross join rules
    asof left join conversation_clocks as next
        on during.thread_key = next.thread_key and during.occurred_at <= next.started_at
)
select
    conversation_id,
    thread_key,
    channel,
    touchpoint_id,
    occurred_at,
    sequence,
    entry_point,
    ad_id,
    ref
from opened
where conversation_id is not null
