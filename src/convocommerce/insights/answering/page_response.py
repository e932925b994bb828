"""What the platform would say of a page's answering, worked out on the business's own data.

Meta shows visitors of a page how soon it usually answers, and calls some pages very responsive.
How that is counted has changed and was never published as a formula, so every variant here is
named and none of them is Meta's own number. Time away that was set in the inbox is in no export
and is therefore not taken off, nor are messages marked as spam.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from convocommerce.errors import UnknownNameError
from convocommerce.intervals import Interval, share_interval

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class PageRule:
    """One way of counting how a page answers.

    Counted is the first message of a person after a day in which neither side wrote. Answers of
    bots count like those of people; instant and away replies do not.

    Attributes:
        name: What it is called here.
        answered_within: ``24h``, or ``same_day``: by the end of the local day of the message.
        average: What stands for all response times: ``mean`` or ``median``.
        fastest_percent: The part of the responses, fastest first, that is averaged.
        badge_percent: The response rate from which a page is very responsive.
        badge_seconds: The response time up to which it is.
    """

    name: str
    answered_within: Literal["24h", "same_day"]
    average: Literal["mean", "median"]
    fastest_percent: int
    badge_percent: int
    badge_seconds: int


PAGE_RULES: tuple[PageRule, ...] = (
    # The help pages of today, as others quote them.
    PageRule("fastest_90", "24h", "mean", 90, 90, 15 * 60),
    # Articles of 2016 and 2017: the first answer of the day, on average.
    PageRule("same_day", "same_day", "mean", 100, 90, 15 * 60),
    # The announcement of 2015, and the wording of 2017 with a longer limit.
    PageRule("median_2015", "24h", "median", 100, 90, 5 * 60),
    PageRule("median_2017", "24h", "median", 100, 90, 15 * 60),
)
"""The variants known, the one of today first."""

BADGE_DAYS = 7
"""The badge looks back so many days."""

RATE_DAYS = 30
"""The rate and time that are shown look back so many days before the last counted message."""

FEWEST_MESSAGES = 10
"""With fewer counted messages than this in those days, the last so many count however old."""


@dataclass(frozen=True)
class PageResponse:
    """How a page answers under one rule.

    Attributes:
        business_id: The page.
        rule: The rule it was counted by.
        messages: Counted messages that are decided: answered, or too long ago to be answered.
        answered: Those answered in time.
        open: Counted messages that can still be answered in time; in none of the shares.
        seconds: The response time; null when nothing was answered.
        badge_messages: The same three for the days that the badge looks back.
        badge_answered: How many of them were answered in time.
        badge_time: Their response time in seconds.
    """

    business_id: str
    rule: PageRule
    messages: int
    answered: int
    open: int
    seconds: float | None
    badge_messages: int
    badge_answered: int
    badge_time: float | None

    @property
    def rate(self) -> float | None:
        """Return the response rate; null when no counted message is decided."""
        return self.answered / self.messages if self.messages else None

    @property
    def interval(self) -> Interval:
        """Return the 95% interval of that rate (Wilson)."""
        return share_interval(self.answered, self.messages)

    @property
    def has_badge(self) -> bool | None:
        """Return whether the page is very responsive; null when nobody wrote in those days."""
        if not self.badge_messages:
            return None
        return self.answers_to_come == 0 and not self.seconds_too_slow

    @property
    def answers_to_come(self) -> int:
        """Return how many new messages in a row must be answered in time to reach the rate.

        >>> page = PageResponse("page", PAGE_RULES[0], 10, 8, 0, 60.0, 10, 8, 60.0)
        >>> page.answers_to_come, page.has_badge
        (10, False)
        """
        percent = self.rule.badge_percent
        missing = percent * self.badge_messages - 100 * self.badge_answered
        return max(0, -(-missing // (100 - percent)))

    @property
    def seconds_too_slow(self) -> float:
        """Return by how much the response time misses the badge; 0 when it does not.

        >>> PageResponse("page", PAGE_RULES[0], 9, 9, 0, 960.0, 9, 9, 960.0).seconds_too_slow
        60.0
        """
        return max(0.0, (self.badge_time or 0.0) - self.rule.badge_seconds)


COUNTED = """
    with said as (
        select
            spoken.conversation_id, threads.business_id, threads.customer_id, spoken.sent_at,
            spoken.role::varchar as role, spoken.is_cut_off,
            timezone(rules.time_zone, timezone('UTC', spoken.sent_at)) as sent_local,
            spoken.position, spoken.message_key
        from conversation_messages as spoken
        join threads using (thread_key)
        cross join rules
        where threads.channel = $channel
            and spoken.sent_at <= $as_of
            and spoken.role not in ('handoff', 'close')
    ),
    placed as (
        select
            *,
            lag(sent_at) over line as before_at,
            min(case when role in ('human', 'bot') then sent_at end) over after as answer_at,
            min(case when role in ('human', 'bot') then sent_local end) over after as answer_local
        from said
        window
            line as (
                partition by business_id, customer_id order by sent_at, position, message_key
            ),
            after as (
                partition by business_id, customer_id order by sent_at, position, message_key
                rows between 1 following and unbounded following
            )
    ),
    -- Where the export leaves out what came before, nobody knows whether there was a day's silence.
    counted as (
        select
            business_id,
            conversation_id,
            sent_at,
            message_key,
            case
                when $within = 'same_day' then answer_local::date = sent_local::date
                else answer_at - sent_at <= interval 24 hours
            end as is_in_time,
            epoch_ms(answer_at) - epoch_ms(sent_at) as ms,
            case
                when $within = 'same_day'
                    then timezone(rules.time_zone, timezone('UTC', $as_of))::date
                        > sent_local::date
                else $as_of - sent_at > interval 24 hours
            end as is_over
        from placed
        cross join rules
        where role = 'customer'
            and coalesce(sent_at - before_at >= interval 24 hours, not is_cut_off)
    ),
    judged as (
        select
            * exclude (is_in_time, is_over),
            coalesce(is_in_time, false) as is_answered,
            coalesce(is_in_time, false) or is_over or ms is not null as is_decided,
            row_number() over (partition by business_id order by sent_at desc, message_key) as nth,
            max(sent_at) over (partition by business_id) as last_at
        from counted
    )
