-- grain: one document that holds nothing to keep
-- reads: documents
-- A contact without its id can be nobody.
select
    document_no,
    'quarantined' as outcome,
    'contact without its id' as reason
from documents
where filled(d.id) is null
