-- grain: one row that holds nothing to keep
-- reads: documents
-- All of them: when clocks change is known without a helpdesk.
select document_no, 'ignored' as outcome, 'time zones are known anyway' as reason
from documents
