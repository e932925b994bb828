-- grain: one conversation in which the customer had written
-- reads: reply_legs, told_conversations, leg_calendars, calendars, opening_slots
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
        conversation_id,
        any_value(contact_key) as contact_key,
        coalesce(sum(epoch_ms(ended_at) - epoch_ms(asked_at)) filter (is_ended), 0) as waited_calendar_ms,
        coalesce(sum(ended_opening_ms) filter (is_ended), 0) as waited_opening_ms,
        count(*) filter (not is_ended) as n_waiting,
        -- Of one conversation only the last question that had begun can still wait.
        any_value(leg_id) filter (not is_ended) as leg_id,
        any_value(asked_at) filter (not is_ended) as asked_at,
        any_value(asked_open_ms) filter (not is_ended) as asked_open_ms
    from legs
    group by conversation_id
),
told as (
    select
        waits.*,
        talks.started_at,
        talks.is_cut_off,
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
        talks.contact_kind,
        talks.over_at,
        talks.window_lost_at,
        case when waits.n_waiting > 0 then least(talks.over_at, talks.window_lost_at, $as_of) end as watched_until
    from waits
    join told_conversations as talks on talks.conversation_id = waits.conversation_id
)
select
    told.contact_key,
    told.started_at,
    told.is_cut_off,
    case when told.n_waiting = 0 then told.waited_calendar_ms / 1000 end as requester_wait_calendar_seconds,
    case when told.n_waiting = 0 then told.waited_opening_ms / 1000 end as requester_wait_opening_seconds,
    -- Of one who still waits it is known that all waits together take longer than so far.
    (told.waited_calendar_ms + coalesce(epoch_ms(told.watched_until) - epoch_ms(told.asked_at), 0)) / 1000 as observed_calendar_seconds,
    (told.waited_opening_ms + coalesce(
        slots.before_ms + greatest(0, least(epoch_ms(told.watched_until), slots.closes_ms) - slots.opens_ms)
            - coalesce(watched_under.base_ms, told.asked_open_ms),
        0
    )) / 1000 as observed_opening_seconds,
    case
        when told.watched_until is null then 'answered'
        when told.over_at <= coalesce(told.window_lost_at, $as_of) then 'closed'
        when told.window_lost_at is not null then 'window_lost'
        else 'waiting'
    end as wait_state,
    told.n_waiting,
    told.conversation_id,
    told.started_local,
    told.channel,
    told.entry_point,
    told.campaign,
    told.ad,
    told.agent,
    told.first_responder,
    told.human_seconds,
    told.answer_speed,
    told.answer_state,
    told.contact_kind
from told
left join leg_calendars as watched_under
    on watched_under.leg_id = told.leg_id
    and told.watched_until >= watched_under.from_at and told.watched_until < watched_under.until_at
left join calendars as watched_by on watched_by.calendar_id = coalesce(watched_under.calendar_id, 0)
left join opening_slots as slots
    on told.watched_until is not null
    and slots.calendar_id = watched_by.calendar_id
    and slots.slot = greatest(least(epoch_ms(told.watched_until) // watched_by.slot_ms, watched_by.last_slot), watched_by.first_slot)
