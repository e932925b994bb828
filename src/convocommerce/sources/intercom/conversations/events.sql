-- grain: one part of a conversation; the opening is part 0 and stands for every document
-- reads: documents
-- What was said or done, with what the conversation around it tells; the other files read it.
-- A webhook wraps what the API gives bare.
with wrapped as (
    select
        *,
        d.type is not distinct from 'notification_event' or d.topic is not null as is_webhook
    from documents
),

items as (
    select
        document_no,
        is_webhook,
        filled(d.topic) as topic,
        case
            when is_webhook then d.data.item
            else {
                'type': d.type, 'id': d.id, 'created_at': d.created_at,
                'updated_at': d.updated_at, 'state': d.state,
                'admin_assignee_id': d.admin_assignee_id,
                'team_assignee_id': d.team_assignee_id, 'contacts': d.contacts,
                'customers': d.customers, 'conversation_parts': d.conversation_parts,
                'email': d.email, 'phone': d.phone, 'external_id': d.external_id,
                'user_id': d.user_id, 'user': d."user", 'contact': d.contact, 'source': d.source,
                'conversation_message': d.conversation_message, 'assignee': d.assignee,
                'conversation_rating': d.conversation_rating, 'statistics': d.statistics
            }
        end as item
    from wrapped
),

-- A list comes bare, or in an object under a name that says what it lists.
listed as (
    select
        *,
        item.conversation_parts is not null as has_parts,
        coalesce(
            try(from_json(item.contacts::varchar, '[{"id": "VARCHAR", "external_id": "VARCHAR"}]')),
            try(from_json(
                item.contacts::varchar,
                '{"contacts": [{"id": "VARCHAR", "external_id": "VARCHAR"}]}'
            )).contacts,
            try(from_json(item.customers::varchar, '[{"id": "VARCHAR", "external_id": "VARCHAR"}]'))
        )[1] as first_contact,
        coalesce(
            try(from_json(item.conversation_parts::varchar, '["VARCHAR"]')),
            try(from_json(item.conversation_parts::varchar, '{"conversation_parts": ["VARCHAR"]}'))
                .conversation_parts
        ) as part_texts,
        try_cast(try(json_extract_string(item.conversation_parts, '$.total_count')) as bigint)
            as n_parts_told,
        -- Older versions call what opened a conversation its message.
        case
            when coalesce(item.source.id, item.source.type, item.source.body) is not null
                then item.source
            else item.conversation_message
        end as opening
    from items
),

