-- grain: one event that was sent to the platform, per document that tells it
-- reads: events
-- The platform joins no copies of chat events, so a copy in the log is known by what it says.
select
    document_no,
    'meta' as platform,
    coalesce(
        filled(d.event_id),
        made_id([
            event_name,
            epoch_ms(happened_at)::varchar,
            coalesce(channel, ''),
            coalesce(business_id, ''),
            coalesce(customer_id, ''),
            coalesce(filled(d.user_data.ctwa_clid), ''),
            coalesce(filled(d.custom_data.order_id), ''),
            coalesce(filled(d.custom_data.value), '')
        ])
    ) as event_id,
    event_name,
    happened_at,
    channel,
    business_id,
    customer_id,
    filled(d.user_data.ctwa_clid) as click_id,
    filled(d.custom_data.order_id) as order_number,
    amount(d.custom_data.value) as value_amount,
    upper(filled(d.custom_data.currency)) as currency
from events
where fault is null
