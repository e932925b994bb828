-- grain: one statement about an ad day, per document that makes it
-- reads: events
-- What the winner of several statements hides: how the figures of a day were told before and after.
with stated as (
    select
        * exclude (
            level, fault, account_id, campaign_id, campaign_name, adset_id, adset_name, ad_id, ad_name
        )
    from events
    where fault is null
)

select
    *,
    md5(concat_ws(
        chr(31),
        coalesce(currency, '-'), coalesce(impressions::varchar, '-'), coalesce(reach::varchar, '-'),
        coalesce(clicks::varchar, '-'), coalesce(link_clicks::varchar, '-'),
        coalesce(spend_amount::varchar, '-'), coalesce(conversations_started::varchar, '-'),
        coalesce(messaging_connections::varchar, '-'), coalesce(new_messaging_contacts::varchar, '-'),
        coalesce(purchases::varchar, '-'), coalesce(purchase_amount::varchar, '-'),
        coalesce(attribution_setting, '-')
    )) as statement
from stated
