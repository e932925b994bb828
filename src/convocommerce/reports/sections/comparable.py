"""The days before a page's own that may be laid beside them, each known at the same age."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from convocommerce.measuring import Question, ask
from convocommerce.metrics import metric_named
from convocommerce.periods import Period, between
from convocommerce.reports.span import Span

MOST = 4
"""How many stretches of days are laid beside the page's own."""

_FIRST_MESSAGE = """
    select min(instant)
    from (
        select min(sent_at) as instant from messages
        union all
        select min(happened_at) from ticket_events where kind in ('text', 'attachment')
    )
"""


def earlier_days(span: Span) -> list[tuple[Period, dt.datetime]]:
    """Return up to four stretches of days before the page's own, the oldest first.

    Each is as many days, lies whole weeks earlier and is known as it was as much earlier. What
    began before any message was loaded is left out, and there are none while the page's own days
    are not over.
    """
    if span.why_not_compared("messages"):
        return []
    ((first,),) = span.con.execute(_FIRST_MESSAGE).fetchall()
    first_day = span.local(first).date()
    zone = ZoneInfo(span.rules.time_zone)
    found = []
    for number in range(MOST, 0, -1):
        back = number * span.back
        last = span.period.end - back - dt.timedelta(days=1)
        days = between(span.period.start - back, last)
        if days.start >= first_day:
            local = (span.local(span.as_of) - back).replace(tzinfo=zone)
            found.append((days, local.astimezone(dt.UTC).replace(tzinfo=None)))
    return found


def questions(span: Span, metric: str, days: list[tuple[Period, dt.datetime]]) -> list[Question]:
    """Return a question about a metric for each stretch of days, each at its own as-of."""
    return [
        ask(
            span.con,
            metric_named(metric),
            as_of=as_of,
            period=period,
            where=span.subject.where or None,
        )
        for period, as_of in days
    ]


def together(span: Span, days: list[tuple[Period, dt.datetime]]) -> tuple[str, str]:
    """Return what several stretches of days are called in a picture, and by their dates."""
    whole = between(days[0][0].start, days[-1][0].end - dt.timedelta(days=1))
    if len(days) == 1:
        return span.called(span.before), span.before.name
    if span.period.n_days == 7 and span.period.start.weekday() == 0:
        return span.say("The {n} weeks before").format(n=len(days)), whole.name
    return span.say("{n} times as long before").format(n=len(days)), whole.name
