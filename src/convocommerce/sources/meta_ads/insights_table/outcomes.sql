-- grain: one row that is no usable row of an ad
-- reads: events
select document_no, 'quarantined' as outcome, fault as reason
from events
where fault is not null
