-- grain: one row that holds nothing to keep
-- reads: documents
-- Changes that neither begin nor end anything.
select
    document_no,
    'ignored' as outcome,
    case when d.field_name = 'status' then 'status that does not close a ticket' else 'another field of a ticket' end
        as reason
from documents
where not coalesce(d.field_name = 'status' and lower(d."value") in ('solved', 'closed'), false)
