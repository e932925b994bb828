-- grain: one message, status, hand-over or change of an id in a delivery
-- reads: documents
-- Who told whom what and when, however the log keeps its deliveries; the other files read it.
-- A log keeps whole deliveries, single changes of them or only what a change says, and some loggers
-- put either under the name body.
-- Nearly all are whole deliveries, which are parsed once, while they are read here; the others are
-- made into such first.
with unwrapped as (
    select
        document_no,
        d,
        case
            when d.body like '{%' then coalesce(try(json_merge_patch(text, d.body)), text)
            when d.entry is null then text
        end as other
    from documents
),

shaped as (
    select
        *,
        json_extract_string(other, '$.object') as other_object,
        case
            when other is null or json_type(other, '$.entry') = 'ARRAY' then 'delivery'
            when coalesce(json_type(other, '$.value'), 'NULL') <> 'NULL' then 'change'
            when json_extract_string(other, '$.object') is null then 'value'
        end as shape
    from unwrapped
),

-- No filter here: it would be pushed below the parsing, and parse everything twice.
delivered as (
    select
        document_no,
        shape,
        case when other is null then d.object else other_object end as object,
        case
            when other is null then d.entry
            else try(from_json(
                case shape
                    when 'delivery' then other
                    when 'change' then '{"entry":[{"changes":[' || other || ']}]}'
                    when 'value'
                        then '{"entry":[{"changes":[{"field":'
                        || coalesce(json_extract(other, '$.field')::varchar, 'null')
                        || ',"value":' || other || '}]}]}'
                end,
                whatsapp_delivery()
            )).entry
        end as entry,
        case when shape = 'value' then json_extract_string(other, '$.to') end as "to"
    from shaped
),

entries as (
    select
        document_no,
        shape,
        object,
        "to",
        unnest(
            case
                when shape <> 'delivery' or object = 'whatsapp_business_account' or object is null
                    then entry
            end
        ) as entry,
        generate_subscripts(entry, 1) as entry_no
    from delivered
),

changes as (
    select
        document_no,
        shape,
        object,
        "to",
        filled(entry.id) as account,
        unnest(entry.changes) as change,
        case
            when shape = 'delivery' then entry_no * 100 + generate_subscripts(entry.changes, 1)
            else 0
        end as change_no
    from entries
),

-- What phone apps and changed ids tell is rare, and long enough to be taken apart only here.
addressed as (
    select
        document_no,
        change_no,
        "to",
        change.field as field,
        change.value.timestamp as timestamp,
        change.value.errors as errors,
        change.value.calls as calls,
        change.value.state_sync as state_sync,
        change.value.metadata as metadata,
        change.value.contacts as contacts,
        change.value.messages as messages,
        coalesce(
            try(from_json(change.value.message_echoes, '[' || whatsapp_message() || ']')),
            try(from_json(change.value.smb_message_echoes, '[' || whatsapp_message() || ']'))
        ) as echoes,
        change.value.statuses as statuses,
        try(from_json(change.value.history, whatsapp_history())) as history,
        try(from_json(
            change.value.user_id_update,
            '[{
                "wa_id": "VARCHAR",
                "user_id": {"previous": "VARCHAR", "current": "VARCHAR"},
                "parent_user_id": {"previous": "VARCHAR", "current": "VARCHAR"}
            }]'
        )) as user_id_update,
        change.value.sender as sender,
        change.value.control_passed as control_passed,
        change.value.control_taken as control_taken,
        coalesce(
            filled(change.value.metadata.phone_number_id),
            filled(change.value.recipient.phone_number_id),
            filled(regexp_replace(change.value.metadata.display_phone_number, '\D', '', 'g')),
            account,
            'whatsapp'
        ) as business_id
    from changes
    -- Entries that do not say whose they are must say it inside.
    where shape <> 'delivery' or object is not null or change.value.messaging_product = 'whatsapp'
),

-- What the phone app kept from earlier, message by message.
remembered as (
    select
        *,
        case
            when history is not null
                then flatten(
                    list_transform(
                        history,
                        lambda h: flatten(
                            list_transform(
                                h.threads,
                                lambda t: list_transform(
                                    t.messages,
                                    lambda m, i: struct_pack(
                                        place := i,
                                        thread_id := filled(t.id),
                                        contacts := case
                                            when t.context is not null then [t.context]
                                        end,
                                        message := m
                                    )
                                )
                            )
                        )
                    )
                )
        end as old
    from addressed
),

