-- grain: one draft order, per document that tells it
-- reads: documents
-- A draft is an offer behind a link: a checkout until it is completed, and never an order itself.
select
    document_no,
    'shopify' as platform,
    'draft:' || filled(d.id) as checkout_id,
    instant(d.created_at) as created_at,
    instant(d.updated_at) as updated_at,
    coalesce(
        instant(d.completed_at),
        case when filled(d.order_id) is not null then instant(d.updated_at) end
    ) as completed_at,
    upper(filled(d.currency)) as currency,
    amount(d.total_price) as total_amount,
    filled(d.customer.id) as customer_id,
    cart_token_in(d.invoice_url) as checkout_token
from documents
where filled(d.id) is not null and instant(d.created_at) is not null
