-- grain: one wait that had begun for an answer by a person
-- reads: reply_legs, told_conversations, leg_calendars, calendars, opening_slots, open_so_far
-- What was known of every question at the as-of, the first and the later ones, by what its conversation is known by.
with legs as (
    select
        legs.*,
        talks.started_at,
        talks.first_leg_id,
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
        talks.window_lost_at,
        least(case when legs.closed_at <= $as_of then legs.closed_at end, talks.over_at) as ended_at,
        -- A question that nobody in person had answered is the last of its conversation that had begun.
        case when coalesce(legs.human_at > $as_of, true) then least(ended_at, talks.window_lost_at, $as_of) end as watched_until
    from reply_legs as legs
    join told_conversations as talks on talks.conversation_id = legs.conversation_id
    where legs.asked_at <= $as_of
)
select
    legs.leg_id,
    legs.contact_key,
    legs.started_at,
    legs.asked_at,
    legs.leg_id <> legs.first_leg_id as is_later,
    legs.is_cut_off,
    case when legs.human_at <= $as_of then legs.human_ms / 1000 end as human_calendar_seconds,
    case when legs.human_at <= $as_of then legs.human_opening_ms / 1000 end as human_opening_seconds,
    (epoch_ms($as_of) - epoch_ms(legs.asked_at)) / 1000 as age_calendar_seconds,
    (open_so_far.open_ms - coalesce(followed.base_ms, legs.asked_open_ms)) / 1000 as age_opening_seconds,
    case
        when legs.watched_until is null then 'answered'
        when legs.ended_at <= coalesce(legs.window_lost_at, $as_of) then 'closed'
        when legs.window_lost_at is not null then 'window_lost'
        else 'waiting'
    end as wait_state,
    coalesce((epoch_ms(legs.watched_until) - epoch_ms(legs.asked_at)) / 1000, human_calendar_seconds) as observed_calendar_seconds,
    coalesce(
        (slots.before_ms + greatest(0, least(epoch_ms(legs.watched_until), slots.closes_ms) - slots.opens_ms)
            - coalesce(watched_under.base_ms, legs.asked_open_ms)) / 1000,
        human_opening_seconds
    ) as observed_opening_seconds,
    legs.conversation_id,
    legs.started_local,
    legs.channel,
    legs.entry_point,
    legs.campaign,
    legs.ad,
    legs.agent,
    legs.first_responder,
    legs.human_seconds,
    legs.answer_speed,
    legs.answer_state,
    legs.contact_kind
from legs
left join leg_calendars as followed
    on followed.leg_id = legs.leg_id and $as_of >= followed.from_at and $as_of < followed.until_at
left join open_so_far on open_so_far.calendar_id = coalesce(followed.calendar_id, 0)
left join leg_calendars as watched_under
    on watched_under.leg_id = legs.leg_id
    and legs.watched_until >= watched_under.from_at and legs.watched_until < watched_under.until_at
left join calendars as watched_by on watched_by.calendar_id = coalesce(watched_under.calendar_id, 0)
left join opening_slots as slots
    on legs.watched_until is not null
    and slots.calendar_id = watched_by.calendar_id
    and slots.slot = greatest(least(epoch_ms(legs.watched_until) // watched_by.slot_ms, watched_by.last_slot), watched_by.first_slot)
