-- grain: one key of one draft order or of the order it became, per document that shows it
-- reads: documents
-- Whoever was given the draft's link placed its order.
with drafted as (
    select
        document_no,
        d,
        cart_token_in(d.invoice_url) as token,
        list_transform(d.note_attributes, lambda a: filled(a.value)) as noted
    from documents
    where filled(d.id) is not null and instant(d.created_at) is not null
),

keyed as (
    select
        document_no,
        'checkout' as subject_kind,
        'shopify:draft:' || filled(d.id) as subject_id,
        unnest(
            flatten([
                keys_of('shop_customer', [d.customer.id]),
                keys_of('email', list_distinct([lower(trim(d.email)), lower(trim(d.customer.email))])),
                keys_of(
                    'phone',
                    list_distinct([
                        phone_as_typed(d.customer.phone),
                        phone_as_typed(d.billing_address.phone),
                        phone_as_typed(d.shipping_address.phone)
                    ])
                ),
                keys_of('token', [token]),
                keys_of('chat_id', id_like(noted)),
                keys_of('ref', id_like(noted))
            ])
        ) as key
    from drafted
    union all
    select
        document_no,
        'order' as subject_kind,
        'shopify:' || filled(d.order_id) as subject_id,
        unnest(keys_of('token', [token])) as key
    from drafted
    where filled(d.order_id) is not null
)

select
    document_no,
    subject_kind,
    subject_id,
    key.key_kind as key_kind,
    key.key_value as key_value
from keyed
