-- grain: one key of one payment, per row that shows it
-- reads: documents
-- Who paid, and what the columns that were chosen say of the chat, the cart and the order.
with keyed as (
    select
        document_no,
        'stripe:' || coalesce(filled(d.payment_intent), filled(d.id)) as subject_id,
        unnest(
            flatten([
                keys_of('shop_customer', [d.customer]),
                keys_of('email', [lower(trim(d.customer_email))]),
                keys_of('phone', [phone_as_typed(d.customer_phone)]),
                keys_of(
                    'token',
                    list_distinct([
                        filled(d.session),
                        filled(d.meta_cart),
                        'order:' || ltrim(filled(d.meta_order), '#'),
                        'order:' || ltrim(filled(d.meta_number), '#')
                    ])
                ),
                keys_of('payment', list_distinct([filled(d.payment_intent), filled(d.id), filled(d.invoice)])),
                keys_of('chat_id', id_like([filled(d.client_reference_id), filled(d.meta_chat)])),
                keys_of('ref', id_like([filled(d.client_reference_id), filled(d.meta_chat)]))
            ])
        ) as key
    from documents
    where
        instant(d.created) is not null
        and lower(filled(d.status)) in ('paid', 'succeeded', 'refunded', 'partially refunded', 'disputed', 'uncaptured', 'pending')
)

select
    document_no,
    'order' as subject_kind,
    subject_id,
    key.key_kind as key_kind,
    key.key_value as key_value
from keyed
where subject_id is not null
