-- grain: one arrival in a thread, per document that tells it
-- reads: events
-- What brought the person: a referral stands in the event, the postback or the message.
-- Materialised, because the last condition would otherwise parse the events once for each name.
with arrivals as materialized (
    select
        *,
        try(from_json(event, '{
            "message": {"referral": {
                "source": "VARCHAR", "type": "VARCHAR", "ref": "VARCHAR", "ad_id": "VARCHAR",
                "post_id": "VARCHAR", "product": {"id": "VARCHAR"},
                "ads_context_data": {"post_id": "VARCHAR", "product_id": "VARCHAR"}
            }},
            "postback": {"mid": "VARCHAR", "referral": {
                "source": "VARCHAR", "type": "VARCHAR", "ref": "VARCHAR", "ad_id": "VARCHAR",
                "post_id": "VARCHAR", "product": {"id": "VARCHAR"},
                "ads_context_data": {"post_id": "VARCHAR", "product_id": "VARCHAR"}
            }},
            "referral": {
                "source": "VARCHAR", "type": "VARCHAR", "ref": "VARCHAR", "ad_id": "VARCHAR",
                "post_id": "VARCHAR", "product": {"id": "VARCHAR"},
                "ads_context_data": {"post_id": "VARCHAR", "product_id": "VARCHAR"}
            },
            "prior_message": {"source": "VARCHAR"}
        }')) as e
    from events
    -- Most messages bring nobody: the cheap question first.
    where event is not null and is_kept and what in ('message', 'postback', 'referral')
),

named as (
    select
        *,
        filled(coalesce(e.message.referral.source, e.postback.referral.source, e.referral.source))
            as referral_source,
        filled(coalesce(e.message.referral.type, e.postback.referral.type, e.referral.type))
            as referral_type,
        filled(coalesce(e.message.referral.ref, e.postback.referral.ref, e.referral.ref)) as ref,
        filled(coalesce(e.message.referral.ad_id, e.postback.referral.ad_id, e.referral.ad_id))
            as ad_id,
        filled(
            coalesce(
                e.message.referral.ads_context_data.post_id,
                e.postback.referral.ads_context_data.post_id,
                e.referral.ads_context_data.post_id,
                e.message.referral.post_id,
                e.postback.referral.post_id,
                e.referral.post_id
            )
        ) as post_id,
        filled(
            coalesce(
                e.message.referral.product.id,
                e.postback.referral.product.id,
                e.referral.product.id,
                e.message.referral.ads_context_data.product_id,
                e.postback.referral.ads_context_data.product_id,
                e.referral.ads_context_data.product_id
            )
        ) as product_id,
        -- The plugins of web sites say so beside the message.
        case
            when e.prior_message.source = 'checkbox_plugin' then 'checkbox_plugin'
            when contains(message.tags, '"source":"customer_chat_plugin"')
                then 'customer_chat_plugin'
        end as plugin
    from arrivals
)

select
    document_no,
    channel,
    coalesce(
        filled(message.mid),
        filled(e.postback.mid),
        made_id([
            channel, business_id, customer_id, epoch_ms(sent_at)::varchar, what,
            case
                when what = 'message' then message.text
                when what = 'referral'
                    then concat_ws(' ', referral_source, referral_type, ref, ad_id, product_id)
            end
        ])
    ) as touchpoint_id,
    business_id,
    customer_id,
    sent_at as occurred_at,
    sequence,
    case
        when upper(referral_type) in ('LEAD_COMPLETE', 'LEAD_INCOMPLETE') then 'lead_form'
        when upper(referral_source) = 'ADS' or ad_id is not null then 'ad'
        when upper(referral_source) in ('SHORTLINK', 'SHORT-URL') then 'link'
        when upper(referral_source) = 'CUSTOMER_CHAT_PLUGIN' then 'chat_plugin'
        when referral_source is not null then 'other'
        when product_id is not null then 'shop'
        when post_id is not null then 'post'
        when plugin is not null then 'chat_plugin'
        else 'other'
    end as entry_point,
    coalesce(referral_source, plugin) as source_label,
    ad_id,
    ref,
    post_id,
    product_id
from named
where coalesce(referral_source, referral_type, ref, ad_id, post_id, product_id, plugin) is not null
union all by name
-- A plugin on a web site passes what the site wrote into it; a subscription brings nobody.
select
    document_no,
    channel,
    made_id([channel, business_id, customer_id, epoch_ms(sent_at)::varchar, 'optin', ref])
        as touchpoint_id,
    business_id,
    customer_id,
    sent_at as occurred_at,
    sequence,
    'chat_plugin' as entry_point,
    'optin' as source_label,
    ref
from (
    select
        *,
        filled(try(json_extract_string(event, '$.optin.ref'))) as ref
    from events
    where what is null
        and contains(event, '"optin"')
        and try(json_extract_string(event, '$.optin.type')) is null
)
where ref is not null and business_id is not null and customer_id is not null and sent_at is not null
