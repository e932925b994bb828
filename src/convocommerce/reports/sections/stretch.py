"""Longer stretches of days, for what a week has too few of to tell anything."""

from __future__ import annotations

import datetime as dt

from convocommerce.periods import Period, between
from convocommerce.reports.span import Span

FOUR_WEEKS = 28


def four_weeks(span: Span) -> Period:
    """Return the days of the page, or the four weeks that end with them if they are fewer."""
    return ending(span.period, span.period.end)


def ended_before(span: Span, days: int) -> Period:
    """Return the page's days if they ended so many days before the as-of, or as many before.

    They are four weeks at least, and the last that ended in time.
    """
    latest = span.local(span.as_of).date() - dt.timedelta(days=days)
    return ending(span.period, min(span.period.end, latest))


def ending(period: Period, end: dt.date) -> Period:
    """Return as many days as a period has, or four weeks if those are more, before a day."""
    n_days = max(period.n_days, FOUR_WEEKS)
    if end == period.end and n_days == period.n_days:
        return period
    return between(end - dt.timedelta(days=n_days), end - dt.timedelta(days=1))
