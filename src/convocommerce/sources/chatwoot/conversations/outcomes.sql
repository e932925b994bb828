-- grain: one document that holds nothing to keep
-- reads: documents, events
-- Why: passed over on purpose, or something a record needs is missing.
with judged as (
    select
        document_no,
        case
            when event like 'contact\_%' escape '\' and filled(id) is null
                then 'contact without its id'
            when event like 'contact\_%' escape '\' then 'kept'
            when event = 'webwidget_triggered' then 'widget opened'
            when event in ('inbox_created', 'inbox_updated') then 'change of an inbox'
            when event in ('conversation_typing_on', 'conversation_typing_off') then 'typing'
            when event <> ''
                and event not like 'message\_%' escape '\'
                and event not like 'conversation\_%' escape '\' then 'unknown kind of event'
            when case_id is null and is_message then 'message without its conversation'
            when case_id is null then 'conversation without its id'
            when customer_id is null then 'conversation without its contact'
            when is_spoken and filled(id) is null then 'message without its id'
            when is_spoken and sent_at is null then 'message without a time'
            when is_spoken and said_as is null then 'message without who wrote it'
            when not is_placed then 'conversation without a time'
            else 'kept'
        end as verdict
    from events
),

kept as (
    select document_no from events where is_placed
    union
    select document_no from judged where verdict = 'kept'
),

summed as (
    select
        document_no,
        min(verdict) filter (where verdict like '% without %') as fault,
        min(verdict) as passed_over
    from judged
    where document_no not in (select document_no from kept)
    group by document_no
)

select
    document_no,
    case when fault is null then 'ignored' else 'quarantined' end as outcome,
    coalesce(fault, passed_over) as reason
from summed
union all
select
    document_no,
    'ignored' as outcome,
    'page without conversations' as reason
from documents
where document_no not in (select document_no from events)
