-- grain: one thing written in a ticket or done to it, per document that tells it
-- reads: events
-- Comments wherever they stand, chats kept in audits, automatic replies, and what closed a ticket.
with plain_comments as (
    select document_no, ticket_id, created_at, via as outer_via, rel as outer_rel, 4 as detail,
        {
            'id': d.id, 'type': d."type", 'author_id': d.author_id, 'body': d.body,
            'html_body': d.html_body, 'plain_body': d.plain_body, 'public': d.public,
            'created_at': d.created_at, 'via': d.via, 'attachments': d.attachments
        } as c
    from events
    where what = 'comment' and ticket_id is not null
    union all
    select document_no, ticket_id, null, null, null, 4, unnest(d.comments)
    from events
    where what = 'ticket'
),

-- Inside an audit a comment leaves out what the audit says once: when, of which ticket and how.
audited as (
    select
        document_no, ticket_id, created_at, via as outer_via, rel as outer_rel,
        filled(d.author_id) as audit_author_id,
        coalesce(list_bool_or(list_transform(
            d.events, lambda x: x."type" = 'Comment' and coalesce(truth(x.public), true)
        )), false) as has_spoken,
        unnest(d.events) as e
    from events
    where what = 'audit' and ticket_id is not null
),

updates as (
    select document_no, ticket_id, created_at, filled(d.updater_id) as updater_id,
        unnest(d.child_events) as e
    from events
    where what = 'ticket_event' and ticket_id is not null
),

commented as (
    select * from plain_comments
    union all
    select document_no, ticket_id, created_at, outer_via, outer_rel, 3,
        {
            'id': e.id, 'type': e."type", 'author_id': coalesce(e.author_id, audit_author_id),
            'body': e.body, 'html_body': e.html_body, 'plain_body': e.plain_body,
            'public': e.public, 'created_at': e.created_at, 'via': e.via,
            'attachments': e.attachments
        }
    from audited
    where e."type" in ('Comment', 'VoiceComment', 'FacebookComment')
    union all
    select document_no, ticket_id, created_at, null, null, 2,
        {
            'id': e.id, 'type': e.event_type, 'author_id': coalesce(e.author_id, updater_id),
            'body': e.body, 'html_body': e.html_body, 'plain_body': e.plain_body,
            'public': coalesce(e.public, e.comment_public), 'created_at': null, 'via': null,
            'attachments': e.attachments
        }
    from updates
    where e.event_type in ('Comment', 'VoiceComment')
),

comments as (
    select
        *,
        coalesce(truth(c.public) = false, false) as is_note,
        coalesce(filled(c.plain_body), filled(c.body), untagged(c.html_body)) as said,
        -- What is plain leaves out where a linked word leads.
        concat_ws(' ', said, c.body) as linking,
        coalesce(
            lower(case when c.via like '{%' then try(json_extract_string(c.via, '$.channel')) end),
            outer_via
        ) as via,
        coalesce(
            case when c.via like '{%' then try(json_extract_string(c.via, '$.source.rel')) end,
            outer_rel
        ) as rel
    from commented
),

