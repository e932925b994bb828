"""How soon people answer while they have few or many conversations in hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convocommerce.errors import UsageError
from convocommerce.insights.talking.load import STRETCHES
from convocommerce.intervals import Interval, quantile_ranks
from convocommerce.periods import on_days

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from convocommerce.periods import Period


@dataclass(frozen=True)
class SpeedAtLoad:
    """How soon questions were answered by people who had so many conversations in hand.

    That answers take longer under a heavier load is an association: busy hours differ from quiet
    ones in more than that.

    Attributes:
        in_hand: Conversations that the employee who answered had in hand when the question was
            asked, its own included.
        or_more: Whether higher counts are in this row too.
        n: Answered questions.
        median_seconds: Half of them were answered sooner, by the clock on the wall.
        median_interval: Its 95% interval; a side is null where there are too few for it.
        slow_seconds: Nine in ten were answered sooner.
        slow_interval: Its 95% interval, likewise.
    """

    in_hand: int
    or_more: bool
    n: int
    median_seconds: float
    median_interval: Interval
    slow_seconds: float
    slow_interval: Interval


# How many go on at an instant is looked up in the running sum of beginnings and ends; the
# question's own conversation counts once, whether or not it was being handled already.
_LEVELS = (
    STRETCHES
    + f""",
    edges as (
        select agent_id, started_at as moment, 1 as step from stretches
        where ended_at > started_at
        union all
        select agent_id, ended_at, -1 from stretches where ended_at > started_at
    ),
    levels as (
        select agent_id, moment, sum(sum(step)) over (partition by agent_id order by moment) as n
        from edges
        group by agent_id, moment
    ),
    asked as (
        select legs.conversation_id, legs.agent_id, legs.asked_at, legs.human_ms
        from reply_legs as legs
        cross join rules
        where legs.human_at <= $as_of
            and legs.agent_id is not null
            and {on_days("legs.asked_at")}
    ),
    beside as (
        select
            asked.*,
            coalesce(levels.n, 0) as n_at_once
        from asked
        asof left join levels
            on levels.agent_id = asked.agent_id and levels.moment <= asked.asked_at
    ),
    own as (
        select conversation_id, agent_id, started_at, max(ended_at) as ended_at
        from stretches
        group by all
    )
    select
        least(
            beside.n_at_once - coalesce(own.ended_at > beside.asked_at, false)::integer + 1,
            $most
        )::bigint as in_hand,
        list(beside.human_ms / 1000 order by beside.human_ms)
    from beside
    asof left join own
        on own.conversation_id = beside.conversation_id
        and own.agent_id = beside.agent_id
        and own.started_at <= beside.asked_at
    group by in_hand
    order by in_hand
    """
)


def speed_at_load(
    con: duckdb.DuckDBPyConnection,
    period: Period,
    as_of: dt.datetime,
    *,
    idle: dt.timedelta = dt.timedelta(minutes=30),
    most: int = 5,
) -> list[SpeedAtLoad]:
    """Tell how soon questions were answered, by how many conversations were in hand.

    What is in hand is what ``agent_loads`` calls handling. Only answered questions whose source
    names the employee are in it: of the others nobody knows whose hands were full.

    Args:
        con: A connection to a database with built models.
        period: The local days on which the questions were asked.
        as_of: The instant whose knowledge counts, in UTC.
        idle: Silence in a conversation after which nobody is handling it.
        most: The count from which on all higher ones are one row.

    Raises:
        UsageError: There would be no row.
    """
    if most < 1:
        raise UsageError(f"the highest count must be at least one, not {most}")
    rows = con.execute(
        _LEVELS,
        {
            "as_of": as_of,
            "idle": idle,
            "first_day": period.start,
            "end_day": period.end,
            "most": most,
        },
    ).fetchall()
    return [
        SpeedAtLoad(
            in_hand,
            in_hand == most,
            len(seconds),
            _quantile(seconds, 0.5),
            _interval(seconds, 0.5),
            _quantile(seconds, 0.9),
            _interval(seconds, 0.9),
        )
        for in_hand, seconds in rows
    ]


def _quantile(ordered: Sequence[float], p: float) -> float:
    """Return a quantile of ordered values, between the two it lies between."""
    place = p * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _interval(ordered: Sequence[float], p: float) -> Interval:
    low, high = quantile_ranks(len(ordered), p)
    return (
        None if low is None else ordered[low - 1],
        None if high is None else ordered[high - 1],
    )
