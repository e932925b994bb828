-- grain: one arrival in a conversation, per document that tells it
-- reads: events
-- What brought the person: told when a conversation begins or somebody comes back by a link.
with arrivals as (
    select
        *,
        filled(p.referral.details.source) as referral_source,
        filled(p.referral.code) as ref,
        filled(p.referral.details.adId) as ad_id,
        -- WhatsApp's own words, kept where the webhook is set to tell the whole source.
        try(from_json(raw_referral, '{
            "source_type": "VARCHAR", "source_id": "VARCHAR", "ctwa_clid": "VARCHAR"
        }')) as raw
    from events
    where type in ('conversation:create', 'conversation:referral') and has_referral and fault is null
),

named as (
    select
        *,
        coalesce(ad_id, case when raw.source_type = 'ad' then filled(raw.source_id) end)
            as any_ad_id,
        case when raw.source_type = 'post' then filled(raw.source_id) end as post_id
    from arrivals
)

select
    document_no,
    channel,
    coalesce(
        event_id,
        made_id([
            conversation_id, epoch_ms(happened_at)::varchar, referral_source, ref, any_ad_id,
            post_id
        ])
    ) as touchpoint_id,
    business_id,
    user_id as customer_id,
    conversation_id as case_id,
    happened_at as occurred_at,
    0 as sequence,
    case
        when upper(referral_source) = 'ADS' or any_ad_id is not null then 'ad'
        when post_id is not null then 'post'
        when upper(referral_source) = 'CUSTOMER_CHAT_PLUGIN' then 'chat_plugin'
        when upper(referral_source) in ('SHORTLINK', 'SHORT-URL', 'MESSENGER_CODE') then 'link'
        when referral_source is null and ref is not null then 'link'
        else 'other'
    end as entry_point,
    coalesce(referral_source, raw.source_type) as source_label,
    any_ad_id as ad_id,
    ref,
    post_id,
    filled(raw.ctwa_clid) as click_id
from named
