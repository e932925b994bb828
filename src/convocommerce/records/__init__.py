"""The canonical tables: what every platform's documents become.

One declaration per table, used by the warehouse to create it, by sources to be checked against,
by erasure to know what is personal, and by the documentation. Conventions hold everywhere:
``_id`` is text with every digit kept, ``_at`` is an instant in UTC without a zone, ``_amount`` is
an exact decimal that travels with ``currency``, ``is_`` is a yes or no. An unknown value is null,
never 0 and never an empty string.

When the same key arrives more than once, the record with the greatest ``version`` columns wins,
and among equals the one with the greatest content hash, message text counting last. The rule reads
only what the records say, never when they arrived, so any order, split or repetition of loads ends
in the same state.
"""

from __future__ import annotations

from convocommerce.records.ads import (
    AD_DAY_VERSIONS,
    AD_DAYS,
    AD_OBJECTS,
    SENT_CONVERSIONS,
)
from convocommerce.records.helpdesk import (
    PEOPLE,
    REPORTED_TIMES,
    SCHEDULE_HOLIDAYS,
    SCHEDULES,
    TICKET_EVENTS,
    TICKET_SCHEDULES,
    TICKET_STATUSES,
    TICKETS,
)
from convocommerce.records.identities import IDENTITIES
from convocommerce.records.table import FILLED_BY_LOADING, MONEY, Column, Table
from convocommerce.records.talk import DELIVERIES, MESSAGE_CHANGES, MESSAGES, RATINGS, TOUCHPOINTS
from convocommerce.records.trade import CHECKOUTS, ORDERS, REFUNDS, WEB_EVENTS

__all__ = ["FILLED_BY_LOADING", "MONEY", "TABLES", "Column", "Table"]

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        MESSAGES,
        MESSAGE_CHANGES,
        DELIVERIES,
        TICKETS,
        TICKET_EVENTS,
        TICKET_STATUSES,
        PEOPLE,
        TOUCHPOINTS,
        RATINGS,
        REPORTED_TIMES,
        SCHEDULES,
        SCHEDULE_HOLIDAYS,
        TICKET_SCHEDULES,
        ORDERS,
        REFUNDS,
        CHECKOUTS,
        WEB_EVENTS,
        AD_OBJECTS,
        AD_DAYS,
        AD_DAY_VERSIONS,
        SENT_CONVERSIONS,
        IDENTITIES,
    )
}
