-- grain: one message, refused message or note
-- reads: stamped_messages, refused_messages, messages, senders, told_by, excluded_customers, rules
-- Everything said in threads, each in the conversation of ours it belongs to.
-- Where a business answers through an app, what it types in the platform's own app shows no app.
with through_apps as (
    select distinct channel, business_id from messages where direction = 'out' and app_id is not null
),
messaged as (
    select
        messages.message_key as event_key,
        messages.thread_key,
        case
            when messages.is_local then timezone('UTC', timezone(rules.time_zone, messages.sent_at))
            else messages.sent_at
        end as happened_at,
        messages.sequence,
        messages.kind,
        messages.agent_id as author_id,
        messages.direction = 'in' as is_requester,
        coalesce(messages.is_failed, false) as is_marked_failed,
        messages.kind = 'note' or coalesce(messages.declared_role, '') = 'note' as is_note,
        case
            when messages.declared_role is not null then messages.declared_role
            when messages.direction = 'in' then 'customer'
            when messages.app_id is null then rules.no_app
            else coalesce(by_app.role, rules.unknown_app)
        end as likely_role,
        messages.direction = 'out'
            and messages.app_id is null
            and messages.agent_id is null
            and messages.declared_role is null
            and through_apps.business_id is not null as is_native
    from messages
    cross join rules
    left join senders as by_app on by_app.app_id = messages.app_id and by_app.metadata_word is null
    left join told_by on told_by.channel = messages.channel
    left join through_apps
        on through_apps.channel = messages.channel and through_apps.business_id = messages.business_id
    where messages.kind not in ('reaction', 'reopen')
        and coalesce(messages.export = told_by.export or starts_with(messages.export, told_by.export || '/'), true)
        and messages.customer_id not in (select customer_id from excluded_customers)
),
typed as (
    select
        messaged.*,
        ours.conversation_id,
        ours.clamped_at,
        ours.role as our_role,
        messaged.is_marked_failed or messaged.event_key in (select message_key from refused_messages) as is_failed
    from messaged
    left join stamped_messages as ours on ours.message_key = messaged.event_key
    where messaged.happened_at <= $as_of
),
-- Notes and refused messages are in no conversation of ours; they belong to the one going on.
strays as (
    select event_key, thread_key, happened_at
    from typed
    where conversation_id is null and (is_note or is_failed)
),
-- Only threads that have any are sorted.
around as (
    select thread_key, conversation_id, stamped_at
    from stamped_messages
    where thread_key in (select thread_key from strays)
),
gone_to as (
    select
        strays.event_key,
        coalesce(before.conversation_id, first.conversation_id) as conversation_id
    from strays
    asof left join around as before
        on before.thread_key = strays.thread_key and before.stamped_at <= strays.happened_at
    left join (
        select thread_key, arg_min(conversation_id, stamped_at) as conversation_id from around group by thread_key
    ) as first on first.thread_key = strays.thread_key
)
select
    typed.* exclude (conversation_id),
    coalesce(typed.conversation_id, gone_to.conversation_id) as conversation_id
from typed
left join gone_to on gone_to.event_key = typed.event_key
where typed.our_role is not null or typed.is_note or typed.is_failed
