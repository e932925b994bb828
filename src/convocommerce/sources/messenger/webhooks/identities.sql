-- grain: one key of one person, per document that shows it
-- reads: events
-- By what the person of a thread may be known in a shop or on another channel.
with shown as (
    select
        document_no,
        concat_ws(':', channel, business_id, customer_id) as subject_id,
        filled(
            coalesce(
                try(json_extract_string(event, '$.message.referral.ref')),
                try(json_extract_string(event, '$.postback.referral.ref')),
                try(json_extract_string(event, '$.referral.ref'))
            )
        ) as ref,
        case when what = 'message' and direction = 'in' then emails_in(message.text) end as emails,
        case when direction = 'in' then trim(message.quick_reply.payload) end as tapped,
        case
            when what = 'message' and direction = 'out'
                then concat_ws(' ', message.text, message.attachments)
        end as outgoing
    from events
    -- Most messages show nothing but who wrote: the cheap questions first.
    where is_kept
        and (
            event is not null
            or message.quick_reply is not null
            or contains(message.text, '@')
            or direction = 'out' and (may_link(message.text) or may_link(message.attachments))
        )
),

keyed as (
    select
        *,
        link_keys(outgoing) as links,
        emails_in(tapped) as tapped_emails,
        phone_in(tapped) as phone
    from shown
),

each_key as (
    select
        document_no,
        subject_id,
        unnest(
            flatten([
                keys_of('ref', [ref]),
                links,
                keys_of('phone', [phone]),
                -- What the platform fills in on a tap is the person's own.
                keys_of('email', list_distinct(tapped_emails)),
                keys_of('typed_email', list_distinct(emails))
            ])
        ) as key
    from keyed
)

select
    document_no,
    'customer' as subject_kind,
    subject_id,
    key.key_kind as key_kind,
    key.key_value as key_value
from each_key
union all
-- Whoever wrote stands in a message or a touchpoint of every document, so once is enough here.
select
    min(document_no) as document_no,
    'customer' as subject_kind,
    concat_ws(':', channel, business_id, customer_id) as subject_id,
    'chat_id' as key_kind,
    customer_id as key_value
from events
where is_kept
group by channel, business_id, customer_id
