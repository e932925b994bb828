-- grain: one document that holds nothing to keep
-- reads: events
-- Why: passed over on purpose, or something a record needs is missing.
with judged as (
    select
        document_no,
        any_value(fault) as fault,
        bool_or(is_deleted) as is_deleted,
        any_value(type) as type,
        any_value(offline_text) as offline_text,
        bool_or(has_history) as has_history,
        bool_or(what in ('chat.msg', 'chat.file') and happened_at is null) as has_timeless
    from events
    where fault is not null
        or is_deleted
        or document_no not in (
            select document_no from events
            where has_talk or type = 'offline_msg' and offline_text is not null
        )
    group by document_no
)

select
    document_no,
    case
        when is_deleted then 'ignored'
        when fault is not null or has_timeless then 'quarantined'
        else 'ignored'
    end as outcome,
    case
        when is_deleted then 'deleted chat'
        when fault is not null then fault
        when has_timeless then 'messages without a time'
        when type = 'offline_msg' then 'offline message without text'
        when not has_history then 'chat without its history'
        else 'chat in which nothing was said'
    end as reason
from judged
