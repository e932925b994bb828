-- grain: one repayment, per document that tells it
-- reads: events
-- Refunds that stand inside their order: what successful transactions gave back where they were
-- asked for, else the total Shopify states.
with listed as (
    select
        document_no,
        shop_id as order_id,
        filled(d.currencyCode) as order_currency,
        unnest(d.refunds) as refund
    from events
    where what = 'order' and len(d.refunds) > 0 and instant(d.createdAt) is not null
),

paid_back as (
    select
        *,
        list_concat(list_transform(refund.transactions.edges, lambda e: e.node), refund.transactions.nodes)
            as transactions
    from listed
),

valued as (
    select
        *,
        nullif(regexp_extract(refund.id, '(\w+)$', 1), '') as given_id,
        instant(refund.createdAt) as refunded_at,
        case
            when len(transactions) > 0 then try_cast(
                list_sum(
                    list_transform(
                        list_filter(transactions, lambda t: lower(t.kind) = 'refund' and lower(t.status) = 'success'),
                        lambda t: amount(t.amountSet.shopMoney.amount)
                    )
                ) as decimal(18, 4)
            )
            else amount(refund.totalRefundedSet.shopMoney.amount)
        end as refund_amount
    from paid_back
)

select
    document_no,
    'shopify' as platform,
    coalesce(
        given_id, made_id([order_id, epoch_ms(refunded_at)::varchar, refund_amount::varchar])
    ) as refund_id,
    order_id,
    refunded_at,
    refund_amount,
    upper(coalesce(filled(refund.totalRefundedSet.shopMoney.currencyCode), order_currency))
        as currency
from valued
where order_id is not null and refunded_at is not null and refund_amount > 0
