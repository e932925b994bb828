-- grain: one edit or deletion of a message, per document that tells it
-- reads: events
-- What customers changed or took back after sending.
with changes as materialized (
    select
        *,
        case
            when what = 'edit'
                then try(from_json(
                    event,
                    '{"message_edit": {"mid": "VARCHAR", "text": "VARCHAR", "num_edit": "VARCHAR"}}'
                )).message_edit
        end as edit
    from events
    where what = 'edit' or what = 'deletion' or (what = 'message' and is_deleted)
)

select
    document_no,
    channel,
    filled(case when what = 'edit' then edit.mid else message.mid end) as message_id,
    case when what = 'edit' then 'edited' else 'deleted' end as change,
    case
        when what = 'edit' then coalesce(try_cast(whole(edit.num_edit) as integer), 1)
        else 0
    end as revision,
    sent_at as changed_at,
    filled(edit.text) as text
from changes
where filled(case when what = 'edit' then edit.mid else message.mid end) is not null
    and sent_at is not null
