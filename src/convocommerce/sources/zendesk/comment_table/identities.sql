-- grain: one key of the customer of one ticket, per row that shows it
-- reads: documents
-- What a link in a comment carries comes back on the order.
with linked as (
    select document_no, filled(d.ticket_id) as ticket_id, d.body as text
    from documents
    where filled(d.ticket_id) is not null
        and filled(d.id) is not null
        and coalesce(instant(d.created), instant(d.created_at)) is not null
        and coalesce(cart_token_in(d.body), link_ref_in(d.body)) is not null
),

each_key as (
    select
        document_no,
        ticket_id,
        unnest(list_concat(
            keys_of('person', ['zendesk:ticket:' || ticket_id]),
            case
                when cart_token_in(text) is not null then keys_of('token', [cart_token_in(text)])
                else keys_of('link', [link_ref_in(text)])
            end
        )) as key
    from linked
)

select
    document_no,
    'customer' as subject_kind,
    'zendesk:zendesk:ticket:' || ticket_id as subject_id,
    key.key_kind as key_kind,
    key.key_value as key_value
from each_key
