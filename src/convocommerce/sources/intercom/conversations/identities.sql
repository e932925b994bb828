-- grain: one key of one person, per document that shows it
-- reads: events
-- By what the person of a conversation may be known in the shop or elsewhere.
with shown as (
    select
        document_no,
        concat_ws(':', channel, 'intercom', customer_id) as subject_id,
        flatten([
            keys_of('person', ['intercom:' || customer_id]),
            case
                when is_opening and (item."user".id is null or item."user".id = customer_id)
                    then flatten([
                        keys_of('email', [item."user".email]),
                        keys_of('phone', [item."user".phone]),
                        keys_of(
                            'shop_customer',
                            id_like([
                                filled(item."user".user_id), filled(first_contact.external_id)
                            ])
                        )
                    ])
            end,
            case
                when author_role = 'customer' and author.id = customer_id
                    then keys_of('email', [author.email])
            end,
            case
                when what = 'message' and not is_redacted and author_role = 'customer'
                    then flatten([
                        keys_of('typed_email', emails_in(said)),
                        keys_of('typed_phone', [phone_in(said)])
                    ])
            end,
            case
                when what = 'message' and not is_redacted and author_role <> 'customer'
                    then link_keys(body)
            end
        ]) as keys
    from events
    where is_placed
),

-- Topics about a contact show who somebody is without any conversation.
contacts as (
    select
        document_no,
        coalesce(filled(item.contact.id), filled(item.id)) as contact_id,
        case when item.contact.id is null then item.email else item.contact.email end as email,
        case when item.contact.id is null then item.phone else item.contact.phone end as phone,
        case
            when item.contact.id is null then coalesce(item.external_id, item.user_id)
            else item.contact.external_id
        end as external_id
    from events
    where is_opening and is_about_contact
),

each_key as (
    select document_no, subject_id, unnest(keys) as key
    from shown
    union all
    select
        document_no,
        'web_chat:intercom:' || contact_id as subject_id,
        unnest(flatten([
            keys_of('person', ['intercom:' || contact_id]),
            keys_of('email', [email]),
            keys_of('phone', [phone]),
            keys_of('shop_customer', id_like([filled(external_id)]))
        ])) as key
    from contacts
    where contact_id is not null
)

select distinct
    document_no,
    'customer' as subject_kind,
    subject_id,
    key.key_kind as key_kind,
    key.key_value as key_value
from each_key