-- Messages, what the phone app sent, what it kept from earlier, statuses and the rest.
sorted as (
    select
        *,
        case
            when echoes is null and old is null and user_id_update is null
                and coalesce(control_passed, control_taken) is null
                and (messages is null or statuses is null)
                then case
                    when len(messages) > 0 then ['message']
                    when len(statuses) > 0 then ['status']
                    else ['other']
                end
            else list_filter(
                [
                    case when len(messages) > 0 then 'message' end,
                    case when len(echoes) > 0 then 'echo' end,
                    case when len(old) > 0 then 'history' end,
                    case when len(statuses) > 0 then 'status' end,
                    case when len(user_id_update) > 0 then 'update' end,
                    case
                        when coalesce(control_passed, control_taken) is not null then 'handover'
                    end
                ],
                lambda v: v is not null
            )
        end as sources
    from remembered
),

-- A list of nothing but empty lists still has to be accounted for.
sourced as (
    select *, unnest(case when len(sources) > 0 then sources else ['other'] end) as source
    from sorted
),

-- Nearly always a change tells one thing, and then no list is copied here.
listed as (
    select
        * exclude (messages, echoes, statuses, user_id_update, old),
        case
            when source = 'echo' then echoes
            when len(sources) > 1 and source <> 'message' then null
            else messages
        end as messages,
        case when len(sources) > 1 and source <> 'status' then null else statuses end as statuses,
        case when source = 'update' then user_id_update end as id_updates,
        case when source = 'history' then old end as old,
        case when source in ('handover', 'other') then [1] end as alone
    from sourced
),

-- One below another; the position is their own order in the delivery.
spread as (
    select
        * exclude (messages, statuses, id_updates, old, alone),
        unnest(messages) as message,
        unnest(statuses) as status,
        unnest(id_updates) as id_update,
        unnest(old) as old,
        unnest(alone) as alone,
        coalesce(
            generate_subscripts(messages, 1), generate_subscripts(statuses, 1),
            generate_subscripts(id_updates, 1)
        ) as place
    from listed
),

things as (
    select
        document_no,
        business_id,
        case when source not in ('update', 'handover', 'other') then metadata end as metadata,
        case
            when source = 'history' then old.contacts
            when source not in ('update', 'handover', 'other') then contacts
        end as contacts,
        change_no,
        case when source = 'message' and lower(field) = 'history' then 'history' else source end
            as source,
        case when source = 'history' then old.message else message end as message,
        status,
        id_update,
        coalesce(place, old.place, alone) as place,
        old.thread_id as thread_id,
        -- What the interface answers to a request to send looks like a delivery of older days.
        case
            when source = 'message'
                then "to" is not null
                    or coalesce(
                        list_bool_or(list_transform(contacts, lambda c: filled(c.input) is not null)),
                        false
                    )
        end as is_request,
        case when source = 'handover' then sender end as sender,
        timestamp as handed_at,
        coalesce(control_passed.metadata, control_taken.metadata) as handed_with,
        control_taken is not null or control_passed.new_owner_role = 'escalation' as is_to_people,
        case
            when source <> 'other' then null
            when calls is not null then 'calls'
            when errors is not null then 'errors'
            when "to" is not null then 'request'
            when state_sync is not null then 'smb_app_state_sync'
            when history is not null then 'history'
            else coalesce(filled(field), 'messages')
        end as field
    from spread
),

-- Numbers are written with and without plus and spaces; ids that are no numbers stay out. In order:
-- from, to, the thread, the recipient, who was handed over, whose id changed, the business.
numbered as (
    select
        *,
        list_transform(
            [
                message."from", message."to", thread_id, status.recipient_id,
                sender.phone_number, id_update.wa_id, metadata.display_phone_number
            ],
            lambda v: case
                when regexp_full_match(trim(v), '\+?\d[\d ().-]*')
                    then regexp_replace(v, '\D', '', 'g')
            end
        ) as numbers
    from things
),

directed as (
    select
        *,
        case
            when source in ('echo', 'status') then 'out'
            when source = 'handover' then 'none'
            when numbers[1] = numbers[7] then 'out'
            when source = 'history' and thread_id is not null and message."from" is not null
                and coalesce(numbers[1], filled(message."from"))
                    <> coalesce(numbers[3], thread_id)
                then 'out'
            else 'in'
        end as direction
    from numbered
),

-- The customer's number, what else stands in its place, and their ids of this business.
sided as (
    select
        *,
        case
            when source = 'status' then numbers[4]
            when source = 'handover' then numbers[5]
            when source = 'update' then numbers[6]
            when direction = 'out' then coalesce(numbers[2], numbers[3])
            else coalesce(numbers[1], numbers[3])
        end as own_number,
        case
            when source = 'status' then filled(status.recipient_id)
            when direction = 'out' then coalesce(filled(message."to"), thread_id)
            else filled(message."from")
        end as written_id,
        case
            when source = 'status' then [status.recipient_user_id, status.recipient_parent_user_id]
            when source = 'handover' then [sender.user_id]
            when source = 'update'
                then [
                    id_update.user_id.current, id_update.user_id.previous,
                    id_update.parent_user_id.current, id_update.parent_user_id.previous
                ]
            when direction = 'out' then [message.to_user_id, message.to_parent_user_id]
            else [message.from_user_id, message.from_parent_user_id]
        end as own_ids,
        coalesce(
            filled(message.group_id),
            case when status.recipient_type = 'group' then filled(status.recipient_id) end
        ) as group_id
    from directed
),

