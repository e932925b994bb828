-- grain: one message taken back, per document that tells it
-- reads: events
-- An archive says that a message was unsent and not when.
select
    document_no,
    channel,
    made_id([
        channel, customer_id, direction, epoch_ms(sent_at)::varchar, content, repeat_no::varchar
    ]) as message_id,
    'deleted' as change,
    0 as revision
from events
where fault is null and is_unsent
