-- grain: one thing said or done in a case
-- reads: cases, tickets, ticket_events, people, messages, deliveries, conversation_messages, clamped_messages, senders, told_by, excluded_customers, rules
-- Everything that some system counts, also what we leave out: notes, copies, refused messages, tickets that are gone.
with refused as (
    select (md5_number(channel || chr(31) || message_id) >> 64)::ubigint as message_key
    from deliveries
    where status = 'failed' and happened_at <= $as_of
),
-- Other systems believe their stamps, where ours follow the source's order.
ours as (
    select
        spoken.message_key,
        spoken.thread_key,
        spoken.conversation_id,
        spoken.role::varchar as role,
        coalesce(clamped.sent_at, spoken.sent_at) as stamped_at,
        clamped.latest_at as clamped_at
    from conversation_messages as spoken
    left join clamped_messages as clamped on clamped.message_key = spoken.message_key
    where stamped_at <= $as_of
),
chats as (
    select
        platform,
        'chat:' || chat_id as chat,
        min(ticket_id) as ticket_id,
        min(author_id) as visitor_id
    from ticket_events
    where kind = 'chat'
    group by platform, chat_id
),
happened as (
    select
        events.* exclude (ticket_id),
        coalesce(chats.ticket_id, events.ticket_id) as ticket_id,
        coalesce(events.author_id = chats.visitor_id, false) as is_visitor
    from ticket_events as events
    left join chats on chats.platform = events.platform and chats.chat = events.ticket_id
    where events.kind <> 'chat' and events.happened_at <= $as_of
),
told as (
    select
        platform,
        ticket_id,
        bool_or(coalesce(told_as = 'log', false)) as has_log,
        bool_or(coalesce(told_as = 'chat', false)) as has_chat
    from happened
    group by platform, ticket_id
),
listing as (
    select distinct platform from people
),
ticketed as (
    select
        cases.case_id,
        (md5_number(tickets.channel || chr(31) || events.platform || ':' || events.event_id) >> 64)::ubigint as event_key,
        events.happened_at,
        events.sequence,
        events.kind,
        events.told_as,
        events.author_id,
        coalesce(events.author_id = cases.customer_id, false) or events.is_visitor as is_requester,
        case
            when events.kind = 'close' then 'close'
            when events.kind = 'reopen' then 'reopen'
            when events.kind = 'handover' then 'handoff'
            when events.declared_role is not null then events.declared_role
            when events.kind = 'note' then 'note'
            when is_requester or people.role = 'customer' then 'customer'
            else coalesce(people.role, 'human')
        end as role,
        -- What the helpdesk's own list of people says of the author; without a list, what we think.
        case
            when listing.platform is null then
                case when role in ('human', 'bot') then 'internal' when role = 'customer' then 'external' end
            when people.person_id is null then null
            when people.role = 'customer' then 'external'
            when people.role = 'human' then 'internal'
            else 'unknown'
        end as listed_role,
        events.kind in ('text', 'attachment') as is_said,
        events.kind in ('text', 'attachment') and coalesce(events.is_transcript, cases.is_messaging)
            or coalesce(events.told_as = 'chat', false) and told.has_log as is_copy,
        coalesce(events.told_as = 'log', false) and told.has_chat as is_logged_again,
        false as is_failed,
        false as is_native
    from happened as events
    join cases on cases.is_ticket and cases.platform = events.platform and cases.ticket_id = events.ticket_id
    join tickets on tickets.platform = events.platform and tickets.ticket_id = events.ticket_id
    join told on told.platform = events.platform and told.ticket_id = events.ticket_id
    left join people on people.platform = events.platform and people.person_id = events.author_id
    left join listing on listing.platform = events.platform
),
-- Where a business answers through an app, what it types in the platform's own app shows no app.
through_apps as (
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
        messaged.is_marked_failed or messaged.event_key in (select message_key from refused) as is_failed
    from messaged
    left join ours on ours.message_key = messaged.event_key
    where messaged.happened_at <= $as_of
),
-- Notes and refused messages are in no conversation of ours; they belong to the one going on.
placed as (
    select
        typed.* exclude (conversation_id),
        coalesce(typed.conversation_id, before.conversation_id, first.conversation_id) as conversation_id
    from typed
    asof left join ours as before
        on before.thread_key = typed.thread_key and before.stamped_at <= typed.happened_at
    left join (
        select thread_key, arg_min(conversation_id, stamped_at) as conversation_id from ours group by thread_key
    ) as first on first.thread_key = typed.thread_key
    where typed.our_role is not null or typed.is_note or typed.is_failed
)
select
    ticketed.* exclude (role, is_failed),
    -- Who really spoke, once more is known than the event itself tells.
    case when ours.role = 'auto' then 'auto' else ticketed.role end as role,
    ticketed.event_key in (select message_key from refused) as is_failed,
    ours.conversation_id,
    ours.clamped_at
from ticketed
left join ours on ours.message_key = ticketed.event_key
union all by name
select
    cases.case_id,
    placed.event_key,
    placed.happened_at,
    placed.sequence,
    placed.kind,
    placed.author_id,
    placed.is_requester,
    case when placed.is_note then 'note' else coalesce(placed.our_role, placed.likely_role) end as role,
    case
        when coalesce(placed.our_role, placed.likely_role) in ('human', 'bot') then 'internal'
        when coalesce(placed.our_role, placed.likely_role) = 'customer' then 'external'
    end as listed_role,
    not placed.is_note and placed.kind not in ('handover', 'close') as is_said,
    false as is_copy,
    false as is_logged_again,
    placed.is_failed,
    placed.is_native,
    placed.conversation_id,
    placed.clamped_at
from placed
join cases
    on cases.thread_key = placed.thread_key
    and placed.conversation_id = coalesce(cases.own_conversation_id, placed.conversation_id)
