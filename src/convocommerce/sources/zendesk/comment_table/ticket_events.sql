-- grain: one comment, per row that shows it
-- reads: documents
-- What was written in tickets; how a comment came in is not in the table.
select
    document_no,
    'zendesk' as platform,
    filled(d.id) as event_id,
    filled(d.ticket_id) as ticket_id,
    coalesce(instant(d.created), instant(d.created_at)) as happened_at,
    zendesk_sequence(d.id) as sequence,
    coalesce(filled(d.user_id), filled(d.author_id)) as author_id,
    case
        when truth(d.voice_comment) and coalesce(truth(d.public), true) then 'system'
        else zendesk_role(
            null, null, coalesce(d.user_id, d.author_id), coalesce(truth(d.public) = false, false)
        )
    end as declared_role,
    case
        when coalesce(truth(d.public) = false, false) then 'note'
        else 'text'
    end as kind,
    'comment' as told_as,
    link_keys(d.body)[1].key_kind as shared_kind,
    link_keys(d.body)[1].key_value as shared_value,
    1 as detail,
    filled(d.body) as text
from documents
where filled(d.id) is not null
    and filled(d.ticket_id) is not null
    and coalesce(instant(d.created), instant(d.created_at)) is not null
