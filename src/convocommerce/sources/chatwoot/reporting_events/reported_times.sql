-- grain: one duration that Chatwoot recorded, per document that tells it
-- reads: documents
-- Answers and solutions; of what happens again the number of the event tells which it was.
with counted as (
    select
        document_no,
        filled(d.conversation_id) as case_id,
        case filled(d.name)
            when 'first_response' then 'first_reply'
            when 'reply_time' then 'next_reply'
            when 'conversation_resolved' then 'full_resolution'
            when 'resolution' then 'full_resolution'
        end as measure,
        try_cast(whole(d.id) as integer) as event_no,
        coalesce(instant(d.updated_at), instant(d.created_at)) as updated_at,
        instant(d.event_start_time) as started_at,
        instant(d.event_end_time) as ended_at,
        whole(d.value) as calendar_seconds,
        whole(d.value_in_business_hours) as business_seconds
    from documents
)

select
    document_no,
    'chatwoot' as platform,
    case_id,
    measure,
    case when measure = 'first_reply' then 0 else event_no end as instance,
    updated_at,
    started_at,
    ended_at,
    case when calendar_seconds >= 0 then calendar_seconds end as calendar_seconds,
    case when business_seconds >= 0 then business_seconds end as business_seconds,
    1 as precision_seconds
from counted
where measure is not null
    and case_id is not null
    and (measure = 'first_reply' or event_no is not null)
