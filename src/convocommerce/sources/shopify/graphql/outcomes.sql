-- grain: one document that is no usable order or checkout
-- reads: documents
-- A bulk export writes the lines, transactions and so on of an order as documents of their own.
with judged as (
    select
        document_no,
        case
            when d.__parentId is not null then 'part of an order'
            when regexp_matches(d.id, '^gid://shopify/(?:Order|AbandonedCheckout|Checkout)/\w')
                then case
                    when instant(d.createdAt) is null
                        then 'order or checkout without the time it was made'
                end
            when starts_with(d.id, 'gid://shopify/') then 'not an order or a checkout'
            else 'order or checkout without id'
        end as reason
    from documents
)

select
    document_no,
    case when reason like '% without %' then 'quarantined' else 'ignored' end as outcome,
    reason
from judged
where reason is not null
