-- grain: one repayment, per document that tells it
-- reads: documents
-- Refunds on their own: what successful transactions gave back, as inside an order.
with listed as (
    select document_no, refund
    from (
        select document_no, unnest(d.refunds) as refund
        from documents
        where len(d.refunds) > 0
        union all
        select
            document_no,
            {
                'id': d.id,
                'order_id': d.order_id,
                'created_at': d.created_at,
                'processed_at': d.processed_at,
                'transactions': d.transactions
            } as refund
        from documents
        where coalesce(len(d.refunds), 0) = 0
    )
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
    filled(refund.id) as refund_id,
    filled(refund.order_id) as order_id,
    refunded_at,
    refund_amount,
    upper(list_transform(transactions, lambda t: filled(t.currency))[1]) as currency
from summed
where
    filled(refund.id) is not null
    and filled(refund.order_id) is not null
    and refunded_at is not null
    and refund_amount > 0
