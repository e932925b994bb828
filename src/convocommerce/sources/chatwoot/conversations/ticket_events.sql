-- grain: one message or change of status of a conversation, per document that tells it
-- reads: events
-- What was said and done; only the conversation knows its channel, so tickets tell that. What was
-- refused is kept too: the deliveries say so, and Chatwoot itself counts it as an answer.
with spoken as (
    select
        *,
        case
            when said_as = 'incoming' then 'customer'
            when truth(private) then 'note'
            when said_as = 'template' then 'auto'
            when spoke in ('agentbot', 'agent_bot', 'captain_assistant')
                or starts_with(spoke, 'captain') then 'bot'
            -- Rules and campaigns send without anybody who writes, whoever's name they use.
            when message_attributes like '%"campaign_id":%'
                and message_attributes not like '%"campaign_id":null%' then 'marketing'
            when about ->> '$.automation_rule_id' is not null then 'auto'
            when spoke in ('user', 'agent') then 'human'
        end as role,
        -- Only English installations say it so; elsewhere a webhook tells.
        said_as = 'activity'
            and regexp_matches(
                coalesce(content, ''), '^Conversation was (?:marked )?resolved by '
            ) as is_close
    from events
    where is_placed
        and is_spoken
        -- The last message alone would look like the beginning of a conversation.
        and (
            is_message
            or n_messages > 1
            or coalesce(sent_at <= opened_at + interval 1 minute, true)
        )
),

changes as (
    select
        *,
        try_cast(changed_attributes as json) as attributes_changed,
        coalesce(
            json_extract_string(attributes_changed, '$[*].status.previous_value')[1],
            attributes_changed ->> '$.status[0]'
        ) as status_before
    from events
    where is_placed and not is_spoken and starts_with(event, 'conversation_')
),

changed as (
    select
        *,
        case
            when case_status = 'resolved'
                and (
                    event in ('conversation_status_changed', 'conversation_resolved')
                    or status_before is not null
                ) then 'close'
            when case_status = 'open' and status_before = 'resolved' then 'reopen'
            -- A bot keeps what is pending; opening it asks for people.
            when case_status = 'open' and status_before = 'pending' then 'handover'
        end as kind
    from changes
)

select
    document_no,
    'chatwoot' as platform,
    filled(id) as event_id,
    case_id as ticket_id,
    sent_at as happened_at,
    -- Numbers of messages grow, so they order what was said in one second.
    coalesce(try_cast(id as hugeint) % 2000000000, 0)::integer as sequence,
    case
        when role = 'customer' then customer_id
        else coalesce(filled(sender.id), filled(sender_id))
    end as author_id,
    case when is_close then 'system' else role end as declared_role,
    case
        when is_close then 'close'
        when role = 'note' then 'note'
        when filled(content) is null and coalesce(attachments, '[]') not in ('[]', '')
            then 'attachment'
        else 'text'
    end as kind,
    -- What was changed later says more than what was first sent.
    case
        when is_deleted then 4
        when event = 'message_updated' then 3
        when event = 'message_created' then 2
        when is_page and is_message then 1
        else 0
    end as detail,
    case when not is_deleted and said_as <> 'activity' then filled(content) end as text,
    false as is_transcript
from spoken
where (said_as in ('incoming', 'outgoing', 'template') or is_close)
union all by name
select
    document_no,
    'chatwoot' as platform,
    made_id([case_id, business_id, kind, epoch_ms(case_changed_at)::varchar]) as event_id,
    case_id as ticket_id,
    case_changed_at as happened_at,
    2000000001 as sequence,
    case when kind = 'handover' then 'human' else 'system' end as declared_role,
    kind,
    2 as detail
from changed
where kind is not null and case_changed_at is not null
