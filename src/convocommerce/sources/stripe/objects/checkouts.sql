-- grain: one checkout session, per object that tells it
-- reads: events
-- Sessions in every state. Their order, paid or to be paid later, bears the payment's id as token.
select
    document_no,
    'stripe' as platform,
    id as checkout_id,
    opened_at as created_at,
    changed_at as updated_at,
    case
        when event_type = 'checkout.session.completed' and is_complete then changed_at
        -- No order bears its token to say so.
        when is_paid_elsewhere and is_complete then opened_at
    end as completed_at,
    currency,
    (amount(o.amount_total) / units)::decimal(18, 4) as total_amount,
    customer_id,
    filled(coalesce(metadata['cart_token'], metadata['cart_id'])) as cart_token,
    order_id as checkout_token,
    instant(o.expires_at) as expires_at,
    recovers_id as recovers_checkout_id,
    -- A session says which one it takes up again, so that one which none takes up was not.
    false as is_recovered_by_link,
    is_test,
    case
        when event_type = 'checkout.session.completed' and is_complete then 3
        when is_complete then 2
        when o.status = 'expired' then 1
        else 0
    end as detail
from events
where
    what = 'checkout.session'
    and o.mode is distinct from 'setup'
    and id is not null
    and opened_at is not null
