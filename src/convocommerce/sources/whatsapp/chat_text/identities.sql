-- grain: one key of one customer, per message that shows it
-- reads: events
-- By what the customer of a chat may be known in a shop or on another channel.
with shown as (
    select
        document_no,
        concat_ws(':', channel, business_id, customer_id) as subject_id,
        -- A customer who is in nobody's address book is shown by their number.
        case when is_number then customer_id end as number,
        case when direction = 'in' then emails_in(said) end as emails,
        case when direction = 'in' then phone_in(said) end as phone,
        case when direction = 'out' then link_keys(said) end as links
    from events
    where verdict = 'kept'
),

each_key as (
    select
        document_no,
        subject_id,
        unnest(
            flatten([
                keys_of('chat_id', [number]),
                keys_of('phone', ['+' || number]),
                keys_of('typed_email', list_distinct(emails)),
                keys_of('typed_phone', [phone]),
                links
            ])
        ) as key
    from shown
)

select
    document_no,
    'customer' as subject_kind,
    subject_id,
    key.key_kind as key_kind,
    key.key_value as key_value
from each_key
