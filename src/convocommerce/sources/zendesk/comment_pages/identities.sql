-- grain: one key of one customer, per page that shows it
-- reads: events
-- The customers among the users beside the comments.
with beside as (select document_no, unnest(d.users) as u from events),

each_key as (
    select
        document_no,
        'zendesk:zendesk:' || filled(u.id) as subject_id,
        unnest(flatten([
            keys_of('person', ['zendesk:' || filled(u.id)]),
            keys_of('email', [lower(trim(u.email))]),
            keys_of(
                'phone',
                [case when not coalesce(truth(u.shared_phone_number), false)
                    then phone_as_typed(u.phone) end]
            ),
            keys_of('shop_customer', [u.external_id])
        ])) as key
    from beside
    where filled(u.id) is not null and coalesce(u.role, 'end-user') = 'end-user'
)

select
    document_no,
    'customer' as subject_kind,
    subject_id,
    key.key_kind as key_kind,
    key.key_value as key_value
from each_key
