-- grain: one business on one channel of which some export tells closes
-- reads: messages, tickets, ticket_events
-- Where it is known when conversations were closed; elsewhere one that is not closed only looks open.
select channel, business_id from messages where kind = 'close'
union
select tickets.channel, tickets.business_id
from ticket_events as events
join tickets using (platform, ticket_id)
where events.kind = 'close'
