-- grain: one case
-- reads: cases, case_events
-- When the ticket of a case was made; a conversation gets one at the bot's hand-over, as Zendesk would make it.
select
    cases.*,
    -- A conversation without a ticket gets one at the bot's hand-over, as Zendesk would make it.
    case
        when cases.is_ticket then cases.created_at
        else coalesce(
            (select min(events.happened_at) from case_events as events
             where events.case_id = cases.case_id and events.role = 'handoff'),
            cases.created_at
        )
    end as made_at
from cases
