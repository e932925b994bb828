-- grain: one thing said or done in a conversation, per document that tells it
-- reads: events
-- What customers, people, bots and triggers said, and who held the conversation.
-- Messages of the business name no customer, so the conversation has to say who it is: a ticket.
with said as (
    select
        *,
        p.message.author.subtypes[1] as subtype,
        lower(p.message.source.type) as source_type,
        filled(
            json_extract_string(try_cast(p.message.metadata as json), '$."__zendesk_msg.agent.id"')
        ) as agent
    from events
    where type = 'conversation:message' and fault is null and passed_over is null
),

judged as (
    select
        *,
        case
            when author_type = 'user' then 'customer'
            when author_type = 'whisper' then 'note'
            when agent = '__trigger' or p.message.author.displayName = 'Automated Response'
                then 'auto'
            when lower(subtype) in ('ai', 'bot') or agent = '-1' then 'bot'
            when p.message.source.campaign like '{%' then 'marketing'
            when lower(subtype) = 'agent' or agent is not null and agent not like '\_\_%' escape '\'
                then 'human'
            when source_type in (
                'zd:agentworkspace', 'zendesk', 'slack', 'slackconnect', 'helpscout', 'front'
            ) then 'human'
            -- Whoever does not say that it is a person is none.
            else 'bot'
        end as role
    from said
)

select
    document_no,
    'sunshine' as platform,
    coalesce(
        filled(p.message.id),
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
    1 as detail,
    filled(coalesce(filled(content.text), content.textFallback)) as text,
    false as is_transcript
from judged
union all
select
    document_no,
    'sunshine' as platform,
    coalesce(
        event_id,
        made_id([conversation_id, epoch_ms(happened_at)::varchar, 'postback', p.postback.payload])
    ) as event_id,
    conversation_id as ticket_id,
    happened_at,
    0 as sequence,
    user_id as author_id,
    'customer' as declared_role,
    'postback' as kind,
    1 as detail,
    coalesce(filled(p.postback.text), filled(p.postback.displayText)) as text,
    false as is_transcript
from events
where type = 'conversation:postback' and fault is null
union all
select
    document_no,
    'sunshine' as platform,
    coalesce(
        event_id, made_id([conversation_id, epoch_ms(happened_at)::varchar, type, in_control])
    ) as event_id,
    conversation_id as ticket_id,
    happened_at,
    0 as sequence,
    null as author_id,
    case when p.reason = 'ticketClosed' then 'system' else 'human' end as declared_role,
    case when p.reason = 'ticketClosed' then 'close' else 'handover' end as kind,
    1 as detail,
    null as text,
    false as is_transcript
from events
where type like 'switchboard:%' and fault is null and passed_over is null
