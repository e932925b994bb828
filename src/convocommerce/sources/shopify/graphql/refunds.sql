-- grain: one repayment, per document that tells it
-- reads: documents
-- Refunds that stand inside their order, with the total Shopify states.
with listed as (
    select
        document_no,
        regexp_extract(d.id, '^gid://shopify/Order/(\w+)', 1) as order_id,
        filled(d.currencyCode) as order_currency,
        unnest(d.refunds) as refund
    from documents
    where
        starts_with(d.id, 'gid://shopify/Order/')
        and d.__parentId is null
        and len(d.refunds) > 0
        and instant(d.createdAt) is not null
),

valued as (
    select
        *,
        nullif(regexp_extract(refund.id, '(\w+)$', 1), '') as given_id,
        instant(refund.createdAt) as refunded_at,
        amount(refund.totalRefundedSet.shopMoney.amount) as refund_amount
    from listed
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
where order_id <> '' and refunded_at is not null and refund_amount > 0
