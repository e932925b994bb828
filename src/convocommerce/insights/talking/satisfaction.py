"""What customers said when they were asked how it was, and how many of them said anything.

Only judgements that were given are in exports, not how many were asked for, so the response share
is that of all answered conversations on channels where people judge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convocommerce.errors import UnknownNameError
from convocommerce.intervals import Interval, share_interval
from convocommerce.measuring import states_before
from convocommerce.periods import on_days

if TYPE_CHECKING:
    import datetime as dt

    import duckdb

    from convocommerce.periods import Period

RATED_BY = ("channel", "agent", "answer_speed", "answer_state", "entry_point")
"""What judgements can be told apart by."""


@dataclass(frozen=True)
class Satisfaction:
    """The judgements of one group on one scale.

    Attributes:
        group: What they have in common; ``all`` when they are not told apart, ``unknown`` for
            those that nothing ties to a conversation.
        scale: What could be given: ``good_bad``, ``1_to_5`` ... Scales are never mixed.
        n: Judgements given.
        judged: Those of them of which the system says whether it counts them as satisfied.
        good: Those of them that it does.
        mean: The mean of what was given on the scale; null for good and bad, whose share says all.
    """

    group: str
    scale: str
    n: int
    judged: int
    good: int
    mean: float | None

    @property
    def share(self) -> float | None:
        """Return the share of satisfied; null when the system says of none.

        >>> Satisfaction("all", "1_to_5", 5, 4, 3, 4.2).share
        0.75
        """
        return self.good / self.judged if self.judged else None

    @property
    def interval(self) -> Interval:
        """Return the 95% interval of that share."""
        return share_interval(self.good, self.judged)


@dataclass(frozen=True)
class RatingResponse:
    """How many answered conversations were judged.

    Attributes:
        group: What they have in common; ``all`` when they are not told apart.
        answered: Conversations that a person answered, on channels where people judge.
        rated: Those of them with a judgement.
    """

    group: str
    answered: int
    rated: int

    @property
    def share(self) -> float | None:
        """Return the share that was judged; null without answered conversations.

        >>> RatingResponse("all", 4, 1).share
        0.25
        """
        return self.rated / self.answered if self.answered else None

    @property
    def interval(self) -> Interval:
        """Return the 95% interval of that share."""
        return share_interval(self.rated, self.answered)


# A judgement belongs to the conversation of the message it judges, else to the last one of its
# case, or of the person where there are no cases, that had begun by then.
_RATED = """
    with {states},
    given as (
        select
            ratings.*,
            ratings.platform || chr(31) || ratings.rating_id as rating_key
        from ratings
        where ratings.rated_at <= $as_of
    ),
    told as (
        select channel, business_id, message_id, message_key, case_id, export from messages
        union all
        select channel, business_id, message_id, message_key, case_id, export from ticket_messages
    ),
    by_message as (
        select given.rating_key, min(spoken.conversation_id) as conversation_id
        from given
        join told
            on told.message_id = given.message_id
            and told.channel = coalesce(given.channel, told.channel)
        join conversation_messages as spoken on spoken.message_key = told.message_key
        group by given.rating_key
    ),
    cases as (
        select
            tickets.platform, threads.channel, threads.business_id, threads.case_id,
            threads.thread_key
        from tickets
        join threads
            on threads.channel = tickets.channel
            and threads.business_id = tickets.business_id
            and threads.case_id = tickets.ticket_id
        union
        select split_part(export, '/', 1), threads.channel, threads.business_id, threads.case_id,
            threads.thread_key
        from messages
        join threads using (thread_key)
        where messages.case_id is not null
    ),
    lines as (
        select given.rating_key, given.rated_at, cases.thread_key
        from given
        join cases
            on cases.case_id = given.case_id
            and coalesce(cases.platform, given.platform) = given.platform
            and cases.channel = coalesce(given.channel, cases.channel)
            and cases.business_id = coalesce(given.business_id, cases.business_id)
        union
        select given.rating_key, given.rated_at, threads.thread_key
        from given
        join threads
            on threads.channel = given.channel
            and threads.business_id = given.business_id
            and threads.customer_id = given.customer_id
        where given.case_id is null
    ),
    by_line as (
        select
            lines.rating_key,
            arg_max(begun.conversation_id, (begun.started_at, begun.conversation_id))
                as conversation_id
        from lines
        join conversations as begun
            on begun.thread_key = lines.thread_key and begun.started_at <= lines.rated_at
        group by lines.rating_key
    ),
    rated as (
        select
            given.* exclude (channel, agent_id),
            given.agent_id as judged_agent,
            coalesce(by_message.conversation_id, by_line.conversation_id) as conversation_id
        from given
        left join by_message using (rating_key)
        left join by_line using (rating_key)
    )
