"""How soon each employee answered, told so that chance is not taken for merit.

Who sent the answer is who answered, whoever the conversation was assigned to. What nobody answered
is nobody's, as no source says for every question whose it would have been. Only questions that came
within the opening hours are compared, and their waits are counted in opening time: otherwise
whoever works in the morning would answer for the night.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from convocommerce.absences import is_untold
from convocommerce.errors import UsageError
from convocommerce.insights.talking.asked_open import ASKED_OPEN, asked_open_values
from convocommerce.intervals import Interval, share_interval
from convocommerce.shrinking import chance_limits, shrunken_shares

if TYPE_CHECKING:
    import duckdb

    from convocommerce.periods import Period

CHANCE = 0.998
"""Beyond limits that chance leaves this rarely, somebody stands apart: 2 times in 1,000."""

# Numbers, hexadecimal keys and the words that systems put before them; all else may be a name.
_OPAQUE = re.compile(
    r"(?:agent|user|employee|staff|operator|teammate|admin|id)?[-_:# ]{0,2}[1-9][0-9]{0,19}"
    r"|[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}"
    r"|(?=[a-f]*[0-9])[0-9a-f]{16,64}",
    re.IGNORECASE,
)
_PHONE = range(9, 14)


def shown_as(agent_id: str) -> str:
    """Return what an employee is called where others read it: the id, or a short hash of it.

    An id that is a key of some system is shown as the source gives it. Anything else may be a
    name, an address or a number to call, and a hash of six signs stands for it: always the same,
    so that it can be looked up by those who know the id. It is no secret to them.

    >>> shown_as("1234567"), shown_as("agent:7"), shown_as("jan@shop.example")
    ('1234567', 'agent:7', '086f7c')
    """
    is_key = _OPAQUE.fullmatch(agent_id) and not _is_phone(agent_id)
    return agent_id if is_key else hashlib.sha256(agent_id.encode()).hexdigest()[:6]


def _is_phone(text: str) -> bool:
    """Tell whether digits alone are somebody's number with its country code."""
    if not text.isdigit() or len(text) not in _PHONE:
        return False
    import phonenumbers

    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(f"+{text}")))
    except phonenumbers.NumberParseException:
        return False


@dataclass(frozen=True)
class AgentAnswers:
    """How many of the questions that one employee answered were answered quickly.

    Questions are taken for independent. Where many wait behind each other they are not, and shares
    then stray further than these intervals and limits say.

    Attributes:
        agent_id: The employee, as the source names them.
        shown_as: What stands for them where others read it; see ``shown_as``.
        answered: Questions asked within the opening hours that they answered.
        quick: Those answered within the limit, in opening time.
        share_interval: The 95% interval of their own share (Wilson).
        estimate: What their share is held to be, all others considered (``shrunken_shares``).
        estimate_interval: Its 95% interval.
        chance_interval: Between which shares chance alone would leave somebody who answers like
            all others and so many questions, 998 times in 1,000.
    """

    agent_id: str
    shown_as: str
    answered: int
    quick: int
    share_interval: Interval
    estimate: float
    estimate_interval: Interval
    chance_interval: Interval

    @property
    def share(self) -> float:
        """Return their own share of quick answers."""
        return self.quick / self.answered

    @property
    def stands(self) -> Literal["inside", "above", "below"]:
        """Return whether their share lies inside the limits of chance, or on which side of them."""
        low, high = self.chance_interval
        if low is not None and self.share < low:
            return "below"
        return "above" if high is not None and self.share > high else "inside"


@dataclass(frozen=True)
class Team:
    """The employees of a period, and the questions that are compared with nobody.

    Counts are null where no messages are loaded of those days.

    Attributes:
        agents: Everybody who answered, by what they are shown as: in no order of merit.
        within: What is quick.
        answered: All questions that they answered.
        quick: Those of them answered quickly.
        unnamed: Answered questions asked in opening hours of which no source says who answered.
        unanswered: Questions asked in opening hours that no person has answered yet.
        outside: Questions asked outside the opening hours.
        notes: What a reader must know.
    """

    agents: tuple[AgentAnswers, ...]
    within: dt.timedelta
    answered: int | None
    quick: int | None
    unnamed: int | None
    unanswered: int | None
    outside: int | None
    notes: tuple[str, ...] = ()

    @property
    def share(self) -> float | None:
        """Return the share of all together; null when nobody answered."""
        return self.quick / self.answered if self.answered and self.quick is not None else None

    @property
    def is_empty(self) -> bool:
        """Whether nobody who is named answered anything."""
        return not self.agents


_COUNTED = (
    ASKED_OPEN
    + """
    select
        coalesce(agent_id, '') as agent,
        count(*) filter (is_open and human_at is not null) as answered,
        count(*) filter (is_open and opening_ms <= coalesce($within, rules.quick_ms)) as quick,
        count(*) filter (is_open and human_at is null) as unanswered,
        count(*) filter (not is_open) as outside,
        any_value(coalesce($within, rules.quick_ms)) as within
    from questions
    cross join rules
    group by agent
    order by agent
    """
)


def team(
    con: duckdb.DuckDBPyConnection,
    period: Period,
    as_of: dt.datetime,
    *,
    within: dt.timedelta | None = None,
) -> Team:
    """Tell how many of the questions that each employee answered were answered quickly.

    Args:
        con: A connection to a database with built models.
        period: The local days on which the questions were asked.
        as_of: The instant whose knowledge counts, in UTC.
        within: What is quick, in opening time; what the rules call a quick answer when left out.

    Raises:
        UsageError: The limit is not above 0.
    """
    if within is not None and within <= dt.timedelta(0):
        raise UsageError(f"a quick answer must come within more than no time, not {within}")
    limit = None if within is None else round(within / dt.timedelta(milliseconds=1))
    rows = con.execute(_COUNTED, {**asked_open_values(period, as_of), "within": limit}).fetchall()
    named = [(agent, n, k) for agent, n, k, *_ in rows if agent and n]
    answered, quick = sum(n for _, n, _ in named), sum(k for _, _, k in named)
    estimates = shrunken_shares([(k, n) for _, n, k in named])
    agents = [
        AgentAnswers(
            agent_id=agent,
            shown_as=shown_as(agent),
            answered=n,
            quick=k,
            share_interval=share_interval(k, n),
            estimate=estimate.value,
            estimate_interval=estimate.interval,
            chance_interval=chance_limits(quick / answered, n, CHANCE),
        )
        for (agent, n, k), estimate in zip(named, estimates, strict=True)
    ]
    told = within if within is not None else dt.timedelta(milliseconds=rows[0][5] if rows else 0)
    if is_untold(con, "messages", period, as_of):
        return Team((), told, None, None, None, None, None)
    return Team(
        agents=tuple(sorted(agents, key=lambda one: (one.shown_as, one.agent_id))),
        within=told,
        answered=answered,
        quick=quick,
        unnamed=sum(n for agent, n, *_ in rows if not agent),
        unanswered=sum(row[3] for row in rows),
        outside=sum(row[4] for row in rows),
    )
