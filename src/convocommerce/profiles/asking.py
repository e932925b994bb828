"""Works out what one system would say of every case."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convocommerce.measuring import Query
from convocommerce.profiles.composing import profile_named, tables_before, tables_of, told_by
from convocommerce.profiles.hours import hours_values

if TYPE_CHECKING:
    import duckdb

    from convocommerce.periods import Period


@dataclass(frozen=True)
class CaseTime:
    """What one system says of one case.

    Attributes:
        case_id: The ticket as platform and number, or ``conversation:`` and its number.
        conversation_id: The conversation of ours that the figure is held against; null when none
            of ours belongs to the case.
        again: 0, or the how manieth further figure of the same conversation it is.
        conversation_ids: Every conversation of ours that the case covers.
        started_at: When the clock started, in UTC.
        ended_at: When it was stopped, in UTC.
        cohort_day: The local day on which the system counts the case.
        calendar_seconds: The first response time by the clock on the wall; null with a reason.
        opening_seconds: The same in opening time, as this system counts it; null where it knows
            no opening hours.
        reason: Why there is no figure.
        is_counted: Whether the system's report holds the case at all.
        first_resolution_seconds: From the making of the case to its first solving.
        full_resolution_seconds: From the making of the case to its last solving.
        n_reopens: How often it was opened again.
        n_replies: How many answers by people it had, as the system counts them.
        is_one_touch: Whether the system calls it solved by one answer.
        requester_wait_seconds: How long the customer's turn had not come.
        agent_wait_seconds: How long the business waited for the customer.
        on_hold_seconds: How long it was on hold.
        reply_seconds: The further reply times in order, where the system knows them.
        resolution_seconds: One per solving, where the system counts each.
        bot_resolution_seconds: Those of them that it credits to a bot.
        handoff_seconds: From the making of the case to the bot's first hand-over, where the
            system counts that.
    """

    case_id: str
    conversation_id: int | None
    again: int
    conversation_ids: tuple[int, ...]
    started_at: dt.datetime | None
    ended_at: dt.datetime | None
    cohort_day: dt.date | None
    calendar_seconds: float | None
    opening_seconds: float | None
    reason: str | None
    is_counted: bool
    first_resolution_seconds: float | None
    full_resolution_seconds: float | None
    n_reopens: int | None
    n_replies: int | None
    is_one_touch: bool | None
    requester_wait_seconds: float | None
    agent_wait_seconds: float | None
    on_hold_seconds: float | None
    reply_seconds: tuple[float, ...]
    resolution_seconds: tuple[float, ...]
    bot_resolution_seconds: tuple[float, ...]
    handoff_seconds: float | None


_ENDING = """
covered as (
    select
        kept.case_id,
        list_sort(list(kept.conversation_id)) as conversation_ids
    from case_conversations as kept
    join conversations on conversations.conversation_id = kept.conversation_id
    where conversations.started_at <= $as_of
    group by kept.case_id
)
select
    told.case_id, told.conversation_id, told.again,
    case
        when $grain <> 'case' then [told.conversation_id]
        else coalesce(told.conversation_ids, covered.conversation_ids, [])
    end,
    told.started_at, told.ended_at, told.cohort_day,
    told.calendar_ms / 1000, told.opening_ms / 1000,
    told.reason, coalesce(told.is_counted, false),
    told.first_resolution_seconds, told.full_resolution_seconds, told.n_reopens, told.n_replies,
    told.is_one_touch, told.requester_wait_seconds, told.agent_wait_seconds, told.on_hold_seconds,
    coalesce(told.reply_seconds, []), coalesce(told.resolution_seconds, []),
    coalesce(told.bot_resolution_seconds, []), told.handoff_seconds
from told
left join covered on covered.case_id = told.case_id
where $first_day is null or told.cohort_day >= $first_day and told.cohort_day < $end_day
order by told.case_id, told.started_at, told.conversation_id, told.again
"""


def case_times(
    con: duckdb.DuckDBPyConnection,
    profile: str,
    period: Period | None,
    as_of: dt.datetime,
) -> list[CaseTime]:
    """Work out what one system would say of every case.

    Args:
        con: A connection to a database with built models.
        profile: The name of one of ``PROFILES``.
        period: The days on which the system counts the cases; null for all.
        as_of: The instant whose knowledge counts, in UTC.

    Returns:
        One per case, or per conversation for ``canonical``, in the order of their ids; those
        without a figure say why.

    Raises:
        UnknownNameError: There is no profile of that name.
    """
    chosen = profile_named(profile)
    needed = tables_before(tables_of(chosen, "opening"))
    values = {
        "as_of": as_of,
        "grain": chosen.grain,
        "first_day": None if period is None else period.start,
        "end_day": None if period is None else period.end,
    } | hours_values(con, as_of, [chosen], "opening")
    sql = f"with {needed},\ntold as ({told_by(chosen, 'opening')}),\n{_ENDING}"
    rows = Query(sql, values).run(con)
    lists = {
        "conversation_ids", "reply_seconds", "resolution_seconds", "bot_resolution_seconds"
    }  # fmt: skip
    names = [field.name for field in dataclasses.fields(CaseTime)]
    found = []
    for row in rows:
        said: dict[str, Any] = dict(zip(names, row, strict=True))
        found.append(CaseTime(**said | {name: tuple(said[name]) for name in lists}))
    return found
