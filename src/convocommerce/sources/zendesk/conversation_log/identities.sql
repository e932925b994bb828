-- grain: one key of one customer, per document that shows it
-- reads: events
-- What customers typed, and what links they were sent.
with shown as (
    select
        document_no,
        case
            when role = 'customer' and author_id is not null then author_id
            else 'ticket:' || ticket_id
        end as person,
        case when role = 'customer' then emails_in(said) end as emails,
        case when role = 'customer' then phone_in(said) end as phone,
        coalesce(said || ' ', '') || coalesce(d.content.actions, '') as linking
    from events
    where what = 'message'
        and ticket_id is not null
        and (
            contains(said, '@')
            or regexp_matches(said, '^\s*[+0]')
            or regexp_matches(
                concat_ws(' ', said, d.content.actions), '/checkouts/|/cart/c/|ref=|attributes'
            )
        )
),

each_key as (
    select
        document_no,
        'zendesk:zendesk:' || person as subject_id,
        unnest(
            flatten([
                keys_of('person', ['zendesk:' || person]),
                keys_of('typed_email', list_distinct(emails)),
                keys_of('typed_phone', [phone]),
                keys_of('token', [cart_token_in(linking)]),
                keys_of(
                    'link', [case when cart_token_in(linking) is null then link_ref_in(linking) end]
                )
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
