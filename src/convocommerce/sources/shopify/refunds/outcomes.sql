-- grain: one document that repays nothing
-- reads: documents
-- Why a refund, or every refund of a page, cannot be kept.
with listed as (
    select document_no, unnest(d.refunds) as refund
    from documents
    where len(d.refunds) > 0
    union all
    select
        document_no,
        {
            'id': d.id,
            'order_id': d.order_id,
            'created_at': d.created_at,
            'processed_at': d.processed_at,
            'transactions': d.transactions
        } as refund
    from documents
    where coalesce(len(d.refunds), 0) = 0
),

judged as (
    select
        document_no,
        case
            when filled(refund.id) is null then 'refund without id'
            when filled(refund.order_id) is null then 'refund without its order'
            when coalesce(instant(refund.processed_at), instant(refund.created_at)) is null then 'refund without its time'
            when coalesce(
                list_sum(
                    list_transform(
                        list_filter(
                            refund.transactions,
                            lambda t: lower(filled(t.kind)) = 'refund' and lower(filled(t.status)) = 'success'
                        ),
                        lambda t: amount(t.amount)
                    )
                ),
                0
            ) <= 0 then 'refund that gave no money back'
        end as reason
    from listed
),

by_document as (
    select document_no, case when count(*) filter (reason is null) = 0 then min(reason) end as reason
    from judged
    group by document_no
)

select
    document_no,
    case when reason like '% without %' then 'quarantined' else 'ignored' end as outcome,
    reason
from by_document
where reason is not null
