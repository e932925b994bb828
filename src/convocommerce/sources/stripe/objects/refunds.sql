-- grain: one repayment, per object that tells it
-- reads: events
-- Refunds that went through, on their own and inside their charge.
with listed as (
    select document_no, order_id, currency, units, unnest(refunds) as refund
    from events
    where what = 'charge' and payment_status is not null and opened_at is not null and len(refunds) > 0
),

told as (
    select
        document_no,
        filled(refund.id) as refund_id,
        order_id,
        instant(refund.created) as refunded_at,
        amount(refund.amount) / units as refund_amount,
        coalesce(upper(filled(refund.currency)), currency) as currency
    from listed
    union all
    select
        document_no,
        id as refund_id,
        order_id,
        opened_at as refunded_at,
        amount(o.amount) / units as refund_amount,
        currency
    from events
    where what = 'refund' and coalesce(o.status, 'succeeded') = 'succeeded'
)

select
    document_no,
    'stripe' as platform,
    refund_id,
    order_id,
    refunded_at,
    refund_amount::decimal(18, 4) as refund_amount,
    currency
from told
where refund_id is not null and order_id is not null and refunded_at is not null and refund_amount > 0