-- The contact that stands beside is the same person if it shares a number or an id, or if the
-- message names nobody and there is no other. Of a group, it is only who wrote just now.
matched as (
    select
        *,
        list_filter(
            contacts,
            lambda c: group_id is null
                and (
                    regexp_replace(c.wa_id, '\D', '', 'g') = own_number
                    or list_contains(own_ids, c.user_id)
                    or (
                        len(contacts) = 1
                        and own_number is null
                        and written_id is null
                        and (filled(c.user_id) is null or filled(own_ids[1]) is null)
                    )
                )
        ) as same
    from sided
),

named as (
    select
        *,
        coalesce(
            own_number,
            list_transform(
                same,
                lambda c: case
                    when regexp_full_match(trim(c.wa_id), '\+?\d+')
                        then ltrim(trim(c.wa_id), '+')
                end
            )[1]
        ) as number,
        list_distinct(
            list_transform(
                list_filter(
                    list_concat(
                        own_ids,
                        list_concat(
                            [written_id],
                            flatten(
                                list_transform(
                                    same, lambda c: [c.user_id, c.parent_user_id, c.wa_id]
                                )
                            )
                        )
                    ),
                    -- What begins with a letter is no number: the cheap question first.
                    lambda v: v >= 'A'
                        or trim(v) <> '' and not regexp_full_match(trim(v), '\+?\d[\d ().-]*')
                ),
                lambda v: trim(v)
            )
        ) as ids
    from matched
),

told as (
    select
        document_no,
        business_id,
        source,
        direction,
        group_id,
        number,
        ids,
        coalesce(
            group_id,
            number,
            filled(own_ids[1]),
            written_id,
            filled(list_transform(same, lambda c: c.user_id)[1])
        ) as customer_id,
        case source
            when 'status' then instant(status.timestamp)
            when 'handover' then instant(handed_at)
            else instant(message.timestamp)
        end as sent_at,
        -- Times are whole seconds: within one, what the business says follows the question.
        (
            case when direction = 'in' then 0 else 1000000 end + (change_no % 900) * 1000 + place
        )::integer as sequence,
        case
            when source = 'handover' then 'handover'
            when source = 'update' then 'new_id'
            when source = 'other' then 'other'
            when source = 'status'
                then case
                    when lower(status.type) in ('call', 'payment') then lower(status.type)
                    when status.id like 'wacid.%' then 'call'
                    when lower(status.status) in ('sent', 'delivered', 'read', 'played', 'failed')
                        then 'status'
                    else 'other_status'
                end
            when is_request and message.type is null and message.timestamp is null then 'request'
            when lower(message.type) in ('edit', 'revoke') then lower(message.type)
            when lower(message.type) = 'system' then 'system'
            when lower(message.type) = 'request_welcome' then 'welcome'
            when lower(message.type) = 'reaction'
                and filled(message.reaction.emoji) is null
                then 'unreact'
            when filled(message.type) is null and message.id is null
                and coalesce(message.text.body, message.errors) is null
                then 'blank'
            else 'message'
        end as what,
        message,
        status,
        id_update,
        filled(handed_with) as handed_with,
        is_to_people,
        lower(field) as field
    from named
)

select
    *,
    -- Whether it was said or done in a thread, with all that a record needs.
    what in ('message', 'handover') and customer_id is not null and sent_at is not null as is_said,
    what = 'status' and sent_at is not null and filled(status.id) is not null as is_status,
    -- All that can hold a link that the business shared.
    case
        when what = 'message' and direction = 'out'
            then concat_ws(
                ' ', message.text.body, message.interactive.body.text, message.interactive.action,
                message.template, message.image.caption
            )
    end as outgoing,
    -- Of a changed number or id, the old and the new; some notices name the old in words only.
    case
        when what = 'new_id'
            or what = 'system'
            and regexp_matches(
                -- Without a type it is the older notice of a new number.
                coalesce(lower(message.system.type), 'changed_number'),
                'changed_(?:number|user_id)'
            )
            then list_distinct(
                list_filter(
                    flatten([
                        [number],
                        ids,
                        [
                            message.system.wa_id, message.system.new_wa_id,
                            message.system.customer, message.system.user_id,
                            message.system.previous_user_id, message.system.parent_user_id,
                            message.system.previous_parent_user_id
                        ],
                        regexp_extract_all(
                            message.system.body,
                            '\b[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{4,128}\b'
                        )
                    ]),
                    lambda v: filled(v) is not null
                )
            )
    end as known_as
from told
