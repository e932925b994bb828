"""When people write, when they are answered and when they wait, over the week."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from convocommerce.absences import is_untold, told_between
from convocommerce.markup import Shown
from convocommerce.periods import on_days

if TYPE_CHECKING:
    import duckdb

    from convocommerce.periods import Period


@dataclass(frozen=True)
class Rhythm(Shown):
    """Counts by local weekday (Monday first) and hour.

    Attributes:
        questions: Waits that began: a customer's first unanswered message; null where no messages
            are loaded of those days.
        answers: Waits that a person ended; null likewise.
        notes: What a reader must know.
    """

    questions: list[list[int]] | None
    answers: list[list[int]] | None
    notes: tuple[str, ...] = ()


def arrivals_and_answers(
    con: duckdb.DuckDBPyConnection, period: Period, as_of: dt.datetime
) -> Rhythm:
    """Count questions and answers of a period by local weekday and hour.

    Args:
        con: A connection to a database with built models.
        period: The local days on which a question or an answer came.
        as_of: The instant whose knowledge counts, in UTC.
    """
    if is_untold(con, "messages", period, as_of):
        return Rhythm(None, None)
    grids = []
    for column in ("asked_at", "human_at"):
        rows = con.execute(
            f"""
            with moments as (
                select timezone(rules.time_zone, timezone('UTC', {column})) as local
                from reply_legs
                cross join rules
                where {column} <= $as_of and {on_days(column)}
            )
            select isodow(local), hour(local), count(*)
            from moments
            group by all
            """,
            {"as_of": as_of, "first_day": period.start, "end_day": period.end},
        ).fetchall()
        grid = [[0] * 24 for _ in range(7)]
        for weekday, hour, n in rows:
            grid[weekday - 1][hour] = n
        grids.append(grid)
    return Rhythm(questions=grids[0], answers=grids[1])


@dataclass(frozen=True)
class UnmetDemand(Shown):
    """How many people were waiting for an answer, by local weekday (Monday first) and hour.

    Attributes:
        waited_seconds: How long all people together waited in that hour, over the period.
        seconds: How much of that hour the period holds, as far as it has come and from the day of
            the first message on: 3600 for each week, and more or less where clocks are changed.
        waits: How many waits went on in that hour, each once for every week it did.
        notes: What a reader must know.
    """

    waited_seconds: list[list[float]]
    seconds: list[list[float]]
    waits: list[list[int]]
    notes: tuple[str, ...] = ()

    @property
    def waiting(self) -> list[list[float | None]]:
        """Return how many people were waiting on average; null for hours that have not come.

        >>> UnmetDemand([[5400.0, 0.0]], [[3600.0, 0.0]], [[2, 0]]).waiting
        [[1.5, None]]
        """
        return [
            [waited / length if length else None for waited, length in zip(*both, strict=True)]
            for both in zip(self.waited_seconds, self.seconds, strict=True)
        ]


# The time that people waited up to an instant is, of all beginnings and ends before it, how long
# ago they were: one running sum, however long anybody waited.
_DEMAND = """
    with waits as (
        select
            legs.asked_at,
            least(
                case $answered_by when 'human' then legs.human_at
                    else least(legs.human_at, legs.bot_at) end,
                legs.asked_at + $at_most,
                $as_of
            ) as ended_at
        from reply_legs as legs
        where legs.asked_at <= $as_of
    ),
    edges as (
        select epoch_ms(asked_at) as ms, 1 as step from waits
        union all
        select epoch_ms(ended_at), -1 from waits
        union all
        select epoch_ms(timestamp '0001-01-01'), 0
    ),
    summed as (
        select
            ms,
            sum(sum(step)) over (order by ms) as n_waiting,
            sum(sum(step * ms)) over (order by ms) as begun_ms,
            sum(count(*) filter (step = 1)) over (order by ms) as n_begun,
            count(*) filter (step = 1) as n_begin
        from edges
        group by ms
    ),
    bounds as (
        select
            local,
            least(
                greatest(
                    epoch_ms(timezone('UTC', timezone(rules.time_zone, local))),
                    epoch_ms(date_trunc('day', $told_from::timestamp))
                ),
                epoch_ms($as_of)
            ) as ms
        from (
            select unnest(
                generate_series($first_day::timestamp, $end_day::timestamp, interval 1 hour)
            ) as local
        )
        cross join rules
    ),
    reached as (
        select
            bounds.local, bounds.ms,
            bounds.ms * summed.n_waiting - summed.begun_ms as waited_ms,
            -- What begins at the very end of an hour belongs to the next.
            summed.n_begun - if(summed.ms = bounds.ms, summed.n_begin, 0) as n_begun_before,
            summed.n_begun - summed.n_waiting as n_ended
        from bounds
        asof join summed on summed.ms <= bounds.ms
    ),
    cells as (
        select
            local,
            lead(waited_ms) over (order by local) - waited_ms as waited_ms,
            lead(ms) over (order by local) - ms as length_ms,
            lead(n_begun_before) over (order by local) - n_ended as n_waits
        from reached
    )
    select
        isodow(local), hour(local),
        sum(waited_ms)::double / 1000,
        sum(length_ms)::double / 1000,
        coalesce(sum(n_waits) filter (length_ms > 0), 0)::bigint
    from cells
    where length_ms is not null
    group by all
"""


def unmet_demand(
    con: duckdb.DuckDBPyConnection,
    period: Period,
    as_of: dt.datetime,
    *,
    answered_by: Literal["any", "human"] = "human",
    at_most: dt.timedelta = dt.timedelta(hours=24),
) -> UnmetDemand:
    """Add up how long people waited for an answer in each hour of the local week.

    Questions from before the period count for the hours that they waited in it.

    Args:
        con: A connection to a database with built models.
        period: The local days whose hours are looked at.
        as_of: The instant whose knowledge counts, in UTC.
        answered_by: Whose message ends a wait: a person's alone, or a bot's as well.
        at_most: After so long nobody is taken to be waiting any more.
    """
    rows = con.execute(
        _DEMAND,
        {
            "as_of": as_of,
            # Of the days before the first message nobody knows who waited.
            "told_from": told_between(con, "messages")[0] or as_of,
            "first_day": period.start,
            "end_day": period.end,
            "answered_by": answered_by,
            "at_most": at_most,
        },
    ).fetchall()
    waited = [[0.0] * 24 for _ in range(7)]
    lengths = [[0.0] * 24 for _ in range(7)]
    waits = [[0] * 24 for _ in range(7)]
    for weekday, hour, waited_seconds, seconds, n_waits in rows:
        waited[weekday - 1][hour] = waited_seconds
        lengths[weekday - 1][hour] = seconds
        waits[weekday - 1][hour] = n_waits
    return UnmetDemand(waited, lengths, waits)
