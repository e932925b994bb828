-- grain: one order, per document that tells it
-- reads: events
-- Money is reserved when an order is placed and taken when it is sent, so what waits is authorized.
select
    document_no,
    'meta_commerce' as platform,
    order_id,
    filled(d.merchant_order_id) as order_number,
    created_at,
    updated_at,
    case when payment_status in ('paid', 'partially_refunded') then created_at end as paid_at,
    case
        when is_cancelled
            then coalesce(
                list_max(list_transform(d.cancellations.data, lambda c: instant(coalesce(c.created, c.created_time)))),
                updated_at,
                created_at
            )
    end as cancelled_at,
    payment_status,
    truth(d.is_test_order) as is_test,
    coalesce(lower(filled(d.channel)), 'meta') as sales_channel,
    currency,
    amount(d.estimated_payment_details.total_amount.amount) as total_amount
from events
where fault is null
