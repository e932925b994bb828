-- grain: one document
-- reads: documents
-- What each document is, and the fields of orders that several tables need.
with judged as (
    select
        document_no,
        d,
        case
            when d.refunded_by is not null or d.refunded_payment is not null then 'refund'
            when d.permalink is not null or d.is_paying_customer is not null or d.webhook_id is not null then 'other'
            else 'order'
        end as kind,
        regexp_replace(lower(filled(d.status)), '^wc-', '') as status,
        -- The site's own time has no zone; it is the last resort.
        coalesce(instant(d.date_created_gmt), instant(d.date_created)) as created_at,
        coalesce(instant(d.date_modified_gmt), instant(d.date_modified)) as updated_at,
        coalesce(instant(d.date_paid_gmt), instant(d.date_paid)) as paid_at,
        upper(filled(d.currency)) as currency,
        amount(d.total) as total_amount,
        -- Refunds stand as negative amounts in their order.
        nullif(
            try_cast(
                list_sum(list_transform(d.refunds, lambda r: abs(coalesce(amount(r.total), 0))))
                as decimal(18, 4)
            ),
            0
        ) as refunded_amount,
        coalesce(
            nullif(filled(d.parent_id), '0'),
            nullif(regexp_extract(list_transform(d._links.up, lambda u: u.href)[1], '/orders/(\d+)', 1), '')
        ) as parent_id,
        list_filter(d.meta_data, lambda m: filled(m.key) is not null and filled(m.value) is not null) as meta
    from documents
)

select
    * exclude (kind),
    case
        when kind = 'order' and status in ('checkout-draft') then 'checkout'
        else kind
    end as kind,
    filled(d.id) as id,
    map_from_entries(
        list_transform(
            -- A key may stand there twice; what was written last counts.
            list_filter(meta, lambda m, i: not list_contains(list_transform(meta[i + 1:], lambda n: n.key), m.key)),
            lambda m: (m.key, trim(m.value))
        )
    ) as meta_of
from judged
