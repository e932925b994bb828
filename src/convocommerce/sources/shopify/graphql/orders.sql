-- grain: one order, per document that tells it
-- reads: documents
-- Orders of a GraphQL bulk export; ids lose their address, so that they equal those of REST.
with named as (
    select
        document_no,
        d,
        regexp_extract(d.id, '^gid://shopify/Order/(\w+)', 1) as order_id,
        replace(lower(filled(d.displayFinancialStatus)), ' ', '_') as payment_status
    from documents
    where starts_with(d.id, 'gid://shopify/Order/') and d.__parentId is null
)

select
    document_no,
    'shopify' as platform,
    order_id,
    filled(d.name) as order_number,
    instant(d.createdAt) as created_at,
    instant(d.updatedAt) as updated_at,
    case
        when payment_status in ('paid', 'partially_paid', 'partially_refunded', 'refunded')
            then instant(d.processedAt)
    end as paid_at,
    instant(d.cancelledAt) as cancelled_at,
    payment_status,
    truth(d.test) as is_test,
    filled(d.sourceName) as sales_channel,
    upper(coalesce(filled(d.totalPriceSet.shopMoney.currencyCode), filled(d.currencyCode)))
        as currency,
    amount(d.totalPriceSet.shopMoney.amount) as total_amount,
    case when d.refunds is null then amount(d.totalRefundedSet.shopMoney.amount) end
        as refunded_amount,
    nullif(regexp_extract(d.customer.id, '(\w+)$', 1), '') as customer_id,
    null::varchar as cart_token,
    null::varchar as checkout_token
from named
where order_id <> '' and instant(d.createdAt) is not null
