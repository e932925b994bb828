-- grain: one message of a chat with a customer
-- reads: events
-- What customers and the business said.
with kept as (
    select
        *,
        case
            when what in ('deleted', 'unseen') then 'unsupported'
            when what = 'location' then 'attachment'
            else what
        end as kind,
        case when direction = 'out' then said end as outgoing
    from events
    where verdict = 'kept'
),

-- There are no ids. Of equal messages in one instant the second is the second in every export.
numbered as (
    select
        *,
        row_number() over (
            partition by file, customer_id, local_at, direction, kind, said
            order by sequence, document_no
        ) as occurrence
    from kept
)

select
    document_no,
    channel,
    business_id,
    customer_id,
    made_id([
        channel, customer_id, local_at::varchar, direction, kind, said, occurrence::varchar
    ]) as message_id,
    local_at as sent_at,
    true as is_local,
    sequence,
    direction,
    kind,
    -- Nothing tells a typed message of the business from one that the app sent by itself.
    case when direction = 'in' then 'customer' end as declared_role,
    is_cut_off,
    -- What an export knows less of is replaced by what another knows better.
    (is_owner_known::integer * 2 + (not is_cut_off)::integer)
        as detail,
    coalesce(cart_token_in(outgoing), link_ref_in(outgoing)) as shared_token,
    said as text
from numbered
