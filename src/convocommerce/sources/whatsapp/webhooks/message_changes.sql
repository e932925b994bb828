-- grain: one edit or deletion of a message, per document that tells it
-- reads: events
-- What either side changed or took back. Edits carry no number, so the newest of them counts.
with changes as (
    select
        *,
        filled(
            case
                when what = 'edit' then message.edit.original_message_id
                else message.revoke.original_message_id
            end
        ) as message_id,
        message.edit.message as content
    from events
    where what in ('edit', 'revoke') and sent_at is not null
)

select
    document_no,
    'whatsapp' as channel,
    message_id,
    case when what = 'edit' then 'edited' else 'deleted' end as change,
    case when what = 'edit' then 1 else 0 end as revision,
    sent_at as changed_at,
    case
        when what = 'edit'
            then filled(
                coalesce(
                    content.text.body, content.image.caption, content.video.caption,
                    content.document.caption
                )
            )
    end as text
from changes
where message_id is not null
