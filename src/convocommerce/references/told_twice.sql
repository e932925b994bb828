-- grain: one channel whose messages several exports tell under different ids
-- reads: messages, tickets, ticket_events, told_by
-- How many messages stand twice in the records because two systems told the same talk: the same words in the same minute.
with exports as (
    select distinct channel, export from messages
    union
    select tickets.channel, events.export
    from ticket_events as events
    join tickets using (platform, ticket_id)
    where events.kind = 'text'
),
-- Most shops have one export per channel, and then nothing more is looked at.
several as (
    select channel
    from exports
    where export is not null and channel not in (select channel from told_by)
    group by channel
    having count(*) > 1
),
told as (
    select channel, export, sent_at, text
    from messages
    semi join several using (channel)
    union all
    select tickets.channel, events.export, events.happened_at, events.text
    from ticket_events as events
    join tickets using (platform, ticket_id)
    semi join several using (channel)
    where events.kind = 'text'
),
matched as (
    select channel, list_sort(list(distinct export)) as exports, count(*) as n
    from told
    where length(trim(text)) >= 8
    group by channel, date_trunc('minute', sent_at), lower(trim(text))
    having count(distinct export) > 1
)
select
    channel,
    list_sort(list_distinct(flatten(list(exports)))) as exports,
    sum(n)::bigint as n_messages
from matched
group by channel
