-- grain: one thing that became of an outgoing message, per document that tells it
-- reads: events
-- Whether messages arrived and were read, or were refused by the channel.
select distinct
    document_no,
    channel,
    'chatwoot:' || filled(id) as message_id,
    status::varchar as status,
    coalesce(changed_at, sent_at) as happened_at
from events
where is_placed
    and is_spoken
    and said_as in ('outgoing', 'template')
    and status in ('delivered', 'read', 'failed')
