-- grain: one comment
-- reads: case_events
-- What the dbt package for Zendesk knows as comments, each with whoever commented before.
-- Only people of the list count, and a bot that posts under an agent's number is that agent.
with joined as (
    select
        events.*,
        events.is_said as is_public,
        events.listed_role as commenter
    from case_events as events
    where (events.is_said or events.role = 'note')
        and events.listed_role is not null
        -- What a rule writes under an agent's number is that agent's too. A chat is told by its table,
        -- not by the log.
        and events.role not in ('handoff', 'close', 'reopen')
        and not events.is_logged_again
        -- Of a chat only what is a message, which a picture is not.
        and not (coalesce(events.told_as = 'chat', false) and events.kind = 'attachment')
)
-- In one second customers are taken to come first.
select
    *,
    coalesce(
        lag(commenter) over (
            partition by case_id, is_public order by happened_at, commenter, sequence, event_key
        ),
        'first'
    ) as previous,
    sum((not is_public)::int) over (
        partition by case_id order by happened_at, sequence, event_key
        rows between unbounded preceding and current row
    ) as n_notes_before
from joined
