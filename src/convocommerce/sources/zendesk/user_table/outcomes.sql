-- grain: one row that lacks what a user needs
-- reads: documents
-- What is missing.
select document_no, 'quarantined' as outcome, 'user without its id' as reason
from documents
where filled(d.id) is null
