-- grain: one message, per document that tells it
-- reads: events
-- What people wrote, and what the platform wrote in their names as notices.
select
    document_no,
    channel,
    business_id,
    customer_id,
    -- By side rather than by name: names change from one archive to the next.
    made_id([
        channel, customer_id, direction, epoch_ms(sent_at)::varchar, content, repeat_no::varchar
    ]) as message_id,
    sent_at,
    sequence,
    case when is_notice then 'none' else direction end as direction,
    kind,
    case when is_notice then 'system' when direction = 'in' then 'customer' end as declared_role,
    10 as detail,
    case
        when direction = 'out'
            then coalesce(
                cart_token_in(concat_ws(' ', content, link)), link_ref_in(concat_ws(' ', content, link))
            )
    end as shared_token,
    text
from events
where fault is null
