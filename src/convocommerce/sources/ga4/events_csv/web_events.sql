-- grain: one step towards buying, per document that tells it
-- reads: events
-- The same ids as the nested export makes, so that both may be loaded; flat tables often know dollars only.
with spelled as (
    select
        *,
        filled(d.ga_session_id) as ga_session_id,
        nullif(filled(d.transaction_id), '(not set)') as order_number,
        coalesce(
            case step
                when 'purchase' then amount(d.purchase_revenue)
                when 'refund' then amount(d.refund_value)
            end,
            amount(d.value)
        ) as own_amount,
        coalesce(
            case step
                when 'purchase' then amount(d.purchase_revenue_in_usd)
                when 'refund' then amount(d.refund_value_in_usd)
            end,
            amount(d.value_in_usd)
        ) as dollar_amount,
        upper(filled(d.currency)) as own_currency,
        own_amount is not null and own_currency is not null as is_own
    from events
    where fault is null
)

select
    document_no,
    'ga4' as platform,
    made_id([
        step,
        epoch_us(happened_at)::varchar,
        coalesce(visitor_id, 'nobody ' || coalesce(filled(d.stream_id), '') || coalesce(filled(d.event_bundle_sequence_id), '')),
        coalesce(ga_session_id, ''),
        coalesce(order_number, '')
    ]) as event_id,
    visitor_id || '.' || ga_session_id as session_id,
    visitor_id,
    happened_at,
    step,
    order_number,
    case when is_own then own_amount else coalesce(dollar_amount, own_amount) end as value_amount,
    case when is_own then own_currency when dollar_amount is not null then 'USD' end as currency,
    nullif(coalesce(filled(d.collected_source), filled(d.param_source)), '(not set)') as utm_source,
    nullif(coalesce(filled(d.collected_medium), filled(d.param_medium)), '(not set)') as utm_medium,
    nullif(coalesce(filled(d.collected_campaign), filled(d.param_campaign)), '(not set)') as utm_campaign,
    len(list_filter(
        [order_number, value_amount::varchar, currency, utm_source, utm_medium, utm_campaign],
        lambda told: told is not null
    ))::integer as detail
from spelled
