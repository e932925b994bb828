-- grain: one chat whose first page is known, per document that tells it
-- reads: events
-- The page on which the visit began says what brought the visitor.
with landed as (
    select
        document_no,
        chat_id,
        channel,
        business_id,
        customer_id,
        started_at,
        search_engine,
        filled(webpath[1]."to") as page,
        filled(webpath[1]."from") as before
    from events
    where position = 1
        and fault is null
        and not is_deleted
        and (type = 'offline_msg' and offline_text is not null or has_talk)
)

select
    document_no,
    channel,
    chat_id as touchpoint_id,
    business_id,
    customer_id,
    chat_id as case_id,
    started_at as occurred_at,
    0 as sequence,
    if(regexp_matches(page, '[?&]ad_id=\d{6,}'), 'ad', 'chat_plugin') as entry_point,
    coalesce(search_engine, nullif(regexp_extract(before, '^https?://([^/:?#]+)', 1), ''))
        as source_label,
    nullif(regexp_extract(page, '[?&]ad_id=(\d{6,})', 1), '') as ad_id,
    coalesce(
        link_ref_in(page),
        nullif(decoded(regexp_extract(page, '[?&]utm_campaign=([^&#\s]+)', 1)), '')
    ) as ref,
    nullif(regexp_extract(page, '[?&](?:fbclid|gclid|msclkid)=([\w.-]+)', 1), '') as click_id
from landed
where page is not null
