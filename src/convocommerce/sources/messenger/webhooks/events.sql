-- grain: one event of a delivery
-- reads: documents
-- Who told whom what and when, whatever the event turns out to mean; the other files read it.
-- Documents are parsed while they are read here: deliveries as they are sent, once.
with unwrapped as (
    select
        document_no,
        d,
        -- The delivery as it stands, as an object or the text of one inside what a gateway wrapped
        -- around it, or put around an event that was logged without it. No filter anywhere here:
        -- it would be pushed below the parsing, and parse everything twice.
        case
            when d.object is not null then text
            when d.body like '{%'
                and try(json_extract_string(d.body, '$.object')) in ('page', 'instagram')
                then d.body
            when d.entry is null and d.sender is not null
                then '{"object":"'
                || case
                    -- Nothing else says which channel a lone event is of.
                    when contains(d.message, '"mid":"aWdf')
                        or regexp_matches(concat_ws(' ', d.sender, d.recipient), '"17841\d{12}"')
                        then 'instagram'
                    else 'page'
                end
                || '","entry":[{"messaging":['
                -- Keys that stand for text or a number have no event in them.
                || '{' || concat_ws(
                    ',',
                    '"timestamp":' || to_json(d.timestamp),
                    case when d.sender like '{%' then '"sender":' || d.sender end,
                    case when d.recipient like '{%' then '"recipient":' || d.recipient end,
                    -- Some libraries change the case of keys before an app can log them.
                    case
                        when d.message like '{%'
                            then '"message":' || replace(
                                replace(
                                    replace(d.message, '"isEcho":', '"is_echo":'), '"appId":', '"app_id":'
                                ),
                                '"quickReply":',
                                '"quick_reply":'
                            )
                    end,
                    case when d.postback like '{%' then '"postback":' || d.postback end,
                    case when d.referral like '{%' then '"referral":' || d.referral end,
                    case when d.reaction like '{%' then '"reaction":' || d.reaction end,
                    case when d.message_edit like '{%' then '"message_edit":' || d.message_edit end,
                    case when d."order" like '{%' then '"order":' || d."order" end,
                    case when d.optin like '{%' then '"optin":' || d.optin end,
                    case when d.delivery like '{%' then '"delivery":' || d.delivery end,
                    case when d.read like '{%' then '"read":' || d.read end,
                    case
                        when d.pass_thread_control like '{%'
                            then '"pass_thread_control":' || d.pass_thread_control
                    end,
                    case
                        when d.take_thread_control like '{%'
                            then '"take_thread_control":' || d.take_thread_control
                    end,
                    case
                        when d.messaging_feedback like '{%'
                            then '"messaging_feedback":' || d.messaging_feedback
                    end
                ) || '}]}]}'
        end as text
    from documents
),

delivered as (
    select
        document_no,
        text,
        case
            when d.object is not null
                then case when d.object in ('page', 'instagram') then d.entry end
            else try(from_json(text, messenger_delivery())).entry
        end as entry,
        coalesce(d.object, try(json_extract_string(text, '$.object'))) as object
    from unwrapped
),

entries as (
    select
        document_no,
        text,
        case object when 'page' then 'messenger' when 'instagram' then 'instagram' end as channel,
        unnest(entry) as entry,
        generate_subscripts(entry, 1) as entry_no
    from delivered
),

-- Standby holds the same events, delivered to an app that does not own the thread. Joining the
-- two lists copies them, so it is done only for entries that have both. The test button, and some
-- apps of Instagram, send an event as the value of a field.
deliveries as (
    select
        document_no,
        text,
        channel,
        -- The test button names no page.
        nullif(filled(entry.id), '0') as entry_id,
        entry.time as entry_time,
        entry_no,
        coalesce(len(entry.messaging), 0) as n_messaging,
        case
            when entry.messaging is null then entry.standby
            when entry.standby is null then entry.messaging
            else list_concat(entry.messaging, entry.standby)
        end as happened,
        case
            when entry.messaging is null and entry.standby is null
                then case
                    when starts_with(entry.field, 'messag') then [entry.value]
                    when contains(entry.changes, '"messag')
                        then list_transform(
                            list_filter(
                                try(from_json(
                                    entry.changes, '[{"field": "VARCHAR", "value": "VARCHAR"}]'
                                )),
                                lambda c: starts_with(c.field, 'messag')
                            ),
                            lambda c: c.value
                        )
                end
        end as changed
    from entries
),

