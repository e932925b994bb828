-- grain: one document that holds nothing to keep
-- reads: documents, events
-- Why: passed over on purpose, or something a record needs is missing.
with judged as (
    select
        document_no,
        case
            when is_said or is_status or len(known_as) > 1 then 'kept'
            when what in ('message', 'status', 'handover') and sent_at is null
                then what || ' without a time'
            when what = 'message' and direction = 'out' then 'message without the one it went to'
            when what in ('message', 'handover') then what || ' without the one who wrote it'
            when what = 'status' then 'status without the id of its message'
            when what in ('edit', 'revoke')
                and filled(
                    case
                        when what = 'edit' then message.edit.original_message_id
                        else message.revoke.original_message_id
                    end
                ) is null
                then 'change of a message without its id'
            when what in ('edit', 'revoke') and sent_at is null then 'change without a time'
            when what in ('edit', 'revoke') then 'kept'
            when what = 'blank' then 'message without id or content'
            when what = 'unreact' then 'reaction taken back'
            when what = 'welcome' then 'chat opened, nothing said'
            when what = 'request' or field = 'request' then 'request to send or the answer to it'
            when what = 'system' then 'notice of the platform'
            when what = 'new_id' then 'change of an id that names only one'
            when what = 'call' then 'call'
            when what = 'payment' then 'payment status'
            when what = 'other_status' then 'unknown status'
            when field in ('call', 'calls') then 'call'
            when field = 'errors' then 'error report of the platform'
            when field = 'messages' then 'delivery without messages'
            when field = 'history' then 'history without messages'
            when field in ('smb_app_state_sync', 'contacts') then 'contact list of the phone app'
            when field = 'user_preferences' then 'preferences about marketing'
            when contains(field, 'template') then 'change of a template'
            when contains(field, 'account') or contains(field, 'business')
                or contains(field, 'phone_number')
                then 'change of the account'
            else 'another field than messages'
        end as verdict
    from events
),

-- One kept thing keeps the document; one faulty thing says more than any number of others.
summed as (
    select
        document_no,
        min(verdict) filter (
            where contains(verdict, ' without ') and verdict <> 'history without messages'
        ) as fault,
        min(verdict) as passed_over
    from judged
    group by document_no
    having not bool_or(verdict = 'kept')
)

select
    document_no,
    case when fault is null then 'ignored' else 'quarantined' end as outcome,
    coalesce(fault, passed_over) as reason
from summed
union all
-- A delivery without any change, or of another platform, never became a thing.
select
    document_no,
    case when object = 'whatsapp_business_account' then 'quarantined' else 'ignored' end as outcome,
    case
        when object is null then 'not a delivery of messages'
        when object <> 'whatsapp_business_account' then 'not a WhatsApp delivery'
        else 'delivery without changes'
    end as reason
from (
    select
        document_no,
        coalesce(
            case when d.body like '{%' then try(json_extract_string(d.body, '$.object')) end,
            d.object
        ) as object
    from documents
    where document_no not in (select document_no from events)
)
