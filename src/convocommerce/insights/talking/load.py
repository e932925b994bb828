"""How many conversations people handle at once, and how often customers change channel."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convocommerce.absences import is_untold, topics_told
from convocommerce.intervals import Interval, share_interval
from convocommerce.markup import Shown
from convocommerce.periods import on_days

if TYPE_CHECKING:
    import duckdb

    from convocommerce.periods import Period


STRETCHES = """
    with spoken as (
        select
            conversation_id, sent_at, position, role,
            -- A customer's message belongs to whoever answers it, and to nobody after that.
            first_value(case when role = 'human' then coalesce(agent_id, '') end ignore nulls)
                over (
                    partition by conversation_id order by position
                    rows between current row and unbounded following
                ) as agent_id
        from conversation_messages
        where role in ('customer', 'human') and sent_at <= $as_of
    ),
    spaced as (
        select
            *,
            sent_at - lag(sent_at) over line > $idle
            or lag(agent_id) over line is distinct from agent_id as is_start
        from spoken
        window line as (partition by conversation_id order by position)
    ),
    numbered as (
        select
            *,
            coalesce(sum(is_start::integer) over (
                partition by conversation_id order by position rows unbounded preceding
            ), 0) as nth
        from spaced
    ),
    stretches as (
        select conversation_id, agent_id, min(sent_at) as started_at, max(sent_at) as ended_at
        from numbered
        where agent_id <> ''
        group by conversation_id, nth, agent_id
        -- A question that nobody came to yet is not being handled.
        having bool_or(role = 'human')
    )
"""
"""SQL of the stretches in which an employee handled a conversation; binds ``$as_of``, ``$idle``."""


@dataclass(frozen=True)
class AgentLoad:
    """How many conversations one employee handled at the same time.

    A stretch of handling runs from the customer's message that the employee answers to the
    employee's last message, as long as neither side is silent for too long in between. Two
    stretches that only touch do not overlap.

    Attributes:
        agent_id: The employee, as the source names them.
        stretches: Stretches of handling that began in the period.
        most: The most that went on at one instant.
        busy_seconds: The time in which at least one went on.
        average: How many went on at a time while the employee was busy: the lengths of all
            stretches over the busy time; null when no stretch took any time.
    """

    agent_id: str
    stretches: int
    most: int
    busy_seconds: float
    average: float | None


def agent_loads(
    con: duckdb.DuckDBPyConnection,
    period: Period,
    as_of: dt.datetime,
    *,
    idle: dt.timedelta = dt.timedelta(minutes=30),
) -> list[AgentLoad]:
    """Work out how many conversations each employee handled at once.

    Messages whose source does not name the employee are left out.

    Args:
        con: A connection to a database with built models.
        period: The local days on which stretches began.
        as_of: The instant whose knowledge counts, in UTC.
        idle: Silence in a conversation after which nobody is handling it; just as long a silence
            does not end it yet.
    """
    rows = con.execute(
        STRETCHES
        + f""",
        kept as (
            select stretches.*
            from stretches
            cross join rules
            where {on_days("started_at")}
        ),
        edges as (
            select agent_id, started_at as moment, 1 as step from kept where ended_at > started_at
            union all
            select agent_id, ended_at, -1 from kept where ended_at > started_at
        ),
        levels as (
            select agent_id, moment, sum(step) as step from edges group by agent_id, moment
        ),
        swept as (
            select
                agent_id,
                sum(step) over line as level,
                epoch_ms(lead(moment) over line) - epoch_ms(moment) as ms
            from levels
            window line as (partition by agent_id order by moment)
        ),
        busy as (
            select
                agent_id,
                max(level)::bigint as most,
                sum(ms) filter (level > 0) as busy_ms,
                sum(level * ms) as handled_ms
            from swept
            group by agent_id
        )
        select
            kept.agent_id,
            count(*),
            coalesce(any_value(busy.most), 1),
            coalesce(any_value(busy.busy_ms), 0) / 1000,
            any_value(busy.handled_ms) / any_value(busy.busy_ms)
        from kept
        left join busy using (agent_id)
        group by kept.agent_id
        order by kept.agent_id
        """,
        {"as_of": as_of, "idle": idle, "first_day": period.start, "end_day": period.end},
    ).fetchall()
    return [AgentLoad(*row) for row in rows]


@dataclass(frozen=True)
class ChannelSwitching(Shown):
    """How many people wrote on more than one channel within a short time.

    People are tied across channels by the keys they show, so those who show none on one of the
    channels are counted twice and never as switching: the true share may be higher.

    Attributes:
        contacts: People who wrote in the period; null where no messages are loaded of it.
        switched: Those of them who wrote on two channels within the time; null where messages of
            one channel only are loaded.
        notes: What a reader must know.
    """

    contacts: int | None
    switched: int | None
    notes: tuple[str, ...] = ()

    @property
    def rate(self) -> float | None:
        """Return the share of people who switched; null when nobody wrote.

        >>> ChannelSwitching(4, 1).rate
        0.25
        """
        if not self.contacts or self.switched is None:
            return None
        return self.switched / self.contacts

    @property
    def interval(self) -> Interval:
        """Return the 95% interval of that share (Wilson)."""
        if self.contacts is None or self.switched is None:
            return None, None
        return share_interval(self.switched, self.contacts)


def channel_switching(
    con: duckdb.DuckDBPyConnection,
    period: Period,
    as_of: dt.datetime,
    *,
    within: dt.timedelta = dt.timedelta(days=7),
) -> ChannelSwitching:
    """Count the people who wrote in a period, and those who changed channel.

    Args:
        con: A connection to a database with built models.
        period: The local days on which they wrote.
        as_of: The instant whose knowledge counts, in UTC.
        within: The longest time between two messages on different channels, itself included.
    """
    (row,) = con.execute(
        f"""
        with written as (
            select
                spoken.contact_key,
                -- Of messages on two channels within the time, two that follow each other are too.
                lag(threads.channel) over line <> threads.channel
                and spoken.sent_at - lag(spoken.sent_at) over line <= $within as is_switch
            from conversation_messages as spoken
            join threads using (thread_key)
            cross join rules
            where spoken.role = 'customer'
                and spoken.sent_at <= $as_of
                and {on_days("spoken.sent_at")}
            window line as (
                partition by spoken.contact_key
                order by spoken.sent_at, threads.channel, spoken.message_key
            )
        )
        select
            count(distinct contact_key),
            count(distinct contact_key) filter (is_switch)
        from written
        """,
        {"as_of": as_of, "within": within, "first_day": period.start, "end_day": period.end},
    ).fetchall()
    if is_untold(con, "messages", period, as_of):
        return ChannelSwitching(None, None)
    contacts, switched = row
    return ChannelSwitching(contacts, switched if "channels" in topics_told(con) else None)
