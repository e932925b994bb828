-- grain: one node, per document that holds it
-- reads: documents
-- A line of a bulk export is a node itself; an answer of the API holds the nodes it was asked for.
with answers as (
    select
        document_no,
        [
            d.data.orders, d.data.abandonedCheckouts, d.data.draftOrders,
            d.orders, d.abandonedCheckouts, d.draftOrders
        ] as connections,
        list_concat([d.node, d.data.node, d.data.order, d.data.draftOrder], d.data.nodes) as alone
    from documents
    where d.id is null and d.__parentId is null
),

held as (
    select
        document_no,
        unnest(
            list_filter(
                list_concat(
                    alone,
                    flatten(
                        list_transform(
                            connections,
                            lambda c: list_concat(list_transform(c.edges, lambda e: e.node), c.nodes)
                        )
                    )
                ),
                lambda n: n.id is not null or n.name is not null or n.createdAt is not null
            )
        ) as node
    from answers
),

nodes as (
    select document_no, node as d from held
    union all
    -- Field by field, for the document itself has more of them than a node.
    select
        document_no,
        {
            'id': d.id,
            '__parentId': d.__parentId,
            'name': d.name,
            'createdAt': d.createdAt,
            'processedAt': d.processedAt,
            'updatedAt': d.updatedAt,
            'cancelledAt': d.cancelledAt,
            'completedAt': d.completedAt,
            'displayFinancialStatus': d.displayFinancialStatus,
            'test': d.test,
            'sourceName': d.sourceName,
            'currencyCode': d.currencyCode,
            'email': d.email,
            'phone': d.phone,
            'abandonedCheckoutUrl': d.abandonedCheckoutUrl,
            'invoiceUrl': d.invoiceUrl,
            'discountCode': d.discountCode,
            'discountCodes': d.discountCodes,
            'order': d."order",
            'transactions': d.transactions,
            'totalPriceSet': d.totalPriceSet,
            'originalTotalPriceSet': d.originalTotalPriceSet,
            'currentTotalPriceSet': d.currentTotalPriceSet,
            'totalRefundedSet': d.totalRefundedSet,
            'customer': d.customer,
            'billingAddress': d.billingAddress,
            'customAttributes': d.customAttributes,
            'customerJourneySummary': d.customerJourneySummary,
            'refunds': d.refunds
        } as d
    from documents
    where d.id is not null or d.__parentId is not null
)

select
    document_no,
    d,
    case
        when d.__parentId is not null then 'part'
        when starts_with(d.id, 'gid://shopify/Order/') then 'order'
        when regexp_matches(d.id, '^gid://shopify/(?:Abandoned)?Checkout/') then 'checkout'
        when starts_with(d.id, 'gid://shopify/DraftOrder/') then 'draft'
        -- Some ask for orders and not for their ids; then the number must do.
        when d.id is null and d.name is not null and d.displayFinancialStatus is not null then 'order'
        when starts_with(d.id, 'gid://shopify/') then 'other'
    end as what,
    case
        when starts_with(d.id, 'gid://shopify/DraftOrder/')
            then 'draft:' || nullif(regexp_extract(d.id, '^gid://shopify/DraftOrder/(\w+)', 1), '')
        when d.id is not null
            then nullif(regexp_extract(d.id, '^gid://shopify/(?:Order|AbandonedCheckout|Checkout)/(\w+)', 1), '')
        else 'number:' || filled(d.name)
    end as shop_id
from nodes
