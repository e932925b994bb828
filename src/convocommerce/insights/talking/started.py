"""How many conversations were started as Meta counts them: after seven days without a word."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convocommerce.calling import check_number
from convocommerce.periods import on_days

if TYPE_CHECKING:
    import duckdb

    from convocommerce.periods import Period


@dataclass(frozen=True)
class Started:
    """Conversations started on one channel of one business.

    This is the rule behind the "messaging conversations started" of ad reports. Those count only
    what they credit to ads, so their figure is to be held against a part of this one.

    Attributes:
        channel: Where people wrote.
        business_id: The page or account.
        started: Messages of a person before which neither side wrote for so many days, or ever.
        first_ever: Those of them before which there was nothing at all.
        unknown: First messages before which the export leaves something out; in neither of these.
    """

    channel: str
    business_id: str
    started: int
    first_ever: int
    unknown: int


def conversations_started(
    con: duckdb.DuckDBPyConnection,
    period: Period,
    as_of: dt.datetime,
    *,
    inactive_days: int = 7,
) -> list[Started]:
    """Count conversations started in a period, for each channel and business.

    Args:
        con: A connection to a database with built models.
        period: The local days on which they started.
        as_of: The instant whose knowledge counts, in UTC.
        inactive_days: How long neither side wrote before; just as long is enough.

    Raises:
        UsageError: It is no number above 0.
    """
    check_number("inactive_days", inactive_days)
    rows = con.execute(
        f"""
        with said as (
            select
                threads.channel, threads.business_id, spoken.role, spoken.sent_at,
                spoken.is_cut_off,
                lag(spoken.sent_at) over (
                    partition by threads.channel, threads.business_id, threads.customer_id
                    order by spoken.sent_at, spoken.position, spoken.message_key
                ) as before_at
            from conversation_messages as spoken
            join threads using (thread_key)
            where spoken.role not in ('handoff', 'close') and spoken.sent_at <= $as_of
        )
        select
            channel,
            business_id,
            count(*) filter (before_at is not null or not is_cut_off),
            count(*) filter (before_at is null and not is_cut_off),
            count(*) filter (before_at is null and is_cut_off)
        from said
        cross join rules
        where role = 'customer'
            and (before_at is null or sent_at - before_at >= to_days($inactive_days))
            and {on_days("sent_at")}
        group by channel, business_id
        order by channel, business_id
        """,
        {
            "as_of": as_of,
            "inactive_days": inactive_days,
            "first_day": period.start,
            "end_day": period.end,
        },
    ).fetchall()
    return [Started(*row) for row in rows]
