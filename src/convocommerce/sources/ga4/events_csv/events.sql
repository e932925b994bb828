-- grain: one event
-- reads: documents
-- Which step a row is and whether it can be kept; all but a few are no step towards buying.
with named as (
    select
        document_no,
        d,
        filled(d.user_pseudo_id) as visitor_id,
        case filled(d.event_name)
            when 'ecommerce_purchase' then 'purchase'
            when 'purchase_refund' then 'refund'
            else filled(d.event_name)
        end as step,
        instant(coalesce(whole(d.event_timestamp)::varchar, d.event_timestamp)) as happened_at
    from documents
)

select
    *,
    case
        when step is null then 'event without a name'
        when step not in (
            'view_item', 'add_to_cart', 'view_cart', 'begin_checkout', 'add_shipping_info',
            'add_payment_info', 'purchase', 'refund'
        ) then 'no step towards buying'
        when happened_at is null then 'event without a time'
    end as fault
from named
