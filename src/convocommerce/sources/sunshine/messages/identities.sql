-- grain: one key of one person, per document that shows it
-- reads: events
-- By what a person may be known in a shop or on another channel; a link that the business sent is
-- said of a stand-in that shares the conversation with the person.
with people as (
    select
        *,
        concat_ws(':', channel, business_id, user_id) as subject_id,
        case
            when source_type in ('messenger', 'instagram', 'whatsapp', 'telegram', 'line', 'viber')
                then external_chat_id
        end as chat_id,
        case
            when source_type in ('whatsapp', 'twilio')
                and regexp_full_match(external_chat_id, '\+?\d{8,15}')
                then '+' || ltrim(external_chat_id, '+')
        end as called_from
    from events
    where fault is null and passed_over is null and user_id is not null and channel is not null
),

linked as (
    select
        document_no,
        'other:sunshine:conversation-' || conversation_id as subject_id,
        conversation_id,
        concat_ws(' ', content.text, content.actions, content.items) as outgoing
    from events
    where fault is null
        and passed_over is null
        and author_type = 'business'
        and may_link(concat_ws(' ', content.text, content.actions, content.items))
),

each_key as (
    select
        document_no,
        subject_id,
        unnest(
            flatten([
                keys_of('person', ['sunshine:' || user_id]),
                keys_of('token', ['sunshine:' || conversation_id]),
                keys_of('chat_id', [chat_id]),
                keys_of('phone', [called_from, phone_in(content.payload)]),
                keys_of('email', list_distinct(list_concat(
                    emails_in(content.payload),
                    list_transform(content.fields, lambda f: lower(trim(f.email)))
                ))),
                keys_of('typed_email', list_distinct(emails_in(content.text)))
            ])
        ) as key
    from people
    union all
    select
        document_no,
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
group by subject_id, key.key_kind, key.key_value
