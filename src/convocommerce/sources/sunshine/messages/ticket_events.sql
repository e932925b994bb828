-- grain: one message, per document that tells it
-- reads: events
-- What customers, people, bots and triggers said, in the words that the webhooks use.
with judged as (
    select
        *,
        case
            when author_type = 'user' then 'customer'
            when author_type = 'whisper' then 'note'
            when agent = '__trigger' or display_name = 'Automated Response' then 'auto'
            when lower(subtype) in ('ai', 'bot') or agent = '-1' then 'bot'
            when is_campaign then 'marketing'
            when lower(subtype) = 'agent' or agent is not null and agent not like '\_\_%' escape '\'
                then 'human'
            when source_type in (
                'zd:agentworkspace', 'zendesk', 'slack', 'slackconnect', 'helpscout', 'front'
            ) then 'human'
            -- Whoever does not say that it is a person is none.
            else 'bot'
        end as role
    from events
    where fault is null and passed_over is null
)

select
    document_no,
    'sunshine' as platform,
    coalesce(
        message_id,
        made_id([conversation_id, epoch_ms(happened_at)::varchar, author_type, content.text])
    ) as event_id,
    conversation_id as ticket_id,
    happened_at,
    0 as sequence,
    case role when 'customer' then user_id when 'human' then agent end as author_id,
    case when activity is null then role else 'system' end as declared_role,
    case
        when activity is not null then 'close'
        when role = 'note' then 'note'
        when role = 'marketing' then 'marketing'
        when content.type = 'formResponse' then 'text'
        when role = 'customer' and filled(content.payload) is not null then 'quick_reply'
        when content.type in ('carousel', 'list', 'template', 'form')
            or content.actions like '[{%'
            then 'template'
        when content.type in ('image', 'file', 'location') then 'attachment'
        when coalesce(content.type, 'text') = 'text' then 'text'
        else 'unsupported'
    end as kind,
    -- The API tells the author's kind and what was taken back; a guessed place gives way.
    case when is_told then 2 else 0 end as detail,
    filled(coalesce(filled(content.text), content.textFallback)) as text,
    false as is_transcript
from judged
