"""The SQL of ``recontacting``, one statement per idea."""

from __future__ import annotations

from convocommerce.warehouse.said_sql import WORDS
from convocommerce.warehouse.schema import CUSTOMER_KEY, subject_key
from convocommerce.warehouse.sight import EVENTS_OF_TICKETS, SEEN_MESSAGES

# Codes that became rare, or no longer are.
CODES_MOVED = """
create or replace temp table codes_moved as
(from before_rare_codes except from rare_codes)
union
(from rare_codes except from before_rare_codes)
"""

# Everybody of whom something changed, as it was or as it is now.
MOVED = f"""
create or replace temp table moved as
with told as (
    -- Whose a case is depends on all who spoke in it; whoever did so newly was touched.
    select
        channel || ':' || business_id || ':' || customer_id as name, {CUSTOMER_KEY} as subject_key
    from threads semi join touched_threads using (thread_key) where case_id is not null
    union
    select subject_id, customer_key from thread_guests semi join touched_threads using (thread_key)
    union
    select channel || ':' || business_id || ':' || customer_id, {CUSTOMER_KEY}
    from tickets
    where customer_id is not null
        and platform || ':' || ticket_id in (select name from linked_tickets)
),
receipts_moved as (
    (from before_receipts except from receipts) union (from receipts except from before_receipts)
),
named as (
    select kind, subject_id as name from receipts_moved
    union
    select subject_kind, subject_id
    from identities
    where key_kind = 'code' and upper(trim(key_value)) in (select code from codes_moved)
    union
    -- Who showed something for an order known only by its number showed it for that order.
    select 'order', orders.platform || ':' || orders.order_id
    from touched
    join orders on touched.name = orders.platform || ':number:' || orders.order_number
    where touched.about = 'order'
),
keyed as (select kind, name, {subject_key("kind", "name")} as subject_key from named)
select about as kind, name, key as subject_key
from touched where about in ('customer', 'order', 'checkout') and key is not null
union
select 'customer', name, subject_key from told
union
from keyed
"""

# Codes are found in what was said, which no key leads to: whoever was told one that moved.
SAYERS = f"""
insert into moved
with codes as (select code from codes_moved),
{WORDS}
select distinct 'customer', subject_id, {subject_key("'customer'", "subject_id")} from coded
"""

CONTACTS_OF_MOVED = """
create or replace temp table part_contacts as
select contact_key from threads
where thread_key in (select subject_key from moved where kind = 'customer')
union
select contact_key from order_contacts
where platform || ':' || order_id in (select name from moved where kind = 'order')
union
select contact_key from checkout_contacts
where platform || ':' || checkout_id in (select name from moved where kind = 'checkout')
union
-- Whose a case was, and now may not be.
select contact_key from threads semi join touched_threads using (thread_key)
"""

# Every thread in which somebody of them may have spoken.
PART_THREADS = """
create or replace temp table part_threads as
select subject_key as thread_key from moved where kind = 'customer'
union
from touched_threads
union
select thread_key from threads semi join part_contacts using (contact_key)
union
select thread_key from thread_guests where customer_key in (select subject_key from moved)
"""

RECORDS = {
    "messages": SEEN_MESSAGES,
    "touchpoints": "from {whole}.touchpoints semi join temp.part_threads using (thread_key)",
    "orders": (
        "from {whole}.orders where platform || ':' || order_id in "
        "(select name from temp.moved where kind = 'order')"
    ),
    "checkouts": (
        "from {whole}.checkouts where platform || ':' || checkout_id in "
        "(select name from temp.moved where kind = 'checkout')"
    ),
    "identities": """
        with named as (
            select kind as subject_kind, name as subject_id from temp.moved
            union
            select 'order', platform || ':number:' || order_number
            from temp.orders where order_number is not null
        )
        from {whole}.identities semi join named using (subject_kind, subject_id)
    """,
    "tickets": """
        select tickets.* from {whole}.tickets
        semi join (
            select channel, business_id, case_id as ticket_id
            from {whole}.threads semi join temp.part_threads using (thread_key)
        ) using (channel, business_id, ticket_id)
        union
        from {whole}.tickets
        where platform || ':' || ticket_id in (select name from temp.linked_tickets)
            or channel || ':' || business_id || ':' || customer_id
                in (select name from temp.moved where kind = 'customer')
    """,
    "ticket_events": EVENTS_OF_TICKETS,
}
"""What those who moved may show and where they spoke, for ``in_sight``."""

