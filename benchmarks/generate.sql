-- The exports of a fictional shop, drawn from the number of threads in the table asked.
-- Every draw hashes one integer made of a row and a salt: hash(row, salt) would xor the parts, and
-- draws would correlate.
create macro u(k, salt) as (hash(k::bigint * 1009 + salt) % 1000003) / 1000003.0;
create macro exponential(k, salt, mean) as -mean * ln(1 - u(k, salt));
create macro iso(ms) as strftime(make_timestamp_ms(ms::bigint), '%Y-%m-%dT%H:%M:%S+00:00');
create macro texts() as ['Hoi! Zijn de wollen sloffen in maat 39 nog op voorraad? Ik twijfel tussen grijs en rood.',
    'What is the price of the tulip puzzle including shipping to Ghent?',
    'Dank je wel, dan bestel ik ze vandaag nog.',
    'Can I still return it if the size is wrong?',
    'Wanneer wordt mijn pakket bezorgd? Ik heb nog geen bericht gehad.',
    'Yes, we have it in stock; ordered before four it leaves today.',
    'Je kunt binnen dertig dagen ruilen, het label zit in de doos.',
    'Bezorgen kost € 4,95 en boven de € 50 is het gratis.'];

-- Half of the threads have five messages or fewer, one in a hundred has ninety or more.
create temp table threads as
select
    i as thread,
    case when u(i, 1) < 0.6 then 'page' else 'instagram' end as object,
    case when u(i, 1) < 0.6 then '102030405060708' else '17841400000000001' end as business,
    (7355000000000000 + i * 7919)::varchar as customer,
    least(926, ceil(2.9 * pow(1 - u(i, 2), -0.75)))::int as n,
    1767225600000 + (u(i, 3) * 180 * 86400000)::bigint as opened_at,
    u(i, 4) < 0.15 as is_from_ad
from (select unnest(range(n_threads)) as i from asked);

-- Every gap is at least 0.9 seconds, so no two messages of a thread share a millisecond.
create temp table messages as
with each as (
    select threads.*, unnest(range(n)) as j, thread * 1000 + unnest(range(n)) as k from threads
),
paced as (
    select
        *,
        case
            when j = 0 then 0
            when u(k, 11) < 0.04 then 900 + (u(k, 12) * 4000)::bigint
            when u(k, 11) < 0.62 then 1000 + exponential(k, 12, 240000)::bigint
            when u(k, 11) < 0.87 then 1000 + exponential(k, 12, 7200000)::bigint
            else 1000 + exponential(k, 12, 200000000)::bigint
        end as pause,
        case
            when j = 0 and u(k, 13) < 0.95 or j > 0 and u(k, 13) < 0.48 then 'customer'
            when u(k, 14) < 0.40 then 'bot'
            when u(k, 14) < 0.65 then 'inbox'
            when u(k, 14) < 0.72 then 'automatic'
            when u(k, 14) < 0.96 then 'helpdesk'
            else 'phone'
        end as voice
    from each
)
select
    *,
    opened_at + sum(pause) over (partition by thread order by j rows unbounded preceding)::bigint as t,
    'm_' || substr(md5(k::varchar), 1, 22) as mid
from paced;
delete from messages where t >= 1767225600000 + 182 * 86400000::bigint;

