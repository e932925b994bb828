-- grain: one repayment, per document that tells it
-- reads: documents
-- What successful transactions gave back; a refund without one moved goods, not money.
with listed as (
    select
        document_no,
        coalesce(filled(d.id), 'number:' || coalesce(filled(d.name), filled(d.order_number)))
            as order_id,
        filled(d.currency) as order_currency,
        unnest(d.refunds) as refund
    from documents
    where len(d.refunds) > 0 and instant(d.created_at) is not null
        and coalesce(d.total_price, d.financial_status, d.order_number, d.processed_at, d.name, d.landing_site) is not null
),

paid_back as (
    select
        *,
        coalesce(instant(refund.processed_at), instant(refund.created_at)) as refunded_at,
        list_filter(
            refund.transactions,
            lambda t: lower(filled(t.kind)) = 'refund' and lower(filled(t.status)) = 'success'
        ) as transactions
    from listed
),

summed as (
    select
        *,
        try_cast(list_sum(list_transform(transactions, lambda t: amount(t.amount))) as decimal(18, 4))
            as refund_amount
    from paid_back
)

select
    document_no,
    'shopify' as platform,
    coalesce(
        filled(refund.id),
        made_id([order_id, epoch_ms(refunded_at)::varchar, refund_amount::varchar])
    ) as refund_id,
    order_id,
    refunded_at,
    refund_amount,
    upper(coalesce(filled(list_transform(transactions, lambda t: t.currency)[1]), order_currency)) as currency
from summed
where order_id is not null and refunded_at is not null and refund_amount > 0
