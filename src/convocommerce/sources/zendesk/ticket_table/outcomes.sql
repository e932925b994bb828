-- grain: one row that lacks what a ticket needs
-- reads: documents
-- What is missing.
select
    document_no,
    'quarantined' as outcome,
    case when filled(d.id) is null then 'ticket without its id' else 'ticket without a time' end as reason
from documents
where filled(d.id) is null or instant(d.created_at) is null
