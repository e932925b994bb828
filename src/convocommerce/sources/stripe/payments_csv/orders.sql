-- grain: one payment, per row that tells it
-- reads: documents
-- The dashboard gives amounts in whole currency units and times in UTC, as its headings say.
with named as (
    select
        document_no,
        d,
        coalesce(filled(d.payment_intent), filled(d.id)) as order_id,
        coalesce(amount(d.amount), local_amount(d.amount)) as paid_amount,
        coalesce(amount(d.amount_refunded), local_amount(d.amount_refunded)) as refunded_amount,
        lower(filled(d.status)) as status
    from documents
)

select
    document_no,
    'stripe' as platform,
    order_id,
    ltrim(filled(coalesce(d.meta_number, d.meta_order)), '#') as order_number,
    instant(d.created) as created_at,
    case
        when refunded_amount >= paid_amount and refunded_amount > 0 then 'refunded'
        when refunded_amount > 0 then 'partially_refunded'
        when status in ('paid', 'succeeded', 'refunded', 'partially refunded', 'disputed') then 'paid'
        when status = 'uncaptured' then 'authorized'
        else 'pending'
    end as payment_status,
    case lower(filled(d.mode)) when 'live' then false when 'test' then true end as is_test,
    upper(filled(d.currency)) as currency,
    paid_amount as total_amount,
    nullif(refunded_amount, 0) as refunded_amount,
    filled(d.customer) as customer_id,
    filled(d.meta_cart) as cart_token,
    order_id as checkout_token,
    order_id as payment_reference,
    true as is_payment,
    (5 + case when refunded_amount >= paid_amount and refunded_amount > 0 then 3 when refunded_amount > 0 then 2 when status in ('pending', 'uncaptured') then 0 else 1 end)::integer as detail
from named
where
    order_id is not null
    and instant(d.created) is not null
    and status in ('paid', 'succeeded', 'refunded', 'partially refunded', 'disputed', 'uncaptured', 'pending')
