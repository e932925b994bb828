-- grain: one conversation in which the customer had written
-- reads: reply_legs, conversations, conversation_cuts
-- How long every customer had waited for people at the as-of, all their questions together.
with waits as (
    select
        legs.conversation_id,
        any_value(legs.contact_key) as contact_key,
        any_value(conversations.started_at) as started_at,
        any_value(conversations.is_cut_off) as is_cut_off,
        -- What was still unanswered when the conversation was closed had been waited for until then.
        sum(epoch_ms(least(legs.human_at, legs.closed_at)) - epoch_ms(legs.asked_at)) filter (least(legs.human_at, legs.closed_at) <= $as_of) as waited_ms,
        count(*) filter (coalesce(least(legs.human_at, legs.closed_at) > $as_of, true)) as n_waiting
    from reply_legs as legs
    join conversations on conversations.conversation_id = legs.conversation_id
    where legs.asked_at <= $as_of
    group by legs.conversation_id
)
select
    waits.contact_key,
    waits.started_at,
    waits.is_cut_off,
    case when waits.n_waiting = 0 then waits.waited_ms / 1000 end as requester_wait_seconds,
    waits.n_waiting,
    cuts.*
from waits
join conversation_cuts as cuts using (conversation_id)
