-- grain: one spoken message, hand-over or close of a thread
-- reads: messages, threads, senders, inbox_apps, automatic_texts, excluded_customers, rules
-- What was said in every thread, clustered by contact, thread and time, with who seems to have said it.
with spoken as (
    select
        messages.*,
        split_part(messages.metadata, ':', 1) as metadata_word,
        messages.app_id is null or messages.app_id in (select app_id from inbox_apps) as is_inbox
    from messages
    where messages.kind not in ('reaction', 'note')
        and not coalesce(messages.is_failed, false)
        and coalesce(messages.declared_role, '') not in ('note', 'system', 'reaction')
        or messages.kind in ('handover', 'close')
)
select
    threads.contact_key,
    spoken.thread_key,
    epoch_ms(spoken.sent_at) as t,
    spoken.message_key,
    case
        when spoken.kind = 'close' then 'close'
        when spoken.kind = 'handover' then 'handoff'
        when spoken.declared_role is not null then spoken.declared_role
        when spoken.direction = 'in' then 'customer'
        when spoken.app_id is null then rules.no_app
        else coalesce(by_word.role, by_app.role, rules.unknown_app)
    end::enum('customer', 'human', 'bot', 'auto', 'marketing', 'handoff', 'close') as role,
    spoken.direction = 'out'
        and spoken.declared_role is null
        and spoken.is_inbox
        and hash(lower(trim(spoken.text))) in (select text_key from automatic_texts)
        as is_repeated_text,
    spoken.agent_id
from spoken
join threads using (thread_key)
cross join rules
left join senders as by_word
    on by_word.app_id = spoken.app_id and by_word.metadata_word = spoken.metadata_word
left join senders as by_app
    on by_app.app_id = spoken.app_id and by_app.metadata_word is null
where spoken.customer_id not in (select customer_id from excluded_customers)
    and (
        spoken.kind <> 'handover'
        or coalesce(by_word.role, by_app.role, rules.unknown_app) = 'human' and spoken.app_id is not null
    )
    and (spoken.direction <> 'none' or spoken.kind in ('handover', 'close'))
order by threads.contact_key, spoken.thread_key, t, spoken.sequence, spoken.message_key
