"""Whether answers came while the platform still let the business answer.

On some platforms a business may only write to a person for some time after that person wrote:
see ``WINDOW_RULES``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from convocommerce.calling import check_choice
from convocommerce.insights.answering.window_rules import OPENED, asked_values
from convocommerce.intervals import Interval, share_interval
from convocommerce.periods import on_days
from convocommerce.windows import WINDOW_RULES, WindowRule

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from convocommerce.periods import Period


AnsweredBy = Literal["any", "human"]
"""Whose message ends a wait: a person's alone, or a bot's as well."""

QUESTIONS = (
    OPENED
    + f""",
    asked as (
        select
            legs.leg_id, legs.conversation_id, legs.asked_at,
            threads.channel, threads.line_key,
            case $answered_by when 'human' then legs.human_at
                else least(legs.human_at, legs.bot_at) end as ended_at,
            case when ended_at <= $as_of then ended_at end as answered_at,
            coalesce(answered_at, $as_of) as known_at
        from reply_legs as legs
        join told_of as threads using (thread_key)
        cross join rules
        where legs.asked_at <= $as_of
            and {on_days("legs.asked_at")}
    )
    select
        asked.leg_id,
        asked.conversation_id,
        asked.channel,
        asked.asked_at,
        if(opened.closes_at > opened.standard_closes_at, 'ad', 'standard') as window_kind,
        opened.closes_at,
        asked.answered_at,
        opened.closes_at - asked.answered_at as time_left,
        case
            when asked.answered_at <= opened.closes_at then 'answered'
            when asked.answered_at is not null then 'late'
            when opened.closes_at < $as_of then 'lost'
            else 'open'
        end as outcome
    from asked
    asof join opened
        on opened.line_key = asked.line_key
        and opened.sent_at <= asked.known_at
    """
)


@dataclass(frozen=True)
class AskedInWindow:
    """One wait for an answer and the window it could be answered in.

    Attributes:
        leg_id: The wait, as in ``reply_legs``.
        conversation_id: The conversation.
        channel: Where it was asked.
        asked_at: When the wait began, in UTC.
        window: ``standard``, or ``ad`` when an ad's longer window was the last to close.
        closes_at: When the window closes or closed, as known when the answer came: each further
            message of the person opens it anew.
        answered_at: When the first answer came; null while there is none.
        left: How long the window was still open when the answer came; negative if it came late.
        outcome: ``answered``, ``late``, ``lost`` (closed without an answer) or ``open``.
    """

    leg_id: int
    conversation_id: int
    channel: str
    asked_at: dt.datetime
    window: str
    closes_at: dt.datetime
    answered_at: dt.datetime | None
    left: dt.timedelta | None
    outcome: str


def asked_in_windows(
    con: duckdb.DuckDBPyConnection,
    period: Period,
    as_of: dt.datetime,
    *,
    answered_by: AnsweredBy = "any",
    rules: Sequence[WindowRule] = WINDOW_RULES,
) -> list[AskedInWindow]:
    """Return every wait for an answer that began in a period, with its window, in order.

    Only on channels that have windows. A question whose window closed counts as open again when
    the person writes once more.

    Args:
        con: A connection to a database with built models.
        period: The local days on which the waits began.
        as_of: The instant whose knowledge counts, in UTC.
        answered_by: Whose message is an answer.
        rules: The windows.
    """
    check_choice("answered_by", answered_by, get_args(AnsweredBy))
    values = {**asked_values(period, as_of, rules), "answered_by": answered_by}
    rows = con.execute(f"from ({QUESTIONS}) order by asked_at, leg_id", values).fetchall()
    return [AskedInWindow(*row) for row in rows]


@dataclass(frozen=True)
class ReplyWindows:
    """What became of the questions of one channel, seen from the window they were asked in.

    Attributes:
        channel: Where they were asked.
        questions: Waits that began.
        answered: Those first answered while the window was open.
        late: Those first answered after it had closed.
        lost: Those whose window closed without an answer.
        open: Those still unanswered in an open window.
        median_left_seconds: How long the window was still open when an answer in time came; half
            of them had more.
        tightest_left_seconds: The same for the tightest tenth: nine in ten had more.
    """

    channel: str
    questions: int
    answered: int
    late: int
    lost: int
    open: int
    median_left_seconds: float | None
    tightest_left_seconds: float | None

    @property
    def lost_share(self) -> float | None:
        """Return the share lost of those that are decided; null when none is.

        >>> ReplyWindows("messenger", 12, 8, 0, 2, 2, None, None).lost_share
        0.2
        """
        decided = self.questions - self.open
        return self.lost / decided if decided else None

    @property
    def lost_interval(self) -> Interval:
        """Return the 95% interval of that share (Wilson)."""
        return share_interval(self.lost, self.questions - self.open)


def reply_windows(
    con: duckdb.DuckDBPyConnection,
    period: Period,
    as_of: dt.datetime,
    *,
    answered_by: AnsweredBy = "any",
    rules: Sequence[WindowRule] = WINDOW_RULES,
) -> list[ReplyWindows]:
    """Count the questions of a period by what their window saw of them, for each channel.

    Args:
        con: A connection to a database with built models.
        period: The local days on which the waits began.
        as_of: The instant whose knowledge counts, in UTC.
        answered_by: Whose message is an answer.
        rules: The windows.

    Raises:
        UnknownNameError: Nobody of that name answers.
    """
    check_choice("answered_by", answered_by, get_args(AnsweredBy))
    rows = con.execute(
        f"""
        select
            channel,
            count(*),
            count(*) filter (outcome = 'answered'),
            count(*) filter (outcome = 'late'),
            count(*) filter (outcome = 'lost'),
            count(*) filter (outcome = 'open'),
            quantile_cont(epoch(time_left), 0.5) filter (outcome = 'answered'),
            quantile_cont(epoch(time_left), 0.1) filter (outcome = 'answered')
        from ({QUESTIONS})
        group by channel
        order by channel
        """,
        {**asked_values(period, as_of, rules), "answered_by": answered_by},
    ).fetchall()
    return [ReplyWindows(*row) for row in rows]
