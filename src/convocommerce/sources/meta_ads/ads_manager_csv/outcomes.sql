-- grain: one row that is no usable row of an ad
-- reads: events
-- The first row of an export often adds up the others.
select
    document_no,
    case when fault = 'totals row' then 'ignored' else 'quarantined' end as outcome,
    fault as reason
from events
where fault is not null
