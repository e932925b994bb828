-- grain: one document that holds nothing to keep
-- reads: documents
-- Without its number a user is nobody that a message names.
select document_no, 'quarantined' as outcome, 'user without an id' as reason
from documents
where filled(d.id) is null
