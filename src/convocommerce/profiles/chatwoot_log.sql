-- grain: one message, hand-over, close or reopening of a case
-- reads: case_events
-- What Chatwoot's log holds of a case.
select
    *,
    -- Also what the channel then refused, and what was typed in the platform's own app.
    role = 'human' and is_said as is_human,
    role = 'bot' and is_said as is_bot
from case_events
where (is_said and not is_copy) or role in ('close', 'handoff', 'reopen')
