-- grain: one key of one person, per document that shows it
-- reads: events
-- By what the person of a thread may be known again: the number, the ids that stand beside it or
-- in its place, and what was written. A changed number or id is shown by the old and the new.
with shown as (
    select
        document_no,
        business_id,
        customer_id,
        number,
        ids,
        case when what = 'message' and direction = 'in' then message.text.body end as written,
        case
            when what = 'message' and direction = 'in'
                then concat_ws(
                    ' ', message.interactive.nfm_reply.response_json,
                    message.interactive.button_reply.title, message.interactive.list_reply.title
                )
        end as tapped,
        outgoing
    from events
    where group_id is null and customer_id is not null and (is_said or is_status)
),

keyed as (
    select
        document_no,
        business_id,
        customer_id,
        list_distinct(list_concat(emails_in(written), emails_in(tapped))) as emails,
        phone_in(written) as phone,
        link_keys(outgoing) as links
    from shown
    where written is not null or tapped is not null or outgoing is not null
),

written_keys as (
    select
        document_no,
        business_id,
        customer_id,
        unnest(
            flatten([
                keys_of('typed_email', emails),
                keys_of('typed_phone', [phone]),
                links
            ])
        ) as key
    from keyed
),

-- Whoever wrote stands in a record of every document, so once is enough here.
own as (
    select
        min(document_no) as document_no,
        business_id,
        customer_id,
        number,
        unnest(list_concat([customer_id], ids)) as chat_id
    from shown
    group by business_id, customer_id, number, ids
    union all
    select min(document_no), business_id, customer_id, null, customer_id
    from events
    where group_id is not null and (is_said or is_status)
    group by business_id, customer_id
),

moves as (
    select document_no, business_id, known_as, unnest(known_as) as customer_id
    from events
    where len(known_as) > 1
),

each_key as (
    select
        document_no, business_id, customer_id, key.key_kind as key_kind, key.key_value as key_value
    from written_keys
    union all
    select document_no, business_id, customer_id, 'chat_id', chat_id from own
    union all
    select distinct document_no, business_id, customer_id, 'phone', '+' || number
    from own
    where number is not null
    union all
    select document_no, business_id, customer_id, 'chat_id', unnest(known_as) from moves
    union all
    select document_no, business_id, customer_id, 'phone', '+' || customer_id
    from moves
    where regexp_full_match(customer_id, '\d{5,20}')
)

select distinct
    document_no,
    'customer' as subject_kind,
    concat_ws(':', 'whatsapp', business_id, customer_id) as subject_id,
    key_kind,
    key_value
from each_key
