-- grain: one begun checkout, per document that tells it
-- reads: events
-- The block checkout keeps a draft until the order is placed, which then has the draft's key.
select
    document_no,
    'woocommerce' as platform,
    id as checkout_id,
    created_at,
    updated_at,
    currency,
    total_amount,
    nullif(filled(d.customer_id), '0') as customer_id,
    filled(d.order_key) as checkout_token
from events
where kind = 'checkout' and id is not null and created_at is not null
