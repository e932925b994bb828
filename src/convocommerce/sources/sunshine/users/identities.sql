-- grain: one key of one person, per document that shows it
-- reads: documents
-- A user names no channel, so a stand-in shares the number of the user with the person who writes.
with keyed as (
    select
        document_no,
        'other:sunshine:' || filled(d.id) as subject_id,
        unnest(
            flatten([
                keys_of('person', ['sunshine:' || filled(d.id), 'zendesk:' || filled(d.zendeskId)]),
                keys_of('person', [
                    case
                        when not contains(d.externalId, '@')
                            then 'sunshine:external:' || filled(d.externalId)
                    end
                ]),
                keys_of('email', list_distinct(list_concat(
                    [lower(trim(d.profile.email))],
                    emails_in(d.externalId),
                    list_transform(
                        list_filter(d.identities, lambda i: i.type = 'email'),
                        lambda i: lower(trim(i.value))
                    )
                ))),
                keys_of('phone', list_distinct(
                    list_transform(
                        list_filter(d.identities, lambda i: i.type = 'phoneNumber'),
                        lambda i: trim(i.value)
                    )
                ))
            ])
        ) as key
    from documents
    where filled(d.id) is not null
)

select
    document_no,
    'customer' as subject_kind,
    subject_id,
    key.key_kind as key_kind,
    key.key_value as key_value
from keyed
