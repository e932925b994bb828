-- grain: one document that holds nothing to keep
-- reads: events
-- Why: it cannot be placed, or it is something else than a message.
select
    document_no,
    case when ticket_id is null and what is not null then 'quarantined' else 'ignored' end as outcome,
    case
        when what is null then 'neither a message nor a comment'
        else 'the name of its file does not say which ticket it belongs to'
    end as reason
from events
where what is null or ticket_id is null