"""

_JUDGED = (
    _RATED
    + f"""
    select
        {{group}} as group_name,
        rated.scale,
        count(*),
        count(rated.is_good),
        count(*) filter (rated.is_good),
        case when rated.scale <> 'good_bad' then avg(rated.score)::double end
    from rated
    left join conversation_cuts as cuts using (conversation_id)
    cross join rules
    where {on_days("rated.rated_at")}
    group by group_name, rated.scale
    order by group_name, rated.scale
    """
)

_RESPONSE = (
    _RATED
    + """
    select
        {group} as group_name,
        count(*),
        count(*) filter (cuts.conversation_id in (select conversation_id from rated))
    from conversation_cuts as cuts
    where cuts.human_seconds is not null
        and cuts.started_local >= $first_day and cuts.started_local < $end_day
        and cuts.channel in (
            select channel from rated join conversation_cuts using (conversation_id)
        )
    group by group_name
    order by group_name
    """
)


def satisfaction(
    con: duckdb.DuckDBPyConnection,
    period: Period,
    as_of: dt.datetime,
    *,
    by: str | None = None,
) -> list[Satisfaction]:
    """Add up the judgements that were given in a period.

    An employee is judged where the source says whom the judgement is about, else who answered
    first.

    Args:
        con: A connection to a database with built models.
        period: The local days on which they were given.
        as_of: The instant whose knowledge counts, in UTC.
        by: What to tell them apart by: channel, agent, answer_speed, answer_state or entry_point.

    Returns:
        One row per group and scale.

    Raises:
        UnknownNameError: There is no such ``by``.
    """
    own = "coalesce(rated.judged_agent, cuts.agent)" if by == "agent" else f"cuts.{by}"
    rows = _rows(con, _JUDGED, f"coalesce({own}, 'unknown')", period, as_of, by)
    return [Satisfaction(*row) for row in rows]


def rating_response(
    con: duckdb.DuckDBPyConnection,
    period: Period,
    as_of: dt.datetime,
    *,
    by: str | None = None,
) -> list[RatingResponse]:
    """Count the answered conversations of a period, and those that were judged since.

    Args:
        con: A connection to a database with built models.
        period: The local days on which the conversations began.
        as_of: The instant whose knowledge counts, in UTC.
        by: What to tell them apart by: channel, agent, answer_speed, answer_state or entry_point.

    Raises:
        UnknownNameError: There is no such ``by``.
    """
    rows = _rows(con, _RESPONSE, f"cuts.{by}", period, as_of, by)
    return [RatingResponse(*row) for row in rows]


def _rows(
    con: duckdb.DuckDBPyConnection,
    sql: str,
    group: str,
    period: Period,
    as_of: dt.datetime,
    by: str | None,
) -> list[tuple[Any, ...]]:
    if by is not None and by not in RATED_BY:
        raise UnknownNameError("what to tell judgements apart by", by, RATED_BY)
    return con.execute(
        sql.format(states=states_before("conversation_cuts"), group=group if by else "'all'"),
        {"as_of": as_of, "first_day": period.start, "end_day": period.end},
    ).fetchall()
