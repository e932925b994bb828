"""What it would take for a page to be very responsive within the coming days.

What counts then is what was counted so far and will not have dropped out, what is still open, and
as many new messages a day as of late. See ``page_response`` for what is counted and how.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Literal

from convocommerce.errors import UsageError
from convocommerce.insights.answering.page_response import (
    BADGE_DAYS,
    COUNTED,
    PageRule,
    page_rule_named,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

_DAY_SECONDS = 86400


@dataclass(frozen=True)
class BadgeStep:
    """What must happen for a page to be very responsive after so many more days.

    Attributes:
        days: How many days from now.
        kept: Counted messages of the past that will still be looked back on and are decided.
        kept_answered: Those of them that were answered in time.
        to_come: Messages that can still be answered in time: those open now, and new ones to be
            expected.
        must_answer: How many of these must be answered in time at least; null when even all of
            them are too few, or when there is nothing to answer and nothing was answered.
        within_seconds: How soon after each message that many answers must come, if all take alike
            long; null when ``must_answer`` is null or no answers are quick enough to make up for
            slow ones of the past. The whole day or more when time does not matter.
    """

    days: int
    kept: int
    kept_answered: int
    to_come: int
    must_answer: int | None
    within_seconds: int | None

    @property
    def is_reachable(self) -> bool:
        """Return whether the page can be very responsive by then."""
        return self.must_answer is not None and self.within_seconds is not None


@dataclass(frozen=True)
class BadgeMiss:
    """A counted message of the last days that stood in the way.

    Attributes:
        business_id: The page.
        conversation_id: The conversation.
        asked_at: When the person wrote, in UTC.
        seconds: How long the answer took; null when none came.
        reason: ``missed`` when it was not answered in time for the rate; ``slow`` when it was,
            but took longer than the badge allows on average.
    """

    business_id: str
    conversation_id: int
    asked_at: dt.datetime
    seconds: float | None
    reason: Literal["missed", "slow"]


@dataclass(frozen=True)
class BadgeOutlook:
    """What the coming days must bring for one page, and what the last ones lacked.

    Attributes:
        business_id: The page.
        rule: The rule it is counted by.
        expected_per_day: New counted messages a day, as in the last days.
        steps: What it takes after one day, after two, and so on.
        misses: What stood in the way in the last days, the oldest first.
    """

    business_id: str
    rule: PageRule
    expected_per_day: float
    steps: tuple[BadgeStep, ...]
    misses: tuple[BadgeMiss, ...]


@dataclass(frozen=True)
class _Counted:
    conversation_id: int
    asked_at: dt.datetime
    seconds: float | None
    is_answered: bool
    is_decided: bool


def badge_outlook(
    con: duckdb.DuckDBPyConnection,
    as_of: dt.datetime,
    *,
    rule: PageRule | str = "fastest_90",
    channel: str = "messenger",
    days: int = BADGE_DAYS,
) -> list[BadgeOutlook]:
    """Work out what each page must answer, and how soon, to be very responsive in coming days.

    Pages to which nobody wrote in the last days are left out: nothing is known to be coming.

    Args:
        con: A connection to a database with built models.
        as_of: The instant to look ahead from, in UTC; what came later is not known.
        rule: The way of counting, or the name of one of ``PAGE_RULES``.
        channel: The channel the page answers on.
        days: How many days to look ahead.

    Raises:
        UnknownNameError: There is no rule of that name.
        UsageError: There is no day to look ahead.
    """
    if days < 1:
        raise UsageError(f"at least one day must be looked ahead, not {days}")
    chosen = page_rule_named(rule) if isinstance(rule, str) else rule
    rows = con.execute(
        COUNTED
        + """
        select
            business_id, conversation_id, sent_at, ms / 1000, is_answered, is_decided
        from judged
        where sent_at >= $as_of - to_days($badge_days)
        order by business_id, sent_at, message_key
        """,
        {
            "as_of": as_of,
            "channel": channel,
            "within": chosen.answered_within,
            "badge_days": BADGE_DAYS,
        },
    ).fetchall()
    pages: dict[str, list[_Counted]] = {}
    for page, *figures in rows:
        pages.setdefault(page, []).append(_Counted(*figures))
    return [_outlook(page, chosen, said, as_of, days) for page, said in pages.items()]


def _outlook(
    page: str, rule: PageRule, said: Sequence[_Counted], as_of: dt.datetime, days: int
) -> BadgeOutlook:
    steps = []
    for day in range(1, days + 1):
        since = as_of + dt.timedelta(days=day - BADGE_DAYS)
        kept = [one for one in said if one.asked_at >= since]
        # A part of a message is a whole one to be answered.
        new = math.ceil(len(said) * min(day, BADGE_DAYS) / BADGE_DAYS)
        decided = [one for one in kept if one.is_decided]
        steps.append(
            _step(
                rule,
                day,
                len(decided),
                [one.seconds or 0.0 for one in decided if one.is_answered],
                len(kept) - len(decided) + new,
            )
        )
    return BadgeOutlook(
        page, rule, len(said) / BADGE_DAYS, tuple(steps), tuple(_misses(page, rule, said))
    )


def _misses(page: str, rule: PageRule, said: Sequence[_Counted]) -> list[BadgeMiss]:
    found = []
    for one in said:
        if one.is_decided and not one.is_answered:
            found.append(BadgeMiss(page, one.conversation_id, one.asked_at, one.seconds, "missed"))
        elif one.is_answered and (one.seconds or 0.0) > rule.badge_seconds:
            found.append(BadgeMiss(page, one.conversation_id, one.asked_at, one.seconds, "slow"))
    return found


def _step(
    rule: PageRule, days: int, kept: int, seconds: Sequence[float], to_come: int
) -> BadgeStep:
    """Return what it takes, given what is kept and how long its answers took."""
    all_in_all = kept + to_come
    must = max(0, -(-rule.badge_percent * all_in_all // 100) - len(seconds))
    if must > to_come or not all_in_all or not must + len(seconds):
        return BadgeStep(days, kept, len(seconds), to_come, None, None)
    return BadgeStep(days, kept, len(seconds), to_come, must, _slowest(rule, seconds, must))


def _slowest(rule: PageRule, seconds: Sequence[float], more: int) -> int | None:
    """Return how long so many more answers may take in whole seconds, at most a day each."""
    if response_time(rule, [*seconds, *[0.0] * more]) > rule.badge_seconds:
        return None
    low, high = 0, _DAY_SECONDS
    while low < high:
        middle = (low + high + 1) // 2
        if response_time(rule, [*seconds, *[float(middle)] * more]) <= rule.badge_seconds:
            low = middle
        else:
            high = middle - 1
    return low


def response_time(rule: PageRule, seconds: Sequence[float]) -> float:
    """Return what stands for the times of all answers under a rule.

    Args:
        rule: The rule.
        seconds: How long each answer took; at least one.

    >>> from convocommerce.insights.answering.page_response import PAGE_RULES
    >>> response_time(PAGE_RULES[0], [60.0] * 9 + [80000.0])
    60.0
    """
    kept = sorted(seconds)[: -(-len(seconds) * rule.fastest_percent // 100)]
    return math.fsum(kept) / len(kept) if rule.average == "mean" else median(kept)
