-- grain: one checkout
-- reads: checkouts, checkout_contacts, checkout_chains, orders, order_contacts, conversations, rules
-- Every checkout with when it was completed, the person's attempt to buy it belongs to, and the conversation before it.
with bought as (
    select orders.*, order_contacts.contact_key
    from orders
    join order_contacts using (platform, order_id)
    where not coalesce(orders.is_test, false) and coalesce(orders.payment_status, '') <> 'voided'
),
listed as (
    select checkouts.*, checkout_contacts.contact_key
    from checkouts
    join checkout_contacts using (platform, checkout_id)
    where not coalesce(checkouts.is_test, false)
),
-- What is taken up again is the same cart.
carts as (
    select platform, later_id as checkout_id, arg_min(first_cart, (first_at, first_id)) as first_cart
    from checkout_chains
    group by platform, later_id
),
-- The shop lists only checkouts that were left; one finished at once is known from its order alone.
started as (
    select
        listed.platform,
        listed.checkout_id,
        listed.contact_key,
        listed.cart_token,
        listed.checkout_token,
        listed.created_at as started_at,
        listed.completed_at,
        listed.currency,
        listed.total_amount,
        listed.is_recovered_by_link,
        carts.first_cart
    from listed
    join carts using (platform, checkout_id)
    union all by name
    select
        bought.platform,
        'order:' || bought.order_id as checkout_id,
        bought.contact_key,
        bought.cart_token,
        bought.checkout_token,
        bought.created_at as started_at,
        bought.created_at as completed_at,
        bought.currency,
        bought.total_amount
    from bought
    where bought.checkout_token is not null
        -- A payment without a checkout of its provider's own was no checkout there.
        and not coalesce(bought.is_payment, false)
        and not exists (
            from listed
            where listed.platform = bought.platform
                and listed.checkout_token = bought.checkout_token
                and listed.contact_key = bought.contact_key
        )
),
own_completions as (
    select
        started.platform,
        started.checkout_id,
        any_value(started.started_at) as started_at,
        least(
            any_value(started.completed_at),
            min(bought.created_at) filter (bought.created_at >= started.started_at)
        ) as completed_at
    from started
    left join bought
        on bought.platform = started.platform
        and bought.checkout_token = started.checkout_token
        and bought.contact_key = started.contact_key
    group by started.platform, started.checkout_id
),
-- A checkout that another takes up again ends when that one does, unless it ended by itself.
handed_on as (
    select
        checkout_chains.platform,
        checkout_chains.first_id as checkout_id,
        min(own_completions.completed_at) as completed_at
    from checkout_chains
    join own_completions
        on own_completions.platform = checkout_chains.platform
        and own_completions.checkout_id = checkout_chains.later_id
    where checkout_chains.first_id <> checkout_chains.later_id
    group by checkout_chains.platform, checkout_chains.first_id
),
completions as (
    select
        own_completions.platform,
        own_completions.checkout_id,
        coalesce(
            own_completions.completed_at,
            case when handed_on.completed_at >= own_completions.started_at then handed_on.completed_at end
        ) as completed_at,
        own_completions.completed_at is null
            and coalesce(handed_on.completed_at >= own_completions.started_at, false) as is_handed_on
    from own_completions
    left join handed_on using (platform, checkout_id)
),
-- The shop's word that a checkout was completed counts, also where its order is not loaded.
buys as (
    select contact_key, created_at as bought_at
    from bought
    union all
    select started.contact_key, completions.completed_at
    from started
    join completions using (platform, checkout_id)
    where completions.completed_at is not null
),
-- A purchase ends an attempt, and so does a pause longer than a checkout can be recovered in.
paused as (
    select
        started.* exclude (completed_at, is_recovered_by_link),
        completions.completed_at,
        completions.is_handed_on or coalesce(started.is_recovered_by_link, false) as is_recovered_by_link,
        count(buys.bought_at) as n_bought_before
    from started
    join completions using (platform, checkout_id)
    left join buys
        on buys.contact_key = started.contact_key and buys.bought_at < started.started_at
    group by all
),
attempts as (
    select
        paused.*,
        lead(started_at) over contact_order as next_started_at,
        coalesce(
            n_bought_before > lag(n_bought_before) over contact_order
            or epoch_ms(started_at) - epoch_ms(lag(started_at) over contact_order) > recovered_ms,
            true
        ) as is_attempt_start,
        recovered_ms,
        checkout_abandoned_ms,
        attribution_ms,
        time_zone
    from paused
    cross join rules
    window contact_order as (partition by contact_key order by started_at, platform, checkout_id)
),
numbered as (
    select
        *,
        max(case when is_attempt_start then started_at end) over (
            partition by contact_key
            order by started_at, platform, checkout_id
            rows unbounded preceding
        ) as attempt_started_at
    from attempts
),
purchases as (
    select
        numbered.platform,
        numbered.checkout_id,
        min(buys.bought_at) as ordered_at
    from numbered
    join buys
        on buys.contact_key = numbered.contact_key and buys.bought_at >= numbered.started_at
    group by numbered.platform, numbered.checkout_id
),
asked as (
    select
        numbered.platform,
        numbered.checkout_id,
        arg_max(conversations.conversation_id, (conversations.started_at, conversations.conversation_id)) as conversation_id
    from numbered
    join conversations
        on conversations.contact_key = numbered.contact_key
        and conversations.first_customer_at <= numbered.started_at + to_milliseconds(numbered.checkout_abandoned_ms)
        and conversations.last_message_at >= numbered.started_at - to_milliseconds(numbered.attribution_ms)
    group by numbered.platform, numbered.checkout_id
)
select
    numbered.platform,
    numbered.checkout_id,
    numbered.contact_key,
    coalesce(numbered.cart_token, numbered.first_cart, numbered.checkout_id) as cart_id,
    numbered.attempt_started_at,
    numbered.started_at,
    timezone(numbered.time_zone, timezone('UTC', numbered.started_at)) as started_local,
    numbered.next_started_at,
    numbered.completed_at,
    purchases.ordered_at,
    numbered.is_recovered_by_link,
    numbered.currency,
    numbered.total_amount,
    asked.conversation_id
from numbered
left join purchases using (platform, checkout_id)
left join asked using (platform, checkout_id)