-- Referrals, postbacks, receipts, reactions and deletions stand between the messages.
create temp table events as
select
    object, business, t, k,
    '{"sender":{"id":"' || case voice when 'customer' then customer else business end
    || '"},"recipient":{"id":"' || case voice when 'customer' then business else customer end
    || '"},"timestamp":' || t || ','
    || case
        when voice = 'customer' and j = 0 and is_from_ad and u(k, 21) < 0.3
            then '"postback":{"mid":"' || mid || '","title":"Aan de slag","payload":"START","referral":' || referral || '}'
        when voice = 'customer' and u(k, 21) > 0.98
            then '"postback":{"mid":"' || mid || '","title":"Bestelling volgen","payload":"TRACK_' || k || '"}'
        else '"message":{"mid":"' || mid || '",'
            || case voice
                when 'customer' then ''
                when 'bot' then '"is_echo":true,"app_id":551122334455667,'
                when 'helpdesk' then '"is_echo":true,"app_id":990011223344556,"metadata":"agent:'
                    || ['anna', 'bram', 'chris', 'daan'][1 + k % 4] || '",'
                when 'phone' then '"is_echo":true,'
                else '"is_echo":true,"app_id":263902037430900,'
            end
            || case when voice = 'customer' and j = 0 and is_from_ad then '"referral":' || referral || ',' else '' end
            || case when voice = 'customer' and u(k, 22) < 0.04 then '"quick_reply":{"payload":"FAQ_' || k % 9 || '"},' else '' end
            || case
                when u(k, 23) < 0.05
                    then '"attachments":[{"type":"image","payload":{"url":"https://cdn.example/' || k || '.jpg"}}]}'
                when voice = 'automatic' then '"text":"' || 'Bedankt voor je bericht! We antwoorden zo snel mogelijk.' || '"}'
                when u(k, 24) < 0.5 then '"text":"' || texts()[1 + k % 8] || '"}'
                else '"text":"' || texts()[1 + k % 8] || ' (' || k || ')"}'
            end
    end || '}' as event
from (
    select *, '{"ref":"actie_' || thread % 40 || '","ad_id":"' || 120231987654320101 + thread % 12
        || '","source":"ADS","type":"OPEN_THREAD","ads_context_data":{"ad_title":"Warme voeten","post_id":"' || thread % 12 || '"}}' as referral
    from messages
)
union all
select object, business, t + 1500, k,
    '{"sender":{"id":"' || customer || '"},"recipient":{"id":"' || business || '"},"timestamp":' || t + 1500
    || case
        when u(k, 31) < 0.04 then ',"delivery":{"mids":["' || mid || '"],"watermark":' || t || '}}'
        when u(k, 31) < 0.08 then ',"read":{"watermark":' || t || '}}'
        else ',"reaction":{"mid":"' || mid || '","reaction":"love","emoji":"\u2764","action":"react"}}'
    end
from messages where voice <> 'customer' and u(k, 31) < 0.09
union all
select object, business, t + 60000, k,
    '{"sender":{"id":"' || customer || '"},"recipient":{"id":"' || business || '"},"timestamp":' || t + 60000
    || ',"message":{"mid":"' || mid || '","is_deleted":true}}'
from messages where voice = 'customer' and u(k, 32) < 0.001;

-- Busy moments put several events into one delivery; one delivery in fifty comes once more.
create temp table deliveries as
with numbered as (
    select *, sum((u(k, 41) > 0.2)::int) over (partition by object order by t, event) as delivery
    from events
),
packed as (
    select
        object, delivery, min(t) as t,
        '{"object":"' || object || '","entry":['
        || string_agg('{"id":"' || business || '","time":' || t + 700 || ',"messaging":[' || event || ']}', ',' order by t, event)
        || ']}' as line
    from numbered group by object, delivery
)
select object, t, delivery, line from packed
union all
select object, t + 20000 + delivery % 1000 * 977, delivery, line from packed
where u(delivery, 42 + length(object)) < 0.02;

-- Seven orders in ten carry the chat id; a quarter of the orders was a listed checkout first.
create temp table bought as
select
    k, thread, customer, j, u(k, 51) < 0.7 as is_linked,
    t + 60000 + exponential(k, 52, 90000000)::bigint as ordered_at,
    case when u(k, 51) < 0.7 then 'klant' || thread else 'gast' || k end || '@post.example' as email,
    md5('checkout' || k) as checkout_token, md5('cart' || k) as cart_token,
    20 + (u(k, 53) * 9000)::bigint / 100.0 as amount
