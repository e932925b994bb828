-- grain: one key of one contact, per document that shows it
-- reads: documents
-- By what a contact may be known elsewhere; the conversations name them by the same id.
with shown as (
    select
        document_no,
        'web_chat:intercom:' || filled(d.id) as subject_id,
        flatten([
            keys_of('person', ['intercom:' || filled(d.id)]),
            keys_of('email', [d.email]),
            keys_of('phone', [d.phone]),
            -- A short number of one system could be another person's in the shop.
            keys_of('shop_customer', id_like([coalesce(filled(d.external_id), filled(d.user_id))]))
        ]) as keys
    from documents
    where filled(d.id) is not null
),

each_key as (
    select document_no, subject_id, unnest(keys) as key
    from shown
)

select distinct
    document_no,
    'customer' as subject_kind,
    subject_id,
    key.key_kind as key_kind,
    key.key_value as key_value
from each_key
