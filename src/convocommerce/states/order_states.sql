-- grain: one order that had been placed
-- reads: conversions, refunds, conversation_cuts
-- What was known of every order at the as-of: paid, cancelled, refunded, and what it was worth net.
with repaid as (
    select
        platform,
        order_id,
        coalesce(sum(refund_amount) filter (refunded_at <= $as_of), 0) as refund_amount
    from refunds
    group by platform, order_id
)
select
    conversions.platform,
    conversions.order_id,
    conversions.order_number,
    conversions.contact_key,
    conversions.match_rule,
    conversions.conversation_id,
    coalesce(conversions.credit, 'none') as credit,
    conversions.ordered_at,
    conversions.ordered_local,
    conversions.currency,
    conversions.total_amount,
    -- Dated refunds say more than a total without dates; a shop that gives both means the same money.
    conversions.total_amount - coalesce(repaid.refund_amount, conversions.undated_refund_amount) as net_amount,
    coalesce(
        conversions.paid_at <= $as_of
        and coalesce(conversions.cancelled_at > $as_of, true)
        and not conversions.is_test
        and net_amount > 0,
        false
    ) as is_sale,
    conversions.is_test,
    cuts.started_local,
    cuts.channel,
    cuts.entry_point,
    cuts.campaign,
    cuts.ad,
    cuts.agent,
    cuts.first_responder,
    cuts.human_seconds,
    cuts.answer_speed,
    cuts.answer_state,
    cuts.contact_kind
from conversions
left join repaid using (platform, order_id)
left join conversation_cuts as cuts using (conversation_id)
where conversions.ordered_at <= $as_of
