-- grain: one line of a chat's history; one without a line for a chat that has none
-- reads: documents
-- What happened in each chat and who did it; the other files read it.
with chats as (
    select
        document_no,
        d,
        filled(d.id) as chat_id,
        instant(d.timestamp) as started_at,
        try(from_json(d.visitor, '{
            "id": "VARCHAR", "name": "VARCHAR", "email": "VARCHAR", "phone": "VARCHAR"
        }')) as visitor,
        try(from_json(d.agent_names, '["VARCHAR"]')) as agent_names,
        try(from_json(d.agent_ids, '["VARCHAR"]')) as agent_ids,
        try(from_json(d.response_time, '{"first": "VARCHAR"}')) as response_time,
        -- Old chats give the pages as lists of values without their names.
        coalesce(
            try(from_json(d.webpath, '[{"from": "VARCHAR", "to": "VARCHAR"}]')),
            []
        ) as webpath,
        try(from_json(d.history, '["VARCHAR"]')) as lines
    from documents
),

numbered as (
    select
        * exclude (d, lines),
        d.type as type,
        coalesce(len(lines) > 0, false) as has_history,
        coalesce(truth(d.deleted), false) as is_deleted,
        instant(d.end_timestamp) as ended_at,
        instant(d.update_timestamp) as updated_at,
        lower(filled(d.rating)) as rating,
        filled(d.comment) as comment,
        filled(d.message) as offline_text,
        filled(d.referrer_search_engine) as search_engine,
        unnest(case when len(lines) > 0 then lines else [null] end) as line,
        generate_subscripts(case when len(lines) > 0 then lines else [null] end, 1) as position
    from chats
),

parsed as (
    select
        * exclude (line),
        try(from_json(line, '{
            "type": "VARCHAR", "timestamp": "VARCHAR", "name": "VARCHAR", "nick": "VARCHAR",
            "msg": "VARCHAR", "msg_id": "VARCHAR", "sender_type": "VARCHAR",
            "agent_id": "VARCHAR", "new_rating": "VARCHAR", "new_comment": "VARCHAR",
            "attachment": "VARCHAR", "options": "VARCHAR"
        }')) as h
    from numbered
),

described as (
    select
        * exclude (h),
        h.type as what,
        instant(h.timestamp) as happened_at,
        filled(h.msg) as said,
        lower(filled(h.new_rating)) as new_rating,
        filled(h.new_comment) as new_comment,
        filled(h.name) as name,
        lower(h.sender_type) as sender_type,
        lower(filled(h.nick)) as nick,
        filled(h.agent_id) as agent_id,
        filled(h.msg_id) as msg_id,
        count(h.msg_id) over (partition by document_no) > 0 as has_message_ids
    from parsed
),

-- Exports of some years say who wrote; in others only a visitor's messages have a number, and
-- whoever is neither the visitor nor among the agents of the chat is a trigger.
voiced as (
    select
        *,
        case
            when sender_type in ('visitor', 'end_user', 'enduser') or nick like 'visitor%'
                then 'customer'
            when contains(sender_type, 'bot') or lower(name) = 'answer bot' then 'bot'
            when sender_type in ('trigger', 'system')
                or nick in ('agent:trigger', 'agent:system', 'system')
                or agent_id in ('__trigger', '__system', '-1')
                then 'auto'
            when sender_type = 'agent'
                then if(
                    agent_id is not null or nick like 'agent:%'
                    or coalesce(list_contains(agent_names, name), false),
                    'human',
                    'auto'
                )
            when nick like 'agent:%' or agent_id is not null then 'human'
            when msg_id is not null then 'customer'
            when name = filled(visitor.name)
                and not (has_message_ids and coalesce(list_contains(agent_names, name), false))
                then 'customer'
            when list_contains(agent_names, name) then 'human'
            else 'auto'
        end as voice
    from described
)

select
    *,
    coalesce(what in ('chat.msg', 'chat.file') and happened_at is not null, false) as is_spoken,
    type = 'chat'
        and bool_or(coalesce(what in ('chat.msg', 'chat.file') and happened_at is not null, false))
            over chat as has_talk,
    -- The account's number stands in the middle of every chat's.
    coalesce(
        nullif(regexp_extract(chat_id, '^\d+\.(\d+)\.', 1), ''), 'zendesk_chat'
    ) as business_id,
    if(type = 'offline_msg', 'web_form', 'web_chat') as channel,
    coalesce(filled(visitor.id), 'chat:' || chat_id) as customer_id,
    coalesce(
        agent_id,
        nullif(regexp_extract(nick, '^agent:(\d+)$', 1), ''),
        case
            when len(agent_ids) = len(agent_names)
                then agent_ids[list_position(agent_names, name)]
        end
    ) as employee,
    case
        when chat_id is null then 'chat without an id'
        when started_at is null then 'chat without a time'
        when type is null or type not in ('chat', 'offline_msg') then 'chat of an unknown kind'
    end as fault
from voiced
window chat as (partition by document_no)
