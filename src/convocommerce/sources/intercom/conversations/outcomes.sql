-- grain: one document that holds nothing to keep
-- reads: events
-- Why: passed over on purpose, or something a record needs is missing.
with judged as (
    select
        *,
        case
            when document_no in (select document_no from events where is_placed) then 'kept'
            when is_about_contact and coalesce(item.contact.id, item.id) is null
                then 'contact without its id'
            when is_about_contact then 'kept'
            when topic = 'ping' or item.type = 'ping' then 'test of the webhook'
            when item.type is not null and item.type <> 'conversation'
                then 'topic that is not about a conversation'
            when is_webhook and item.type is null and opening.body is null and not has_parts
                then 'topic that is not about a conversation'
            when case_id is null then 'conversation without its id'
            when customer_id is null then 'conversation without its contact'
            when sent_at is null then 'conversation without the time it began'
            else 'kept'
        end as verdict
    from events
    where is_opening
)

select
    document_no,
    case when verdict like '% without %' then 'quarantined' else 'ignored' end as outcome,
    verdict as reason
from judged
where verdict <> 'kept'