# What those who moved show now; whoever else is seen beside them may be seen in part.
FRESH = """
create or replace temp table fresh_subjects as
from subjects semi join moved using (subject_key);
create or replace temp table fresh_keys as
select subjects.subject_key, shown_keys.kind, shown_keys.key_kind, shown_keys.key_no,
    shown_keys.is_typed
from shown_keys
join subjects using (subject_no)
where subjects.subject_key in (select subject_key from moved);
"""

# All that they showed or show.
MOVED_KEYS = """
create or replace temp table moved_keys as
select key_no from contact_keys semi join moved using (subject_key)
union
select key_no from fresh_keys
"""

CONTACTS_OF_KEYS = """
insert into part_contacts
select distinct contact_key
from contact_keys semi join (from moved_keys anti join dropped_keys using (key_no)) using (key_no)
where contact_key not in (select contact_key from part_contacts)
"""

# Everybody of these contacts, with what they show: newly found of those who moved, else as before.
PART = f"""
create or replace temp table subjects as
with named as (
    select kind, place, business_id, id, subject_id, subject_key from fresh_subjects
    union all
    select
        'customer', channel, business_id, customer_id,
        channel || ':' || business_id || ':' || customer_id, thread_key
    from threads semi join part_contacts using (contact_key)
    where case_id is null and thread_key not in (select subject_key from moved)
    union all
    select
        'order', platform, null, order_id, platform || ':' || order_id,
        {subject_key("'order'", "platform || ':' || order_id")}
    from order_contacts semi join part_contacts using (contact_key)
    where platform || ':' || order_id not in (select name from moved where kind = 'order')
    union all
    select
        'checkout', platform, null, checkout_id, platform || ':' || checkout_id,
        {subject_key("'checkout'", "platform || ':' || checkout_id")}
    from checkout_contacts semi join part_contacts using (contact_key)
    where platform || ':' || checkout_id not in (select name from moved where kind = 'checkout')
)
select *, row_number() over (order by kind <> 'customer', subject_key, subject_id) as subject_no
from named;
create or replace temp table shown_keys as
with told as (
    from fresh_keys
    union all
    select subject_key, kind, key_kind, key_no, is_typed
    from contact_keys semi join part_contacts using (contact_key)
    where subject_key not in (select subject_key from moved)
)
select subjects.subject_no, told.* exclude (subject_key)
from told join subjects using (subject_key);
"""

# Cases of these contacts in which nothing changed: whose they are, they are still.
OTHER_CASES = f"""
insert into found_threads by name
with kept as (
    select * exclude (contact_key), {CUSTOMER_KEY} as customer_key
    from threads semi join part_contacts using (contact_key)
    where case_id is not null and thread_key not in (select thread_key from part_threads)
)
select kept.* exclude (customer_key), least.subject_key as contact_key
from kept
join subjects on subjects.kind = 'customer' and subjects.subject_key = kept.customer_key
left join labels using (subject_no)
join subjects as least on least.subject_no = coalesce(labels.label, subjects.subject_no)
"""

GONE = {
    "identity_edges": "contact_key in (select contact_key from part_contacts)",
    "threads": """
        contact_key in (select contact_key from part_contacts)
        or thread_key in (select thread_key from found_threads)
    """,
    "order_contacts": """
        contact_key in (select contact_key from part_contacts)
        or (platform, order_id) in (select (platform, order_id) from found_order_contacts)
    """,
    "checkout_contacts": """
        contact_key in (select contact_key from part_contacts)
        or (platform, checkout_id) in (select (platform, checkout_id) from found_checkout_contacts)
    """,
    "contact_keys": """
        contact_key in (select contact_key from part_contacts)
        or subject_key in (select subject_key from found_contact_keys)
    """,
    "thread_guests": "thread_key in (select thread_key from part_threads)",
    "dropped_keys": "false",
}
"""Which rows of each table give way to the new ones."""

# The keys that tied nobody before, with all that now stands behind them.
DROPPED_MOVED = """
create or replace temp table dropped_moved as
select key_no from dropped_keys semi join moved_keys using (key_no)
"""

BEHIND_DROPPED = """
create or replace temp table shown_keys as
select kind, subject_key as subject_no, key_kind, key_no
from contact_keys
semi join (
    select subject_key from contact_keys semi join dropped_moved using (key_no)
) using (subject_key);
create or replace temp table subjects as
select distinct kind, subject_no, subject_no as subject_key from shown_keys;
"""
