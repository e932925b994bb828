"""Which bucket a record goes to: by its key to be merged, by its contact to be built.

A record's key decides alone where it is merged. To be built, everything of one contact must come
together. Most contacts are one person on one channel, whose key is the thread's as well, and most
orders are tied to nobody, so a bucket can be told from the record itself; only what goes elsewhere
is looked up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convocommerce.records import TABLES
from convocommerce.warehouse.merging import key_sql
from convocommerce.warehouse.schema import hash_sql, stored_columns

if TYPE_CHECKING:
    from convocommerce.records import Table

_OF_MESSAGES = ("message_changes", "deliveries")
"""Tables whose records are about a message, and are merged where it is."""

MESSAGE_KEY = hash_sql("{row}.channel || chr(31) || {row}.message_id")


def merging_bucket(table: Table, alias: str, buckets: int) -> str:
    """Return the SQL of the bucket in which a record is merged.

    Args:
        table: The canonical table.
        alias: What SQL calls the row.
        buckets: How many there are.
    """
    of_message = table.name in _OF_MESSAGES
    key = MESSAGE_KEY.format(row=alias) if of_message else key_sql(table, alias)
    return f"({key} % {buckets})::integer"


_OWN = hash_sql("'{kind}' || chr(31) || {row}.platform || ':' || {row}.{kind}_id")
"""The contact of an order or checkout that is tied to nothing."""

CONTACT = {
    "threads": "contact_key",
    "order_contacts": "contact_key",
    "checkout_contacts": "contact_key",
    "identity_edges": "contact_key",
}
"""Tables that say who is who, and their contact."""

LOOKUPS = {
    "moved_threads": """
        select thread_key, (contact_key % {n})::integer as bucket from threads
        where contact_key % {n} <> thread_key % {n}
    """,
    "moved_orders": f"""
        select platform, order_id, (contact_key % {{n}})::integer as bucket
        from order_contacts as o
        where contact_key % {{n}} <> {_OWN.format(kind="order", row="o")} % {{n}}
    """,
    "moved_checkouts": f"""
        select platform, checkout_id, (contact_key % {{n}})::integer as bucket
        from checkout_contacts as c
        where contact_key % {{n}} <> {_OWN.format(kind="checkout", row="c")} % {{n}}
    """,
    # A chat's own events stand under its number, and a helpdesk may copy one chat into several
    # tickets: they go wherever one of those does.
    "ticket_buckets": """
        with of_tickets as (
            select
                tickets.platform, tickets.ticket_id,
                (threads.contact_key % {n})::integer as bucket
            from tickets
            join threads
                on threads.channel = tickets.channel
                and threads.business_id = tickets.business_id
                and threads.case_id = tickets.ticket_id
        )
        from of_tickets
        union
        select platform, 'chat:' || ticket_events.chat_id, of_tickets.bucket
        from ticket_events join of_tickets using (platform, ticket_id)
        where ticket_events.kind = 'chat'
    """,
}
"""Small tables that say what goes to another bucket than the record itself tells."""

ROUTES = {
    "messages": """
        select messages.*, coalesce(moved.bucket, messages.thread_key % {n})::integer as bucket
        from messages left join moved_threads as moved using (thread_key)
    """,
    "touchpoints": """
        select
            touchpoints.*, coalesce(moved.bucket, touchpoints.thread_key % {n})::integer as bucket
        from touchpoints left join moved_threads as moved using (thread_key)
    """,
    # What is told of the delivery of a message that no export tells changes no figure.
    "deliveries": f"""
        select deliveries.*, coalesce(moved.bucket, messages.thread_key % {{n}})::integer as bucket
        from deliveries
        join messages on messages.message_key = {MESSAGE_KEY.format(row="deliveries")}
        left join moved_threads as moved on moved.thread_key = messages.thread_key
    """,
    "orders": f"""
        select
            orders.*,
            coalesce(moved.bucket, {_OWN.format(kind="order", row="orders")} % {{n}})::integer
                as bucket
        from orders left join moved_orders as moved using (platform, order_id)
    """,
    "checkouts": f"""
        select
            checkouts.*,
            coalesce(moved.bucket, {_OWN.format(kind="checkout", row="checkouts")} % {{n}})::integer
                as bucket
        from checkouts left join moved_checkouts as moved using (platform, checkout_id)
    """,
    "tickets": """
        select tickets.*, ticket_buckets.bucket
        from tickets join ticket_buckets using (platform, ticket_id)
    """,
    "ticket_events": """
        select ticket_events.*, ticket_buckets.bucket
        from ticket_events join ticket_buckets using (platform, ticket_id)
        union
        select ticket_events.*, ticket_buckets.bucket
        from ticket_events
        join ticket_buckets
            on ticket_buckets.platform = ticket_events.platform
            and ticket_buckets.ticket_id = 'chat:' || ticket_events.chat_id
        where ticket_events.kind = 'chat'
    """,
    "ticket_schedules": """
        select ticket_schedules.*, ticket_buckets.bucket
        from ticket_schedules join ticket_buckets using (platform, ticket_id)
    """,
}
"""By canonical table every record of it with the buckets of its contacts.

What models read and stands here belongs to contacts; everything else they read is small and holds
for everybody, the list of a helpdesk's people among it.
"""


def stored(table: str) -> dict[str, str]:
    """Return the stored columns of a canonical table with their types."""
    return stored_columns(TABLES[table])
