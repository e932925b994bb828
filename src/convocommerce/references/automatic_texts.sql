-- grain: one text, in lower case
-- reads: messages, inbox_apps, rules
-- The texts that the inbox sent to so many people that, when they came fast enough, nobody can have typed them.
select lower(trim(messages.text)) as text
from messages
cross join rules
where messages.direction = 'out'
    and messages.declared_role is null
    and messages.text is not null
    and (messages.app_id is null or messages.app_id in (select app_id from inbox_apps))
group by all
having count(distinct messages.thread_key) >= any_value(rules.automatic_people)
