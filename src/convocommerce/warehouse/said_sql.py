"""The SQL of what people said that tells who they are: numbers, codes and links."""

from __future__ import annotations

# Digits of an international number. "(0)" is a trunk digit that is not dialled from abroad.
PHONE_MACROS = r"""
create or replace temp macro dialled(value) as regexp_replace(
    replace(ltrim(trim(value), ''''), '(0)', ''), '[^0-9+]', '', 'g'
);
create or replace temp macro international_phone(digits, code) as
    case
        when starts_with(digits, '+') then replace(digits, '+', '')
        when starts_with(digits, '00') then substr(replace(digits, '+', ''), 3)
        when starts_with(digits, '0') and code is not null
            then code || substr(replace(digits, '+', ''), 2)
        else replace(digits, '+', '')
    end;
-- Some countries write one mobile number in two ways: with a digit that messaging ids leave out
-- (Argentina's 9, Mexico's old 1) or that was put before all of them (Brazil's 9).
create or replace temp macro one_way(digits) as
    case
        when regexp_full_match(digits, '549\d{10}') then '54' || substr(digits, 4)
        when regexp_full_match(digits, '521\d{10}') then '52' || substr(digits, 4)
        when regexp_full_match(digits, '55\d{2}9\d{8}')
            then substr(digits, 1, 4) || substr(digits, 6)
        else digits
    end;
"""

# What was said in tickets for the customer to see, and by whom as far as the records tell: who
# asked is the customer, another customer is neither, and whoever nobody lists is taken for an
# employee. What repeats a whole chat mixes both sides, so it is nobody's.
TICKET_TEXTS = """
chats as (
    select platform, 'chat:' || chat_id as chat, min(ticket_id) as ticket_id,
        min(author_id) as visitor_id
    from ticket_events
    where kind = 'chat'
    group by platform, chat_id
),
ticket_said as (
    select
        t.channel || ':' || t.business_id || ':' || t.customer_id as subject_id,
        e.kind, e.text, e.shared_kind, e.shared_value, e.author_id, e.declared_role,
        coalesce(
            e.author_id = t.customer_id or e.author_id = chats.visitor_id,
            e.author_id is null and e.declared_role = 'customer',
            false
        ) as is_asker,
        people.role as author_role
    from ticket_events as e
    left join chats on chats.platform = e.platform and chats.chat = e.ticket_id
    join tickets as t
        on t.platform = e.platform and t.ticket_id = coalesce(chats.ticket_id, e.ticket_id)
    left join people on people.platform = e.platform and people.person_id = e.author_id
    where t.customer_id is not null
        and not coalesce(t.is_sample, false)
        and e.kind not in ('note', 'close', 'reopen', 'handover', 'chat')
        and coalesce(e.declared_role, '') not in ('note', 'system')
        and not coalesce(e.is_transcript, t.is_messaging, false)
),
ticket_texts as (
    select
        *,
        is_asker and coalesce(declared_role, 'customer') = 'customer' as is_customers,
        case
            when declared_role is not null then declared_role <> 'customer'
            else author_id is not null and not is_asker
                and coalesce(author_role, 'human') <> 'customer'
        end as is_business
    from ticket_said
)
"""

# Telephone numbers in what customers typed, as they stand there; a library says which are real.
TYPED_PHONES = rf"""
create or replace temp table typed_phones as
with {TICKET_TEXTS},
texts as (
    select channel || ':' || business_id || ':' || customer_id as subject_id, text
    from messages
    where direction = 'in' and regexp_matches(text, '\d{{3}}')
    union all
    select subject_id, text
    from ticket_texts
    where is_customers and kind = 'text' and regexp_matches(text, '\d{{3}}')
)
select distinct
    subject_id,
    unnest(regexp_extract_all(text, '(?:\+|\b0)\d[\d \x{{a0}}().\x{{2d}}/]{{6,20}}\d')) as typed
from texts;
"""

# Discount codes that few orders used. Codes of campaigns are used by many and tie nobody.
RARE_CODES = """
create or replace table rare_codes as
select upper(trim(key_value)) as code
from identities
where key_kind = 'code' and subject_kind <> 'customer' and length(trim(key_value)) >= 5
group by code
having count(distinct subject_id) <= $most;
"""

# Whoever was told by the business one of some codes, which stand in ``codes``.
WORDS = rf"""
{TICKET_TEXTS.strip()},
told as (
    select channel || ':' || business_id || ':' || customer_id as subject_id, text
    from messages
    where direction = 'out'
    union all
    select subject_id, text from ticket_texts where is_business
),
words as (
    select
        subject_id,
        unnest(regexp_extract_all(upper(text), '[A-Z0-9][A-Z0-9_\x{{2d}}]{{4,39}}')) as code
    from told
    where exists (select 1 from codes)
),
coded as (
    select distinct subject_id, code from words semi join codes using (code)
)
"""

# Rare codes said in a chat by the business: each may have been made for one person.
SAID_CODES = f"""
create or replace temp table said_codes as
with codes as (select code from rare_codes),
{WORDS}
select subject_id, code from coded;
"""
