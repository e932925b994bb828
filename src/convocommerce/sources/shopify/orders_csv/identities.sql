-- grain: one key of one order, per document that shows it
-- reads: documents
-- Note attributes stand in one cell, a line each, as name: value.
with ordered as (
    select
        document_no,
        d,
        shopify_order_id(d.id, d.name) as order_id,
        list_transform(
            string_split(d.note_attributes, chr(10)),
            lambda line: trim(substr(line, strpos(line, ':') + 1), chr(13) || ' ')
        ) as noted,
        id_like(
            regexp_split_to_array(
                concat_ws(' ', d.payment_reference, d.payment_references, d.payment_id), '[\s,;+]+'
            )
        ) as payments
    from documents
    where filled(d.total) is not null and instant(d.created_at) is not null
),

keyed as (
    select
        document_no,
        'shopify:' || order_id as subject_id,
        unnest(
            flatten([
                keys_of('email', [lower(trim(d.email))]),
                keys_of(
                    'phone',
                    list_distinct([phone_as_typed(d.phone), phone_as_typed(d.billing_phone)])
                ),
                keys_of('payment', payments),
                -- The shop numbers a payment by its checkout: c901414060.1.
                keys_of(
                    'token',
                    list_transform(
                        list_filter(payments, lambda p: regexp_full_match(p, 'c\d{6,}\.\d+')),
                        lambda p: 'checkout:' || regexp_extract(p, 'c(\d+)', 1)
                    )
                ),
                keys_of('code', [d.discount_code]),
                keys_of('chat_id', id_like(noted)),
                keys_of('ref', id_like(noted))
            ])
        ) as key
    from ordered
    where order_id is not null
)

select
    document_no,
    'order' as subject_kind,
    subject_id,
    key.key_kind as key_kind,
    key.key_value as key_value
from keyed
