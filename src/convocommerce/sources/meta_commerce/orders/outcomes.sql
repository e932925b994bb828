-- grain: one document that is no usable order
-- reads: events
-- Why an order cannot be kept.
select document_no, 'quarantined' as outcome, fault as reason
from events
where fault is not null
