-- grain: one row that lacks what a comment needs
-- reads: documents
-- What is missing.
select
    document_no,
    'quarantined' as outcome,
    case
        when filled(d.id) is null then 'comment without its id'
        when filled(d.ticket_id) is null then 'comment without a ticket'
        else 'comment without a time'
    end as reason
from documents
where filled(d.id) is null
    or filled(d.ticket_id) is null
    or coalesce(instant(d.created), instant(d.created_at)) is null
