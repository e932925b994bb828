-- grain: one key of one order or checkout, per document that shows it
-- reads: documents
-- By what the person behind an order or checkout may be known elsewhere.
with bought as (
    select
        document_no,
        d,
        case when starts_with(d.id, 'gid://shopify/Order/') then 'order' else 'checkout' end
            as subject_kind,
        regexp_extract(d.id, '^gid://shopify/(?:Order|AbandonedCheckout|Checkout)/(\w+)', 1)
            as shop_id,
        list_transform(d.customAttributes, lambda a: filled(a.value)) as noted,
        [
            d.customerJourneySummary.firstVisit.landingPage,
            d.customerJourneySummary.lastVisit.landingPage
        ] as landings
    from documents
    where d.__parentId is null and instant(d.createdAt) is not null
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
                        case when subject_kind = 'checkout' then 'checkout:' || shop_id end
                    ]
                ),
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
    where shop_id <> ''
)

select
    document_no,
    subject_kind,
    subject_id,
    key.key_kind as key_kind,
    key.key_value as key_value
from keyed
