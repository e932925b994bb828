-- grain: one order, per document that tells it
-- reads: documents
-- Orders of the REST API. It has no time of payment: an order is processed when it is paid.
with named as (
    select
        document_no,
        d,
        coalesce(filled(d.id), 'number:' || coalesce(filled(d.name), filled(d.order_number)))
            as order_id,
        replace(lower(filled(d.financial_status)), ' ', '_') as payment_status,
        list_filter(
            d.transactions,
            lambda t: lower(filled(t.kind)) in ('sale', 'capture', 'authorization')
                and lower(filled(t.status)) = 'success'
        ) as payments
    from documents
    where
        coalesce(
            d.total_price, d.financial_status, d.order_number, d.processed_at, d.name, d.landing_site
        ) is not null
)

select
    document_no,
    'shopify' as platform,
    order_id,
    coalesce(filled(d.name), '#' || filled(d.order_number)) as order_number,
    instant(d.created_at) as created_at,
    instant(d.updated_at) as updated_at,
    case
        when payment_status in ('paid', 'partially_paid', 'partially_refunded', 'refunded')
            then instant(d.processed_at)
    end as paid_at,
    instant(d.cancelled_at) as cancelled_at,
    payment_status,
    truth(d.test) as is_test,
    filled(d.source_name) as sales_channel,
    upper(filled(d.currency)) as currency,
    amount(d.total_price) as total_amount,
    null::decimal(18, 4) as refunded_amount,
    filled(d.customer.id) as customer_id,
    filled(d.cart_token) as cart_token,
    filled(d.checkout_token) as checkout_token,
    -- The provider's own id of the payment says more than the shop's number for it.
    list_filter(
        list_concat(
            list_filter(list_transform(payments, lambda t: filled(t.authorization)), lambda v: regexp_matches(v, '^(?:pi|ch|py)_')),
            list_concat(list_transform(payments, lambda t: filled(t.payment_id)), list_transform(payments, lambda t: filled(t.authorization)))
        ),
        lambda v: v is not null
    )[1] as payment_reference,
    list_filter(list_transform(d.discount_codes, lambda c: filled(c.code)), lambda c: c is not null)[1] as discount_code,
    utm_in(d.landing_site, 'source') as utm_source,
    utm_in(d.landing_site, 'medium') as utm_medium,
    utm_in(d.landing_site, 'campaign') as utm_campaign,
    utm_in(d.landing_site, 'content') as utm_content
from named
where order_id is not null and instant(d.created_at) is not null
