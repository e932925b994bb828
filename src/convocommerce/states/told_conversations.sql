-- grain: one conversation that had begun
-- reads: conversations, rules
-- Every conversation with what it can be told apart by, as far as it was known at the as-of.
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
    case when conversations.is_returning then 'returning' else 'new' end as contact_kind
from conversations
cross join rules
where conversations.started_at <= $as_of
