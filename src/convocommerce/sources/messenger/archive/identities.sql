-- grain: one key of one person, per document that shows it
-- reads: events
-- By what the person of a thread may be known in a shop or on another channel.
with shown as (
    select
        document_no,
        concat_ws(':', channel, business_id, customer_id) as subject_id,
        -- A name alone is no key: many people share one.
        case when is_numbered then customer_id end as chat_id,
        case when direction = 'out' then link_keys(concat_ws(' ', content, link)) end as links,
        case when direction = 'in' then emails_in(content) end as emails
    from events
    where fault is null
),

each_key as (
    select distinct
        document_no,
        subject_id,
        unnest(
            flatten([
                keys_of('chat_id', [chat_id]),
                links,
                keys_of('typed_email', list_distinct(emails))
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
