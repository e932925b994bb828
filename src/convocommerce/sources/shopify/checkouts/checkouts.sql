-- grain: one checkout, per document that tells it
-- reads: documents
-- Checkouts that were left for a while; completed ones among them were finished later.
with named as (
    select document_no, d, coalesce(filled(d.id), filled(d.token)) as checkout_id
    from documents
)

select
    document_no,
    'shopify' as platform,
    checkout_id,
    instant(d.created_at) as created_at,
    instant(d.updated_at) as updated_at,
    instant(d.completed_at) as completed_at,
    upper(filled(d.currency)) as currency,
    amount(d.total_price) as total_amount,
    filled(d.customer.id) as customer_id,
    filled(d.cart_token) as cart_token,
    filled(d.token) as checkout_token,
    null::boolean as is_recovered_by_link
from named
where checkout_id is not null and instant(d.created_at) is not null
