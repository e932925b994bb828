-- grain: one page of comments
-- reads: documents
-- A page does not repeat the number of its ticket; the address it was fetched from does.
select
    document_no,
    coalesce(
        filled(d.ticket_id), filled(d.ticket.id), filled(d.id), zendesk_ticket_in(file)
    ) as ticket_id,
    d
from documents
