-- grain: one wait that had begun for an answer by a person
-- reads: reply_legs, conversations, conversation_cuts
-- What was known of every question at the as-of, the first and the later ones, by what its conversation is known by.
select
    legs.leg_id,
    legs.contact_key,
    conversations.started_at,
    legs.asked_at,
    legs.leg_id <> conversations.first_leg_id as is_later,
    conversations.is_cut_off,
    case when legs.human_at <= $as_of then legs.human_ms / 1000 end as human_calendar_seconds,
    (epoch_ms($as_of) - epoch_ms(legs.asked_at)) / 1000 as age_calendar_seconds,
    cuts.*
from reply_legs as legs
join conversations on conversations.conversation_id = legs.conversation_id
join conversation_cuts as cuts on cuts.conversation_id = legs.conversation_id
where legs.asked_at <= $as_of
