-- grain: one key of one customer, per row that shows it
-- reads: documents
-- By what customers may be known elsewhere. Employees are left out: their mailboxes are the shop's.
with each_key as (
    select
        document_no,
        'zendesk:zendesk:' || filled(d.id) as subject_id,
        unnest(flatten([
            keys_of('person', ['zendesk:' || filled(d.id)]),
            keys_of('email', [lower(trim(d.email))]),
            keys_of(
                'phone',
                [case when not coalesce(truth(d.shared_phone_number), false)
                    then phone_as_typed(d.phone) end]
            ),
            keys_of('shop_customer', [d.external_id])
        ])) as key
    from documents
    where filled(d.id) is not null and coalesce(d.role, 'end-user') = 'end-user'
)

select
    document_no,
    'customer' as subject_kind,
    subject_id,
    key.key_kind as key_kind,
    key.key_value as key_value
from each_key
