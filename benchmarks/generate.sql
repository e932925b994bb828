-- The exports of a fictional shop: what is drawn, one slice of threads or of time after the other.
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
create macro threads(first, past) as table
select
    i as thread,
    least(926, ceil(2.9 * pow(1 - u(i, 2), -0.75)))::int as n,
    1767225600000 + (u(i, 3) * 180 * 86400000)::bigint as opened_at
from range(first, past) as drawn(i);

-- Every gap is at least 0.9 seconds, so no two messages of a thread share a millisecond.
create macro said(first, past) as table
with each as (
    select *, unnest(range(n)) as j, thread * 1000 + unnest(range(n)) as k from threads(first, past)
),
paced as (
    select
        thread, k, j, opened_at,
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
    thread, k, j, voice,
    opened_at + sum(pause) over (partition by thread order by j rows unbounded preceding)::bigint as t
from paced
qualify t < 1767225600000 + 182 * 86400000::bigint;

-- All else about a message follows from its thread and its number.
create macro told(said) as table
select
    *,
    case when u(thread, 1) < 0.6 then 'page' else 'instagram' end as object,
    case when u(thread, 1) < 0.6 then '102030405060708' else '17841400000000001' end as business,
    (7355000000000000 + thread * 7919)::varchar as customer,
    u(thread, 4) < 0.15 as is_from_ad,
    'm_' || substr(md5(k::varchar), 1, 22) as mid
from query_table(said);

create temp table messages (thread bigint, k bigint, j bigint, voice varchar, t bigint);
create temp table trading (thread bigint, k bigint, j bigint, voice varchar, t bigint);

-- Referrals, postbacks, receipts, reactions and deletions stand between the messages.
create temp view events as
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
    from told('messages')
)
union all
select object, business, t + 1500, k,
    '{"sender":{"id":"' || customer || '"},"recipient":{"id":"' || business || '"},"timestamp":' || t + 1500
    || case
        when u(k, 31) < 0.04 then ',"delivery":{"mids":["' || mid || '"],"watermark":' || t || '}}'
        when u(k, 31) < 0.08 then ',"read":{"watermark":' || t || '}}'
        else ',"reaction":{"mid":"' || mid || '","reaction":"love","emoji":"\u2764","action":"react"}}'
    end
from told('messages') where voice <> 'customer' and u(k, 31) < 0.09
union all
select object, business, t + 60000, k,
    '{"sender":{"id":"' || customer || '"},"recipient":{"id":"' || business || '"},"timestamp":' || t + 60000
    || ',"message":{"mid":"' || mid || '","is_deleted":true}}'
from told('messages') where voice = 'customer' and u(k, 32) < 0.001;
