-- grain: one document that is no usable order
-- reads: documents
-- Why an order cannot be kept.
with judged as (
    select
        document_no,
        case
            when coalesce(filled(d.id), filled(d.name), filled(d.order_number)) is null
                then 'order without id and number'
            when coalesce(d.total_price, d.financial_status, d.order_number, d.processed_at, d.name, d.landing_site) is null
                then 'not an order'
            when instant(d.created_at) is null then 'order without the time it was placed'
        end as reason
    from documents
)

select document_no, case when reason = 'not an order' then 'ignored' else 'quarantined' end as outcome, reason
from judged
where reason is not null
