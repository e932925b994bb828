-- grain: one row that holds nothing to keep
-- reads: documents
-- Chats that cannot be tied to a ticket.
select
    document_no,
    case when filled(d.chat_id) is null then 'quarantined' else 'ignored' end as outcome,
    case when filled(d.chat_id) is null then 'chat without its id' else 'chat without a ticket' end
        as reason
from documents
where filled(d.chat_id) is null or filled(d.ticket_id) is null
