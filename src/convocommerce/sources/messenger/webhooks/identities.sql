-- grain: one key of one person, per document that shows it
-- reads: events
-- By what the person of a thread may be known in a shop or on another channel.
with shown as (
    select
        document_no,
        concat_ws(':', channel, business_id, customer_id) as subject_id,
        customer_id,
        filled(coalesce(e.message.referral.ref, e.postback.referral.ref, e.referral.ref)) as ref,
        case when what = 'message' and direction = 'in' then emails_in(e.message.text) end as emails,
        case when direction = 'in' then trim(e.message.quick_reply.payload) end as tapped,
        case
            when what = 'message' and direction = 'out'
                then concat_ws(' ', e.message.text, e.message.attachments)
        end as outgoing,
        -- Asked here and used below: as a condition it would work everything out twice.
        what is not null
            and what <> 'edit'
            and what <> 'deletion'
            and what <> 'blank'
            and what <> 'unreact'
            and what <> 'hollow'
            and business_id is not null
            and customer_id is not null
            and sent_at is not null as is_kept
    from events
),

keyed as (
    select
        *,
        cart_token_in(outgoing) as token,
        -- What a link in the chat carries comes back on the order, whatever the shop calls it.
        case when cart_token_in(outgoing) is null then link_ref_in(outgoing) end as link_ref,
        emails_in(tapped) as tapped_emails,
        phone_in(tapped) as phone
    from shown
),

listed as (
    select
        document_no,
        subject_id,
        case
            when not is_kept then []
            when
                coalesce(ref, token, link_ref, phone) is null
                and emails is null
                and tapped_emails is null
                then [{'key_kind': 'chat_id', 'key_value': customer_id}]
            else flatten([
                keys_of('chat_id', [customer_id]),
                keys_of('ref', [ref, link_ref]),
                keys_of('token', [token]),
                keys_of('phone', [phone]),
                keys_of('email', list_distinct(list_concat(emails, tapped_emails)))
            ])
        end as keys
    from keyed
),

each_key as (
    select document_no, subject_id, unnest(keys) as key from listed
)

select
    document_no,
    'customer' as subject_kind,
    subject_id,
    key.key_kind as key_kind,
    key.key_value as key_value
from each_key
