-- grain: one checkout, per document that tells it
-- reads: events
-- Abandoned checkouts, and drafts: offers behind a link. The only token is the one in their address.
select
    document_no,
    'shopify' as platform,
    shop_id as checkout_id,
    instant(d.createdAt) as created_at,
    instant(d.updatedAt) as updated_at,
    coalesce(
        instant(d.completedAt),
        case when what = 'draft' and filled(d.order.id) is not null then instant(d.updatedAt) end
    ) as completed_at,
    upper(coalesce(filled(d.totalPriceSet.shopMoney.currencyCode), filled(d.currencyCode)))
        as currency,
    amount(d.totalPriceSet.shopMoney.amount) as total_amount,
    nullif(regexp_extract(d.customer.id, '(\w+)$', 1), '') as customer_id,
    null::varchar as cart_token,
    coalesce(cart_token_in(d.abandonedCheckoutUrl), cart_token_in(d.invoiceUrl)) as checkout_token,
    null::boolean as is_recovered_by_link
from events
where what in ('checkout', 'draft') and shop_id is not null and instant(d.createdAt) is not null
