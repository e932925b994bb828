-- grain: one thing written in a ticket or done to it, whose customer is known
-- reads: tickets, ticket_events, people
-- What stands in a helpdesk's tickets, told as messages: only the ticket and the list of people say who wrote.
with chats as (
    select
        platform,
        'chat:' || chat_id as chat,
        -- One chat can be copied into several tickets; it was held once.
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
    where events.kind <> 'chat'
),
-- The conversation log tells a chat best, then the chat's own record; comments only copy it.
told as (
    select
        platform,
        ticket_id,
        bool_or(told_as = 'log') as has_log,
        min(happened_at) filter (where declared_role = 'bot') as first_bot_at
    from happened
    group by platform, ticket_id
),
placed as (
    select
        tickets.channel,
        tickets.business_id,
        tickets.customer_id,
        events.*,
        coalesce(events.author_id = tickets.customer_id, false) or events.is_visitor as is_asker,
        people.role as author_role
    from happened as events
    join told on told.platform = events.platform and told.ticket_id = events.ticket_id
    join tickets on tickets.platform = events.platform and tickets.ticket_id = events.ticket_id
    left join people on people.platform = events.platform and people.person_id = events.author_id
    where tickets.customer_id is not null
        and not coalesce(tickets.is_sample, false)
        and coalesce(tickets.status, '') not in ('deleted', 'merged')
        and not (
            events.kind in ('text', 'attachment')
            and coalesce(events.is_transcript, tickets.is_messaging, false)
        )
        and not (coalesce(told.has_log, false) and coalesce(events.told_as = 'chat', false))
        -- Where no bot spoke, people had the ticket from the start.
        and (events.kind <> 'handover' or coalesce(told.first_bot_at <= events.happened_at, false))
),
-- Who asked is the customer even if they work for the business; others are what the list of people
-- says they are, and somebody it does not know is taken for an employee.
judged as (
    select
        *,
        case
            when kind in ('close', 'reopen') then 'system'
            when declared_role is not null then declared_role
            when kind = 'note' then 'note'
            when is_asker or author_role = 'customer' then 'customer'
            else coalesce(author_role, 'human')
        end as role
    from placed
)
select
    channel,
    business_id,
    customer_id,
    ticket_id as case_id,
    platform || ':' || event_id as message_id,
    (md5_number(channel || chr(31) || platform || ':' || event_id) >> 64)::ubigint as message_key,
    (md5_number(channel || chr(31) || business_id || chr(31) || 'case' || chr(31) || ticket_id) >> 64)::ubigint as thread_key,
    happened_at as sent_at,
    sequence,
    case
        when kind = 'handover' or role = 'system' then 'none'
        when role = 'customer' then 'in'
        else 'out'
    end as direction,
    kind,
    role as declared_role,
    case when role = 'human' and kind <> 'handover' then author_id end as agent_id,
    text,
    export
from judged
