-- grain: one event
-- reads: documents
-- Which step an event is and whether it can be kept; all but a few are no step towards buying.
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
        -- Big numbers may have passed through a float's notation.
        instant(coalesce(whole(d.event_timestamp)::varchar, d.event_timestamp)) as happened_at
    from documents
),

judged as (
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
)

select
    *,
    case
        when fault is null then try(from_json(
            d.event_params,
            '[{"key":"VARCHAR","value":{"string_value":"VARCHAR","int_value":"VARCHAR","float_value":"VARCHAR","double_value":"VARCHAR"}}]'
        ))
    end as params,
    case when fault is null and json_valid(d.ecommerce) then d.ecommerce::json end as ecommerce,
    case
        when fault is null and json_valid(d.collected_traffic_source)
            then d.collected_traffic_source::json
    end as collected,
    case
        when fault is null and json_valid(d.session_traffic_source_last_click)
            then d.session_traffic_source_last_click::json
    end as last_click
from judged