parsed as (
    select
        *,
        list_transform(
            part_texts,
            lambda p: try(from_json(p, '{
                "id": "VARCHAR", "part_type": "VARCHAR", "body": "VARCHAR",
                "created_at": "VARCHAR", "updated_at": "VARCHAR", "redacted": "VARCHAR",
                "attachments": "VARCHAR", "assigned_to": {"type": "VARCHAR", "id": "VARCHAR"},
                "author": {
                    "type": "VARCHAR", "id": "VARCHAR", "email": "VARCHAR",
                    "from_ai_agent": "VARCHAR", "is_ai_answer": "VARCHAR"
                }
            }'))
        ) as parts
    from listed
),

-- Whose conversation it is: what it says itself, else the first customer who wrote in it.
named as (
    select
        *,
        coalesce(
            filled(first_contact.id),
            filled(item."user".id),
            case when opening.author.type in ('user', 'lead', 'contact', 'visitor')
                then filled(opening.author.id) end,
            filled(list_filter(
                parts, lambda p: p.author.type in ('user', 'lead', 'contact', 'visitor')
            )[1].author.id)
        ) as contact_id
    from parsed
),

told as (
    select
        * exclude (part_texts, contact_id),
        contact_id as customer_id,
        -- A contact's own topic, and what is said about its tags, hold no conversation.
        coalesce(item.type, '') in ('contact', 'user', 'lead', 'visitor')
            or item.contact.id is not null
            or coalesce(regexp_matches(topic, '^(?:contact|user|lead|visitor)\.'), false)
            as is_about_contact,
        case
            when opening.type is null or opening.type in ('conversation', 'push') then 'web_chat'
            when opening.type = 'facebook' then 'messenger'
            when opening.type = 'twitter' then 'x'
            when opening.type in ('phone_call', 'phone_switch', 'phone') then 'phone'
            when opening.type in (
                'email', 'instagram', 'whatsapp', 'sms', 'telegram', 'line', 'viber', 'api'
            ) then opening.type
            when opening.type in ('conversation_message', 'message', 'admin_message')
                then 'web_chat'
            else 'other'
        end as channel
    from named
),

pieces as (
    select
        *,
        unnest(list_concat(
            [{
                'part_no': 0,
                'id': opening.id,
                'part_type': 'opening',
                'body': opening.body,
                'created_at': item.created_at,
                'updated_at': item.updated_at,
                'redacted': opening.redacted,
                'attachments': opening.attachments,
                'assigned_to': null::struct(type varchar, id varchar),
                'author': opening.author
            }],
            list_transform(
                coalesce(parts, []),
                lambda p, n: {
                    'part_no': n::integer,
                    'id': p.id,
                    'part_type': p.part_type,
                    'body': p.body,
                    'created_at': p.created_at,
                    'updated_at': p.updated_at,
                    'redacted': p.redacted,
                    'attachments': p.attachments,
                    'assigned_to': p.assigned_to,
                    'author': p.author
                }
            )
        )) as piece
    from told
),

-- Bodies are HTML. What it links to stays in the body, what a person reads becomes the text.
written as (
    select
        * exclude (parts, piece),
        piece.part_no as part_no,
        piece.part_no = 0 as is_opening,
        filled(piece.id) as part_id,
        coalesce(piece.part_type, '') as part_type,
        instant(piece.created_at) as sent_at,
        instant(piece.updated_at) as part_updated_at,
        coalesce(truth(piece.redacted), false)
            or coalesce(topic = 'conversation_part.redacted', false) and piece.part_no > 0
            as is_redacted,
        coalesce(piece.attachments, '[]') not in ('[]', '{}', '') as has_attachments,
        piece.author as author,
        piece.assigned_to.type as assigned_type,
        replace(piece.body, '&amp;', '&') as body,
        filled(regexp_replace(
            replace(replace(replace(replace(replace(replace(
                regexp_replace(
                    regexp_replace(
                        piece.body, '(?i)<br\s*/?>|</(?:p|div|li|h[1-6]|tr|pre)\s*>', chr(10), 'g'
                    ),
                    '<[^<>]*>', '', 'g'
                ),
                '&nbsp;', ' '), '&lt;', '<'), '&gt;', '>'), '&quot;', '"'), '&#39;', ''''),
                '&amp;', '&'),
            '^\s+|\s+$', '', 'g'
        )) as said,
        len(parts) as n_parts
    from pieces
),

classed as (
    select
        *,
        case
            when author.type in ('user', 'lead', 'contact', 'visitor') then 'customer'
            when truth(author.from_ai_agent) or truth(author.is_ai_answer) then 'bot'
            -- Where the assistant's answers are marked, the rest is a workflow's fixed text.
            when author.type = 'bot' and truth(author.from_ai_agent) is not null then 'auto'
            when author.type = 'bot' then 'bot'
            when author.type in ('admin', 'team', 'teammate') then 'human'
        end as author_role,
        coalesce(said is not null and lower(said) <> 'none' or has_attachments, false)
            or is_redacted as has_content
    from written
),

judged as (
    select
        *,
        case
            -- Nothing was said yet when an employee opens an empty conversation.
            when is_opening and has_content then 'message'
            when is_opening then 'empty'
            when part_type like 'note%' then 'note'
            when part_type in ('comment', 'quick_reply', 'message') then 'message'
            -- People answer and open, close, put off or pass on in one step.
            when has_content and (
                part_type in ('open', 'close', 'assignment', 'snoozed', 'unsnoozed')
                or part_type like 'assign\_and\_%' escape '\'
                or part_type = 'channel_and_reply_time_expectation'
            ) then 'message'
            else 'done'
        end as what,
        -- A machine assigns it to people; what is assigned by default was decided by nobody.
        part_type in ('assignment', 'assign_and_reopen', 'assign_and_unsnooze')
            and author_role in ('auto', 'bot')
            and assigned_type in ('admin', 'team')
            as is_handover,
        part_type = 'close' as is_close
    from classed
)

select
    *,
    filled(item.id) as case_id,
    filled(item.id) is not null and customer_id is not null and sent_at is not null
        and not is_about_contact
        and (is_opening or part_id is not null) as is_placed
from judged
