-- grain: one order, per document that tells it
-- reads: events
-- An order is paid when it says when it was, or stands where only paid orders come.
with judged as (
    select
        *,
        paid_at is not null or status in ('processing', 'completed', 'refunded') as is_paid,
        coalesce(
            filled(meta_of['_stripe_intent_id']), filled(meta_of['_intent_id']), filled(d.transaction_id)
        ) as payment_reference
    from events
    where kind = 'order' and id is not null and created_at is not null and status is distinct from 'auto-draft'
)

select
    document_no,
    'woocommerce' as platform,
    id as order_id,
    coalesce(filled(d.number), id) as order_number,
    created_at,
    updated_at,
    paid_at,
    -- The shop gives no time for it.
    case when status in ('cancelled', 'trash') then coalesce(updated_at, created_at) end as cancelled_at,
    case
        when status = 'refunded' or (is_paid and refunded_amount >= total_amount and refunded_amount > 0) then 'refunded'
        when is_paid and refunded_amount > 0 then 'partially_refunded'
        when is_paid then 'paid'
        when status in ('failed', 'cancelled', 'trash') then 'voided'
        when status in ('pending', 'on-hold') then 'pending'
    end as payment_status,
    coalesce(filled(d.created_via), 'web') as sales_channel,
    currency,
    total_amount,
    case when status = 'refunded' then coalesce(refunded_amount, total_amount) else refunded_amount end as refunded_amount,
    nullif(filled(d.customer_id), '0') as customer_id,
    filled(coalesce(meta_of['cart_token'], meta_of['_cart_token'])) as cart_token,
    -- Only the block checkout begins with a draft that it can be told from.
    case when d.created_via = 'store-api' then filled(d.order_key) end as checkout_token,
    payment_reference,
    false as is_payment,
    list_filter(list_transform(d.coupon_lines, lambda c: filled(c.code)), lambda c: c is not null)[1] as discount_code,
    nullif(filled(meta_of['_wc_order_attribution_utm_source']), '(direct)') as utm_source,
    nullif(filled(meta_of['_wc_order_attribution_utm_medium']), '(none)') as utm_medium,
    filled(meta_of['_wc_order_attribution_utm_campaign']) as utm_campaign,
    filled(meta_of['_wc_order_attribution_utm_content']) as utm_content
from judged
