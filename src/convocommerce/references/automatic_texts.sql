-- grain: one text, in lower case
-- reads: sent_texts, messages, rules
-- The texts that the inbox sent to so many people that, when they came fast enough, nobody can have typed them.
with often as materialized (
    select text_key, min(thread_key) as thread_key
    from sent_texts
    group by text_key
    having count(*) >= (select automatic_people from rules)
)
-- How a text reads is looked up in one of its threads.
select distinct lower(trim(text)) as text
from (select text from messages semi join often using (thread_key))
where (md5_number(lower(trim(text))) >> 64)::ubigint in (select text_key from often)
