-- grain: one business on one channel of which some export tells closes
-- reads: messages, tickets, ticket_events
-- Where it is known when conversations were closed; elsewhere one that is not closed only looks open.
with chats as (
    select platform, 'chat:' || chat_id as chat, min(ticket_id) as ticket_id
    from ticket_events
    where kind = 'chat'
    group by platform, chat_id
)
select channel, business_id from messages where kind = 'close'
union
select tickets.channel, tickets.business_id
from ticket_events as events
-- The end of a chat closes the ticket that keeps it.
left join chats on chats.platform = events.platform and chats.chat = events.ticket_id
join tickets
    on tickets.platform = events.platform
    and tickets.ticket_id = coalesce(chats.ticket_id, events.ticket_id)
where events.kind = 'close'
