-- grain: one judgement of a chat, per document that tells it
-- reads: events
-- What the visitor thought of the chat in the end; a comment alone is no judgement.
with judged as (
    select
        document_no,
        chat_id,
        any_value(channel) as channel,
        any_value(business_id) as business_id,
        any_value(customer_id) as customer_id,
        any_value(agent_ids) as agent_ids,
        any_value(rating) as rating,
        any_value(comment) as comment,
        any_value(coalesce(ended_at, updated_at, started_at)) as known_at,
        arg_max(new_rating, position) filter (what = 'chat.rating') as last_rating,
        max(happened_at) filter (what = 'chat.rating') as rated_at,
        arg_max(new_comment, position) filter (what = 'chat.comment') as last_comment
    from events
    where fault is null and not is_deleted and has_talk
    group by document_no, chat_id
)

select
    document_no,
    'zendesk_chat' as platform,
    chat_id as rating_id,
    coalesce(rated_at, known_at) as rated_at,
    channel,
    business_id,
    customer_id,
    chat_id as case_id,
    'good_bad' as scale,
    (coalesce(rating, last_rating) = 'good')::integer::decimal(18, 4) as score,
    coalesce(rating, last_rating) = 'good' as is_good,
    case when len(agent_ids) = 1 then filled(agent_ids[1]) end as agent_id,
    coalesce(comment, last_comment) as comment
from judged
where coalesce(rating, last_rating) in ('good', 'bad')
