-- grain: one comment, per page that holds it
-- reads: events
-- What was written in a ticket.
with commented as (
    select document_no, ticket_id, unnest(d.comments) as c
    from events
    -- Where users stand beside comments that cannot be placed, the page must not pass for loaded.
    where ticket_id is not null or len(d.users) > 0
),

comments as (
    select
        *,
        coalesce(truth(c.public) = false, false) as is_note,
        coalesce(filled(c.plain_body), filled(c.body), untagged(c.html_body)) as said,
        -- What is plain leaves out where a linked word leads.
        concat_ws(' ', said, c.body) as linking,
        lower(case when c.via like '{%' then try(json_extract_string(c.via, '$.channel')) end) as via,
        case when c.via like '{%' then try(json_extract_string(c.via, '$.source.rel')) end as rel
    from commented
)

select
    document_no,
    'zendesk' as platform,
    filled(c.id) as event_id,
    ticket_id,
    instant(c.created_at) as happened_at,
    zendesk_sequence(c.id) as sequence,
    filled(c.author_id) as author_id,
    case
        when c."type" = 'VoiceComment' and not is_note then 'system'
        else zendesk_role(via, rel, c.author_id, is_note)
    end as declared_role,
    case
        when is_note then 'note'
        when said is null and c.attachments like '[{%' then 'attachment'
        else 'text'
    end as kind,
    zendesk_is_chat(via) as is_transcript,
    'comment' as told_as,
    link_keys(linking)[1].key_kind as shared_kind,
    link_keys(linking)[1].key_value as shared_value,
    4 as detail,
    said as text
from comments
