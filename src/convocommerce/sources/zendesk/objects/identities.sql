-- grain: one key of one customer, per document that shows it
-- reads: events
-- By what customers may be known elsewhere. Employees are left out: their mailboxes are the shop's.
with ticket_keys as (
    select
        document_no,
        concat_ws(
            ':', zendesk_channel(via, rel), coalesce(filled(d.brand_id), 'zendesk'),
            filled(d.requester_id)
        ) as subject_id,
        flatten([
            -- The second key stands for the ticket, whose comments do not say who the customer is.
            keys_of('person', ['zendesk:' || filled(d.requester_id), 'zendesk:ticket:' || ticket_id]),
            case when d.via like '{%' then flatten([
                keys_of('chat_id', [try(json_extract_string(d.via, '$.source.from.facebook_id'))]),
                -- Who hands in for somebody else writes from their own address.
                case when d.submitter_id = d.requester_id then flatten([
                    keys_of('email', [
                        case when via in ('email', 'mail', '4') then lower(trim(
                            try(json_extract_string(d.via, '$.source.from.address'))
                        )) end
                    ]),
                    keys_of('phone', [try(json_extract_string(d.via, '$.source.from.phone'))])
                ]) else [] end
            ]) else [] end
        ]) as keys
    from events
    where what = 'ticket'
        and filled(d.requester_id) is not null
        and ticket_id is not null
        and not coalesce(via in ('sample_ticket', 'sample_interactive_ticket', '51', '52'), false)
),

user_keys as (
    select
        document_no,
        'zendesk:zendesk:' || filled(d.id) as subject_id,
        flatten([
            keys_of('person', ['zendesk:' || filled(d.id)]),
            keys_of('email', [lower(trim(d.email))]),
            keys_of(
                'phone',
                [case when not coalesce(truth(d.shared_phone_number), false)
                    then phone_as_typed(d.phone) end]
            ),
            keys_of('shop_customer', [d.external_id])
        ]) as keys
    from events
    where what = 'user' and filled(d.id) is not null and coalesce(d.role, 'end-user') = 'end-user'
),

identity_keys as (
    select
        document_no,
        'zendesk:zendesk:' || filled(d.user_id) as subject_id,
        flatten([
            keys_of('person', ['zendesk:' || filled(d.user_id)]),
            case d."type"
                when 'email' then keys_of('email', [lower(trim(d."value"))])
                when 'phone_number' then keys_of('phone', [phone_as_typed(d."value")])
                when 'facebook' then keys_of('chat_id', [d."value"])
                when 'messaging' then keys_of('person', ['sunshine:' || filled(d."value")])
                else []
            end
        ]) as keys
    from events
    where what = 'identity' and filled(d.user_id) is not null
),

each_key as (
    select document_no, subject_id, unnest(keys) as key
    from (
        from ticket_keys union all from user_keys union all from identity_keys
    )
)

select
    document_no,
    'customer' as subject_kind,
    subject_id,
    key.key_kind as key_kind,
    key.key_value as key_value
from each_key
