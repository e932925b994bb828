-- grain: one text, in lower case
-- reads: messages, inbox_apps, rules
-- The texts that the inbox sent to so many people that, when they came fast enough, nobody can have typed them.
with sent as (
    select lower(trim(messages.text)) as text, messages.thread_key
    from messages
    where messages.direction = 'out'
        and messages.declared_role is null
        and messages.text is not null
        and (messages.app_id is null or messages.app_id in (select app_id from inbox_apps))
),
-- Counting people takes long; a text that was not sent often was not sent to many.
often as (
    select text
    from sent
    group by text
    having count(*) >= (select automatic_people from rules)
)
select text
from sent
semi join often using (text)
group by text
having count(distinct thread_key) >= (select automatic_people from rules)
