"""The SQL of ``recontacting``, one statement per idea."""

from __future__ import annotations

from convocommerce.warehouse.schema import CUSTOMER_KEY, hash_sql

_SUBJECT_KEY = (
    "case when kind = 'customer' then "
    + hash_sql(r"regexp_replace(name, '^([^:]+):([^:]+):', '\1' || chr(31) || '\2' || chr(31))")
    + f" else {hash_sql('kind || chr(31) || name')} end"
)

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
with cases as (
    select key as thread_key from touched where about = 'thread'
    union
    select threads.thread_key
    from threads
    join tickets
        on tickets.channel = threads.channel
        and tickets.business_id = threads.business_id
        and tickets.ticket_id = threads.case_id
    where tickets.platform || ':' || tickets.ticket_id in (select name from linked_tickets)
),
told as (
    select channel, business_id, customer_id
    from messages semi join cases using (thread_key) where case_id is not null
    union
    select channel, business_id, customer_id
    from touchpoints semi join cases using (thread_key) where case_id is not null
    union
    select channel, business_id, customer_id
    from tickets
    where platform || ':' || ticket_id
        in (select name from linked_tickets) and customer_id is not null
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
keyed as (select kind, name, {_SUBJECT_KEY} as subject_key from named)
select about as kind, name, key as subject_key
from touched where about in ('customer', 'order', 'checkout')
union
select 'customer', channel || ':' || business_id || ':' || customer_id, {CUSTOMER_KEY} from told
union
from keyed
"""

# Codes are found in what was said, which no key leads to: whoever said one that moved.
SAYERS = f"""
insert into moved
with words as (
    select
        channel, business_id, customer_id,
        unnest(regexp_extract_all(upper(text), '[A-Z0-9][A-Z0-9_\\x{{2d}}]{{4,39}}')) as code
    from messages
    where direction = 'out' and text is not null
)
select distinct
    'customer', channel || ':' || business_id || ':' || customer_id, {CUSTOMER_KEY}
from words
semi join codes_moved using (code)
union
select distinct 'customer', channel || ':' || business_id || ':' || customer_id, {CUSTOMER_KEY}
from tickets
join ticket_events as events using (platform, ticket_id)
where tickets.customer_id is not null
    and exists (
        from codes_moved where contains(upper(events.text), codes_moved.code)
    )
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
select contact_key from threads
where thread_key in (select key from touched where about = 'thread')
    or (channel, business_id, case_id) in (
        select (channel, business_id, ticket_id) from tickets
        where platform || ':' || ticket_id in (select name from linked_tickets)
    )
"""

STRANGERS = """
select count(*) from subjects
where (kind, subject_id) not in (select (kind, name) from part_subjects)
"""

KEYS_OF_MOVED = """
create or replace temp table moved_keys as
select key_no from contact_keys where subject_key in (select subject_key from moved)
union
select key_no
from shown_keys
join subjects using (subject_no)
where subject_key in (select subject_key from moved)
"""

CONTACTS_OF_KEYS = """
insert into part_contacts
select distinct contact_key
from contact_keys
where key_no in (select key_no from moved_keys)
    and key_no not in (select key_no from dropped_keys)
    and contact_key not in (select contact_key from part_contacts)
"""

# Whoever else spoke in a case is needed to say whose it is.
CONTACTS_OF_GUESTS = """
insert into part_contacts
with guests as (
    select threads.contact_key as held_by, own.contact_key as guest
    from thread_guests
    join threads on threads.thread_key = thread_guests.thread_key
    join threads as own on own.thread_key = thread_guests.customer_key
)
select distinct contact_key
from (
    select held_by as contact_key from guests
    where guest in (select contact_key from part_contacts)
    union
    select guest from guests where held_by in (select contact_key from part_contacts)
)
where contact_key not in (select contact_key from part_contacts)
"""

PART_SUBJECTS = """
create or replace temp table part_subjects as
select kind, name from moved
union
select 'customer', channel || ':' || business_id || ':' || customer_id
from {whole}.threads semi join part_contacts using (contact_key)
where case_id is null
union
select 'order', platform || ':' || order_id
from {whole}.order_contacts semi join part_contacts using (contact_key)
union
select 'checkout', platform || ':' || checkout_id
from {whole}.checkout_contacts semi join part_contacts using (contact_key)
"""

PART_THREADS = """
create or replace temp table part_threads as
select subject_key as thread_key from moved where kind = 'customer'
union
select key from {whole}.touched where about = 'thread'
union
select thread_key from {whole}.threads semi join part_contacts using (contact_key)
union
select thread_key from {whole}.thread_guests
where customer_key in (select subject_key from moved)
"""

RECORDS = {
    "messages": "from {whole}.messages semi join part_threads using (thread_key)",
    "touchpoints": "from {whole}.touchpoints semi join part_threads using (thread_key)",
    "orders": (
        "from {whole}.orders where platform || ':' || order_id in "
        "(select name from part_subjects where kind = 'order')"
    ),
    "checkouts": (
        "from {whole}.checkouts where platform || ':' || checkout_id in "
        "(select name from part_subjects where kind = 'checkout')"
    ),
    "identities": """
        from {whole}.identities
        where (subject_kind, subject_id) in (select (kind, name) from part_subjects)
            or (subject_kind, subject_id) in (
                select ('order', platform || ':number:' || order_number) from temp.orders
                where order_number is not null
            )
    """,
    "tickets": """
        select tickets.* from {whole}.tickets
        semi join (
            select channel, business_id, case_id as ticket_id
            from {whole}.threads semi join part_threads using (thread_key)
        ) using (channel, business_id, ticket_id)
        union
        from {whole}.tickets
        where platform || ':' || ticket_id in (select name from linked_tickets)
            or channel || ':' || business_id || ':' || customer_id
                in (select name from part_subjects where kind = 'customer')
    """,
    "ticket_events": """
        with copied as (
            select platform, chat_id
            from {whole}.ticket_events semi join temp.tickets using (platform, ticket_id)
            where kind = 'chat'
        )
        from {whole}.ticket_events
        where (platform, ticket_id) in (select (platform, ticket_id) from temp.tickets)
            or (platform, ticket_id) in (select (platform, 'chat:' || chat_id) from copied)
            or (kind = 'chat' and (platform, chat_id) in (select (platform, chat_id) from copied))
    """,
}

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
BEHIND_DROPPED = """
create or replace temp table dropped_moved as
select key_no from dropped_keys semi join moved_keys using (key_no);
create or replace temp table subjects as
select distinct kind, subject_key as subject_no, subject_key
from contact_keys
where subject_key in (
    select subject_key from contact_keys semi join dropped_moved using (key_no)
);
create or replace temp table shown_keys as
select keys.kind, keys.subject_key as subject_no, keys.key_kind, keys.key_no
from contact_keys as keys
where keys.subject_key in (select subject_key from temp.subjects);
"""
