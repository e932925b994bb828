"""Events whose times cannot all be true: the source orders them otherwise, or they lie ahead.

No wait is ever negative: messages are read in the order of their times, and what a platform lists
after a question but stamps before it is no answer to it. Here such events are counted and listed,
so that one sees how many waits rest on clocks that disagree.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from convocommerce.building import LAST_POSSIBLE

if TYPE_CHECKING:
    import duckdb

NUMBERED_THROUGHOUT = ("chatwoot/conversations", "intercom/conversations", "zendesk_chat/chats")
"""Exports whose order runs through a whole case; elsewhere it only breaks ties in one instant."""

_SKEWS = f"""
    with told as (
        select
            channel, thread_key, message_key, sent_at, is_local, sequence, export,
            coalesce(case_id, '') as case_id
        from messages
        where kind not in ('handover', 'close')
        union all
        select channel, thread_key, message_key, sent_at, false, sequence, export, case_id
        from ticket_messages
        where kind not in ('handover', 'close', 'reopen')
    ),
    placed as (
        select
            told.channel, told.case_id, told.sequence, told.export, spoken.thread_key,
            spoken.conversation_id, spoken.position, spoken.sent_at, spoken.role,
            told.sent_at > {LAST_POSSIBLE} as is_ahead
        from conversation_messages as spoken
        join told using (message_key)
    ),
    -- In the source's order, the latest time that stood before each message.
    ordered as (
        select
            *,
            max(sent_at) over earlier as latest_at,
            arg_max(position, sent_at) over earlier as latest_position
        from placed
        where export in (select unnest($numbered))
        window earlier as (
            partition by thread_key, case_id
            order by sequence, sent_at, position
            rows between unbounded preceding and 1 preceding
        )
    )
    select
        conversation_id, position, channel, role::varchar, 'order' as kind, sent_at,
        epoch_ms(latest_at) / 1000 - epoch_ms(sent_at) / 1000 as seconds,
        latest_position
    from ordered
    where latest_at > sent_at and not is_ahead
    union all
    select
        conversation_id, position, channel, role::varchar, 'ahead', sent_at,
        (epoch_ms(sent_at) - epoch_ms({LAST_POSSIBLE})) / 1000, null
    from placed
    where is_ahead
    order by 6, 1, 2, 5
"""


@dataclass(frozen=True)
class ClockSkew:
    """One message whose time contradicts something else that is known.

    Attributes:
        conversation_id: The conversation it stands in.
        position: Its place in that conversation, in the order of times.
        channel: Where it was said.
        role: Who seems to have said it: ``customer``, ``human``, ``bot`` ...
        kind: ``order`` when the source lists it after a message that is stamped later; ``ahead``
            when it is later than any load by more than a day.
        sent_at: Its time, in UTC.
        seconds: How far its time lies before the other's, or behind what is possible.
        other_position: The place, in its own conversation, of the message stamped later; null for
            ``ahead``.
    """

    conversation_id: int
    position: int
    channel: str
    role: str
    kind: Literal["order", "ahead"]
    sent_at: dt.datetime
    seconds: float
    other_position: int | None


def clock_skews(con: duckdb.DuckDBPyConnection) -> list[ClockSkew]:
    """List the messages whose times contradict their source's order or their load, in order.

    Only exports in ``NUMBERED_THROUGHOUT`` say more about order than the times do.

    Args:
        con: A connection to a database with built models.
    """
    rows = con.execute(_SKEWS, {"numbered": list(NUMBERED_THROUGHOUT)}).fetchall()
    return [ClockSkew(*row) for row in rows]
