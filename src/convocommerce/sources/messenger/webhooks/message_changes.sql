-- grain: one edit or deletion of a message, per document that tells it
-- reads: events
-- What customers changed or took back after sending.
with changes as (
    select
        *,
        case when what = 'edit' then filled(e.message_edit.mid) else filled(e.message.mid) end as mid
    from events
    where
        -- Most messages are never changed: the cheap question first.
        (e.message_edit is not null or e.message.is_deleted is not null)
        and (what = 'edit' or what = 'deletion' or (what = 'message' and is_deleted))
)

select
    document_no,
    channel,
    mid as message_id,
    case when what = 'edit' then 'edited' else 'deleted' end as change,
    case
        when what = 'edit'
            then coalesce(try_cast(whole(e.message_edit.num_edit) as integer), 1)
        else 0
    end as revision,
    sent_at as changed_at,
    case when what = 'edit' then filled(e.message_edit.text) end as text
from changes
where mid is not null and sent_at is not null
