-- grain: one key of one person, per document that shows it
-- reads: events
-- By what a customer may be known in the shop or on the channel itself.
with shown as (
    select
        document_no,
        concat_ws(':', channel, business_id, customer_id) as subject_id,
        flatten([
            keys_of('person', ['chatwoot:' || customer_id]),
            keys_of(
                'chat_id',
                case
                    when channel in ('messenger', 'instagram', 'whatsapp', 'telegram', 'line')
                        then [regexp_replace(chat_id, '^whatsapp:\+?', '')]
                end
            ),
            keys_of('email', [contact.email]),
            keys_of('phone', [contact.phone_number]),
            -- A short number of one system could be another person's in the shop.
            keys_of('shop_customer', id_like([filled(contact.identifier)])),
            case
                when sender.id = customer_id and said_as = 'incoming'
                    then list_concat(
                        keys_of('email', [sender.email]), keys_of('phone', [sender.phone_number])
                    )
            end,
            -- Asked for an address, the customer filled it in.
            keys_of('email', [about ->> '$.submitted_email']),
            case
                when said_as = 'incoming' and not is_deleted
                    then list_concat(
                        keys_of('typed_email', emails_in(content)),
                        keys_of('typed_phone', [phone_in(content)])
                    )
            end,
            case
                when said_as = 'outgoing' and not is_deleted and not coalesce(truth(private), false)
                    then link_keys(linked)
            end
        ]) as keys
    from (select *, concat_ws(' ', content, content_attributes) as linked from events)
    where is_placed
),

each_key as (
    select document_no, subject_id, unnest(keys) as key
    from shown
    union all
    -- A contact that changed is shown without any conversation.
    select
        document_no,
        'other:chatwoot:' || filled(id) as subject_id,
        unnest(flatten([
            keys_of('person', ['chatwoot:' || filled(id)]),
            keys_of('email', [email]),
            keys_of('phone', [phone_number]),
            keys_of('shop_customer', id_like([filled(identifier)]))
        ])) as key
    from events
    where event like 'contact\_%' escape '\' and filled(id) is not null
)

select distinct
    document_no,
    'customer' as subject_kind,
    subject_id,
    key.key_kind as key_kind,
    key.key_value as key_value
from each_key
