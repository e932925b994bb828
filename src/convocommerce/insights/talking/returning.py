"""Who came back, by how the question before was answered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convocommerce.errors import UsageError
from convocommerce.intervals import Interval, share_interval
from convocommerce.periods import on_days

if TYPE_CHECKING:
    import duckdb

    from convocommerce.periods import Period


@dataclass(frozen=True)
class Returning:
    """How many people wrote again within some days, after talks that ended alike.

    A talk is what a person and the business wrote, on any channel, until neither wrote for the
    silence of the rules. Unlike a conversation it ends while a question waits as well, else nobody
    could come back who was left without an answer.

    Coming back is neither good nor bad by itself: happy customers do, and those whose question was
    not settled.

    Attributes:
        answer_state: How the first question of the talk was answered by a person before it ended:
            ``answered quickly``, ``answered late`` or ``not answered``.
        talks: Talks that are decided: the days to come back in are over. Who came back sooner does
            not count before that, else a young month would seem to bring everybody back.
        came_back: Those after which the person began another in time.
        open: Talks after which those days are not over yet.
        contacts: People with a decided talk of this kind; with several kinds they are in several
            rows.
        contacts_back: Those of them who came back after one at least.
    """

    answer_state: str
    talks: int
    came_back: int
    open: int
    contacts: int
    contacts_back: int

    @property
    def share(self) -> float | None:
        """Return the share of talks after which people came back; null when none is decided."""
        return self.came_back / self.talks if self.talks else None

    @property
    def interval(self) -> Interval:
        """Return the 95% interval of that share."""
        return share_interval(self.came_back, self.talks)

    @property
    def contact_share(self) -> float | None:
        """Return the share of people who came back; null when there are none."""
        return self.contacts_back / self.contacts if self.contacts else None

    @property
    def contact_interval(self) -> Interval:
        """Return the 95% interval of that share."""
        return share_interval(self.contacts_back, self.contacts)


STATES = ("answered quickly", "answered late", "not answered")
"""How a talk can have been answered, in the order of the rows."""

_TALKS = f"""
    with said as (
        select
            contact_key, sent_at, role::varchar as role, message_key, conversation_id, position,
            coalesce(
                epoch_ms(sent_at) - epoch_ms(lag(sent_at) over line) >= rules.gap_ms, true
            ) as is_start
        from conversation_messages
        cross join rules
        where role not in ('handoff', 'close') and sent_at <= $as_of
        window line as (
            partition by contact_key order by sent_at, conversation_id, position, message_key
        )
    ),
    numbered as (
        select
            *,
            row_number() over line as place,
            sum(is_start::integer) over (line rows unbounded preceding) as nth
        from said
        window line as (
            partition by contact_key order by sent_at, conversation_id, position, message_key
        )
    ),
    asked as (
        select
            *,
            min(case when role = 'customer' then place end) over (
                partition by contact_key, nth
            ) as asked_place
        from numbered
    ),
    talks as (
        select
            contact_key, nth,
            min(sent_at) as started_at,
            max(sent_at) as ended_at,
            min(place) = any_value(asked_place) as is_the_persons,
            min(sent_at) filter (place = asked_place) as asked_at,
            min(sent_at) filter (role = 'human' and place > asked_place) as human_at
        from asked
        where asked_place is not null
        group by contact_key, nth
    ),
    again as (
        select contact_key, started_at from talks where is_the_persons
    ),
    judged as (
        select
            talks.contact_key,
            case
                when human_at is null then 'not answered'
                when epoch_ms(human_at) - epoch_ms(asked_at) <= rules.quick_ms
                    then 'answered quickly'
                else 'answered late'
            end as answer_state,
            coalesce(again.started_at - talks.ended_at <= $within, false) as is_back,
            talks.ended_at + $within <= $as_of as is_decided
        from talks
        cross join rules
        asof left join again
            on again.contact_key = talks.contact_key and talks.ended_at < again.started_at
        where {on_days("talks.started_at")}
    )
    select
        answer_state,
        count(*) filter (is_decided),
        count(*) filter (is_decided and is_back),
        count(*) filter (not is_decided),
        count(distinct contact_key) filter (is_decided),
        count(distinct contact_key) filter (is_decided and is_back)
    from judged
    group by answer_state
    order by array_position($states, answer_state)
"""


def returning(
    con: duckdb.DuckDBPyConnection,
    period: Period,
    as_of: dt.datetime,
    *,
    within: dt.timedelta = dt.timedelta(days=30),
) -> list[Returning]:
    """Count who wrote again after talks of a period, by how these were answered.

    Args:
        con: A connection to a database with built models.
        period: The local days on which the talks began.
        as_of: The instant whose knowledge counts, in UTC.
        within: How long after the last message of a talk the next may begin, itself included.

    Returns:
        One row per way of being answered that occurs.

    Raises:
        UsageError: There is no time to come back in.
    """
    if within <= dt.timedelta(0):
        raise UsageError(f"people need some time to come back in, not {within}")
    rows = con.execute(
        _TALKS,
        {
            "as_of": as_of,
            "within": within,
            "first_day": period.start,
            "end_day": period.end,
            "states": list(STATES),
        },
    ).fetchall()
    return [Returning(*row) for row in rows]
