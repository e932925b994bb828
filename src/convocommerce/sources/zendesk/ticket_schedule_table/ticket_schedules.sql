-- grain: one assignment of a schedule to a ticket, per row that shows it
-- reads: documents
-- Which schedule a ticket followed from when on.
select
    document_no,
    'zendesk' as platform,
    filled(d.ticket_id) as ticket_id,
    instant(d.created_at) as assigned_at,
    0 as sequence,
    filled(d.schedule_id) as schedule_id
from documents
where not coalesce(truth(d._fivetran_deleted), false)
