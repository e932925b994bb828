-- The orders, checkouts and ad days around the messages, from the customers' messages in trading that led to any.
-- Seven orders in ten carry the chat id; a quarter of the orders was a listed checkout first.
create temp table bought as
select
    k, thread, customer, j, u(k, 51) < 0.7 as is_linked,
    t + 60000 + exponential(k, 52, 90000000)::bigint as ordered_at,
    case when u(k, 51) < 0.7 then 'klant' || thread else 'gast' || k end || '@post.example' as email,
    md5('checkout' || k) as checkout_token, md5('cart' || k) as cart_token,
    20 + (u(k, 53) * 9000)::bigint / 100.0 as amount
from told('trading') where voice = 'customer' and u(k, 50) < 0.058;
create temp table left_behind as
select
    k, email, checkout_token, cart_token, amount,
    ordered_at - 60000 - exponential(k, 54, 20000000)::bigint as started_at, ordered_at
from bought where u(k, 55) < 0.25
union all
select
    k, 'gast' || k || '@post.example', md5('left' || k), md5('leftcart' || k),
    20 + (u(k, 56) * 9000)::bigint / 100.0, t + 30000 + exponential(k, 57, 40000000)::bigint, null
from told('trading') where voice = 'customer' and u(k, 58) < 0.09;

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
        else '' end || ']}' as document,
    row_number() over (order by ordered_at, k) as place
from bought;

create view checkout_documents as
select '{"id":' || 31450000000000 + k * 2 + (ordered_at is null)::int || ',"token":"' || checkout_token || '","cart_token":"' || cart_token
    || '","email":"' || email || '","phone":null,"customer":null,"created_at":"' || iso(started_at)
    || '","updated_at":"' || iso(started_at + 90000)
    || '","completed_at":' || coalesce('"' || iso(ordered_at) || '"', 'null')
    || ',"landing_site":"/products/sloffen","note_attributes":[],"currency":"EUR","total_price":"' || amount::decimal(9, 2)
    || '","abandoned_checkout_url":"https://slofenstukje.example/checkouts/cn/' || checkout_token || '/recover"}' as document,
    row_number() over (order by started_at, k) as place
from left_behind;

create view ad_documents as
select '{"account_id":"1700252260000001","account_currency":"EUR","campaign_id":"120231900000000011","campaign_name":"CTM warme voeten","adset_id":"120231900000000211","adset_name":"NL 25-45","ad_id":"'
    || 120231987654320101 + ad || '","ad_name":"Advertentie ' || ad || '","date_start":"' || day || '","date_stop":"' || day
    || '","impressions":"' || 1000 + (u(ad * 400 + epoch(day) // 86400, 71) * 2000)::int
    || '","reach":"900","clicks":"30","inline_link_clicks":"14","spend":"' || (10 + u(ad, 72))::decimal(9, 2) || '","actions":[]}' as document,
    row_number() over (order by ad, day) as place
from range(12) as a(ad), (select unnest(range(date '2026-01-01', date '2026-07-01', interval 1 day))::date as day);