happenings as (
    select
        * exclude (happened, changed),
        unnest(happened) as e,
        unnest(changed) as event,
        coalesce(generate_subscripts(happened, 1), generate_subscripts(changed, 1)) as event_no
    from deliveries
),

-- An event may also stand there as the text of one.
parsed as (
    select
        * replace (
            case
                when event is not null then try(from_json(event, messenger_event()))
                when coalesce(e.sender, e.recipient) is null and e.message is null
                    then try(from_json(messenger_event_text(text, entry_no, event_no, n_messaging), messenger_event()))
                else e
            end as e
        )
    from happenings
),

-- An object keeps its braces as text; what has another shape is not what its name says.
read_happenings as (
    select
        document_no,
        channel,
        text,
        event,
        entry_no,
        event_no,
        n_messaging,
        e.message as message,
        ((entry_no - 1) * 1000 + event_no - 1)::integer as sequence,
        coalesce(instant(e.timestamp), instant(entry_time)) as sent_at,
        filled(e.sender.id) as sender_id,
        filled(e.recipient.id) as recipient_id,
        coalesce(truth(e.message.is_echo), false) as is_echo,
        coalesce(truth(e.message.is_deleted), false) as is_deleted,
        case
            -- Only people tap and follow links; some deliveries name the person as the entry.
            when (e.postback like '{%' or e.referral like '{%')
                and filled(e.sender.id) = entry_id
                then coalesce(filled(e.recipient.id), entry_id)
            when entry_id is not null then entry_id
            when truth(e.message.is_echo) then filled(e.sender.id)
            else filled(e.recipient.id)
        end as business_id,
        case
            when e.message is not null then 'message'
            when e.postback like '{%' then 'postback'
            when e.reaction like '{%'
                then case
                    when try(json_extract_string(e.reaction, '$.action')) = 'unreact' then 'unreact'
                    else 'reaction'
                end
            when e.message_edit like '{%' then 'edit'
            when e."order" like '{%' then 'order'
            when e.pass_thread_control like '{%' then 'pass_thread_control'
            when e.take_thread_control like '{%' then 'take_thread_control'
            when e.request_thread_control like '{%' then 'request_thread_control'
            when e.referral like '{%'
                then case
                    when list_bool_or(
                        list_transform(
                            try(json_extract_string(
                                e.referral,
                                [
                                    '$.source', '$.type', '$.ref', '$.ad_id', '$.post_id',
                                    '$.product.id', '$.ads_context_data.post_id',
                                    '$.ads_context_data.product_id'
                                ]
                            )),
                            lambda v: filled(v) is not null
                        )
                    ) then 'referral'
                    else 'hollow'
                end
        end as what,
        e.message.text is not null
            or e.message.attachments is not null
            or e.message.quick_reply is not null
            or e.message.referral like '{%' as has_content,
        -- Most messages bring nobody.
        e.message is null
            or coalesce(
                e.message.referral, e.message.tags, e.postback, e.referral, e.prior_message
            ) is not null as has_more
    from parsed
),

told as (
    select
        document_no,
        channel,
        sequence,
        sent_at,
        business_id,
        -- Old echoes name the customer as the sender; the page itself is never the customer.
        nullif(
            case
                when is_echo and recipient_id = business_id then sender_id
                when is_echo or sender_id = business_id then recipient_id
                else sender_id
            end,
            business_id
        ) as customer_id,
        case when is_echo or sender_id = business_id then 'out' else 'in' end as direction,
        case
            when what is distinct from 'message' or has_content then what
            when filled(message.mid) is null then 'blank'
            when is_deleted then 'deletion'
            else what
        end as what,
        is_deleted,
        message,
        case when has_more then coalesce(event, messenger_event_text(text, entry_no, event_no, n_messaging)) end as event
    from read_happenings
)

select
    * exclude (message, event),
    -- Whether it is something that was said, done or come by, with all that a record needs.
    what is not null
        and what not in ('edit', 'deletion', 'blank', 'unreact', 'hollow')
        and business_id is not null
        and customer_id is not null
        and sent_at is not null as is_kept,
    message,
    event
from told
