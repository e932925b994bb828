-- grain: one order, per document that tells it
-- reads: documents
-- The first of an order's rows holds the order; further rows hold only further products. The file
-- has no time of change, so the latest thing that is known to have happened stands in for it.
with named as (
    select
        document_no,
        d,
        shopify_order_id(d.id, d.name) as order_id
    from documents
    where filled(d.total) is not null
)

select
    document_no,
    'shopify' as platform,
    order_id,
    filled(d.name) as order_number,
    instant(d.created_at) as created_at,
    greatest(
        instant(d.created_at),
        instant(d.paid_at),
        instant(d.fulfilled_at),
        instant(d.cancelled_at)
    ) as updated_at,
    instant(d.paid_at) as paid_at,
    instant(d.cancelled_at) as cancelled_at,
    replace(lower(filled(d.financial_status)), ' ', '_') as payment_status,
    null::boolean as is_test,
    filled(d.source) as sales_channel,
    upper(filled(d.currency)) as currency,
    coalesce(amount(d.total), local_amount(d.total)) as total_amount,
    coalesce(amount(d.refunded_amount), local_amount(d.refunded_amount)) as refunded_amount,
    null::varchar as customer_id,
    null::varchar as cart_token,
    null::varchar as checkout_token,
    filled(
        regexp_split_to_array(
            coalesce(filled(d.payment_references), filled(d.payment_reference), filled(d.payment_id)), '[\s,;+]+'
        )[1]
    ) as payment_reference,
    filled(d.discount_code) as discount_code
from named
where order_id is not null and instant(d.created_at) is not null
