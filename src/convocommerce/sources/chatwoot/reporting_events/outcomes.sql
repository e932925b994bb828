-- grain: one document that holds nothing to keep
-- reads: documents
-- Why: it counts something else, or says not of what.
with judged as (
    select
        document_no,
        case
            when filled(d.name) is null then 'reporting event without a name'
            when filled(d.name) in (
                'conversation_bot_handoff', 'conversation_bot_resolved', 'conversation_opened'
            ) then 'reporting event that is no answer or solution'
            when filled(d.name) not in (
                'first_response', 'reply_time', 'conversation_resolved', 'resolution'
            ) then 'unknown kind of reporting event'
            when filled(d.conversation_id) is null
                then 'reporting event without its conversation'
            when d.name <> 'first_response' and try_cast(whole(d.id) as integer) is null
                then 'reporting event without its id'
        end as verdict
    from documents
)

select
    document_no,
    case when verdict like '% without %' then 'quarantined' else 'ignored' end as outcome,
    verdict as reason
from judged
where verdict is not null
