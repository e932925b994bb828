-- grain: one row that holds nothing to keep
-- reads: documents
-- What happens in a chat besides messages, and what cannot be placed.
select
    document_no,
    case when filled(d.chat_id) is null then 'quarantined' else 'ignored' end as outcome,
    case
        when filled(d.chat_id) is null then 'event of a chat without its id'
        when truth(d.is_history_context) then 'copy of what was said before the session'
        else 'event of a chat that is no message'
    end as reason
from documents
where filled(d.chat_id) is null
    or coalesce(d."type" not in ('ChatMessage', 'ChatFileAttachment'), true)
    or coalesce(truth(d.is_history_context), false)
