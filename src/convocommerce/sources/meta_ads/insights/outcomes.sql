-- grain: one document with nothing that can be kept
-- reads: documents, events
-- Whatever else an ad account exports (audiences, pictures, rules) says nothing about figures.
with judged as (
    select document_no, max(fault) as fault, bool_and(fault is not null) as is_faulty
    from events
    group by document_no
)

select
    documents.document_no,
    case when judged.document_no is null then 'ignored' else 'quarantined' end as outcome,
    coalesce(judged.fault, 'neither figures nor an ad, ad set, campaign or account') as reason
from documents
left join judged using (document_no)
where judged.document_no is null or judged.is_faulty
