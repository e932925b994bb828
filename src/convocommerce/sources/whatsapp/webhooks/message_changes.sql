-- grain: one edit or deletion of a message, per document that tells it
-- reads: events
-- What either side changed or took back. Edits carry no number, so the newest of them counts.
with changes as (
    select
        *,
        case
            when what = 'edit' then message.edit
            when what = 'revoke' then message.revoke
        end as change
    from events
    where what in ('edit', 'revoke') and sent_at is not null
)

select
    document_no,
    'whatsapp' as channel,
    filled(json_extract_string(change, '$.original_message_id')) as message_id,
    case when what = 'edit' then 'edited' else 'deleted' end as change,
    case when what = 'edit' then 1 else 0 end as revision,
    sent_at as changed_at,
    case
        when what = 'edit'
            then filled(
                coalesce(
                    json_extract_string(change, '$.message.text.body'),
                    json_extract_string(change, '$.message.image.caption'),
                    json_extract_string(change, '$.message.video.caption'),
                    json_extract_string(change, '$.message.document.caption')
                )
            )
    end as text
from changes
where filled(json_extract_string(change, '$.original_message_id')) is not null
