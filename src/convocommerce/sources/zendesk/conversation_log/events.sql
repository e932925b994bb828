-- grain: one event of a conversation log
-- reads: documents
-- Who said what and when; the log of a ticket does not repeat its number, the address does.
select
    document_no,
    coalesce(filled(d.ticket_id), zendesk_ticket_in(file)) as ticket_id,
    case
        when d."type" = 'Messaging::ConversationMessage'
            or d.reference like 'zen:sunco:conversation_message:%' then 'message'
        when d."type" in ('Comment', 'VoiceComment') then 'comment'
    end as what,
    filled(regexp_extract(d.reference, '([^:]+)$', 1)) as reference_id,
    coalesce(instant(d.received_at), instant(d.created_at)) as happened_at,
    case
        when d."type" <> 'Messaging::ConversationMessage' then null
        -- A message that a trigger sends names it where others name the employee.
        when regexp_matches(d.metadata, '"__zendesk_msg\.agent\.id"\s*:\s*"__trigger"')
            or d.author.display_name = 'Automated Response' then 'auto'
        when d.author."type" in ('user', 'end-user', 'end_user') then 'customer'
        when d.author."type" = 'bot' or d.author."zen:support:user_id" = '-1' then 'bot'
        when d.author."type" = 'agent' then 'human'
        when d.source."type" = 'zd:answerBot' then 'bot'
        else 'system'
    end as role,
    nullif(filled(d.author."zen:support:user_id"), '-1') as author_id,
    coalesce(truth(try(json_extract_string(d.metadata, '$.public'))) = false, false) as is_note,
    coalesce(filled(d.content.text), untagged(d.content.body)) as said,
    -- The text and the buttons in one, so that their links count alike.
    concat_ws(' ', said, d.content.actions) as linking,
    d.attachments like '[{%' as has_attachments,
    d
from documents