"""
"""SQL of the messages counted under a rule; binds ``$as_of``, ``$channel`` and ``$within``."""

_PAGES = (
    COUNTED
    + """,
    spans as (
        select
            *, 'shown' as span
        from judged
        where sent_at >= last_at - to_days($rate_days) or nth <= $fewest
        union all
        select *, 'badge' as span
        from judged
        where sent_at >= $as_of - to_days($badge_days)
    ),
    ranked as (
        select
            *,
            row_number() over (
                partition by business_id, span, is_answered order by ms, message_key
            ) as place,
            count(*) over (partition by business_id, span, is_answered) as n_alike
        from spans
    ),
    -- Of ten responses the fastest nine; of eleven too many rather than too few.
    figures as (
        select
            business_id,
            span,
            count(*) filter (is_decided) as n_decided,
            count(*) filter (is_answered) as n_answered,
            count(*) filter (not is_decided) as n_open,
            case $average
                when 'median' then median(ms) filter (is_kept)
                else avg(ms) filter (is_kept)
            end / 1000 as seconds
        from (
            select *, is_answered and (place - 1) * 100 < n_alike * $fastest as is_kept
            from ranked
        )
        group by business_id, span
    )
    select
        shown.business_id, shown.n_decided, shown.n_answered, shown.n_open, shown.seconds,
        coalesce(badge.n_decided, 0), coalesce(badge.n_answered, 0), badge.seconds
    from figures as shown
    left join figures as badge on badge.business_id = shown.business_id and badge.span = 'badge'
    where shown.span = 'shown'
    order by shown.business_id
    """
)


def page_response(
    con: duckdb.DuckDBPyConnection,
    as_of: dt.datetime,
    *,
    rule: PageRule | str = "fastest_90",
    channel: str = "messenger",
) -> list[PageResponse]:
    """Work out how each page answers, looking back from an instant.

    The rate and time rest on the 30 days before the last counted message, and when those hold
    fewer than ten, on the last ten. The badge rests on the last 7 days before the instant.

    Args:
        con: A connection to a database with built models.
        as_of: The instant to look back from, in UTC; what came later is not known.
        rule: The way of counting, or the name of one of ``PAGE_RULES``.
        channel: The channel the page answers on.

    Raises:
        UnknownNameError: There is no rule of that name.
    """
    chosen = page_rule_named(rule) if isinstance(rule, str) else rule
    rows = con.execute(
        _PAGES,
        {
            "as_of": as_of,
            "channel": channel,
            "within": chosen.answered_within,
            "average": chosen.average,
            "fastest": chosen.fastest_percent,
            "rate_days": RATE_DAYS,
            "badge_days": BADGE_DAYS,
            "fewest": FEWEST_MESSAGES,
        },
    ).fetchall()
    return [PageResponse(page, chosen, *figures) for page, *figures in rows]


def page_rule_named(name: str) -> PageRule:
    """Return one of ``PAGE_RULES`` by its name.

    Raises:
        UnknownNameError: There is no rule of that name.
    """
    known = {rule.name: rule for rule in PAGE_RULES}
    if name not in known:
        raise UnknownNameError("rule of answering pages", name, known)
    return known[name]
