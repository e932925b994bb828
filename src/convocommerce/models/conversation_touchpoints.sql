-- grain: one touchpoint that belongs to a conversation
-- reads: touchpoints, threads, conversation_clocks, rules
-- Gives each touchpoint to the conversation it happened in, or else to the one it opened within the gap.
with placed as (
    select touchpoints.*, threads.contact_key, threads.thread_key in (select thread_key from conversation_clocks) as is_told
    from touchpoints
    join threads using (thread_key)
),
-- Where one system tells what brought a person and another what was said, the person's conversations
-- on that channel stand in for the thread.
strays as (
    select distinct contact_key, channel from placed where not is_told
),
every_line as (
    select thread_key as line_key, conversation_id, started_at, last_message_at
    from conversation_clocks
    union all
    select
        (md5_number(strays.contact_key || chr(31) || strays.channel) >> 64)::ubigint as line_key,
        clocks.conversation_id,
        clocks.started_at,
        clocks.last_message_at
    from strays
    join threads on threads.contact_key = strays.contact_key and threads.channel = strays.channel
    join conversation_clocks as clocks on clocks.thread_key = threads.thread_key
),
-- Of two that began in one instant, the choice must not be left to chance.
lines as (
    select * from every_line
    qualify row_number() over (partition by line_key, started_at order by conversation_id) = 1
),
keyed as (
    select
        *,
        case
            when is_told then thread_key
            else (md5_number(contact_key || chr(31) || channel) >> 64)::ubigint
        end as line_key
    from placed
),
during as (
    select keyed.*, lines.conversation_id, lines.last_message_at
    from keyed
    asof left join lines
        on keyed.line_key = lines.line_key and keyed.occurred_at >= lines.started_at
),
-- Conversations of several threads may run at once, and the last to begin may have ended first.
strays_during as (
    select
        keyed.channel,
        keyed.touchpoint_id,
        arg_min(every_line.conversation_id, (-epoch_ms(every_line.started_at), every_line.conversation_id)) as stray_in
    from keyed
    join every_line
        on every_line.line_key = keyed.line_key
        and every_line.started_at <= keyed.occurred_at
        and every_line.last_message_at >= keyed.occurred_at
    where not keyed.is_told
    group by keyed.channel, keyed.touchpoint_id
),
opened as (
    select
        during.* exclude (conversation_id, last_message_at),
        case
            when strays_during.stray_in is not null then strays_during.stray_in
            when during.occurred_at <= during.last_message_at then during.conversation_id
            when next.started_at - during.occurred_at <= to_milliseconds(rules.gap_ms) then next.conversation_id
        end as conversation_id
    from during
    cross join rules
    left join strays_during using (channel, touchpoint_id)
    asof left join lines as next
        on during.line_key = next.line_key and during.occurred_at <= next.started_at
)
select
    conversation_id,
    thread_key,
    channel,
    touchpoint_id,
    occurred_at,
    sequence,
    entry_point,
    ad_id,
    ref
from opened
where conversation_id is not null
