-- grain: one checkout, per document that tells it
-- reads: documents
-- Abandoned checkouts of a GraphQL bulk export. The only token is the one in its own address.
with named as (
    select
        document_no,
        d,
        regexp_extract(d.id, '^gid://shopify/(?:Abandoned)?Checkout/(\w+)', 1) as checkout_id
    from documents
    where d.__parentId is null
)

select
    document_no,
    'shopify' as platform,
    checkout_id,
    instant(d.createdAt) as created_at,
    instant(d.updatedAt) as updated_at,
    instant(d.completedAt) as completed_at,
    upper(coalesce(filled(d.totalPriceSet.shopMoney.currencyCode), filled(d.currencyCode)))
        as currency,
    amount(d.totalPriceSet.shopMoney.amount) as total_amount,
    nullif(regexp_extract(d.customer.id, '(\w+)$', 1), '') as customer_id,
    null::varchar as cart_token,
    cart_token_in(d.abandonedCheckoutUrl) as checkout_token,
    null::boolean as is_recovered_by_link
from named
where checkout_id <> '' and instant(d.createdAt) is not null