from messages where voice = 'customer' and u(k, 50) < 0.058;
create temp table left_behind as
select
    k, email, checkout_token, cart_token, amount,
    ordered_at - 60000 - exponential(k, 54, 20000000)::bigint as started_at, ordered_at
from bought where u(k, 55) < 0.25
union all
select
    k, 'gast' || k || '@post.example', md5('left' || k), md5('leftcart' || k),
    20 + (u(k, 56) * 9000)::bigint / 100.0, t + 30000 + exponential(k, 57, 40000000)::bigint, null
from messages where voice = 'customer' and u(k, 58) < 0.09;

create view order_documents as
select '{"id":' || 5512000000000 + k || ',"name":"#' || k || '","order_number":' || k
    || ',"created_at":"' || iso(ordered_at) || '","updated_at":"' || iso(ordered_at + 4000)
    || '","processed_at":"' || iso(ordered_at)
    || '","cancelled_at":' || case when u(k, 61) < 0.02 then '"' || iso(ordered_at + 3600000) || '"' else 'null' end
    || ',"test":' || case when u(k, 62) < 0.005 then 'true' else 'false' end
    || ',"email":"' || email || '","phone":null,"customer":{"id":' || 7300000000000 + (case when is_linked then thread * 1000 + 999 else k end)
    || '},"source_name":"web","landing_site":"/products/sloffen","cart_token":"' || cart_token
    || '","checkout_id":' || 31450000000000 + k * 2 || ',"checkout_token":"' || checkout_token
    || '","currency":"EUR","financial_status":"' || case when u(k, 63) < 0.95 then 'paid' when u(k, 63) < 0.98 then 'pending' else 'voided' end
    || '","total_price":"' || amount::decimal(9, 2) || '","note_attributes":['
    || case when is_linked then '{"name":"messenger_id","value":"' || customer || '"}' else '' end
    || '],"line_items":[{"sku":"SLOF-WOL","title":"wollen sloffen","quantity":1,"price":"' || amount::decimal(9, 2)
    || '"}],"refunds":[' || case when u(k, 64) < 0.03
        then '{"id":' || 9100000000000 + k || ',"created_at":"' || iso(ordered_at + 86400000)
            || '","transactions":[{"kind":"refund","status":"success","amount":"'
            || case when u(k, 64) < 0.02 then amount else 5 end::decimal(9, 2) || '","currency":"EUR"}]}'
        else '' end || ']}' as document
from bought order by ordered_at, k;

create view checkout_documents as
select '{"id":' || 31450000000000 + k * 2 + (ordered_at is null)::int || ',"token":"' || checkout_token || '","cart_token":"' || cart_token
    || '","email":"' || email || '","phone":null,"customer":null,"created_at":"' || iso(started_at)
    || '","updated_at":"' || iso(started_at + 90000)
    || '","completed_at":' || coalesce('"' || iso(ordered_at) || '"', 'null')
    || ',"landing_site":"/products/sloffen","note_attributes":[],"currency":"EUR","total_price":"' || amount::decimal(9, 2)
    || '","abandoned_checkout_url":"https://slofenstukje.example/checkouts/cn/' || checkout_token || '/recover"}' as document
from left_behind order by started_at, k;

create view ad_documents as
select '{"account_id":"1700252260000001","account_currency":"EUR","campaign_id":"120231900000000011","campaign_name":"CTM warme voeten","adset_id":"120231900000000211","adset_name":"NL 25-45","ad_id":"'
    || 120231987654320101 + ad || '","ad_name":"Advertentie ' || ad || '","date_start":"' || day || '","date_stop":"' || day
    || '","impressions":"' || 1000 + (u(ad * 400 + epoch(day) // 86400, 71) * 2000)::int
    || '","reach":"900","clicks":"30","inline_link_clicks":"14","spend":"' || (10 + u(ad, 72))::decimal(9, 2) || '","actions":[]}' as document
from range(12) as a(ad), (select unnest(range(date '2026-01-01', date '2026-07-01', interval 1 day))::date as day);
