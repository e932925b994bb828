-- grain: one conversation
-- reads: conversation_clocks, conversation_calendars, conversation_touchpoints, messages, ticket_messages, entry_tellers, botless_exports, close_tellers, reply_legs, window_openers, threads, ads, calendars, opening_slots, rules
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
-- What the exports that tell of a thread could have told; of anything else nothing is known.
exported as (
    select
        thread_key,
        bool_or(export is null or export in (select export from entry_tellers)) as tells_entries,
        bool_or(export is null or export not in (select export from botless_exports)) as tells_bots
    from (
        select thread_key, export from messages
        union
        select thread_key, export from ticket_messages
    )
    group by thread_key
),
told as (
    select distinct threads.contact_key
    from exported
    join threads using (thread_key)
    where exported.tells_entries
),
-- Joined, for a window over all these columns would have to sort them.
first_ones as (
    select contact_key, min(started_at) as first_started_at
    from conversation_clocks
    group by contact_key
),
reopened as (
    select reopens_id as conversation_id, started_at as reopened_at
    from conversation_clocks
    where reopens_id is not null
),
-- However many messages it takes, what a person says until the customer speaks again is one answer.
answered as (
    select clocks.conversation_id, count(*) filter (legs.human_at <= clocks.closed_at) as n_human_answers
    from conversation_clocks as clocks
    join reply_legs as legs using (conversation_id)
    where clocks.closed_at is not null
    group by clocks.conversation_id
),
windows as (
    select conversation_id, max(opened_at) as last_opened_at, max(closes_at) as window_closes_at
    from window_openers
    group by conversation_id
),
own as (
    select slot_ms from calendars where calendar_id = 0
),
-- Most conversations follow the rules' own hours and have no stretch under any other calendar.
opened as (
    select
        clocks.*,
        asked.before_ms + greatest(0, least(epoch_ms(clocks.first_customer_at), asked.closes_ms) - asked.opens_ms) as asked_open_ms,
        epoch_ms(clocks.first_customer_at) < asked.opens_ms or epoch_ms(clocks.first_customer_at) >= asked.closes_ms as is_outside_hours,
        acknowledged.before_ms + greatest(0, least(epoch_ms(clocks.acknowledged_at), acknowledged.closes_ms) - acknowledged.opens_ms)
            - coalesce(acknowledged_in.base_ms, asked_open_ms) as acknowledged_opening_ms,
        bot.before_ms + greatest(0, least(epoch_ms(clocks.bot_at), bot.closes_ms) - bot.opens_ms)
            - coalesce(bot_in.base_ms, asked_open_ms) as bot_opening_ms,
        human.before_ms + greatest(0, least(epoch_ms(clocks.human_at), human.closes_ms) - human.opens_ms)
            - coalesce(human_in.base_ms, asked_open_ms) as human_opening_ms,
        handed.before_ms + greatest(0, least(epoch_ms(clocks.handoff_at), handed.closes_ms) - handed.opens_ms)
            - coalesce(handed_in.base_ms, asked_open_ms) as handoff_opening_ms,
        closed.before_ms + greatest(0, least(epoch_ms(clocks.closed_at), closed.closes_ms) - closed.opens_ms)
            - coalesce(closed_in.base_ms, asked_open_ms) as closed_opening_ms
    from conversation_clocks as clocks
    cross join own
    left join conversation_calendars as asked_in on asked_in.conversation_id = clocks.conversation_id and clocks.first_customer_at >= asked_in.from_at and clocks.first_customer_at < asked_in.until_at
    left join conversation_calendars as acknowledged_in on acknowledged_in.conversation_id = clocks.conversation_id and clocks.acknowledged_at >= acknowledged_in.from_at and clocks.acknowledged_at < acknowledged_in.until_at
    left join conversation_calendars as bot_in on bot_in.conversation_id = clocks.conversation_id and clocks.bot_at >= bot_in.from_at and clocks.bot_at < bot_in.until_at
    left join conversation_calendars as human_in on human_in.conversation_id = clocks.conversation_id and clocks.human_at >= human_in.from_at and clocks.human_at < human_in.until_at
    left join conversation_calendars as handed_in on handed_in.conversation_id = clocks.conversation_id and clocks.handoff_at >= handed_in.from_at and clocks.handoff_at < handed_in.until_at
    left join conversation_calendars as closed_in on closed_in.conversation_id = clocks.conversation_id and clocks.closed_at >= closed_in.from_at and clocks.closed_at < closed_in.until_at
    left join opening_slots as asked on asked.calendar_id = coalesce(asked_in.calendar_id, 0) and asked.slot = epoch_ms(clocks.first_customer_at) // coalesce(asked_in.slot_ms, own.slot_ms)
    left join opening_slots as acknowledged on acknowledged.calendar_id = coalesce(acknowledged_in.calendar_id, 0) and acknowledged.slot = epoch_ms(clocks.acknowledged_at) // coalesce(acknowledged_in.slot_ms, own.slot_ms)
    left join opening_slots as bot on bot.calendar_id = coalesce(bot_in.calendar_id, 0) and bot.slot = epoch_ms(clocks.bot_at) // coalesce(bot_in.slot_ms, own.slot_ms)
    left join opening_slots as human on human.calendar_id = coalesce(human_in.calendar_id, 0) and human.slot = epoch_ms(clocks.human_at) // coalesce(human_in.slot_ms, own.slot_ms)
    left join opening_slots as handed on handed.calendar_id = coalesce(handed_in.calendar_id, 0) and handed.slot = epoch_ms(clocks.handoff_at) // coalesce(handed_in.slot_ms, own.slot_ms)
    left join opening_slots as closed on closed.calendar_id = coalesce(closed_in.calendar_id, 0) and closed.slot = epoch_ms(clocks.closed_at) // coalesce(closed_in.slot_ms, own.slot_ms)
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
    opened.last_event_at,
    opened.is_outbound,
    opened.is_cut_off,
    opened.first_customer_at,
    opened.first_leg_id,
    opened.acknowledged_at,
    opened.bot_at,
    opened.human_at,
    opened.any_at,
    opened.handoff_at,
    opened.closed_at,
    opened.is_left_waiting,
    windows.last_opened_at,
    windows.window_closes_at,
    reopened.reopened_at,
    answered.n_human_answers,
    close_tellers.channel is not null as tells_close,
    -- Who answers without an app may by the rules be a bot, and then every answer tells of one.
    exported.tells_bots or rules.no_app = 'bot' as tells_bots,
    opened.asked_open_ms,
    opened.is_outside_hours,
    opened.acknowledged_opening_ms,
    opened.bot_opening_ms,
    opened.human_opening_ms,
    opened.handoff_opening_ms,
    opened.closed_opening_ms,
    case when opened.any_at = opened.bot_at then opened.bot_opening_ms else opened.human_opening_ms end as any_opening_ms,
    opened.first_responder,
    opened.agent_id,
    opened.started_at > first_ones.first_started_at as is_returning,
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
join exported using (thread_key)
join first_ones on first_ones.contact_key = opened.contact_key
cross join rules
left join close_tellers on close_tellers.channel = threads.channel and close_tellers.business_id = threads.business_id
left join windows using (conversation_id)
left join reopened using (conversation_id)
left join answered using (conversation_id)
left join entries using (conversation_id)
left join ads on ads.ad_id = entries.ad_id
