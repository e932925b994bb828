-- grain: one order
-- reads: documents
-- What became of an order. The card is charged when goods are sent, and a cancelled order ends as completed too.
with told as (
    select
        document_no,
        d,
        filled(d.id) as order_id,
        instant(d.created) as created_at,
        instant(d.last_updated) as updated_at,
        upper(filled(d.order_status.state)) as state,
        coalesce(len(d.shipments.data), 0) > 0 as is_shipped,
        coalesce(len(d.cancellations.data), 0) > 0 as has_cancellations,
        coalesce(len(d.refunds.data), 0) > 0 as has_refunds,
        d.buyer_details is not null
            and coalesce(filled(d.buyer_details.name), filled(d.buyer_details.email)) is null
            and d.shipping_address is null as is_stripped,
        list_sum(list_transform(d.items.data, lambda i: whole(i.quantity))) as n_ordered,
        list_sum(flatten(list_transform(
            d.cancellations.data, lambda c: list_transform(c.items.data, lambda i: whole(i.quantity))
        ))) as n_cancelled
    from documents
)

select
    *,
    case
        when is_shipped or has_refunds then false
        when n_cancelled >= n_ordered then true
        when state = 'COMPLETED' then has_cancellations or is_stripped
        else false
    end as is_cancelled,
    case
        when is_cancelled then 'voided'
        when has_refunds then 'partially_refunded'
        when is_shipped or state = 'COMPLETED' then 'paid'
        when state in ('CREATED', 'IN_PROGRESS') then 'authorized'
        when state = 'FB_PROCESSING' then 'pending'
    end as payment_status,
    upper(coalesce(
        filled(d.estimated_payment_details.total_amount.currency),
        filled(d.estimated_payment_details.subtotal.items.currency),
        filled(list_transform(d.items.data, lambda i: i.price_per_unit.currency)[1])
    )) as currency,
    case
        when order_id is null then 'order without id'
        when created_at is null then 'order without the time it was placed'
    end as fault
from told
