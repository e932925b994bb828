-- grain: one key of one person, per document that shows it
-- reads: events
-- By what a visitor may be known in a shop: what they left, typed, visited or were sent.
with chats as (
    select
        document_no,
        concat_ws(':', channel, business_id, customer_id) as subject_id,
        any_value(visitor) as visitor,
        any_value(webpath) as webpath,
        list(said) filter (is_spoken and voice = 'customer') as typed,
        list(said) filter (is_spoken and voice <> 'customer') as outgoing,
        any_value(offline_text) as offline_text
    from events
    where fault is null
        and not is_deleted
        and (type = 'offline_msg' and offline_text is not null or has_talk)
    group by document_no, channel, business_id, customer_id
),

each_key as (
    select
        document_no,
        subject_id,
        unnest(
            flatten([
                keys_of('chat_id', [visitor.id]),
                keys_of('email', [
                    case when contains(visitor.email, '@') then lower(trim(visitor.email)) end
                ]),
                keys_of('phone', [phone_as_typed(visitor.phone)]),
                keys_of('typed_email', list_distinct(flatten(list_transform(
                    list_append(typed, offline_text), lambda t: coalesce(emails_in(t), [])
                )))),
                keys_of('typed_phone', list_distinct(list_transform(
                    list_append(typed, offline_text), lambda t: phone_in(t)
                ))),
                keys_of('token', list_distinct(list_transform(
                    webpath, lambda w: cart_token_in(w."to")
                ))),
                list_distinct(flatten(list_transform(outgoing, lambda t: link_keys(t))))
            ])
        ) as key
    from chats
)

select
    document_no,
    'customer' as subject_kind,
    subject_id,
    key.key_kind as key_kind,
    key.key_value as key_value
from each_key
