-- grain: one message or reaction by which a customer let the business write for some time
-- reads: conversation_messages, conversation_clocks, conversation_touchpoints, ads, messages, threads, excluded_customers, window_rules, rules
-- Until when people at the business could still answer each conversation, as the platforms' dated policies say.
with asked as (
    select
        clocks.contact_key,
        clocks.thread_key,
        clocks.conversation_id,
        clocks.started_at,
        threads.channel
    from conversation_clocks as clocks
    join threads using (thread_key)
    where threads.channel in (select platform from window_rules)
),
spoken as (
    select asked.*, said.sent_at as opened_at, said.position, said.message_key
    from conversation_messages as said
    join asked using (conversation_id)
    where said.role = 'customer'
),
-- Reactions are no messages, but on Meta's own channels they open the window like one.
reactions as (
    select
        thread_key,
        case
            when messages.is_local then timezone('UTC', timezone(rules.time_zone, messages.sent_at))
            else messages.sent_at
        end as reacted_at,
        messages.message_key
    from messages
    cross join rules
    where messages.kind = 'reaction'
        and messages.direction = 'in'
        and messages.channel in ('messenger', 'instagram')
        and messages.customer_id not in (select customer_id from excluded_customers)
),
-- Of two that began in one instant, the choice must not be left to chance.
lines as (
    from asked
    semi join reactions using (thread_key)
    qualify row_number() over (partition by thread_key, started_at order by conversation_id) = 1
),
reacted as (
    select lines.*, reactions.reacted_at as opened_at, 0 as position, reactions.message_key
    from reactions
    asof join lines
        on reactions.thread_key = lines.thread_key and reactions.reacted_at >= lines.started_at
),
clicks as (
    select distinct came.conversation_id, came.occurred_at
    from conversation_touchpoints as came
    left join ads using (ad_id)
    where came.entry_point in ('ad', 'inbox_ad')
        and coalesce(ads.entry_point, came.entry_point) in ('ad', 'inbox_ad')
),
after_ads as (
    select arg_min(spoken.message_key, spoken.position) as message_key
    from clicks
    join spoken on spoken.conversation_id = clicks.conversation_id and spoken.opened_at >= clicks.occurred_at
    group by clicks.conversation_id, clicks.occurred_at
),
openers as (
    select *, message_key in (select message_key from after_ads) as is_after_ad from spoken
    union all by name
    select *, false as is_after_ad from reacted
)
select
    openers.contact_key,
    openers.thread_key,
    openers.conversation_id,
    openers.message_key,
    openers.opened_at,
    max(openers.opened_at + to_milliseconds(window_rules.length_ms)) as closes_at
from openers
join window_rules
    on window_rules.platform = openers.channel
    and (window_rules.entry = 'any' or openers.is_after_ad)
    and coalesce(epoch_ms(openers.opened_at) >= window_rules.since_ms, true)
    and coalesce(epoch_ms(openers.opened_at) < window_rules.until_ms, true)
group by all
