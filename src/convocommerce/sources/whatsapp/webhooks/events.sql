-- grain: one message, status, hand-over or change of an id in a delivery
-- reads: documents
-- Who told whom what and when, however the log keeps its deliveries; the other files read it.
-- A log keeps whole deliveries, single changes of them or only what a change says, and some loggers
-- put either under the name body.
with roots as (
    select
        document_no,
        coalesce(d.body.object, d.object) as object,
        coalesce(d.body.entry, d.entry) as entry,
        coalesce(d.body.field, d.field) as field,
        coalesce(d.body.value, d.value) as value,
        coalesce(d.body."to", d."to") as "to",
        coalesce(d.body.timestamp, d.timestamp) as timestamp,
        coalesce(d.body.errors, d.errors) as errors,
        coalesce(d.body.calls, d.calls) as calls,
        coalesce(d.body.state_sync, d.state_sync) as state_sync,
        coalesce(d.body.metadata, d.metadata) as metadata,
        coalesce(d.body.contacts, d.contacts) as contacts,
        coalesce(d.body.messages, d.messages) as messages,
        coalesce(d.body.message_echoes, d.message_echoes) as message_echoes,
        coalesce(d.body.smb_message_echoes, d.smb_message_echoes) as smb_message_echoes,
        coalesce(d.body.statuses, d.statuses) as statuses,
        coalesce(d.body.history, d.history) as history,
        coalesce(d.body.user_id_update, d.user_id_update) as user_id_update,
        coalesce(d.body.sender, d.sender) as sender,
        coalesce(d.body.recipient, d.recipient) as recipient,
        coalesce(d.body.control_passed, d.control_passed) as control_passed,
        coalesce(d.body.control_taken, d.control_taken) as control_taken
    from documents
),

entries as (
    select
        document_no,
        object,
        unnest(entry) as entry,
        generate_subscripts(entry, 1) as entry_no
    from roots
    where object = 'whatsapp_business_account' or object is null
),

entry_changes as (
    select
        document_no,
        object,
        filled(entry.id) as account,
        unnest(entry.changes) as change,
        entry_no * 100 + generate_subscripts(entry.changes, 1) as change_no
    from entries
),

whole_changes as (
    select document_no, account, change_no, change.field as field, change.value as value
    from entry_changes
    where object is not null or change.value.messaging_product = 'whatsapp'
    union all by name
    select document_no, field, value from roots where entry is null and value is not null
),

changes as (
    select
        document_no,
        account,
        change_no,
        field,
        value.timestamp as timestamp,
        value.errors as errors,
        value.calls as calls,
        value.state_sync as state_sync,
        value.metadata as metadata,
        value.contacts as contacts,
        value.messages as messages,
        value.message_echoes as message_echoes,
        value.smb_message_echoes as smb_message_echoes,
        value.statuses as statuses,
        value.history as history,
        value.user_id_update as user_id_update,
        value.sender as sender,
        value.recipient as recipient,
        value.control_passed as control_passed,
        value.control_taken as control_taken
    from whole_changes
    union all by name
    select * exclude (object, entry, value)
    from roots
    where object is null and entry is null and value is null
),

addressed as (
    select
        * exclude (change_no, message_echoes, smb_message_echoes),
        coalesce(change_no, 0) as change_no,
        coalesce(message_echoes, smb_message_echoes) as echoes,
        coalesce(
            filled(metadata.phone_number_id),
            filled(recipient.phone_number_id),
            filled(regexp_replace(metadata.display_phone_number, '\D', '', 'g')),
            account,
            'whatsapp'
        ) as business_id
    from changes
),

chunks as (
    select document_no, business_id, metadata, change_no, unnest(history) as chunk from addressed
),

old_threads as (
    select * exclude (chunk), unnest(chunk.threads) as thread from chunks
),

-- Messages, what the phone app sent, what it kept from earlier, statuses and the rest, one below
-- another; the position is their own order in the delivery.
things as (
    select
        document_no, business_id, metadata, contacts, change_no,
        case when lower(field) = 'history' then 'history' else 'message' end as source,
        unnest(messages) as message, generate_subscripts(messages, 1) as place,
        -- What the interface answers to a request to send looks like a delivery of older days.
        "to" is not null
            or coalesce(
                list_bool_or(list_transform(contacts, lambda c: filled(c.input) is not null)), false
            ) as is_request
    from addressed
    union all by name
    select
        document_no, business_id, metadata, contacts, change_no, 'echo' as source,
        unnest(echoes) as message, generate_subscripts(echoes, 1) as place
    from addressed
    union all by name
    select
        document_no, business_id, metadata, change_no, 'history' as source,
        filled(thread.id) as thread_id,
        case when thread.context is not null then [thread.context] end as contacts,
        unnest(thread.messages) as message, generate_subscripts(thread.messages, 1) as place
    from old_threads
    union all by name
    select
        document_no, business_id, metadata, contacts, change_no, 'status' as source,
        unnest(statuses) as status, generate_subscripts(statuses, 1) as place
    from addressed
    union all by name
    select
        document_no, business_id, change_no, 'update' as source,
        unnest(user_id_update) as id_update, generate_subscripts(user_id_update, 1) as place
    from addressed
    union all by name
    select
        document_no, business_id, change_no, 'handover' as source, 1 as place,
        sender,
        timestamp as handed_at,
        coalesce(control_passed.metadata, control_taken.metadata) as handed_with,
        control_taken is not null or control_passed.new_owner_role = 'escalation' as is_to_people
    from addressed
    where control_passed is not null or control_taken is not null
    union all by name
    select
        document_no, business_id, change_no, 'other' as source, 1 as place,
        case
            when calls is not null then 'calls'
            when errors is not null then 'errors'
            when "to" is not null then 'request'
            when state_sync is not null then 'smb_app_state_sync'
            when history is not null then 'history'
            else coalesce(filled(field), 'messages')
        end as field
    from addressed
    -- Whatever holds nothing of the above still has to be accounted for.
    where coalesce(len(messages), 0) + coalesce(len(echoes), 0) + coalesce(len(statuses), 0)
        + coalesce(len(user_id_update), 0) = 0
        and control_passed is null
        and control_taken is null
        and not coalesce(
            list_bool_or(
                list_transform(
                    history,
                    lambda h: list_bool_or(list_transform(h.threads, lambda t: len(t.messages) > 0))
                )
            ),
            false
        )
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
            list_filter(
                list_transform(
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
                    lambda v: filled(v)
                ),
                lambda v: v is not null and not regexp_full_match(v, '\+?\d[\d ().-]*')
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
