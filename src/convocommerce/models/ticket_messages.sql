-- grain: one thing written in a ticket or done to it, whose customer is known
-- reads: tickets, ticket_events, people
-- What stands in a helpdesk's tickets, told as messages: only the ticket and the list of people say who wrote.
with placed as (
    select
        tickets.channel,
        tickets.business_id,
        tickets.customer_id,
        events.*,
        coalesce(events.author_id = tickets.customer_id, false) as is_asker,
        people.role as author_role
    from ticket_events as events
    join tickets on tickets.platform = events.platform and tickets.ticket_id = events.ticket_id
    left join people on people.platform = events.platform and people.person_id = events.author_id
    where tickets.customer_id is not null
        and not coalesce(tickets.is_sample, false)
        and coalesce(tickets.status, '') not in ('deleted', 'merged')
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
    case role when 'customer' then 'in' when 'system' then 'none' else 'out' end as direction,
    kind,
    role as declared_role,
    case when role = 'human' then author_id end as agent_id,
    text,
    export
from judged
