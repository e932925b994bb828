-- grain: one message or one conversation as a document tells it
-- reads: documents
-- Webhooks, pages and single objects brought into one shape; the other files read it.
with given as (
    select
        document_no,
        case when coalesce(d.payload, d.data.payload) is not null then coalesce(d.data.meta, d.meta)
            end as page,
        coalesce(d.payload, d.data.payload) is not null as is_page,
        unnest(coalesce(
            d.payload,
            d.data.payload,
            [{
                'id': d.id, 'content': d.content, 'content_type': d.content_type,
                'content_attributes': d.content_attributes, 'message_type': d.message_type,
                'private': d.private, 'created_at': d.created_at, 'updated_at': d.updated_at,
                'source_id': d.source_id, 'status': d.status, 'sender_type': d.sender_type,
                'sender_id': d.sender_id, 'attachments': d.attachments,
                'conversation_id': d.conversation_id, 'inbox_id': d.inbox_id,
                'additional_attributes': d.additional_attributes, 'sender': d.sender,
                'display_id': d.display_id, 'contact_id': d.contact_id,
                'assignee_id': d.assignee_id, 'team_id': d.team_id, 'channel': d.channel,
                'last_activity_at': d.last_activity_at, 'timestamp': d.timestamp, 'meta': d.meta,
                'contact_inbox': d.contact_inbox, 'event': d.event,
                'changed_attributes': d.changed_attributes, 'email': d.email,
                'phone_number': d.phone_number, 'identifier': d.identifier, 'contact': d.contact,
                'inbox': d.inbox, 'conversation': d.conversation, 'messages': d.messages
            }]
        )) as o
    from documents
),

numbered as (
    select
        *,
        row_number() over (partition by document_no) as object_no,
        replace(coalesce(o.event, ''), 'automation_event.', '') as event
    from given
),

-- A message stands by itself or in its conversation.
objects as (
    select
        *,
        event like 'message\_%' escape '\'
            or o.message_type is not null
                and o.messages is null
                and o.contact_inbox.source_id is null
            as is_message
    from numbered
),

told as (
    select
        document_no, page, is_page, object_no, event, o, is_message,
        case
            when is_message
                then coalesce(
                    filled(o.conversation.display_id), filled(o.conversation.id),
                    filled(o.conversation_id)
                )
            else coalesce(filled(o.display_id), filled(o.id))
        end as case_id,
        coalesce(
            filled(o.inbox.id), filled(o.inbox_id), filled(o.conversation.inbox_id),
            filled(o.contact_inbox.inbox_id), filled(o.conversation.contact_inbox.inbox_id)
        ) as inbox_id,
        coalesce(
            filled(o.conversation.channel), filled(o.channel), filled(o.conversation.meta.channel),
            filled(o.meta.channel), filled(o.inbox.channel_type), filled(page.channel)
        ) as channel_type,
        case
            when not is_message then o.additional_attributes
            when is_page then page.additional_attributes
            else o.conversation.additional_attributes
        end as attributes,
        coalesce(filled(o.contact_inbox.source_id), filled(o.conversation.contact_inbox.source_id))
            as chat_id,
        -- Who the customer is stands with the conversation, with the page, or with the message.
        case
            when coalesce(o.conversation.meta.sender.id, o.meta.sender.id) is not null
                then coalesce(o.conversation.meta.sender, o.meta.sender)
            when o.contact.id is not null then o.contact
            when page.contact.id is not null then page.contact
        end as contact,
        coalesce(
            filled(o.conversation.contact_inbox.contact_id), filled(o.contact_inbox.contact_id),
            filled(page.contact_id), filled(o.conversation.contact_id), filled(o.contact_id)
        ) as contact_id,
        case when is_message then o.conversation.status else o.status end as case_status,
        case when is_message then o.conversation.created_at else o.created_at end
            as case_created_at,
        case
            when is_message
                then coalesce(
                    o.conversation.updated_at, o.conversation.last_activity_at,
                    o.conversation.timestamp
                )
            else coalesce(o.updated_at, o.last_activity_at, o.timestamp)
        end as case_updated_at,
        coalesce(
            filled(o.conversation.meta.assignee.id), filled(o.meta.assignee.id),
            filled(o.conversation.assignee_id), filled(o.assignee_id)
        ) as assignee_id,
        coalesce(
            filled(o.conversation.meta.team.id), filled(o.meta.team.id),
            filled(o.conversation.team_id), filled(o.team_id)
        ) as team_id
    from objects
),

