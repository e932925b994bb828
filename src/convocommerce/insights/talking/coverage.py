"""Hours in which people asked and nobody in person answered anybody."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convocommerce.insights.talking.asked_open import ASKED_OPEN, asked_open_values
from convocommerce.intervals import Interval, share_interval

if TYPE_CHECKING:
    import duckdb

    from convocommerce.periods import Period


@dataclass(frozen=True)
class Coverage:
    """How many questions came in hours in which no person wrote to any customer.

    An hour is one by the clock on one day. That nobody wrote in it does not say that nobody was
    there: with few questions they may all have been waiting for something else.

    Attributes:
        is_open: Whether the questions came within the opening hours.
        hour: The local hour of the day, from 0 to 23.
        questions: Waits that began in that hour.
        uncovered: Those of them in whose hour no person answered anybody.
    """

    is_open: bool
    hour: int
    questions: int
    uncovered: int

    @property
    def uncovered_interval(self) -> Interval:
        """Return the 95% interval of the share that came in uncovered hours."""
        return share_interval(self.uncovered, self.questions)


_COVERAGE = (
    ASKED_OPEN
    + """,
    answering as (
        select distinct
            date_trunc('hour', timezone(rules.time_zone, timezone('UTC', spoken.sent_at))) as hour
        from conversation_messages as spoken
        cross join rules
        where spoken.role = 'human' and spoken.sent_at <= $as_of
    )
    select
        questions.is_open, hour(questions.asked_local) as hour, count(*),
        count(*) filter (answering.hour is null)
    from questions
    left join answering on answering.hour = date_trunc('hour', questions.asked_local)
    group by questions.is_open, hour(questions.asked_local)
    order by questions.is_open desc, hour(questions.asked_local)
    """
)


def coverage(con: duckdb.DuckDBPyConnection, period: Period, as_of: dt.datetime) -> list[Coverage]:
    """Count the questions of a period by local hour, and those in whose hour nobody answered.

    Args:
        con: A connection to a database with built models.
        period: The local days on which the questions came.
        as_of: The instant whose knowledge counts, in UTC.
    """
    rows = con.execute(_COVERAGE, asked_open_values(period, as_of)).fetchall()
    return [Coverage(*row) for row in rows]
