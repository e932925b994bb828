-- grain: one change of a conversation's status, per document that tells it
-- reads: events
-- What a conversation became, and when; only webhooks tell, and activity lines in English.
with changes as (
    select
        *,
        try_cast(changed_attributes as json) as attributes_changed,
        coalesce(
            json_extract_string(attributes_changed, '$[*].status.previous_value')[1],
            attributes_changed ->> '$.status[0]'
        ) as told_before
    from events
    where is_placed and not is_spoken and starts_with(event, 'conversation_')
),

told as (
    select
        document_no, case_id, business_id, case_changed_at as changed_at, case_status as became,
        told_before as was
    from changes
    where event in ('conversation_status_changed', 'conversation_resolved', 'conversation_opened')
        or told_before is not null
    union all
    select
        document_no, case_id, business_id, sent_at,
        case
            when regexp_matches(content, '^Conversation was (?:marked )?resolved by ') then 'resolved'
            when regexp_matches(content, '^Conversation was (?:reopened|unsnoozed|marked as open) by ')
                then 'open'
            when regexp_matches(content, '^Conversation was snoozed by ') then 'snoozed'
            when regexp_matches(content, '^Conversation was marked as pending by ') then 'pending'
        end,
        null
    from events
    where is_placed and is_spoken and said_as = 'activity'
),

named as (
    select
        *,
        case became
            when 'open' then 'open'
            when 'resolved' then 'solved'
            when 'pending' then 'pending'
            when 'snoozed' then 'hold'
        end as status,
        case was
            when 'open' then 'open'
            when 'resolved' then 'solved'
            when 'pending' then 'pending'
            when 'snoozed' then 'hold'
        end as status_before
    from told
)

select
    document_no,
    'chatwoot' as platform,
    concat_ws(':', 'status', business_id, case_id, status, epoch_ms(changed_at)) as event_id,
    case_id as ticket_id,
    changed_at,
    status,
    status_before
from named
where status is not null and changed_at is not null
