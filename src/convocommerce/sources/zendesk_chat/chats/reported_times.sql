-- grain: one chat in which somebody answered, per document that tells it
-- reads: events
-- How long Zendesk Chat itself says the first answer took, in whole seconds.
select
    document_no,
    'zendesk_chat' as platform,
    chat_id as case_id,
    'first_reply' as measure,
    0 as instance,
    any_value(updated_at) as updated_at,
    round(any_value(try_cast(response_time.first as decimal(18, 6))))::bigint as calendar_seconds,
    1 as precision_seconds
from events
where fault is null and not is_deleted and has_talk
group by document_no, chat_id
-- Without an answer some exports write nothing and some a zero.
having any_value(try_cast(response_time.first as decimal(18, 6))) between 0 and 100000000
    and (
        any_value(try_cast(response_time.first as decimal(18, 6))) > 0
        or bool_or(is_spoken and voice = 'human')
    )
