-- grain: one payment, per object that tells of it
-- reads: events
-- A session, its payment intent and its charge are one order under the intent's id; the one that
-- tells most of it wins, for none of them says when it was last changed.
select
    document_no,
    'stripe' as platform,
    order_id,
    ltrim(filled(coalesce(metadata['order_number'], metadata['order_id'])), '#') as order_number,
    case
        when what = 'checkout.session' and event_type = 'checkout.session.completed'
            then coalesce(changed_at, opened_at)
        when what = 'payment_intent' then coalesce(
            instant(made.created),
            case when event_type = 'payment_intent.succeeded' then changed_at end,
            opened_at
        )
        else opened_at
    end as created_at,
    changed_at as updated_at,
    case
        when event_type in ('checkout.session.completed', 'checkout.session.async_payment_succeeded') and payment_status = 'paid'
            then changed_at
    end as paid_at,
    payment_status,
    is_test,
    case
        when what = 'checkout.session' then case when payment_link_id is null then 'checkout' else 'payment_link' end
    end as sales_channel,
    currency,
    (
        coalesce(
            amount(o.amount_total),
            case when payment_status <> 'authorized' then nullif(amount(o.amount_received), 0) end,
            amount(o.amount)
        ) / units
    )::decimal(18, 4) as total_amount,
    case
        when coalesce(len(refunds), 0) = 0
            then (nullif(coalesce(amount(o.amount_refunded), amount(made.amount_refunded)), 0) / units)::decimal(18, 4)
    end as refunded_amount,
    customer_id,
    filled(coalesce(metadata['cart_token'], metadata['cart_id'])) as cart_token,
    order_id as checkout_token,
    order_id as payment_reference,
    true as is_payment,
    (
        case what when 'checkout.session' then 1 when 'payment_intent' then 3 else 5 end
        + case payment_status
            when 'pending' then 0
            when 'authorized' then 0
            when 'partially_refunded' then 2
            when 'refunded' then 3
            else 1
        end
    )::integer as detail
from events
where payment_status is not null and order_id is not null and opened_at is not null
