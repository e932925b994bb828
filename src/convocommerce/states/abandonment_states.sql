-- grain: one checkout, cart or person's attempt to buy that had been started; the column grain says which
-- reads: checkout_outcomes, checkouts, orders, conversations, conversation_cuts, rules
-- What was known of every attempt to buy at the as-of: open, bought, abandoned, recovered or lost.
with tellers as (
    -- Orders alone hide who left, and checkouts alone who bought at once.
    select platform from checkouts
    intersect
    select platform from orders
),
link_tellers as (
    select distinct platform from checkouts where is_recovered_by_link is not null
),
told as (
    -- Where no messages are loaded, that nobody talked is no finding.
    select case when exists (from conversations) then 'no conversation' else 'unknown' end as no_talk
),
seen as (
    select outcomes.*, rules.*, outcomes.platform in (from tellers) as tells_outcome, outcomes.platform in (from link_tellers) as tells_link
    from checkout_outcomes as outcomes
    cross join rules
    where outcomes.started_at <= $as_of
),
attempts as (
    select
        'checkout' as grain,
        checkout_id as attempt_id,
        contact_key,
        started_at,
        started_local,
        started_at + to_milliseconds(checkout_abandoned_ms) as due_at,
        case when coalesce(completed_at > due_at, true) then due_at end as abandoned_at,
        completed_at,
        started_at + to_milliseconds(recovered_ms) as lost_at,
        is_recovered_by_link,
        tells_outcome,
        tells_link,
        conversation_id
    from seen
    union all by name
    select
        'cart' as grain,
        cart_id as attempt_id,
        contact_key,
        min(started_at) as started_at,
        min(started_local) as started_local,
        max(started_at) + to_milliseconds(any_value(cart_abandoned_ms)) as due_at,
        min(completed_at) as completed_at,
        case when coalesce(min(completed_at) > due_at, true) then due_at end as abandoned_at,
        max(started_at) + to_milliseconds(any_value(recovered_ms)) as lost_at,
        bool_or(is_recovered_by_link) as is_recovered_by_link,
        bool_or(tells_outcome) as tells_outcome,
        bool_or(tells_link) as tells_link,
        arg_max(conversation_id, started_at) as conversation_id
    from seen
    group by contact_key, cart_id
    union all by name
    -- A person has left when time passed without an order by any cart, and without a new checkout.
    select
        'person' as grain,
        contact_key || '@' || epoch_ms(attempt_started_at) as attempt_id,
        contact_key,
        attempt_started_at as started_at,
        min(started_local) as started_local,
        min(started_at + to_milliseconds(cart_abandoned_ms)) filter (
            coalesce(ordered_at > started_at + to_milliseconds(cart_abandoned_ms), true)
            and coalesce(next_started_at > started_at + to_milliseconds(cart_abandoned_ms), true)
        ) as abandoned_at,
        min(ordered_at) as completed_at,
        max(started_at) + to_milliseconds(any_value(recovered_ms)) as lost_at,
        bool_or(is_recovered_by_link) as is_recovered_by_link,
        bool_or(tells_outcome) as tells_outcome,
        bool_or(tells_link) as tells_link,
        arg_max(conversation_id, started_at) as conversation_id
    from seen
    group by contact_key, attempt_started_at
)
select
    attempts.grain,
    attempts.attempt_id,
    attempts.contact_key,
    attempts.conversation_id,
    attempts.started_at,
    attempts.started_local,
    attempts.is_recovered_by_link,
    attempts.tells_outcome,
    attempts.tells_link,
    case
        when completed_at <= least($as_of, coalesce(abandoned_at, completed_at)) then 'bought'
        when coalesce(abandoned_at > $as_of, true) then 'open'
        when completed_at <= least($as_of, lost_at) then 'recovered'
        when lost_at > $as_of then 'abandoned'
        else 'lost'
    end as state,
    case when completed_at <= $as_of then completed_at end as bought_at,
    attempts.lost_at,
    coalesce(lost_at <= $as_of, false) as is_settled,
    coalesce(cuts.channel, told.no_talk) as channel,
    coalesce(cuts.entry_point, told.no_talk) as entry_point,
    coalesce(cuts.campaign, told.no_talk) as campaign,
    coalesce(cuts.ad, told.no_talk) as ad,
    coalesce(cuts.agent, told.no_talk) as agent,
    coalesce(cuts.first_responder, told.no_talk) as first_responder,
    coalesce(cuts.answer_speed, told.no_talk) as answer_speed,
    coalesce(cuts.answer_state, told.no_talk) as answer_state,
    coalesce(cuts.contact_kind, told.no_talk) as contact_kind
from attempts
left join told on true
left join conversation_cuts as cuts using (conversation_id)
