-- grain: one document that holds nothing to keep
-- reads: events
-- Why: not a thread with one customer, or it is not known who is who.
with judged as (
    select
        document_no,
        min(fault) filter (fault not in ('thread of a group', 'thread without messages')) as broken,
        min(fault) as passed_over
    from events
    group by document_no
    having not bool_or(fault is null)
)

select
    document_no,
    case when broken is null then 'ignored' else 'quarantined' end as outcome,
    coalesce(broken, passed_over) as reason
from judged
