-- grain: one conversation
-- reads: conversation_clocks, conversation_touchpoints, messages, ticket_messages, entry_tellers, threads, ads, opening_slots, rules
-- Every conversation with its clocks in calendar and opening time, what brought the person, and who answered.
with entries as (
    select
        conversation_id,
        arg_min(entry_point, (occurred_at, sequence, touchpoint_id)) as entry_point,
        arg_min(ad_id, (occurred_at, sequence, touchpoint_id)) filter (ad_id is not null) as ad_id,
        arg_min(ref, (occurred_at, sequence, touchpoint_id)) filter (ref is not null) as ref
    from conversation_touchpoints
    group by conversation_id
),
-- People about whom some export could have told what brought them; of others nothing is known.
told as (
    select distinct threads.contact_key
    from (
        select thread_key from messages
        where export is null or export in (select export from entry_tellers)
        union all
        select thread_key from ticket_messages
        where export is null or export in (select export from entry_tellers)
    )
    join threads using (thread_key)
),
opened as (
    select
        clocks.*,
        asked.before_ms + greatest(0, least(epoch_ms(clocks.first_customer_at), asked.closes_ms) - asked.opens_ms) as asked_open_ms,
        acknowledged.before_ms + greatest(0, least(epoch_ms(clocks.acknowledged_at), acknowledged.closes_ms) - acknowledged.opens_ms) as acknowledged_open_ms,
        bot.before_ms + greatest(0, least(epoch_ms(clocks.bot_at), bot.closes_ms) - bot.opens_ms) as bot_open_ms,
        human.before_ms + greatest(0, least(epoch_ms(clocks.human_at), human.closes_ms) - human.opens_ms) as human_open_ms
    from conversation_clocks as clocks
    cross join rules
    left join opening_slots as asked on asked.slot = epoch_ms(clocks.first_customer_at) // rules.slot_ms
    left join opening_slots as acknowledged on acknowledged.slot = epoch_ms(clocks.acknowledged_at) // rules.slot_ms
    left join opening_slots as bot on bot.slot = epoch_ms(clocks.bot_at) // rules.slot_ms
    left join opening_slots as human on human.slot = epoch_ms(clocks.human_at) // rules.slot_ms
)
select
    opened.conversation_id,
    opened.contact_key,
    opened.thread_key,
    threads.channel,
    threads.business_id,
    opened.started_at,
    timezone(rules.time_zone, timezone('UTC', opened.started_at)) as started_local,
    opened.last_message_at,
    opened.is_outbound,
    opened.is_cut_off,
    opened.first_customer_at,
    opened.acknowledged_at,
    opened.bot_at,
    opened.human_at,
    opened.any_at,
    opened.handoff_at,
    opened.asked_open_ms,
    opened.acknowledged_open_ms - opened.asked_open_ms as acknowledged_opening_ms,
    opened.bot_open_ms - opened.asked_open_ms as bot_opening_ms,
    opened.human_open_ms - opened.asked_open_ms as human_opening_ms,
    least(bot_opening_ms, human_opening_ms) as any_opening_ms,
    opened.first_responder,
    opened.agent_id,
    opened.started_at > min(opened.started_at) over (partition by opened.contact_key) as is_returning,
    -- A click only says that an ad was clicked; the list of ads says where and how it was shown.
    coalesce(case when entries.entry_point = 'ad' then ads.entry_point end, entries.entry_point, case when opened.contact_key in (select contact_key from told) then 'organic' else 'unknown' end) as entry_point,
    entries.ad_id,
    entries.ref,
    coalesce(ads.ad_name, entries.ad_id) as ad_name,
    coalesce(ads.campaign_name, ads.campaign_id) as campaign_name,
    opened.n_messages,
    opened.n_customer_messages,
    opened.n_human_messages,
    opened.n_bot_messages
from opened
join threads using (thread_key)
cross join rules
left join entries using (conversation_id)
left join ads on ads.ad_id = entries.ad_id
