"""The SQL of ``contacts``, one statement per idea."""

from __future__ import annotations

from dataclasses import dataclass

from convocommerce.warehouse.said_sql import TICKET_TEXTS
from convocommerce.warehouse.schema import CUSTOMER_KEY, THREAD_KEY, hash_sql

# Every thread, order and checkout. The number orders customers before the rest and is otherwise
# the order of the keys, so that the least number of a component names its contact.
SUBJECTS = rf"""
create or replace temp table subjects as
with customers as (
    select channel, business_id, customer_id from messages group by all
    union
    select channel, business_id, customer_id from touchpoints group by all
    union
    select channel, business_id, customer_id from tickets where customer_id is not null
),
shown as (
    select
        regexp_extract(
            subject_id, '^([^:]+):([^:]+):(.+)$', ['channel', 'business_id', 'customer_id']
        ) as parts
    from identities
    where subject_kind = 'customer'
        and subject_id not in (
            select channel || ':' || business_id || ':' || customer_id from customers
        )
),
every_customer as (
    select channel, business_id, customer_id from customers
    union
    select parts.channel, parts.business_id, parts.customer_id from shown where parts.channel <> ''
),
named as (
    select
        'customer' as kind, channel as place, business_id, customer_id as id,
        channel || ':' || business_id || ':' || customer_id as subject_id,
        {CUSTOMER_KEY} as subject_key
    from every_customer
    union all
    select
        'order', platform, null, order_id, platform || ':' || order_id,
        {hash_sql("'order' || chr(31) || platform || ':' || order_id")}
    from orders
    union all
    select
        'checkout', platform, null, checkout_id, platform || ':' || checkout_id,
        {hash_sql("'checkout' || chr(31) || platform || ':' || checkout_id")}
    from checkouts
)
select *, row_number() over (order by kind <> 'customer', subject_key, subject_id) as subject_no
from named;
"""

# A receipt in a chat ties the chat to the one order that bears its number; if several do, to none.
RECEIPTS = """
create or replace table receipts as
select distinct
    'customer' as kind, channel || ':' || business_id || ':' || customer_id as subject_id,
    ltrim(order_number, '#') as number
from messages
where order_number is not null
union all
select 'order', any_value(platform || ':' || order_id), ltrim(order_number, '#') as number
from orders
where ltrim(order_number, '#') in (select ltrim(order_number, '#') from messages)
group by number
having count(*) = 1;
"""

# What an order known only by its number showed belongs to the order with that number.
_SHOWN_KEYS = rf"""
with {TICKET_TEXTS},
shown as (
    select subject_kind, subject_id, key_kind, key_value from identities
    union all
    select 'order', o.platform || ':' || o.order_id, i.key_kind, i.key_value
    from identities as i
    join orders as o on i.subject_id = o.platform || ':number:' || o.order_number
    where i.subject_kind = 'order' and not starts_with(o.order_id, 'number:')
    union all
    select kind, subject_id, 'token', 'receipt:' || number from receipts
    union all
    -- What an order says of the link it came by may have been a link that a chat gave.
    select subject_kind, subject_id, 'link', key_value from identities
    where key_kind = 'ref' and subject_kind <> 'customer'
    union all
    select 'customer', subject_id, 'typed_phone', number from real_phones
    union all
    select 'customer', subject_id, 'code', code from said_codes
    union all
    select 'customer', subject_id, shared_kind, shared_value
    from ticket_texts
    where is_business and shared_kind in ('token', 'link')
),
based as (
    select
        subject_kind, subject_id,
        -- A macro repeats what it is given, so each is given a column.
        case when key_kind in ('phone', 'typed_phone') then dialled(key_value) else key_value end
            as key_value,
        regexp_replace(key_kind, '^typed_', '') as key_kind,
        starts_with(key_kind, 'typed_') as is_typed
    from shown
    where {{mine}}
),
international as (
    select
        * replace (
            case
                when key_kind = 'phone' then international_phone(key_value, $code) else key_value
            end as key_value
        )
    from based
),
cleaned as (
    select
        subject_kind, subject_id, key_kind, is_typed,
        case key_kind
            when 'email' then case when contains(key_value, '@') then lower(trim(key_value)) end
            when 'phone' then one_way(key_value)
            when 'code' then upper(trim(key_value))
            else key_value
        end as key_value
    from international
),
usable as (
    select * from cleaned
    -- Programs write nothing in many ways, and nothing must tie nobody.
    where lower(key_value) not in ('', 'null', 'none', 'nil', 'undefined', 'n/a', 'na', 'nan')
        and (key_kind <> 'phone' or length(key_value) between 8 and 15)
),
numbered as (
    select
        s.subject_no, s.kind, c.key_kind,
        {hash_sql("c.key_kind || chr(31) || c.key_value")} as key_no,
        bool_and(c.is_typed) as is_typed
    from usable as c
    join (from subjects where {{mine}}) as s
        on s.kind = c.subject_kind and s.subject_id = c.subject_id
    group by all
)
select * from numbered
"""

