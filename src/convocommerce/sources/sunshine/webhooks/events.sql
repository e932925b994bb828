-- grain: one event of a delivery
-- reads: documents
-- Who did what in which conversation and when; the other files read it.
with deliveries as (
    select
        document_no,
        coalesce(filled(d.app.id), filled(d.app._id)) as app_id,
        case
            when d.trigger is not null then null
            when d.events is not null then d.events
            when d.payload is not null
                then [json_object(
                    'id', d.id, 'type', d.type, 'createdAt', d.createdAt,
                    'payload', try_cast(d.payload as json)
                )::varchar]
        end as events
    from documents
),

-- The first version of the webhooks tells one kind of thing in each delivery.
former_deliveries as (
    select
        document_no,
        coalesce(filled(d.app._id), filled(d.app.id)) as app_id,
        d,
        filled(d.appUser._id) as user_id,
        list_filter(d.appUser.clients, lambda c: truth(c.active))[1]::struct(
            platform varchar, active varchar, "integrationId" varchar, "externalId" varchar
        ) as client,
        case
            when d.trigger = 'postback' then d.postbacks
            when d.trigger like 'payment:%' then d.payments
            when d.trigger like 'merge:%' then d.discarded
            else coalesce(d.messages, [d.message])
        end as items
    from documents
    where d.trigger is not null
),

former_items as (
    select
        * exclude (items),
        try_cast(unnest(case when len(items) > 0 then items else [null] end) as json) as item,
        case
            when d.trigger in ('message', 'message:appUser', 'message:appMaker')
                then 'conversation:message'
            when d.trigger = 'postback' then 'conversation:postback'
            when d.trigger = 'conversation:start' then 'conversation:create'
            when d.trigger = 'merge:appUser' then 'user:merge'
            when regexp_full_match(d.trigger, '(?:message:)?delivery:failure')
                then 'conversation:message:delivery:failure'
            when d.trigger in ('delivery:success', 'message:delivery:channel')
                then 'conversation:message:delivery:channel'
            when d.trigger = 'message:delivery:user' then 'conversation:message:delivery:user'
            else d.trigger
        end as type
    from former_deliveries
),

-- Told the way the second version tells it, so that there is one way to read it.
former_events as (
    select
        document_no,
        app_id,
        json_object(
            'type', type,
            'createdAt', d.timestamp,
            'payload', json_object(
                'conversation', json_object(
                    -- Before conversations had ids, everybody had one.
                    'id', coalesce(
                        filled(d.conversation._id), filled(d.conversation.id), 'user:' || user_id
                    )
                ),
                'user', json_object(
                    'id', user_id,
                    'externalId', d.appUser.userId,
                    'profile', json_object('email', d.appUser.email)
                ),
                'source', json_object(
                    'type', coalesce(
                        d.source.type,
                        case when json_extract_string(item, '$.role') = 'appUser' then json_extract_string(item, '$.source.type') end,
                        case when type = 'payment:success' then json_extract_string(item, '$.source.type') end,
                        d.client.platform,
                        client.platform
                    ),
                    'integrationId', coalesce(
                        d.source.integrationId,
                        case
                            when json_extract_string(item, '$.role') = 'appUser'
                                then json_extract_string(item, '$.source.integrationId')
                        end,
                        d.client.integrationId,
                        client.integrationId
                    ),
                    'client', json_object(
                        'externalId', coalesce(d.client.externalId, client.externalId)
                    )
                ),
                'message', case
                    when type like 'conversation:message%' and item is not null
                        then json_object(
                            'id', json_extract_string(item, '$._id'),
                            'received', json_extract_string(item, '$.received'),
                            'author', json_object(
                                'type', case json_extract_string(item, '$.role')
                                    when 'appUser' then 'user'
                                    when 'appMaker' then 'business'
                                    when 'whisper' then 'whisper'
                                end,
                                'userId', user_id,
                                'displayName', json_extract_string(item, '$.name')
                            ),
                            'content', item,
                            'source', json_extract(item, '$.source'),
                            'metadata', json_extract(item, '$.metadata')
                        )
                end,
                'postback', json_object(
                    'text', json_extract_string(item, '$.action.text'), 'payload', json_extract_string(item, '$.action.payload')
                ),
                'referral', try_cast(d.referral as json),
                'destination', json_object('type', d.destination.type),
                'error', try_cast(d.error as json),
                'charge', json_extract_string(item, '$.charge.id'),
                'mergedUsers', json_object(
                    'surviving', json_object(
                        'id', d.surviving._id, 'externalId', d.surviving.userId
                    ),
                    'discarded', json_object(
                        'id', json_extract_string(item, '$._id'), 'externalId', json_extract_string(item, '$.userId')
                    )
                )
            )
        )::varchar as event
    from former_items
),

every_event as (
    select document_no, app_id, unnest(events) as event from deliveries
    union all
    select document_no, app_id, event from former_events
),

