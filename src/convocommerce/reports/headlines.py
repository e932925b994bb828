"""The six headline figures: which they are, what each was before, and how its weeks ran."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from convocommerce.insights import Weeks, lost_share, lost_weeks, weeks_of, whole_weeks
from convocommerce.measuring import Row, local_day
from convocommerce.reports.options import better_of

if TYPE_CHECKING:
    from convocommerce.reports.blocks import Figure
    from convocommerce.reports.span import Span

SHOWN_WEEKS = 13
"""So many weeks are shown of a figure."""

JUDGED_BY = 12
"""Each of them is judged by so many before it."""

_NOT_ANSWERED = "not answered"


@dataclass(frozen=True)
class Watched:
    """A figure that is watched over the weeks.

    Attributes:
        metric: Its metric, of the catalogue or of ``OWN_FIGURES``.
        statistic: Its statistic.
        by: What it is cut by.
    """

    metric: str
    statistic: str
    by: str | None = None

    @property
    def key(self) -> str:
        """Its name, as targets use it."""
        return f"{self.metric}.{self.statistic}"

    @property
    def better(self) -> str:
        """Which way is better: ``lower``, ``higher`` or ``neither``."""
        return better_of(self.metric, self.statistic)

    @property
    def is_sum(self) -> bool:
        """Whether it adds up, so that a week still open is too small."""
        return self.statistic == "net_revenue"


@dataclass(frozen=True)
class Headline:
    """One headline figure.

    Attributes:
        watched: Which figure it is.
        title: What it is called on the page.
        tables: The tables it rests on.
        meaning: The place on the page that says what it means.
    """

    watched: Watched
    title: str
    tables: tuple[str, ...]
    meaning: str


def headlines(span: Span) -> tuple[Headline, ...]:
    """Return the six headline figures of a page."""
    return span.once("headlines", lambda: _headlines(span))


def _headlines(span: Span) -> tuple[Headline, ...]:
    say = span.say
    talk, sale, cart = ("messages",), ("messages", "orders"), ("orders",)
    frt, left = "first_response_time", "cart_abandonment"
    found = [
        (frt, "within_5_minutes", say("Answered by a person within 5 min"), talk, frt),
        (frt, "km_p90", say("First response time, 90% within"), talk, frt),
        ("reply_windows", "lost_share", say("Questions lost at closed windows"), talk, ""),
        ("in_chat_conversion", "settled_rate", say("In-chat conversion"), sale, ""),
        ("conversion", "net_revenue", say("Net revenue, in chat and assisted"), sale, ""),
        (
            ("abandonment_after_no_answer", "rate", say("Left after an unanswered question"))
            if _tells_unanswered(span)
            else (left, "rate", say("Cart abandonment"))
        )
        + (cart, left),
    ]
    return tuple(
        Headline(Watched(metric, statistic), title, tables, f"meaning-{place or metric}")
        for metric, statistic, title, tables, place in found
    )


def _tells_unanswered(span: Span) -> bool:
    """Tell whether enough attempts to buy followed an unanswered question, in both periods."""
    sides = [False] if span.why_not_compared("orders") else [False, True]
    watched = Watched("abandonment_after_no_answer", "rate")
    sizes = [rows_of(span, watched, is_before=side)[0].n for side in sides]
    return all(n >= span.options.smallest_group for n in sizes)


def rows_of(span: Span, watched: Watched, *, is_before: bool = False) -> list[Row]:
    """Return a figure of the days, or of those before; money has one row for each currency."""
    if watched.metric == "reply_windows":
        return [span.once(f"lost:{is_before}", lambda: _lost(span, is_before=is_before))]
    if watched.metric == "abandonment_after_no_answer":
        rows = span.rows("cart_abandonment", "rate", "answer_state", is_before=is_before)
        none = Row("cart_abandonment", "rate", "", "share", (), None, None, None, 0, 0)
        return [row for row in rows if row.group == (_NOT_ANSWERED,)] or [none]
    return span.rows(watched.metric, watched.statistic, is_before=is_before)


def figure_of(span: Span, row: Row, *, is_before: bool = False) -> Figure:
    """Return a row as a figure of the page, with what it is cut by."""
    by = ["answer_state"] if row.group == (_NOT_ANSWERED,) else []
    return span.figure(row, by, is_before=is_before)


def _lost(span: Span, *, is_before: bool) -> Row:
    period = span.before if is_before else span.period
    as_of = span.as_of_before if is_before else span.as_of
    return lost_share(span.con, period, as_of, where=span.subject.where)


def mondays(span: Span) -> list[dt.date]:
    """Return the first days of the weeks looked at: those shown and those they are judged by.

    Only whole weeks that are over and whose messages are loaded, the oldest first; they end with
    the page's own days.
    """
    return span.once("mondays", lambda: _mondays(span))


def _mondays(span: Span) -> list[dt.date]:
    last = min(span.period.end, local_day(span.as_of, span.rules))
    weeks = whole_weeks(last, SHOWN_WEEKS + JUDGED_BY)
    loaded = span.loaded_days("messages")
    if loaded is None:
        return []
    every = [weeks.start + dt.timedelta(days=7 * number) for number in range(weeks.n_days // 7)]
    return [day for day in every if loaded[0] <= day and day + dt.timedelta(days=6) <= loaded[1]]


def weeks_of_figure(span: Span, watched: Watched) -> dict[tuple[Any, str], Weeks]:
    """Return a figure by week, for every group and unit, as known at the page's as-of.

    A week that rests on too few to be shown keeps its size and has no value.
    """

    def made() -> dict[tuple[Any, str], Weeks]:
        return {
            key: {day: _emptied(row) if span.hides(row) else row for day, row in weeks.items()}
            for key, weeks in _weeks_of_figure(span, watched).items()
        }

    return span.once(f"weeks:{watched.key}:{watched.by}", made)


def _emptied(row: Row) -> Row:
    return replace(row, value=None, low=None, high=None, beyond=None)


def _weeks_of_figure(span: Span, watched: Watched) -> dict[tuple[Any, str], Weeks]:
    days = mondays(span)
    if not days:
        return {}
    period = whole_weeks(days[-1] + dt.timedelta(days=7), (days[-1] - days[0]).days // 7 + 1)
    where = span.subject.where
    if watched.metric == "reply_windows":
        return {(None, "share"): lost_weeks(span.con, period, span.as_of, where=where)}
    if watched.metric == "abandonment_after_no_answer":
        found = weeks_of(
            span.con, "cart_abandonment", "rate", period, span.as_of, by="answer_state", where=where
        )
        return {(None, unit): one for (group, unit), one in found.items() if group == _NOT_ANSWERED}
    return weeks_of(
        span.con,
        watched.metric,
        watched.statistic,
        period,
        span.as_of,
        by=watched.by,
        where=where,
    )


def settles_on(span: Span, monday: dt.date) -> dt.date:
    """Return the first day on which the revenue of a week grows no more, but for refunds."""
    days = -(-span.rules.attribution_window_days // 1)
    return monday + dt.timedelta(days=7 + int(days))


def is_settled(span: Span, watched: Watched, monday: dt.date) -> bool:
    """Return whether a week of a figure can be judged: sums only when nothing more comes in."""
    today = span.local(span.as_of).date()
    return not watched.is_sum or settles_on(span, monday) <= today
