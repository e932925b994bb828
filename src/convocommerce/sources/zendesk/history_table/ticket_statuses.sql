-- grain: one change of a ticket's status, per row that shows it
-- reads: documents
-- What a ticket became, and when.
select
    document_no,
    'zendesk' as platform,
    concat_ws(
        ':', 'status', filled(d.ticket_id), lower(d."value"), epoch(instant(d.updated))::bigint
    ) as event_id,
    filled(d.ticket_id) as ticket_id,
    instant(d.updated) as changed_at,
    zendesk_status(d."value") as status
from documents
where d.field_name = 'status' and zendesk_status(d."value") is not null
