-- grain: one key of one payment or session, per object that shows it
-- reads: events
-- What the shop hung on a session or payment (a chat, a cart, an order) and who paid.
with subjects as (
    select *, 'order' as subject_kind, order_id as subject from events
    where payment_status is not null and order_id is not null and opened_at is not null
    union all
    select *, 'checkout' as subject_kind, id as subject from events
    where what = 'checkout.session' and o.mode is distinct from 'setup' and id is not null and opened_at is not null
),

-- Names under which shops keep the number of an order are no chat's; the rest may be anything.
sorted as (
    select
        *,
        list_filter(map_entries(metadata), lambda e: e.value is not null and regexp_matches(lower(e.key), '(?:^|_)order_?(?:id|number|no|name|key)?$')) as ordered,
        list_filter(map_entries(metadata), lambda e: e.value is not null and regexp_matches(lower(e.key), '(?:cart|checkout)_?(?:id|token)$|^(?:cart|checkout|token)$')) as carts,
        list_filter(map_entries(metadata), lambda e: e.value is not null and not regexp_matches(lower(e.key), '(?:^|_)order_?(?:id|number|no|name|key)?$|(?:cart|checkout)_?(?:id|token)$|^(?:cart|checkout|token)$')) as others
    from subjects
),

keyed as (
    select
        document_no,
        subject_kind,
        'stripe:' || subject as subject_id,
        unnest(
            flatten([
                keys_of('shop_customer', [customer_id]),
                keys_of(
                    'email',
                    list_distinct(list_transform(
                        [o.customer_details.email, o.customer_email, o.billing_details.email, o.receipt_email],
                        lambda v: lower(trim(v))
                    ))
                ),
                keys_of(
                    'phone',
                    list_distinct(list_transform(
                        [o.customer_details.phone, o.billing_details.phone, o.shipping.phone],
                        lambda v: phone_as_typed(v)
                    ))
                ),
                keys_of(
                    'token',
                    list_distinct(list_concat(
                        [case when what = 'checkout.session' then id end],
                        list_concat(
                            list_transform(ordered, lambda e: 'order:' || ltrim(filled(e.value), '#')),
                            list_transform(carts, lambda e: filled(e.value))
                        )
                    ))
                ),
                keys_of('payment', list_distinct([order_id, id, charge_id, latest_charge_id, made.id, invoice_id])),
                keys_of('chat_id', id_like(list_concat([filled(o.client_reference_id)], list_transform(others, lambda e: filled(e.value))))),
                keys_of('ref', id_like(list_concat([filled(o.client_reference_id)], list_transform(others, lambda e: filled(e.value)))))
            ])
        ) as key
    from sorted
)

select distinct
    document_no,
    subject_kind,
    subject_id,
    key.key_kind as key_kind,
    key.key_value as key_value
from keyed
