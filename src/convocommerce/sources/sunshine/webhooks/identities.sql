-- grain: one key of one person, per document that shows it
-- reads: events
-- By what a person may be known in a shop or on another channel. What names no channel, such as a
-- changed profile or a link that the business sent, is said of a stand-in that shares a key with
-- the person: the number of the user, or the conversation.
with people as (
    select
        document_no,
        -- An event that leaves no other record has to leave this one.
        case
            when type in ('conversation:message', 'conversation:postback') or has_referral then 0
            else document_no
        end as apart,
        case
            when channel is not null then concat_ws(':', channel, business_id, user_id)
            else concat_ws(':', 'other', account_id, user_id)
        end as subject_id,
        user_id,
        person,
        case when not is_group and channel is not null then conversation_id end as conversation_id,
        case
            when origin_type in ('messenger', 'instagram', 'whatsapp', 'telegram', 'line', 'viber')
                then external_chat_id
        end as chat_id,
        case when origin_type in ('whatsapp', 'twilio') then external_chat_id end as called_from,
        p.referral.code as ref,
        case when author_type = 'user' then content end as content,
        coalesce(
            case when author_type = 'user' then content.payload end, p.postback.payload
        ) as tapped,
        p.charge as charge
    from events
    where user_id is not null
        and fault is null
        and passed_over is null
        and type <> 'user:merge'
        and type not like 'conversation:message:delivery:%'
),

merged as (
    select
        document_no,
        concat_ws(':', 'other', account_id, filled(p.mergedUsers.surviving.id)) as subject_id,
        [p.mergedUsers.surviving.id, p.mergedUsers.discarded.id] as user_ids,
        [p.mergedUsers.surviving.zendeskId, p.mergedUsers.discarded.zendeskId] as zendesk_ids
    from events
    where type = 'user:merge' and fault is null
),

-- Links that lead to a cart, in what the business wrote.
linked as (
    select
        document_no,
        concat_ws(':', 'other', account_id, 'conversation-' || conversation_id) as subject_id,
        conversation_id,
        concat_ws(' ', content.text, content.actions, content.items) as outgoing
    from events
    where author_type = 'business'
        and fault is null
        and passed_over is null
        and not is_group
        and may_link(concat_ws(' ', content.text, content.actions, content.items))
),

each_key as (
    select
        document_no,
        apart,
        subject_id,
        unnest(
            flatten([
                keys_of('person', ['sunshine:' || user_id, 'zendesk:' || filled(person.zendeskId)]),
                keys_of('token', ['sunshine:' || conversation_id]),
                keys_of('chat_id', [chat_id]),
                keys_of('phone', [
                    case
                        when regexp_full_match(called_from, '\+?\d{8,15}')
                            then '+' || ltrim(called_from, '+')
                    end,
                    phone_in(tapped),
                    list_filter(person.identities, lambda i: i.type = 'phoneNumber')[1].value
                ]),
                keys_of('email', list_distinct(list_concat(
                    [
                        lower(trim(person.profile.email)),
                        lower(trim(
                            list_filter(person.identities, lambda i: i.type = 'email')[1].value
                        ))
                    ],
                    emails_in(person.externalId),
                    emails_in(tapped),
                    list_transform(content.fields, lambda f: lower(trim(f.email)))
                ))),
                keys_of('typed_email', list_distinct(emails_in(content.text))),
                -- The business's own number of a person who is logged in.
                keys_of('person', [
                    case
                        when not contains(person.externalId, '@')
                            then 'sunshine:external:' || filled(person.externalId)
                    end
                ]),
                keys_of('payment', [charge]),
                keys_of('ref', [ref])
            ])
        ) as key
    from people
    union all
    select
        document_no,
        document_no as apart,
        subject_id,
        unnest(
            flatten([
                keys_of('person', list_transform(user_ids, lambda u: 'sunshine:' || filled(u))),
                keys_of('person', list_transform(zendesk_ids, lambda u: 'zendesk:' || filled(u)))
            ])
        ) as key
    from merged
    union all
    select
        document_no,
        0 as apart,
        subject_id,
        unnest(
            list_concat(
                keys_of('token', ['sunshine:' || conversation_id]), link_keys(outgoing)
            )
        ) as key
    from linked
)

select
    min(document_no) as document_no,
    'customer' as subject_kind,
    subject_id,
    key.key_kind as key_kind,
    key.key_value as key_value
from each_key
group by apart, subject_id, key.key_kind, key.key_value