# How many people stand behind each key that two or more subjects show: the greatest number of
# different values of any other kind that its subjects show.
_PEOPLE_OF_KEYS = r"""
with shared as (
    select key_kind, key_no from shown_keys
    where {mine}
    group by key_kind, key_no
    having count(*) > 1
        and (
            key_kind not in ('chat_id', 'ref', 'link', 'code')
            or count(*) filter (kind = 'customer') > 0
        )
),
personal as (
    select subject_no, key_kind, key_no from shown_keys
    where key_kind in ('shop_customer', 'email', 'phone')
    union all
    -- A customer is one person, under the helpdesk's user or the least chat id that is shown.
    select
        s.subject_no, 'chat_id',
        coalesce(
            min(k.key_no) filter (k.key_kind = 'person'),
            min(k.key_no) filter (k.key_kind = 'chat_id'),
            s.subject_key
        )
    from subjects as s
    join shown_keys as k on k.subject_no = s.subject_no
    where s.kind = 'customer'
    group by s.subject_no, s.subject_key
),
counted as (
    select m.key_kind, m.key_no, p.key_kind as other_kind, count(distinct p.key_no) as n
    from shown_keys as m
    semi join shared on shared.key_no = m.key_no
    join personal as p on p.subject_no = m.subject_no and p.key_kind <> m.key_kind
    group by m.key_kind, m.key_no, p.key_kind
),
subjects_of as (
    select key_no, count(*) as n_subjects
    from shown_keys semi join shared using (key_no)
    group by key_no
)
select
    shared.key_kind, shared.key_no, subjects_of.n_subjects,
    coalesce(max(counted.n), 0) as n_people
from shared
join subjects_of using (key_no)
left join counted on counted.key_no = shared.key_no
group by shared.key_kind, shared.key_no, subjects_of.n_subjects
"""


@dataclass(frozen=True)
class Sliced:
    """A table that is found slice by slice where memory is short.

    Attributes:
        sql: The rows of a slice, with ``{mine}`` for its condition.
        number: The number, in SQL, whose remainder tells the slice.
        bytes_per_key: What finding it in one go must hold for each identity when everything else
            is spilled.
    """

    sql: str
    number: str
    bytes_per_key: int


SLICED = {
    # 26 million took 600 MB in slices of three million, and not in slices of five.
    "shown_keys": Sliced(_SHOWN_KEYS, "hash(subject_id)", 160),
    # 26 million took 650 MB in two slices, and not 600 MB.
    "people_of_keys": Sliced(_PEOPLE_OF_KEYS, "key_no", 50),
}

KEPT_KEYS = """
create or replace temp table kept_keys as
select k.subject_no, k.key_kind, k.key_no, k.is_typed
from shown_keys as k
semi join (
    select key_no from people_of_keys
    where key_kind = 'person'
        or n_people <= case when key_kind in ('ref', 'link', 'code') then 1 else $most end
) as kept using (key_no)
where k.key_no not in (select key_no from closed_keys);
"""

DROPPED_KEYS = """
select key_kind, n_people, n_subjects, key_no from people_of_keys
where key_kind <> 'person'
    and n_people > case when key_kind in ('ref', 'link', 'code') then 1 else $most end
    and key_no not in (select key_no from closed_keys)
"""

