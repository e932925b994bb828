-- grain: one repayment, per document that tells it
-- reads: events
-- Refunds on their own. Their amount is positive here; only inside an order it is negative.
select
    document_no,
    'woocommerce' as platform,
    id as refund_id,
    parent_id as order_id,
    created_at as refunded_at,
    abs(amount(d.amount)) as refund_amount,
    currency
from events
where kind = 'refund' and id is not null and parent_id is not null and created_at is not null and amount(d.amount) <> 0
