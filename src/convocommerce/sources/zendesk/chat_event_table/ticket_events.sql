-- grain: one message of a chat, per row that shows it
-- reads: documents
-- Who wrote stands in several places, none of them always filled: the sender's number may be a
-- customer's or an employee's, which only the list of people can tell.
with messages as (
    select
        *,
        lower(try(json_extract_string(case when d.original_message like '{%' then d.original_message end,
            '$.author.type'))) as original_author,
        lower(try(json_extract_string(case when d.original_message like '{%' then d.original_message end,
            '$.source.type'))) as original_source
    from documents
    where d."type" in ('ChatMessage', 'ChatFileAttachment')
        and filled(d.chat_id) is not null
        -- A session begins with a copy of what was said before it.
        and not coalesce(truth(d.is_history_context), false)
)

select
    document_no,
    'zendesk' as platform,
    'chat:' || coalesce(
        filled(d.message_id), filled(d.external_message_id),
        made_id([d.chat_id, d.created_at, d.actor_id, d.chat_index, d."message"])
    ) as event_id,
    'chat:' || filled(d.chat_id) as ticket_id,
    instant(d.created_at) as happened_at,
    coalesce(try_cast(d.chat_index as integer), 0) as sequence,
    filled(regexp_extract(d.actor_id, '(\d+)$', 1)) as author_id,
    case
        when d.actor_id = '__trigger' then 'auto'
        when starts_with(d.actor_id, '__') then 'system'
        when original_source = 'zd:answerbot' then 'bot'
        when regexp_matches(d.actor_id, '^agent:\s*\d') then 'human'
        when starts_with(d.actor_id, 'agent:') then 'bot'
        when original_author = 'user' then 'customer'
        when filled(d.actor_id) is null then case original_author when 'business' then 'bot' else 'system' end
    end as declared_role,
    case when d."type" = 'ChatFileAttachment' then 'attachment' else 'text' end as kind,
    false as is_transcript,
    'chat' as told_as,
    link_keys(d."message")[1].key_kind as shared_kind,
    link_keys(d."message")[1].key_value as shared_value,
    3 as detail,
    filled(d.chat_id) as chat_id,
    filled(d."message") as text
from messages
