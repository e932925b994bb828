-- grain: one arrival in a thread, per document that tells it
-- reads: events
-- What brought the person: the ad or post that the first message was written from, or the product.
with named as (
    select
        *,
        lower(filled(message.referral.source_type)) as label,
        filled(message.referral.source_id) as source_id,
        filled(message.referral.ctwa_clid) as click_id,
        filled(message.context.referred_product.product_retailer_id) as product_id,
        filled(message.referral.source_url) as address
    from events
    where is_said
        and what = 'message'
        and direction = 'in'
        and (message.referral is not null or message.context.referred_product is not null)
)

select
    document_no,
    'whatsapp' as channel,
    coalesce(
        filled(message.id),
        made_id([
            'whatsapp', business_id, customer_id, epoch_ms(sent_at)::varchar, 'arrival', source_id,
            product_id
        ])
    ) as touchpoint_id,
    business_id,
    customer_id,
    sent_at as occurred_at,
    sequence,
    case
        when label = 'ad' then 'ad'
        when label = 'post' then 'post'
        when click_id is not null then 'ad'
        when coalesce(label, source_id, address) is not null then 'other'
        else 'shop'
    end as entry_point,
    label as source_label,
    -- Whatever is not called an ad has another kind of id.
    case when label = 'ad' or (label is null and click_id is not null) then source_id end as ad_id,
    case when label = 'post' then source_id end as post_id,
    product_id,
    click_id
from named
where coalesce(label, source_id, address, click_id, product_id) is not null
