-- grain: one key of one customer, per document that shows it
-- reads: events
-- What customers typed.
with shown as (
    select
        document_no,
        coalesce(author_id, 'ticket:' || ticket_id) as person,
        emails_in(said) as emails,
        phone_in(said) as phone
    from events
    where what = 'message'
        and role = 'customer'
        and ticket_id is not null
        and (contains(said, '@') or regexp_matches(said, '^\s*[+0]'))
),

each_key as (
    select
        document_no,
        'zendesk:zendesk:' || person as subject_id,
        unnest(
            flatten([
                keys_of('person', ['zendesk:' || person]),
                keys_of('typed_email', list_distinct(emails)),
                keys_of('typed_phone', [phone])
            ])
        ) as key
    from shown
)

select
    document_no,
    'customer' as subject_kind,
    subject_id,
    key.key_kind as key_kind,
    key.key_value as key_value
from each_key