parsed as (
    select
        document_no,
        app_id,
        try(from_json(event, '{
            "id": "VARCHAR", "type": "VARCHAR", "createdAt": "VARCHAR",
            "payload": {
                "conversation": {
                    "id": "VARCHAR", "type": "VARCHAR", "createdAt": "VARCHAR",
                    "activeSwitchboardIntegration": {"integrationType": "VARCHAR"}
                },
                "user": {
                    "id": "VARCHAR", "externalId": "VARCHAR", "zendeskId": "VARCHAR",
                    "profile": {"email": "VARCHAR"},
                    "identities": [{"type": "VARCHAR", "value": "VARCHAR"}]
                },
                "source": {
                    "type": "VARCHAR", "integrationId": "VARCHAR",
                    "client": {"externalId": "VARCHAR", "raw": "VARCHAR"},
                    "campaign": "VARCHAR"
                },
                "client": {"type": "VARCHAR", "integrationId": "VARCHAR", "externalId": "VARCHAR"},
                "message": {
                    "id": "VARCHAR", "received": "VARCHAR", "deleted": "VARCHAR",
                    "author": {
                        "type": "VARCHAR", "subtypes": ["VARCHAR"], "userId": "VARCHAR",
                        "displayName": "VARCHAR",
                        "user": {
                            "id": "VARCHAR", "externalId": "VARCHAR", "zendeskId": "VARCHAR",
                            "profile": {"email": "VARCHAR"},
                            "identities": [{"type": "VARCHAR", "value": "VARCHAR"}]
                        }
                    },
                    "content": "VARCHAR", "activity": "VARCHAR", "metadata": "VARCHAR",
                    "source": {
                        "type": "VARCHAR", "integrationId": "VARCHAR",
                        "client": {"externalId": "VARCHAR", "raw": "VARCHAR"},
                        "campaign": "VARCHAR"
                    }
                },
                "postback": {"text": "VARCHAR", "displayText": "VARCHAR", "payload": "VARCHAR"},
                "referral": {
                    "code": "VARCHAR",
                    "details": {"source": "VARCHAR", "type": "VARCHAR", "adId": "VARCHAR"}
                },
                "reason": "VARCHAR", "charge": "VARCHAR",
                "destination": {"type": "VARCHAR"},
                "error": {"code": "VARCHAR", "underlyingError": "VARCHAR"},
                "mergedUsers": {
                    "surviving": {"id": "VARCHAR", "externalId": "VARCHAR", "zendeskId": "VARCHAR"},
                    "discarded": {"id": "VARCHAR", "externalId": "VARCHAR", "zendeskId": "VARCHAR"}
                }
            }
        }')) as e
    from every_event
),

placed as (
    select
        document_no,
        app_id,
        e.type as type,
        filled(e.id) as event_id,
        case
            when e.type = 'conversation:message'
                then coalesce(filled(e.payload.message.received), e.createdAt)
            else e.createdAt
        end as told_at,
        filled(e.payload.conversation.id) as conversation_id,
        coalesce(e.payload.conversation.type = 'sdkGroup', false) as is_group,
        instant(e.payload.conversation.createdAt) as conversation_created_at,
        lower(e.payload.conversation.activeSwitchboardIntegration.integrationType) as in_control,
        e.payload.message.author.type as author_type,
        case
            when e.payload.message.author.type = 'user'
                then coalesce(e.payload.message.author.user, e.payload.user)
            else e.payload.user
        end as person,
        -- Only what the customer did says where they are.
        case
            when e.payload.message.author.type = 'user' and e.payload.message.source is not null
                then e.payload.message.source
            else e.payload.source
        end as origin,
        e.payload as p
    from parsed
),

located as (
    select
        * exclude (origin, told_at),
        -- The first version gives seconds with a fraction.
        case
            when regexp_full_match(trim(told_at), '\d{9,10}\.\d+')
                then instant((amount(told_at) * 1000)::bigint::varchar)
            else instant(told_at)
        end as happened_at,
        filled(
            coalesce(
                case when author_type = 'user' then p.message.author.userId end,
                person.id,
                p.user.id
            )
        ) as user_id,
        lower(filled(coalesce(origin.type, p.client.type))) as origin_type,
        filled(coalesce(origin.integrationId, p.client.integrationId)) as integration_id,
        filled(coalesce(origin.client.externalId, p.client.externalId)) as external_chat_id,
        try_cast(json_extract(try_cast(origin.client.raw as json), '$.referral') as varchar)
            as raw_referral
    from placed
),

told as (
    select
        document_no,
        event_id,
        type,
        happened_at,
        conversation_id,
        is_group,
        -- A conversation's id begins with the second in which it was made.
        coalesce(
            conversation_created_at,
            case
                when regexp_full_match(conversation_id, '[0-9a-f]{24}')
                    then instant(try_cast('0x' || left(conversation_id, 8) as bigint)::varchar)
            end,
            happened_at
        ) as conversation_created_at,
        in_control,
        user_id,
        person,
        origin_type,
        case
            when origin_type is null or origin_type like 'zd:%' then null
            when origin_type in ('messenger', 'instagram', 'whatsapp', 'telegram', 'line', 'viber')
                then origin_type
            when origin_type in ('web', 'ios', 'android', 'sdk') then 'web_chat'
            when origin_type in ('twilio', 'messagebird') then 'sms'
            when origin_type in ('mailgun', 'email') then 'email'
            when origin_type in ('apple', 'abc', 'imessage') then 'apple'
            when origin_type in ('googlercs', 'gbm') then 'google_rcs'
            when origin_type = 'twitter' then 'x'
            when origin_type = 'api' or origin_type like 'api:%' then 'api'
            else 'other'
        end as channel,
        coalesce(integration_id, app_id, 'sunshine') as business_id,
        coalesce(app_id, 'sunshine') as account_id,
        external_chat_id,
        raw_referral,
        coalesce(
            filled(p.referral.code), filled(p.referral.details.source),
            filled(p.referral.details.adId), raw_referral
        ) is not null as has_referral,
        -- What became of a message is told of no author; only what was said is read by one.
        case when type = 'conversation:message' then lower(author_type) end as author_type,
        case
            when type = 'conversation:message'
                then try(from_json(p.message.content, '{
                    "type": "VARCHAR", "text": "VARCHAR", "textFallback": "VARCHAR",
                    "payload": "VARCHAR", "actions": "VARCHAR", "items": "VARCHAR",
                    "fields": [{"type": "VARCHAR", "name": "VARCHAR", "text": "VARCHAR",
                                "email": "VARCHAR"}]
                }'))
        end as content,
        p
    from located
),

weighed as (
    select
        *,
        type in ('switchboard:passControl', 'switchboard:acceptControl', 'switchboard:releaseControl')
            as is_control,
        starts_with(type, 'conversation:message:delivery:') as is_about_message,
        user_id is not null
            and type in ('client:add', 'client:update', 'user:update', 'payment:success')
            as is_about_person,
        coalesce(
            json_extract_string(try_cast(p.message.activity as json), '$.type'),
            filled(p.message.activity)
        ) as activity,
        coalesce(lower(p.message.author.subtypes[1]) = 'activity', false) as is_activity
    from told
)

select
    * exclude (is_control, is_about_message, is_activity, is_about_person),
    -- What a record needs and the event does not tell.
    case
        when type is null then 'event without a type'
        when type = 'user:merge'
            then if(
                filled(p.mergedUsers.surviving.id) is null
                or filled(p.mergedUsers.discarded.id) is null,
                'merge without both people',
                null
            )
        when is_about_message
            then case
                when filled(p.message.id) is null then 'delivery without its message'
                when filled(p.destination.type) is null then 'delivery without its channel'
                when happened_at is null then 'event without a time'
            end
        when is_control or type in ('conversation:message', 'conversation:postback')
            then case
                when happened_at is null then 'event without a time'
                when conversation_id is null then 'event without its conversation'
                when type = 'conversation:message'
                    and coalesce(author_type not in ('user', 'business', 'whisper'), true)
                    then 'message without an author'
                when type <> 'conversation:message' and not is_control and user_id is null
                    or author_type = 'user' and user_id is null
                    then 'event without the person'
            end
        when type in ('conversation:create', 'conversation:referral') and has_referral
            then case
                when happened_at is null then 'event without a time'
                when conversation_id is null then 'event without its conversation'
                when user_id is null then 'event without the person'
                when channel is null then 'event without its channel'
            end
    end as fault,
    -- What holds nothing to keep.
    case
        when type = 'conversation:message'
            and (
                is_activity
                or activity not in ('ticket:closed', 'conversation:endedByUser')
            ) then 'activity, not a message'
        when is_control and not (
            coalesce(p.reason = 'ticketClosed', false)
            or coalesce(in_control = 'zd:agentworkspace', false)
        ) then 'control passed, not to people'
        when is_control or is_about_message or is_about_person
            or type in ('conversation:message', 'conversation:postback', 'user:merge')
            then null
        when type in ('conversation:create', 'conversation:referral')
            then if(
                has_referral
                or conversation_id is not null and user_id is not null
                and channel is not null and happened_at is not null,
                null,
                'conversation that begins without a person'
            )
        when type like 'conversation:read%' then 'read receipt'
        when type like '%typing%' then 'somebody types'
        when type = 'conversation:remove' then 'conversation removed'
        when type like 'conversation:%' then 'somebody joins or leaves'
        when type like 'switchboard:%' then 'control offered or refused'
        when type like 'client:%' then 'channel of a person'
        when type like 'user:%' or type like 'appUser:%' then 'person changed or removed'
        when type like 'link:%' then 'linking of a channel'
        when type like 'notification:%' then 'notification'
        when type like 'payment:%' then 'payment'
        when type like 'passthrough:%' then 'event of the channel itself'
        else 'unknown kind of event'
    end as passed_over
from weighed
