-- grain: one step towards buying, per document that tells it
-- reads: events
-- A visit is a browser and its session number; without consent there is neither.
with valued as (
    select
        *,
        list_transform(
            ['ga_session_id', 'transaction_id', 'value', 'currency', 'source', 'medium', 'campaign'],
            lambda wanted: list_transform(
                list_filter(params, lambda p: p.key = wanted),
                lambda p: coalesce(
                    filled(p.value.string_value), p.value.int_value, p.value.double_value, p.value.float_value
                )
            )[1]
        ) as param
    from events
    where fault is null
),

spelled as (
    select
        * exclude (param),
        param[1] as ga_session_id,
        nullif(coalesce(filled(ecommerce ->> '$.transaction_id'), param[2]), '(not set)') as order_number,
        coalesce(
            case step
                when 'purchase' then amount(ecommerce ->> '$.purchase_revenue')
                when 'refund' then amount(ecommerce ->> '$.refund_value')
            end,
            amount(param[3])
        ) as own_amount,
        coalesce(
            case step
                when 'purchase' then amount(ecommerce ->> '$.purchase_revenue_in_usd')
                when 'refund' then amount(ecommerce ->> '$.refund_value_in_usd')
            end,
            amount(d.event_value_in_usd)
        ) as dollar_amount,
        upper(filled(param[4])) as own_currency,
        own_amount is not null and own_currency is not null as is_own,
        param[5] as param_source,
        param[6] as param_medium,
        param[7] as param_campaign
    from valued
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
    nullif(coalesce(
        filled(last_click ->> '$.manual_campaign.source'),
        filled(last_click ->> '$.cross_channel_campaign.source'),
        filled(collected ->> '$.manual_source'),
        param_source
    ), '(not set)') as utm_source,
    nullif(coalesce(
        filled(last_click ->> '$.manual_campaign.medium'),
        filled(last_click ->> '$.cross_channel_campaign.medium'),
        filled(collected ->> '$.manual_medium'),
        param_medium
    ), '(not set)') as utm_medium,
    nullif(coalesce(
        filled(last_click ->> '$.manual_campaign.campaign_name'),
        filled(last_click ->> '$.cross_channel_campaign.campaign_name'),
        filled(collected ->> '$.manual_campaign_name'),
        param_campaign
    ), '(not set)') as utm_campaign,
    len(list_filter(
        [order_number, value_amount::varchar, currency, utm_source, utm_medium, utm_campaign],
        lambda told: told is not null
    ))::integer as detail
from spelled
