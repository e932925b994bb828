-- grain: one order
-- reads: orders, order_contacts, shop_payments, conversations, conversation_messages, rules
-- Every order, the payments of a shop's own orders left out, with the one conversation it is credited to, if any: the contact's last before it and inside the window.
with placed as (
    select orders.*, order_contacts.contact_key, order_contacts.match_rule
    from orders
    join order_contacts using (platform, order_id)
    anti join shop_payments using (platform, order_id)
),
-- A conversation that went on after the order counts by its last message before the order.
candidates as (
    select
        placed.platform,
        placed.order_id,
        placed.created_at as ordered_at,
        conversations.conversation_id,
        conversations.started_at,
        conversations.last_message_at
    from placed
    join conversations
        on conversations.contact_key = placed.contact_key
        and conversations.first_customer_at <= placed.created_at
    cross join rules
    where conversations.last_message_at >= placed.created_at - to_milliseconds(rules.attribution_ms)
),
touched as (
    select
        candidates.* exclude (last_message_at),
        case
            when candidates.last_message_at <= candidates.ordered_at then candidates.last_message_at
            else said.sent_at
        end as touched_at
    from candidates
    asof left join (
        select conversation_id, sent_at
        from conversation_messages
        -- An as-of join sorts all that it may look up.
        semi join candidates using (conversation_id)
        where role not in ('handoff', 'close')
    ) as said
        on said.conversation_id = candidates.conversation_id and said.sent_at <= candidates.ordered_at
),
credited as (
    select
        touched.platform,
        touched.order_id,
        arg_max(touched.conversation_id, (touched.started_at, touched.conversation_id)) as conversation_id,
        arg_max(touched.touched_at, (touched.started_at, touched.conversation_id)) as touched_at
    from touched
    cross join rules
    where touched.touched_at >= touched.ordered_at - to_milliseconds(rules.attribution_ms)
    group by touched.platform, touched.order_id
)
select
    placed.platform,
    placed.order_id,
    placed.order_number,
    placed.contact_key,
    placed.match_rule,
    credited.conversation_id,
    credited.touched_at,
    case
        when credited.conversation_id is null then null
        when placed.match_rule in ('chat_id', 'token', 'payment', 'link') then 'in_chat'
        else 'assisted'
    end as credit,
    placed.created_at as ordered_at,
    timezone(rules.time_zone, timezone('UTC', placed.created_at)) as ordered_local,
    case
        when placed.payment_status in ('paid', 'partially_paid', 'partially_refunded', 'refunded')
            then coalesce(placed.paid_at, placed.created_at)
    end as paid_at,
    placed.cancelled_at,
    coalesce(placed.is_test, false) as is_test,
    placed.sales_channel,
    placed.currency,
    placed.total_amount,
    coalesce(placed.refunded_amount, 0) as undated_refund_amount
from placed
cross join rules
left join credited using (platform, order_id)
