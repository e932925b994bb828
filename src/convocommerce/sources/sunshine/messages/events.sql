-- grain: one message of a page, or one that stands alone
-- reads: documents
-- Who said what and when, and in which conversation as far as the page tells.
with pages as (
    select
        document_no,
        coalesce(
            filled(d.conversationId),
            filled(d.conversation_id),
            filled(d.conversation.id),
            filled(d.conversation._id),
            filled(regexp_extract(d.links, '/conversations/([^/?"]+)/messages', 1)),
            -- Who saves pages names the files after the conversations.
            filled(regexp_extract(file, '^(?:.*[^0-9a-f])?([0-9a-f]{24})(?:[^0-9a-f].*)?$', 1))
        ) as told_conversation_id,
        case
            when d.messages is not null then d.messages
            when d.message is not null then [d.message]
            else [json_object(
                'id', d.id, '_id', d._id, 'received', d.received, 'role', d.role,
                'authorId', d.authorId, 'name', d.name, 'type', d.type, 'text', d.text,
                'payload', d.payload, 'metadata', d.metadata, 'activity', d.activity,
                'author', try_cast(d.author as json), 'content', try_cast(d.content as json),
                'source', try_cast(d.source as json), 'actions', try_cast(d.actions as json),
                'items', try_cast(d.items as json)
            )::varchar]
        end as messages
    from documents
),

every_message as (
    select document_no, told_conversation_id, unnest(messages) as message from pages
),

parsed as (
    select
        *,
        try(from_json(message, '{
            "id": "VARCHAR", "_id": "VARCHAR", "received": "VARCHAR",
            "author": {
                "type": "VARCHAR", "subtypes": ["VARCHAR"], "userId": "VARCHAR",
                "displayName": "VARCHAR"
            },
            "content": "VARCHAR", "activity": "VARCHAR", "metadata": "VARCHAR",
            "source": {
                "type": "VARCHAR", "integrationId": "VARCHAR",
                "client": {"externalId": "VARCHAR"}, "campaign": "VARCHAR"
            },
            "role": "VARCHAR", "authorId": "VARCHAR", "name": "VARCHAR"
        }')) as m
    from every_message
),

-- The first version of the API says in one word who spoke and has no content apart.
authored as (
    select
        document_no,
        told_conversation_id,
        coalesce(filled(m.id), filled(m._id)) as message_id,
        case
            when regexp_full_match(trim(m.received), '\d{9,10}\.\d+')
                then instant((amount(m.received) * 1000)::bigint::varchar)
            else instant(m.received)
        end as happened_at,
        coalesce(
            lower(filled(m.author.type)),
            case m.role
                when 'appUser' then 'user'
                when 'appMaker' then 'business'
                when 'whisper' then 'whisper'
            end
        ) as author_type,
        coalesce(filled(m.author.userId), filled(m.authorId)) as author_id,
        coalesce(filled(m.author.displayName), filled(m.name)) as display_name,
        m.author.subtypes[1] as subtype,
        coalesce(
            json_extract_string(try_cast(m.activity as json), '$.type'), filled(m.activity)
        ) as activity,
        filled(
            json_extract_string(try_cast(m.metadata as json), '$."__zendesk_msg.agent.id"')
        ) as agent,
        m.source.campaign like '{%' as is_campaign,
        lower(filled(m.source.type)) as source_type,
        filled(m.source.integrationId) as integration_id,
        filled(m.source.client.externalId) as external_chat_id,
        try(from_json(coalesce(m.content, message), '{
            "type": "VARCHAR", "text": "VARCHAR", "textFallback": "VARCHAR",
            "payload": "VARCHAR", "actions": "VARCHAR", "items": "VARCHAR",
            "fields": [{"type": "VARCHAR", "name": "VARCHAR", "text": "VARCHAR",
                        "email": "VARCHAR"}]
        }')) as content
    from parsed
),

-- What is told of one customer only is that customer's conversation.
placed as (
    select
        *,
        case when author_type = 'user' then author_id end as user_id,
        min(case when author_type = 'user' then author_id end) over page as least_user_id,
        max(case when author_type = 'user' then author_id end) over page as greatest_user_id
    from authored
    window page as (partition by document_no)
)

select
    * exclude (told_conversation_id, least_user_id, greatest_user_id),
    coalesce(
        told_conversation_id,
        case when least_user_id = greatest_user_id then 'user:' || least_user_id end
    ) as conversation_id,
    told_conversation_id is not null as is_told,
    case
        when source_type is null or source_type like 'zd:%' or author_type <> 'user' then null
        when source_type in ('messenger', 'instagram', 'whatsapp', 'telegram', 'line', 'viber')
            then source_type
        when source_type in ('web', 'ios', 'android', 'sdk') then 'web_chat'
        when source_type in ('twilio', 'messagebird') then 'sms'
        when source_type in ('mailgun', 'email') then 'email'
        when source_type in ('apple', 'abc', 'imessage') then 'apple'
        when source_type in ('googlercs', 'gbm') then 'google_rcs'
        when source_type = 'twitter' then 'x'
        when source_type = 'api' or source_type like 'api:%' then 'api'
        else 'other'
    end as channel,
    coalesce(integration_id, 'sunshine') as business_id,
    case
        when coalesce(author_type not in ('user', 'business', 'whisper'), true)
            then 'message without an author'
        when happened_at is null then 'message without a time'
        when coalesce(
            told_conversation_id,
            case when least_user_id = greatest_user_id then least_user_id end
        ) is null then 'message without its conversation'
        when author_type = 'user' and user_id is null then 'message without the person'
    end as fault,
    case
        when lower(subtype) = 'activity'
            or activity not in ('ticket:closed', 'conversation:endedByUser')
            then 'activity, not a message'
    end as passed_over
from placed
