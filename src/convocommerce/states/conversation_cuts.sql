-- grain: one conversation that had begun
-- reads: told_conversations
-- By what a conversation can be told apart, as far as it was known at the as-of.
select
    conversation_id,
    started_local,
    channel,
    entry_point,
    campaign,
    ad,
    agent,
    first_responder,
    human_seconds,
    answer_speed,
    answer_state,
    contact_kind
from told_conversations
