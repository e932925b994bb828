-- grain: one chat that became part of a ticket, per row that shows it
-- reads: documents
-- Ties the messages of a chat, which name only the chat, to the ticket that they belong to.
select
    document_no,
    'zendesk' as platform,
    concat_ws(':', 'chat', filled(d.chat_id), 'of', filled(d.ticket_id)) as event_id,
    filled(d.ticket_id) as ticket_id,
    -- The table does not say when; nothing is measured from it.
    coalesce(instant(d.created_at), instant(d._fivetran_synced), timestamp '2000-01-01') as happened_at,
    0 as sequence,
    filled(d.user_id) as author_id,
    'system' as declared_role,
    'chat' as kind,
    false as is_transcript,
    1 as detail,
    filled(d.chat_id) as chat_id
from documents
where filled(d.chat_id) is not null and filled(d.ticket_id) is not null
