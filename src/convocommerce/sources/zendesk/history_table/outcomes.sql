-- grain: one row that holds nothing to keep
-- reads: documents
-- Changes that say nothing of the status.
select
    document_no,
    'ignored' as outcome,
    case when d.field_name = 'status' then 'an unknown status' else 'another field of a ticket' end as reason
from documents
where not coalesce(
    d.field_name = 'status' and zendesk_status(d."value") is not null and instant(d.updated) is not null, false
)
