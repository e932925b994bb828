"""Events whose times cannot all be true: the source orders them otherwise, or they lie ahead.

No wait is ever negative. What a source lists after a question but stamps a few seconds before it is
clamped to it by the models (``clamped_messages``); further apart, the stamps are believed. Here all
such events are counted and listed, so that one sees how many waits rest on clocks that disagree.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from convocommerce.building import LAST_POSSIBLE

if TYPE_CHECKING:
    import duckdb

_SKEWS = f"""
    with told as (
        select
            channel, thread_key, message_key, sequence, export,
            case
                when is_local then timezone('UTC', timezone(rules.time_zone, sent_at))
                else sent_at
            end as sent_at
        from messages
        cross join rules
        union all
        select channel, thread_key, message_key, sequence, export, sent_at
        from ticket_messages
    ),
    dated as (
        select *, sent_at > {LAST_POSSIBLE} as is_ahead from told
    ),
    -- In the source's order, the latest possible time that stood before each message.
    listed as (
        select
            *,
            max(sent_at) filter (not is_ahead) over earlier as latest_at,
            arg_max(message_key, sent_at) filter (not is_ahead) over earlier as latest_key
        from dated
        where export in (select export from numbered_exports) and sequence <= 2000000000
        window earlier as (
            partition by thread_key, export
            order by sequence, sent_at, message_key
            rows between unbounded preceding and 1 preceding
        )
    ),
    skewed as (
        select
            listed.message_key, listed.channel, 'order' as kind, listed.sent_at,
            epoch_ms(coalesce(clamped.latest_at, listed.latest_at)) - epoch_ms(listed.sent_at)
                as ms,
            coalesce(clamped.latest_key, listed.latest_key) as latest_key,
            clamped.message_key is not null as is_clamped
        from listed
        left join clamped_messages as clamped on clamped.message_key = listed.message_key
        where listed.latest_at > listed.sent_at and not is_ahead or is_clamped
        union all
        select
            message_key, channel, 'ahead', sent_at,
            epoch_ms(sent_at) - epoch_ms({LAST_POSSIBLE}), null, false
        from dated
        where is_ahead
    )
    select
        spoken.conversation_id, spoken.position, skewed.channel, spoken.role::varchar,
        skewed.kind, skewed.sent_at, skewed.ms / 1000, other.position, skewed.is_clamped
    from skewed
    join conversation_messages as spoken on spoken.message_key = skewed.message_key
    left join conversation_messages as other on other.message_key = skewed.latest_key
    order by skewed.sent_at, spoken.conversation_id, spoken.position, skewed.kind
"""


@dataclass(frozen=True)
class ClockSkew:
    """One message whose time contradicts something else that is known.

    Attributes:
        conversation_id: The conversation it stands in.
        position: Its place in that conversation, as the models order it.
        channel: Where it was said.
        role: Who seems to have said it: ``customer``, ``human``, ``bot`` ...; or what was
            done: ``handoff``, ``close``.
        kind: ``order`` when the source lists it after a message that is stamped later; ``ahead``
            when it is later than any load by more than a day.
        sent_at: The time it is stamped with, in UTC.
        seconds: How far its time lies before the other's, or behind what is possible.
        other_position: The place, in its own conversation, of the message stamped later; null for
            ``ahead``, and where that message is in no conversation, as notes are.
        is_clamped: Whether the models take it to have been said at that later time, because the two
            lie no further apart than ``Rules.clock_tolerance_seconds``.
    """

    conversation_id: int
    position: int
    channel: str
    role: str
    kind: Literal["order", "ahead"]
    sent_at: dt.datetime
    seconds: float
    other_position: int | None
    is_clamped: bool


def clock_skews(con: duckdb.DuckDBPyConnection) -> list[ClockSkew]:
    """List the messages whose times contradict their source's order or their load, in order.

    Only exports whose messages are numbered throughout a case (``ExportKind.is_numbered``) say more
    about order than the times do.

    Args:
        con: A connection to a database with built models.
    """
    return [ClockSkew(*row) for row in con.execute(_SKEWS).fetchall()]


@dataclass(frozen=True)
class SkewCount:
    """How many messages of some days contradict their source's order or their load.

    Attributes:
        order: Messages that the source lists after one that is stamped later.
        ordered: Messages of exports whose order runs through, which alone can show that.
        ahead: Messages later than any load by more than a day.
        messages: All messages.
    """

    order: int
    ordered: int
    ahead: int
    messages: int


def count_skews(con: duckdb.DuckDBPyConnection, first: dt.datetime, last: dt.datetime) -> SkewCount:
    """Count the messages of some days whose times contradict something else that is known.

    Args:
        con: A connection to a database with built models.
        first: The first instant, in UTC.
        last: The instant after the last, in UTC.
    """
    rows = con.execute(
        f"""
        with skews as ({_SKEWS}),
        exports as (
            select message_key, export from messages
            union all
            select message_key, export from ticket_messages
        ),
        said as (
            select exports.export in (select export from numbered_exports) as is_ordered
            from conversation_messages as spoken
            join exports using (message_key)
            where spoken.sent_at >= $first and spoken.sent_at < $last
        )
        select
            (select count(*) from skews
                where kind = 'order' and sent_at >= $first and sent_at < $last),
            count(*) filter (is_ordered),
            (select count(*) from skews
                where kind = 'ahead' and sent_at >= $first and sent_at < $last),
            count(*)
        from said
        """,
        {"first": first, "last": last},
    ).fetchall()
    return SkewCount(*rows[0])
