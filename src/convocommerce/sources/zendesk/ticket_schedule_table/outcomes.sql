-- grain: one row that holds nothing to keep
-- reads: documents
-- Assignments that no longer hold.
select document_no, 'ignored' as outcome, 'deleted in the helpdesk' as reason
from documents
where truth(d._fivetran_deleted)
