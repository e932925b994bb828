-- grain: one key of one customer, per page that shows it
-- reads: events
-- The customers among the users beside the comments, and what links in the comments carry.
with beside as (select document_no, unnest(d.users) as u from events),

said as (
    select document_no, ticket_id, unnest(d.comments) as c from events where ticket_id is not null
),

linked as (
    select document_no, ticket_id, coalesce(filled(c.plain_body), c.body) as text from said
),

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
    union all
    select
        document_no,
        'zendesk:zendesk:ticket:' || ticket_id,
        unnest(list_concat(
            keys_of('person', ['zendesk:ticket:' || ticket_id]),
            case
                when cart_token_in(text) is not null then keys_of('token', [cart_token_in(text)])
                else keys_of('link', [link_ref_in(text)])
            end
        ))
    from linked
    where coalesce(cart_token_in(text), link_ref_in(text)) is not null
)

select
    document_no,
    'customer' as subject_kind,
    subject_id,
    key.key_kind as key_kind,
    key.key_value as key_value
from each_key
