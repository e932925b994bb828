-- grain: one thing said or done in a case
-- reads: cases, case_conversations, tickets, ticket_events, people, stamped_messages, refused_messages, placed_messages
-- Everything that some system counts, also what we leave out: notes, copies, refused messages, tickets that are gone.
with chats as (
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
)
select
    ticketed.* exclude (role, is_failed),
    -- Who really spoke, once more is known than the event itself tells.
    case when ours.role = 'auto' then 'auto' else ticketed.role end as role,
    ticketed.event_key in (select message_key from refused_messages) as is_failed,
    ours.conversation_id,
    ours.clamped_at
from ticketed
left join stamped_messages as ours on ours.message_key = ticketed.event_key
union all by name
select
    kept.case_id,
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
from placed_messages as placed
join case_conversations as kept on kept.conversation_id = placed.conversation_id