-- Chats stand whole in the event that began them.
chats as (
    select
        document_no, ticket_id,
        try(json_extract_string(e."value", '$.chat_id')) as chat_id,
        unnest(try(from_json(json_extract(e."value", '$.history'), '[{
            "type": "VARCHAR", "timestamp": "VARCHAR", "created_at": "VARCHAR",
            "actor_type": "VARCHAR", "actor_id": "VARCHAR", "message": "VARCHAR",
            "message_id": "VARCHAR", "chat_index": "VARCHAR", "filename": "VARCHAR",
            "is_history_context": "VARCHAR", "original_message": "VARCHAR"
        }]'))) as m
    from audited
    where e."type" in ('ChatStartedEvent', 'ChatEndedEvent') and e."value" like '{%'
),

statuses as (
    select document_no, ticket_id, created_at, lower(e."value") as status,
        lower(e.previous_value) as status_before
    from audited
    where e."type" in ('Create', 'Change') and e.field_name = 'status'
    union all
    select document_no, ticket_id, created_at, lower(e.status), lower(e.previous_value)
    from updates
    where e.status is not null
    union all
    select document_no, ticket_id, solved_at, 'solved', null
    from (
        select
            document_no, ticket_id,
            coalesce(
                instant(d.solved_at), instant(d.metric_set.solved_at), instant(d.dates.solved_at)
            ) as solved_at
        from events
        where what in ('metrics', 'ticket') and ticket_id is not null
    )
    where solved_at is not null
),

changed as (
    select
        document_no, ticket_id, created_at,
        case
            when status in ('solved', 'closed')
                and not coalesce(status_before in ('solved', 'closed'), false) then 'close'
            when status_before = 'solved' and status <> 'closed' then 'reopen'
        end as kind
    from statuses
)

select
    document_no,
    'zendesk' as platform,
    filled(c.id) as event_id,
    ticket_id,
    coalesce(instant(c.created_at), created_at) as happened_at,
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
    detail,
    said as text
from comments
union all
-- What a rule sends to whoever just wrote acknowledges; what it sends to others passes a comment on.
select
    document_no,
    'zendesk' as platform,
    filled(e.id) as event_id,
    ticket_id,
    created_at as happened_at,
    zendesk_sequence(e.id) as sequence,
    null as author_id,
    'auto' as declared_role,
    'text' as kind,
    false as is_transcript,
    null as told_as,
    link_keys(e.body)[1].key_kind as shared_kind,
    link_keys(e.body)[1].key_value as shared_value,
    3 as detail,
    filled(e.body) as text
from audited
where e."type" = 'Notification'
    and has_spoken
    and regexp_matches(e.recipients, '[\[, "]' || audit_author_id || '[\], "]')
    and coalesce(outer_via, '') not in ('rule', '8')
union all
select
    document_no,
    'zendesk' as platform,
    'chat:' || coalesce(filled(m.message_id), chat_id || ':' || filled(m.chat_index),
        made_id([ticket_id, m."timestamp", m.actor_type, m.message])) as event_id,
    ticket_id,
    coalesce(instant(m."timestamp"), instant(m.created_at)) as happened_at,
    coalesce(try_cast(m.chat_index as integer), 0) as sequence,
    filled(regexp_extract(m.actor_id, '(\d+)$', 1)) as author_id,
    case
        when m.actor_id = '__trigger' then 'auto'
        when m.actor_type = 'system' or starts_with(m.actor_id, '__') then 'system'
        when contains(lower(m.original_message), 'answerbot') then 'bot'
        when m.actor_type in ('end-user', 'end_user', 'visitor', 'user') then 'customer'
        when m.actor_type in ('bot', 'answer_bot') then 'bot'
        when m.actor_type = 'agent'
            then case when regexp_matches(m.actor_id, '\d') then 'human' else 'bot' end
    end as declared_role,
    case when filled(m.message) is null then 'attachment' else 'text' end as kind,
    false as is_transcript,
    'chat' as told_as,
    link_keys(m.message)[1].key_kind as shared_kind,
    link_keys(m.message)[1].key_value as shared_value,
    3 as detail,
    filled(m.message) as text
from chats
where m."type" in ('ChatMessage', 'ChatFileAttachment')
    and not coalesce(truth(m.is_history_context), false)
union all
select
    document_no,
    'zendesk' as platform,
    concat_ws(':', kind, ticket_id, epoch(created_at)::bigint) as event_id,
    ticket_id,
    created_at as happened_at,
    -- Whoever answers and solves at once answers first.
    case kind when 'close' then 2000000000 else 0 end as sequence,
    null as author_id,
    'system' as declared_role,
    kind,
    false as is_transcript,
    null as told_as,
    null as shared_kind,
    null as shared_value,
    1 as detail,
    null as text
from changed
where kind is not null
