-- grain: one key of one order, per document that shows it
-- reads: documents
-- By what the person behind an order may be known in a chat or a checkout.
with ordered as (
    select
        document_no,
        d,
        coalesce(filled(d.id), 'number:' || coalesce(filled(d.name), filled(d.order_number)))
            as order_id,
        list_transform(d.note_attributes, lambda a: filled(a.value)) as noted
    from documents
    where
        instant(d.created_at) is not null
        and coalesce(d.total_price, d.financial_status, d.order_number, d.processed_at, d.name, d.landing_site) is not null
),

keyed as (
    select
        document_no,
        'shopify:' || order_id as subject_id,
        unnest(
            flatten([
                keys_of('shop_customer', [d.customer.id]),
                keys_of(
                    'email',
                    list_distinct([
                        lower(trim(d.email)), lower(trim(d.contact_email)), lower(trim(d.customer.email))
                    ])
                ),
                keys_of(
                    'phone',
                    list_distinct([
                        phone_as_typed(d.phone),
                        phone_as_typed(d.customer.phone),
                        phone_as_typed(d.billing_address.phone)
                    ])
                ),
                keys_of(
                    'token',
                    [d.cart_token, d.checkout_token, 'checkout:' || filled(d.checkout_id)]
                ),
                keys_of(
                    'payment',
                    id_like(
                        list_concat(
                            list_transform(d.transactions, lambda t: filled(t.authorization)),
                            list_transform(d.transactions, lambda t: filled(t.payment_id))
                        )
                    )
                ),
                keys_of('code', list_distinct(list_transform(d.discount_codes, lambda c: filled(c.code)))),
                keys_of('chat_id', id_like(list_concat(noted, chat_ids_in(d.landing_site)))),
                keys_of(
                    'ref',
                    list_distinct(
                        list_concat(
                            id_like(noted), [link_ref_in(d.landing_site), filled(d.landing_site_ref)]
                        )
                    )
                )
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
