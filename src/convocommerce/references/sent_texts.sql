-- grain: one text, as a hash of it in lower case, that the inbox sent in one thread
-- reads: messages, inbox_apps
-- Who was sent the same words. Local to a thread, so that a load need not look at all texts again.
select distinct
    thread_key,
    (md5_number(lower(trim(text))) >> 64)::ubigint as text_key
from messages
where direction = 'out'
    and declared_role is null
    and text is not null
    and (app_id is null or app_id in (select app_id from inbox_apps))
