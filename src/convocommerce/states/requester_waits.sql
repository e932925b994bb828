-- grain: one conversation in which the customer had written
-- reads: reply_legs, told_conversations, leg_watches
-- How long every customer had waited for people at the as-of, all their questions together.
with legs as (
    select
        legs.*,
        -- What was still unanswered when the conversation was closed had been waited for until then.
        least(legs.human_at, legs.closed_at) as ended_at,
        case when legs.closed_at < coalesce(legs.human_at, 'infinity') then legs.closed_opening_ms else legs.human_opening_ms end as ended_opening_ms,
        coalesce(ended_at <= $as_of, false) as is_ended
    from reply_legs as legs
    where legs.asked_at <= $as_of
),
waits as (
    select
        legs.conversation_id,
        any_value(legs.contact_key) as contact_key,
        coalesce(sum(epoch_ms(legs.ended_at) - epoch_ms(legs.asked_at)) filter (legs.is_ended), 0) as waited_calendar_ms,
        coalesce(sum(legs.ended_opening_ms) filter (legs.is_ended), 0) as waited_opening_ms,
        count(*) filter (not legs.is_ended) as n_waiting,
        any_value(watches.wait_state) filter (not legs.is_ended) as wait_state,
        any_value(watches.observed_calendar_ms) filter (not legs.is_ended) as still_calendar_ms,
        any_value(watches.observed_opening_ms) filter (not legs.is_ended) as still_opening_ms
    from legs
    left join leg_watches as watches on watches.leg_id = legs.leg_id
    group by legs.conversation_id
)
select
    waits.contact_key,
    talks.started_at,
    talks.is_cut_off,
    case when waits.n_waiting = 0 then waits.waited_calendar_ms / 1000 end as requester_wait_calendar_seconds,
    case when waits.n_waiting = 0 then waits.waited_opening_ms / 1000 end as requester_wait_opening_seconds,
    -- Of one who still waits it is known that all waits together take longer than so far.
    (waits.waited_calendar_ms + coalesce(waits.still_calendar_ms, 0)) / 1000 as observed_calendar_seconds,
    (waits.waited_opening_ms + coalesce(waits.still_opening_ms, 0)) / 1000 as observed_opening_seconds,
    coalesce(waits.wait_state, 'answered') as wait_state,
    waits.n_waiting,
    talks.conversation_id,
    talks.started_local,
    talks.channel,
    talks.entry_point,
    talks.campaign,
    talks.ad,
    talks.agent,
    talks.first_responder,
    talks.human_seconds,
    talks.answer_speed,
    talks.answer_state,
    talks.contact_kind
from waits
join told_conversations as talks on talks.conversation_id = waits.conversation_id
