-- grain: one order, per document that tells it
-- reads: documents
-- Orders of the REST API. It has no time of payment: an order is processed when it is paid.
with named as (
    select
        document_no,
        d,
        coalesce(filled(d.id), 'number:' || coalesce(filled(d.name), filled(d.order_number)))
            as order_id,
        replace(lower(filled(d.financial_status)), ' ', '_') as payment_status
    from documents
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
    filled(d.checkout_token) as checkout_token
from named
where order_id is not null and instant(d.created_at) is not null
