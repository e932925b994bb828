-- grain: one spoken message, hand-over or close of a thread
-- reads: messages, ticket_messages, clamped_messages, deliveries, threads, senders, inbox_apps, told_by, automatic_texts, excluded_customers, rules
-- What was said in every thread, clustered by contact, thread and time, with who seems to have said it.
with told as (
    from messages
    union all by name
    from ticket_messages
),
refused as (
    select distinct (md5_number(channel || chr(31) || message_id) >> 64)::ubigint as message_key
    from deliveries
    where status = 'failed'
),
spoken as (
    select
        told.*,
        clamped.latest_at as clamped_at,
        split_part(metadata, ':', 1) as metadata_word,
        app_id is null or app_id in (select app_id from inbox_apps) as is_inbox
    from told
    left join clamped_messages as clamped on clamped.message_key = told.message_key
    left join refused on refused.message_key = told.message_key
    where kind not in ('reaction', 'note', 'reopen')
        and not coalesce(is_failed, false)
        and refused.message_key is null
        and coalesce(declared_role, '') not in ('note', 'system', 'reaction')
        or kind in ('handover', 'close')
)
select
    threads.contact_key,
    spoken.thread_key,
    epoch_ms(
        case
            when spoken.clamped_at is not null then spoken.clamped_at
            when spoken.is_local then timezone('UTC', timezone(rules.time_zone, spoken.sent_at))
            else spoken.sent_at
        end
    ) as t,
    spoken.message_key,
    case
        when spoken.kind = 'close' then 'close'
        when spoken.kind = 'handover' then 'handoff'
        when spoken.declared_role is not null then spoken.declared_role
        when spoken.direction = 'in' then 'customer'
        when spoken.app_id is null then rules.no_app
        else coalesce(by_word.role, by_app.role, rules.unknown_app)
    end::enum('customer', 'human', 'bot', 'auto', 'marketing', 'handoff', 'close') as role,
    -- The text of what cannot be automatic is not looked at: that is what costs most here.
    coalesce(
        case
            when spoken.direction = 'out' and spoken.declared_role is null and spoken.is_inbox
                then lower(trim(spoken.text))
        end in (select text from automatic_texts),
        false
    ) as is_repeated_text,
    spoken.agent_id,
    coalesce(spoken.is_cut_off, false) as is_cut_off
from spoken
join threads using (thread_key)
cross join rules
left join senders as by_word
    on by_word.app_id = spoken.app_id and by_word.metadata_word = spoken.metadata_word
left join senders as by_app
    on by_app.app_id = spoken.app_id and by_app.metadata_word is null
left join told_by on told_by.channel = spoken.channel
where coalesce(spoken.export = told_by.export or starts_with(spoken.export, told_by.export || '/'), true)
    and spoken.customer_id not in (select customer_id from excluded_customers)
    -- A handover counts when it goes to people: the source says so, or the rules know the app.
    and (
        spoken.kind <> 'handover'
        or spoken.declared_role = 'human'
        or coalesce(by_word.role, by_app.role, rules.unknown_app) = 'human' and spoken.app_id is not null
    )
    and (spoken.direction <> 'none' or spoken.kind in ('handover', 'close'))
order by threads.contact_key, spoken.thread_key, t, spoken.sequence, spoken.message_key
