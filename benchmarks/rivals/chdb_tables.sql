-- What the ClickHouse rival works out before any figure. {records} is the folder of Parquet files.
-- No two messages of a thread share a millisecond, so the time itself says which was last.
create table threads engine = Memory as
select thread_key, any(customer_id) as customer
from file('{records}/messages.parquet') group by thread_key;

create table openers engine = Memory as
select thread_key, toUnixTimestamp64Milli(sent_at) as opened
from file('{records}/messages.parquet') where direction = 'in';

create table often engine = Memory as
select lowerUTF8(trimBoth(text)) as text
from file('{records}/messages.parquet')
where direction = 'out' and kind <> 'reaction' and text is not null
    and (app_id is null or app_id in {inboxes})
group by text
having uniqExact(thread_key) >= {automatic_threads};

create table messages engine = Memory as
with spoken as (
    select
        thread_key,
        channel,
        toUnixTimestamp64Milli(sent_at) as t,
        direction = 'in' as is_customer,
        direction = 'out' and ifNull(app_id = '{bot}', false) as is_bot,
        direction = 'out' and (app_id is null or app_id in {inboxes})
            and ifNull(lowerUTF8(trimBoth(text)) in (select text from often), false) as is_often
    from file('{records}/messages.parquet')
    where kind <> 'reaction'
),
heard as (
    select *, max(if(is_customer, t, 0)) over line as customer_at
    from spoken
    window line as (partition by thread_key order by t rows between unbounded preceding and current row)
),
voiced as (
    select *, not is_customer and not is_bot and not (is_often and t - customer_at <= {automatic_ms}) as is_human
    from heard
),
positions as (
    select
        *,
        max(if(is_human, t, 0)) over line as human_at,
        max(if(is_bot, t, 0)) over line as bot_at,
        lagInFrame(t, 1, 0) over line as t_before,
        lagInFrame(customer_at, 1, 0) over line as customer_before
    from voiced
    window line as (partition by thread_key order by t rows between unbounded preceding and current row)
),
waiting as (
    select
        *,
        lagInFrame(customer_at > greatest(human_at, bot_at), 1, false) over line as was_waiting,
        lagInFrame(human_at, 1, 0) over line as human_before
    from positions
    window line as (partition by thread_key order by t rows between unbounded preceding and current row)
),
started as (
    select
        *,
        max(if(t_before = 0 or t - t_before >= {gap_ms} and not was_waiting, t, 0)) over line as conversation
    from waiting
    window line as (partition by thread_key order by t rows between unbounded preceding and current row)
)
select
    thread_key, channel, t, conversation, is_human, is_bot,
    max(if(is_customer and (customer_before < conversation or customer_before < human_before), t, 0)) over line as wait
from started
window line as (partition by thread_key order by t rows between unbounded preceding and current row);

create table spans engine = Memory as
select thread_key, conversation, max(t) as last, toMonday(fromUnixTimestamp64Milli(conversation, '{zone}')) as week
from messages
group by thread_key, conversation;

create table waits engine = Memory as
with each as (
    select
        thread_key, conversation, wait as asked, any(channel) as channel,
        minOrNullIf(t, is_human) as human, minOrNullIf(t, is_bot) as bot
    from messages
    where wait >= conversation
    group by thread_key, conversation, wait
)
select
    each.thread_key as thread_key, each.conversation as conversation, each.channel as channel,
    each.asked as asked, each.human as human, each.bot as bot,
    spans.week as week,
    spans.last as last,
    coalesce(least(human, bot), human, bot) as answered,
    asked = min(asked) over (partition by thread_key, conversation) as is_first
from each
join spans using (thread_key, conversation);

create table told engine = Memory as
with came as (
    select told.thread_key as thread_key, told.conversation as conversation, argMin(touched.ad_id, touched.t) as ad_id
    from (
        select thread_key, toUnixTimestamp64Milli(occurred_at) as t, ad_id
        from file('{records}/touchpoints.parquet')
    ) as touched
    asof join (select thread_key, conversation, last from waits where is_first) as told
        on touched.thread_key = told.thread_key and touched.t >= told.conversation
    where touched.t <= told.last
    group by thread_key, conversation
),
ads as (
    select ad_id, any(ad_name) as ad_name from file('{records}/ad_days.parquet') group by ad_id
)
select
    waits.thread_key as thread_key, waits.conversation as conversation, waits.channel as channel,
    waits.week as week, waits.asked as asked, waits.last as last,
    came.ad_id is null ? 'organic' : 'ad' as entry_point,
    coalesce(ads.ad_name, came.ad_id, 'none') as ad
from waits
left join came using (thread_key, conversation)
left join ads on ads.ad_id = came.ad_id
where is_first;

create table orders engine = Memory as
with known as (
    select replaceOne(subject_id, 'shopify:', '') as order_id, any(key_value) as customer
    from file('{records}/identities.parquet')
    where subject_kind = 'order' and key_kind = 'chat_id'
    group by order_id
)
select
    orders.order_id as order_id,
    known.customer as customer,
    toUnixTimestamp64Milli(orders.created_at) as ordered,
    toUnixTimestamp64Milli(orders.cancelled_at) as cancelled,
    ifNull(orders.is_test, false) as is_test,
    orders.payment_status as status,
    orders.checkout_token as checkout_token,
    orders.cart_token as cart_token,
    orders.total_amount as total
from file('{records}/orders.parquet') as orders
left join known using (order_id);

create table checkouts engine = Memory as
select
    checkout_id,
    checkout_token,
    cart_token,
    toUnixTimestamp64Milli(created_at) as started,
    toUnixTimestamp64Milli(completed_at) as completed
from file('{records}/checkouts.parquet');
