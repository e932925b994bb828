-- grain: one wait that had begun for an answer by a person
-- reads: reply_legs, told_conversations, leg_watches, leg_calendars, open_so_far
-- What was known of every question at the as-of, the first and the later ones, by what its conversation is known by.
select
    legs.leg_id,
    legs.contact_key,
    talks.started_at,
    legs.asked_at,
    legs.leg_id <> talks.first_leg_id as is_later,
    talks.is_cut_off,
    case when legs.human_at <= $as_of then legs.human_ms / 1000 end as human_calendar_seconds,
    case when legs.human_at <= $as_of then legs.human_opening_ms / 1000 end as human_opening_seconds,
    (epoch_ms($as_of) - epoch_ms(legs.asked_at)) / 1000 as age_calendar_seconds,
    (open_so_far.open_ms - coalesce(followed.base_ms, legs.asked_open_ms)) / 1000 as age_opening_seconds,
    coalesce(watches.wait_state, 'answered') as wait_state,
    coalesce(watches.observed_calendar_ms / 1000, human_calendar_seconds) as observed_calendar_seconds,
    coalesce(watches.observed_opening_ms / 1000, human_opening_seconds) as observed_opening_seconds,
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
from reply_legs as legs
join told_conversations as talks on talks.conversation_id = legs.conversation_id
left join leg_watches as watches on watches.leg_id = legs.leg_id
left join leg_calendars as followed
    on followed.leg_id = legs.leg_id and $as_of >= followed.from_at and $as_of < followed.until_at
left join open_so_far on open_so_far.calendar_id = coalesce(followed.calendar_id, 0)
where legs.asked_at <= $as_of
