-- grain: one key of one order or checkout, per document that shows it
-- reads: events
-- By what the person behind it may be known in a chat. The hash of a cart is no key: it is made of
-- the goods alone, so that two people with the same cart share it.
with chosen as (
    select
        *,
        meta_of['_wc_order_attribution_session_entry'] as landing,
        -- What a plugin hides begins with an underscore and counts only under a telling name.
        list_filter(
            meta,
            lambda m: regexp_matches(lower(m.key), '^(?:.*_)?(?:chat|chat_?id|psid|igsid|wa_id|messenger_id|instagram_id|sender_id|conversation|conversation_?id|ref)$')
                or (
                    not starts_with(m.key, '_')
                    and not regexp_matches(lower(m.key), '(?:order_?(?:id|number)|cart_?(?:id|token)|checkout_?(?:id|token)|coupon|hash|date|time|vat|version)')
                )
        ) as noted,
        list_filter(meta, lambda m: regexp_matches(lower(m.key), '^_?(?:cart|checkout)_?(?:id|token)$')) as carts
    from events
    where kind in ('order', 'checkout') and id is not null and created_at is not null and status is distinct from 'auto-draft'
),

keyed as (
    select
        document_no,
        kind as subject_kind,
        'woocommerce:' || id as subject_id,
        unnest(
            flatten([
                keys_of('shop_customer', ['woocommerce:' || nullif(filled(d.customer_id), '0')]),
                keys_of('email', [lower(trim(d.billing.email))]),
                keys_of('phone', list_distinct([phone_as_typed(d.billing.phone), phone_as_typed(d.shipping.phone)])),
                keys_of(
                    'token',
                    list_distinct(list_concat(
                        [filled(d.order_key)],
                        list_concat(
                            -- The number alone: another order's number may equal this one's id.
                            case when kind = 'order' then ['order:' || coalesce(filled(d.number), id)] end,
                            list_transform(carts, lambda m: filled(m.value))
                        )
                    ))
                ),
                keys_of(
                    'payment',
                    list_distinct([
                        filled(d.transaction_id),
                        filled(meta_of['_stripe_intent_id']),
                        filled(meta_of['_stripe_charge_id']),
                        filled(meta_of['_intent_id']),
                        filled(meta_of['_charge_id'])
                    ])
                ),
                keys_of('code', list_distinct(list_transform(d.coupon_lines, lambda c: filled(c.code)))),
                keys_of('chat_id', id_like(list_concat(list_transform(noted, lambda m: filled(m.value)), chat_ids_in(landing)))),
                keys_of('ref', id_like(list_concat(list_transform(noted, lambda m: filled(m.value)), [link_ref_in(landing)])))
            ])
        ) as key
    from chosen
)

select
    document_no,
    subject_kind,
    subject_id,
    key.key_kind as key_kind,
    key.key_value as key_value
from keyed
