-- grain: one conversation that had begun
-- reads: conversations, conversation_messages, window_openers, rules
-- Every conversation with what it can be told apart by and when it was over, as far as it was known at the as-of.
with running as (
    -- Only conversations that were still running need to be looked up as they were.
    select
        conversation_id,
        max(sent_at) filter (role not in ('handoff', 'close')) as last_message_at,
        arg_max(is_waiting, position) as is_waiting
    from conversation_messages
    where sent_at <= $as_of
        and conversation_id in (select conversation_id from conversations where last_event_at > $as_of)
    group by conversation_id
),
windows as (
    select conversation_id, max(closes_at) as closes_at
    from window_openers
    where opened_at <= $as_of
        and conversation_id in (select conversation_id from conversations where last_opened_at > $as_of)
    group by conversation_id
),
so_far as (
    select conversation_id, running.last_message_at, running.is_waiting, windows.closes_at
    from running
    full join windows using (conversation_id)
)
select
    conversations.* exclude (first_responder),
    -- Who came by an ad came by some campaign, and of whom nothing is told it is not known.
    coalesce(conversations.campaign_name, case when conversations.entry_point in ('ad', 'inbox_ad', 'sponsored_message', 'unknown') then 'unknown' else 'none' end) as campaign,
    coalesce(conversations.ad_name, case when conversations.entry_point in ('ad', 'inbox_ad', 'sponsored_message', 'unknown') then 'unknown' else 'none' end) as ad,
    case when conversations.human_at <= $as_of then coalesce(conversations.agent_id, 'unnamed') else 'none' end as agent,
    case when conversations.any_at <= $as_of then conversations.first_responder::varchar else 'none' end as first_responder,
    case when conversations.human_at <= $as_of
        then (epoch_ms(conversations.human_at) - epoch_ms(conversations.first_customer_at)) / 1000
    end as human_seconds,
    case
        when human_seconds is null then 'not answered'
        when human_seconds <= 300 then 'within 5 min'
        when human_seconds <= 900 then '5 to 15 min'
        when human_seconds <= 3600 then '15 to 60 min'
        when human_seconds <= 86400 then '1 to 24 h'
        else 'after 24 h'
    end as answer_speed,
    case
        when human_seconds is null then 'not answered'
        when human_seconds * 1000 <= rules.quick_ms then 'answered quickly'
        else 'answered late'
    end as answer_state,
    case when conversations.is_returning then 'returning' else 'new' end as contact_kind,
    coalesce(so_far.last_message_at, conversations.last_message_at) as last_message_so_far,
    last_message_so_far + to_milliseconds(rules.gap_ms) as silent_at,
    -- What only a bot answered ends by silence, as nobody waits any more; a question does not.
    case when not coalesce(so_far.is_waiting, conversations.is_left_waiting) and silent_at <= $as_of then silent_at end as over_at,
    case when conversations.last_opened_at <= $as_of then conversations.window_closes_at else so_far.closes_at end as answerable_until,
    case when answerable_until < $as_of then answerable_until end as window_lost_at,
    least(case when conversations.closed_at <= $as_of then conversations.closed_at end, over_at) as first_ended_at,
    -- Until when the first question was watched, if nobody in person had answered it.
    case when coalesce(conversations.human_at > $as_of, true) then least(first_ended_at, window_lost_at, $as_of) end as watched_until
from conversations
cross join rules
left join so_far on so_far.conversation_id = conversations.conversation_id
where conversations.started_at <= $as_of
