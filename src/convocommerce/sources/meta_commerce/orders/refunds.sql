-- grain: one repayment, per document that tells it
-- reads: events
-- The total of a refund, or its parts added up; items cancelled before they were sent were never charged.
with listed as (
    select *, unnest(d.refunds.data) as refund
    from events
    where fault is null and has_refunds
),

summed as (
    select
        *,
        coalesce(
            instant(refund.created), instant(refund.created_time), updated_at, created_at
        ) as refunded_at,
        coalesce(
            amount(refund.refund_amount.total_amount.amount),
            amount(refund.refund_amount.total.amount),
            amount(refund.refund_amount.amount),
            try_cast(list_sum([
                amount(refund.refund_amount.subtotal.items.amount),
                amount(refund.refund_amount.subtotal.shipping.amount),
                amount(refund.refund_amount.tax.amount)
            ]) as decimal(18, 4))
        ) as refund_amount,
        upper(coalesce(
            filled(refund.refund_amount.total_amount.currency),
            filled(refund.refund_amount.total.currency),
            filled(refund.refund_amount.currency),
            filled(refund.refund_amount.subtotal.items.currency),
            currency
        )) as refund_currency
    from listed
)

select
    document_no,
    'meta_commerce' as platform,
    coalesce(filled(refund.id), made_id([order_id, refund_amount::varchar])) as refund_id,
    order_id,
    refunded_at,
    refund_amount,
    refund_currency as currency
from summed
where refund_amount > 0
