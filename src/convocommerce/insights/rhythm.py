"""When people write and when they are answered, over the week."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from convocommerce.periods import Period


@dataclass(frozen=True)
class Rhythm:
    """Counts by local weekday (Monday first) and hour.

    Attributes:
        questions: Waits that began: a customer's first unanswered message.
        answers: Waits that a person ended.
    """

    questions: list[list[int]]
    answers: list[list[int]]


def arrivals_and_answers(
    con: duckdb.DuckDBPyConnection, period: Period, as_of: dt.datetime
) -> Rhythm:
    """Count questions and answers of a period by local weekday and hour.

    Args:
        con: A connection to a database with built models.
        period: The local days on which a question or an answer came.
        as_of: The instant whose knowledge counts, in UTC.
    """
    grids = []
    for column in ("asked_at", "human_at"):
        rows = con.execute(
            f"""
            with moments as (
                select timezone(rules.time_zone, timezone('UTC', {column})) as local
                from reply_legs
                cross join rules
                where {column} <= $as_of
            )
            select isodow(local), hour(local), count(*)
            from moments
            where local >= $first_day and local < $end_day
            group by all
            """,
            {"as_of": as_of, "first_day": period.start, "end_day": period.end},
        ).fetchall()
        grid = [[0] * 24 for _ in range(7)]
        for weekday, hour, n in rows:
            grid[weekday - 1][hour] = n
        grids.append(grid)
    return Rhythm(questions=grids[0], answers=grids[1])
