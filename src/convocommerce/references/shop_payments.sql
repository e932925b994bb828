-- grain: one payment that another order already tells of
-- reads: orders, identities
-- A payment provider's word about a sale that a shop, or a fuller record of the provider, tells too; it must not count twice.
with keyed as (
    select
        orders.platform,
        orders.order_id,
        coalesce(orders.is_payment, false) as is_payment,
        coalesce(orders.detail, 0) as detail,
        orders.payment_reference as reference
    from orders
    where orders.payment_reference is not null
    union
    select
        orders.platform,
        orders.order_id,
        coalesce(orders.is_payment, false) as is_payment,
        coalesce(orders.detail, 0) as detail,
        identities.key_value as reference
    from identities
    join orders on identities.subject_id = orders.platform || ':' || orders.order_id
    where identities.subject_kind = 'order'
        and (
            identities.key_kind = 'payment'
            -- The number of the shop's order that a payment bears.
            or (identities.key_kind = 'token' and starts_with(identities.key_value, 'order:'))
        )
)
select distinct
    payment.platform,
    payment.order_id
from keyed as payment
join keyed as other
    on other.reference = payment.reference
    and (other.platform, other.order_id) <> (payment.platform, payment.order_id)
where payment.is_payment
    and (
        (not other.is_payment and other.platform <> payment.platform)
        -- Several payments may settle one order, but one payment under two names is one.
        or (
            other.is_payment
            and not starts_with(payment.reference, 'order:')
            and (other.detail, other.platform, other.order_id) > (payment.detail, payment.platform, payment.order_id)
        )
    )