-- One row for every message, and one for every conversation that is told by itself.
pieces as (
    select
        * exclude (o),
        is_message as is_spoken,
        o.id as id, o.content as content, o.content_type as content_type,
        o.content_attributes as content_attributes, o.message_type as message_type,
        o.private as private, o.created_at as created_at, o.updated_at as updated_at,
        o.status as status, o.sender as sender, o.sender_type as sender_type,
        o.sender_id as sender_id, o.attachments as attachments,
        case when is_message then o.additional_attributes end as message_attributes,
        o.changed_attributes as changed_attributes, o.email as email,
        o.phone_number as phone_number, o.identifier as identifier
    from told
    union all by name
    select
        * exclude (o, message, messages),
        true as is_spoken,
        len(messages) as n_messages,
        message.id as id, message.content as content, message.content_type as content_type,
        message.content_attributes as content_attributes, message.message_type as message_type,
        message.private as private, message.created_at as created_at,
        message.updated_at as updated_at, message.status as status, message.sender as sender,
        message.sender_type as sender_type, message.sender_id as sender_id,
        message.attachments as attachments,
        message.additional_attributes as message_attributes
    from (
        select *, o.messages as messages, unnest(o.messages) as message
        from told
        where not is_message
    )
    where message is not null
),

-- The API numbers what webhooks name.
read_pieces as (
    select
        *,
        lower(coalesce(filled(sender_type), filled(sender.type))) as spoke,
        case
            when lower(trim(message_type)) in ('0', 'incoming') then 'incoming'
            when lower(trim(message_type)) in ('1', 'outgoing') then 'outgoing'
            when lower(trim(message_type)) in ('2', 'activity') then 'activity'
            when lower(trim(message_type)) in ('3', 'template') then 'template'
            when spoke = 'contact' then 'incoming'
            when spoke is not null then 'outgoing'
        end as said_as,
        try_cast(content_attributes as json) as about,
        coalesce(truth(about ->> '$.deleted'), false) as is_deleted
    from pieces
),

placed as (
    select
        *,
        coalesce(inbox_id, 'chatwoot') as business_id,
        coalesce(
            filled(contact.id),
            contact_id,
            min(coalesce(filled(sender.id), filled(sender_id)))
                filter (said_as = 'incoming')
                over (partition by document_no, case_id)
        ) as customer_id,
        case
            when coalesce(filled(channel_type), '') = 'Channel::FacebookPage'
                and attributes like '%instagram_direct_message%' then 'instagram'
            when channel_type = 'Channel::FacebookPage' then 'messenger'
            when channel_type = 'Channel::Instagram' then 'instagram'
            when channel_type = 'Channel::Whatsapp' or starts_with(chat_id, 'whatsapp:')
                then 'whatsapp'
            when channel_type in ('Channel::Sms', 'Channel::TwilioSms') then 'sms'
            when channel_type = 'Channel::Email' then 'email'
            when channel_type = 'Channel::WebWidget' then 'web_chat'
            when channel_type = 'Channel::Telegram' then 'telegram'
            when channel_type = 'Channel::Line' then 'line'
            when channel_type = 'Channel::TwitterProfile' then 'x'
            when channel_type = 'Channel::Voice' then 'phone'
            when channel_type = 'Channel::Api' then 'api'
            when channel_type is not null then 'other'
            -- A page of messages tells no more than this.
            when attributes like '%instagram_direct_message%' then 'instagram'
            when attributes like '%"mail_subject"%' then 'email'
            when attributes like '%"browser"%' then 'web_chat'
            else 'other'
        end as channel
    from read_pieces
),

-- Seconds may have fractions here, which are no epoch number elsewhere.
clocked as (
    select
        *,
        list_transform(
            [created_at, updated_at, case_created_at, case_updated_at],
            lambda t: case
                when regexp_full_match(trim(t), '\d{10}\.\d+')
                    then make_timestamp((trim(t)::decimal(38, 6) * 1000000)::bigint)
                else instant(t)
            end
        ) as times
    from placed
),

timed as (
    select
        * exclude (times),
        times[1] as sent_at,
        times[2] as changed_at,
        times[3] as opened_at,
        times[4] as case_changed_at
    from clocked
)

select
    *,
    case
        when is_spoken then filled(id) is not null and sent_at is not null and said_as is not null
        else coalesce(opened_at, case_changed_at) is not null
    end
        and case_id is not null
        and customer_id is not null
        and event not like 'contact\_%' escape '\'
        and event not in (
            'webwidget_triggered', 'inbox_created', 'inbox_updated', 'conversation_typing_on',
            'conversation_typing_off'
        ) as is_placed
from timed