_CONTACT = """
from subjects as s
left join labels as l using (subject_no)
join subjects as least on least.subject_no = coalesce(l.label, s.subject_no)
left join matches as m on m.subject_no = s.subject_no
"""

# A thread that is a case belongs to whom the helpdesk says asked, or else to who wrote first in it.
_FIRST = "(coalesce(first_at, timestamp 'infinity'), customer_id)"
_CASES = f"""
told as (
    select channel, business_id, customer_id, case_id, min(sent_at) as first_at
    from messages where case_id is not null group by all
    union all
    select channel, business_id, customer_id, case_id, min(occurred_at)
    from touchpoints where case_id is not null group by all
    union all
    select channel, business_id, customer_id, ticket_id, timestamp '-infinity'
    from tickets where customer_id is not null
),
keyed as (select *, {THREAD_KEY} as thread_key, {CUSTOMER_KEY} as customer_key from told),
held as (
    select
        thread_key, any_value(channel) as channel, any_value(business_id) as business_id,
        arg_min(customer_id, {_FIRST}) as customer_id,
        any_value(case_id) as case_id,
        arg_min(customer_key, {_FIRST}) as customer_key
    from keyed
    group by thread_key
)
"""
_THREADS = f"""
with {_CASES}
select held.* exclude (customer_key), s.subject_no
from held
join subjects as s on s.kind = 'customer' and s.subject_key = held.customer_key
union all
-- What somebody says outside of cases is a line of their own, under their own key.
select subject_key, place, business_id, id, null, subject_no from subjects where kind = 'customer'
"""

# How sure each kind of key is: an id that the platforms themselves gave, something a person stated
# in a form, something found in what was typed, and something that can be passed on to others.
_EDGES = """
select
    s.kind as subject_kind, s.place, s.subject_key, least.subject_key as contact_key,
    case when k.is_typed then 'typed_' else '' end || k.key_kind as rule,
    case
        when k.is_typed then 'typed'
        when k.key_kind in ('email', 'phone') then 'stated'
        when k.key_kind in ('code', 'ref') then 'passed on'
        else 'exact'
    end as confidence,
    k.key_no
from kept_keys as k
join subjects as s using (subject_no)
join labels as l using (subject_no)
join subjects as least on least.subject_no = l.label
order by contact_key, key_no, subject_key
"""

_KEYS = """
select
    s.kind, s.subject_key, least.subject_key as contact_key, k.key_kind, k.key_no, k.is_typed
from shown_keys as k
join subjects as s using (subject_no)
left join labels as l using (subject_no)
join subjects as least on least.subject_no = coalesce(l.label, s.subject_no)
"""

_GUESTS = f"""
with {_CASES}
select distinct
    keyed.thread_key, keyed.channel || ':' || keyed.business_id || ':' || keyed.customer_id
        as subject_id,
    keyed.customer_key
from keyed
join held on held.thread_key = keyed.thread_key and held.customer_key <> keyed.customer_key
"""

RESULTS = {
    "identity_edges": _EDGES,
    "threads": f"""
        select t.* exclude (subject_no), least.subject_key as contact_key
        from ({_THREADS}) as t
        left join labels as l using (subject_no)
        join subjects as least on least.subject_no = coalesce(l.label, t.subject_no)
        order by thread_key
    """,
    "order_contacts": f"""
        select
            s.place as platform, s.id as order_id, least.subject_key as contact_key,
            coalesce(m.match_rule, 'none') as match_rule
        {_CONTACT}
        where s.kind = 'order' order by platform, order_id
    """,
    "checkout_contacts": f"""
        select
            s.place as platform, s.id as checkout_id, least.subject_key as contact_key,
            coalesce(m.match_rule, 'none') as match_rule
        {_CONTACT}
        where s.kind = 'checkout' order by platform, checkout_id
    """,
    "dropped_keys": DROPPED_KEYS,
    "contact_keys": _KEYS,
    "thread_guests": _GUESTS,
}
"""The SQL of each table that stays, by its name."""
