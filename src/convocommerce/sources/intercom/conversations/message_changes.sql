-- grain: one message that was taken back, per document that tells it
-- reads: events
-- Redacted parts: what was said is gone, that something was said is not.
select
    document_no,
    channel,
    case
        when is_opening then 'intercom:conversation:' || case_id
        else 'intercom:' || part_id
    end as message_id,
    'deleted' as change,
    0 as revision,
    case when not is_opening then part_updated_at end as changed_at,
    null::varchar as text
from events
where is_placed and is_redacted and what in ('message', 'note')
