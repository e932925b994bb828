-- grain: one page that holds nothing to keep
-- reads: events
-- Why: nobody says which ticket it is about, or nothing was written.
select
    document_no,
    case when ticket_id is null and len(d.comments) > 0 then 'quarantined' else 'ignored' end
        as outcome,
    case
        when ticket_id is null and len(d.comments) > 0
            then 'neither the page nor the name of its file says which ticket it belongs to'
        else 'page without comments'
    end as reason
from events
where ticket_id is null or coalesce(len(d.comments), 0) = 0
