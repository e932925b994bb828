-- grain: one key of one order or checkout, per document that shows it
-- reads: events
-- By what the person behind an order or checkout may be known elsewhere.
with bought as (
    select
        document_no,
        d,
        what,
        case when what = 'order' then 'order' else 'checkout' end as subject_kind,
        shop_id,
        list_transform(d.customAttributes, lambda a: filled(a.value)) as noted,
        [
            d.customerJourneySummary.firstVisit.landingPage,
            d.customerJourneySummary.lastVisit.landingPage
        ] as landings
    from events
    where what in ('order', 'checkout', 'draft') and shop_id is not null and instant(d.createdAt) is not null
),

keyed as (
    select
        document_no,
        subject_kind,
        'shopify:' || shop_id as subject_id,
        unnest(
            flatten([
                keys_of('shop_customer', [regexp_extract(d.customer.id, '(\w+)$', 1)]),
                keys_of(
                    'email',
                    list_distinct([
                        lower(trim(d.email)),
                        lower(trim(d.customer.email)),
                        lower(trim(d.customer.defaultEmailAddress.emailAddress))
                    ])
                ),
                keys_of(
                    'phone',
                    list_distinct([
                        phone_as_typed(d.phone),
                        phone_as_typed(d.customer.phone),
                        phone_as_typed(d.customer.defaultPhoneNumber.phoneNumber),
                        phone_as_typed(d.billingAddress.phone)
                    ])
                ),
                keys_of(
                    'token',
                    [
                        cart_token_in(d.abandonedCheckoutUrl),
                        cart_token_in(d.invoiceUrl),
                        case when what = 'checkout' then 'checkout:' || shop_id end
                    ]
                ),
                keys_of(
                    'payment',
                    id_like(
                        list_concat(
                            list_transform(d.transactions, lambda t: filled(t.authorizationCode)),
                            list_transform(d.transactions, lambda t: filled(t.paymentId))
                        )
                    )
                ),
                keys_of('code', list_distinct(list_concat([filled(d.discountCode)], d.discountCodes))),
                keys_of(
                    'chat_id',
                    id_like(
                        list_concat(
                            noted, list_concat(chat_ids_in(landings[1]), chat_ids_in(landings[2]))
                        )
                    )
                ),
                keys_of(
                    'ref',
                    list_distinct(
                        list_concat(
                            id_like(noted),
                            [
                                link_ref_in(landings[1]),
                                link_ref_in(landings[2]),
                                filled(d.customerJourneySummary.firstVisit.referralCode),
                                filled(d.customerJourneySummary.lastVisit.referralCode)
                            ]
                        )
                    )
                )
            ])
        ) as key
    from bought
    union all
    -- Whoever was given the draft's link placed its order.
    select
        document_no,
        'order' as subject_kind,
        'shopify:' || regexp_extract(d.order.id, '(\w+)$', 1) as subject_id,
        unnest(keys_of('token', [cart_token_in(d.invoiceUrl)])) as key
    from bought
    where what = 'draft' and filled(d.order.id) is not null
)

select
    document_no,
    subject_kind,
    subject_id,
    key.key_kind as key_kind,
    key.key_value as key_value
from keyed
