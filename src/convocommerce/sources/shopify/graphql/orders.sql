-- grain: one order, per document that tells it
-- reads: events
-- Orders of the GraphQL API; ids lose their address, so that they equal those of REST.
with named as (
    select
        document_no,
        d,
        shop_id as order_id,
        replace(lower(filled(d.displayFinancialStatus)), ' ', '_') as payment_status,
        coalesce(
            case when d.customerJourneySummary.lastVisit.utmParameters.source is not null then d.customerJourneySummary.lastVisit end,
            case when d.customerJourneySummary.firstVisit.utmParameters.source is not null then d.customerJourneySummary.firstVisit end,
            d.customerJourneySummary.lastVisit,
            d.customerJourneySummary.firstVisit
        ) as visit,
        -- Who asked for no other total than today's gets what is left of it: what was paid back is
        -- added again.
        coalesce(
            amount(d.totalPriceSet.shopMoney.amount),
            amount(d.originalTotalPriceSet.shopMoney.amount),
            amount(d.currentTotalPriceSet.shopMoney.amount) + coalesce(
                amount(d.totalRefundedSet.shopMoney.amount),
                list_sum(
                    list_transform(d.refunds, lambda r: amount(r.totalRefundedSet.shopMoney.amount))
                ),
                0
            )
        ) as owed,
        list_filter(
            d.transactions,
            lambda t: lower(filled(t.kind)) in ('sale', 'capture', 'authorization')
                and lower(filled(t.status)) = 'success'
        ) as payments
    from events
    where what = 'order'
)

select
    document_no,
    'shopify' as platform,
    order_id,
    filled(d.name) as order_number,
    instant(d.createdAt) as created_at,
    instant(d.updatedAt) as updated_at,
    case
        when payment_status in ('paid', 'partially_paid', 'partially_refunded', 'refunded')
            then instant(d.processedAt)
    end as paid_at,
    instant(d.cancelledAt) as cancelled_at,
    payment_status,
    truth(d.test) as is_test,
    filled(d.sourceName) as sales_channel,
    upper(
        coalesce(
            filled(d.totalPriceSet.shopMoney.currencyCode),
            filled(d.originalTotalPriceSet.shopMoney.currencyCode),
            filled(d.currentTotalPriceSet.shopMoney.currencyCode),
            filled(d.currencyCode)
        )
    ) as currency,
    try_cast(owed as decimal(18, 4)) as total_amount,
    case when coalesce(len(d.refunds), 0) = 0 then amount(d.totalRefundedSet.shopMoney.amount) end
        as refunded_amount,
    nullif(regexp_extract(d.customer.id, '(\w+)$', 1), '') as customer_id,
    null::varchar as cart_token,
    null::varchar as checkout_token,
    list_filter(
        list_concat(
            list_filter(list_transform(payments, lambda t: filled(t.authorizationCode)), lambda v: regexp_matches(v, '^(?:pi|ch|py)_')),
            list_concat(list_transform(payments, lambda t: filled(t.paymentId)), list_transform(payments, lambda t: filled(t.authorizationCode)))
        ),
        lambda v: v is not null
    )[1] as payment_reference,
    coalesce(filled(d.discountCode), filled(d.discountCodes[1])) as discount_code,
    coalesce(filled(visit.utmParameters.source), utm_in(visit.landingPage, 'source')) as utm_source,
    coalesce(filled(visit.utmParameters.medium), utm_in(visit.landingPage, 'medium')) as utm_medium,
    coalesce(filled(visit.utmParameters.campaign), utm_in(visit.landingPage, 'campaign')) as utm_campaign,
    coalesce(filled(visit.utmParameters.content), utm_in(visit.landingPage, 'content')) as utm_content
from named
where order_id is not null and instant(d.createdAt) is not null
