"""The tiles of the headline figures: beside the days before, the usual range and the target."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from convocommerce.charts import Series, Trend
from convocommerce.insights import Limits, Weeks, limits_before
from convocommerce.measuring import Row
from convocommerce.periods import Period
from convocommerce.reports.blocks import Cell, Figure, Target, Tile
from convocommerce.reports.cells import difference_cell, figure_cell, hidden_cell
from convocommerce.reports.headlines import (
    SHOWN_WEEKS,
    Headline,
    Watched,
    figure_of,
    headlines,
    is_settled,
    mondays,
    rows_of,
    weeks_of_figure,
)
from convocommerce.reports.options import unit_named
from convocommerce.reports.span import Span
from convocommerce.results import Change, change_between, judged


@dataclass(frozen=True)
class Told:
    """One headline figure with what it is set beside.

    Attributes:
        headline: Which figure.
        row: The figure of the days.
        change: The change from the days before; null when it is not compared.
        reason: Why it is not compared, or that there is nothing to compare with.
    """

    headline: Headline
    row: Row
    change: Change | None
    reason: str


def told_headlines(span: Span) -> list[Told]:
    """Return every headline figure with its change, all of them judged together."""
    return span.once("told headlines", lambda: _told_headlines(span))


def _told_headlines(span: Span) -> list[Told]:
    found = [
        _told(span, headline, row)
        for headline in headlines(span)
        for row in rows_of(span, headline.watched) or [nothing(headline.watched)]
    ]
    changes = iter(judged([one.change for one in found if one.change]))
    return [replace(one, change=next(changes)) if one.change else one for one in found]


def nothing(watched: Watched) -> Row:
    """Return the row of a figure of which there is none."""
    unit = "count" if watched.is_sum else unit_named(watched.metric, watched.statistic)
    return Row(watched.metric, watched.statistic, "", unit, (), None, None, None, 0, 0)


def _told(span: Span, headline: Headline, row: Row) -> Told:
    reason = span.why_not_compared(*headline.tables)
    if reason:
        return Told(headline, row, None, reason)
    rows = rows_of(span, headline.watched, is_before=True)
    earlier = [one for one in rows if one.unit == row.unit]
    if not earlier or (earlier[0].value is None and earlier[0].beyond is None):
        return Told(headline, row, None, span.say("Nothing to compare with."))
    if span.hides(row) or span.hides(earlier[0]):
        return Told(headline, row, None, span.say("Too few to tell."))
    return Told(headline, row, change_between(row, earlier[0]), "")


def tile(span: Span, one: Told) -> Tile:
    """Return the tile of a headline figure."""
    say, headline = span.say, one.headline
    names = (span.before_called(), say("Difference"))
    now = group_cell(span, one.row)
    target = _target(span, headline.watched, one.row)
    history, usual = _history(span, headline, one.row)
    # The sentence above says once what holds for all of them.
    reasons = {told.reason for told in told_headlines(span)}
    shared = Tile(
        title=headline.title,
        now=now,
        before=None,
        change=None,
        verdict=one.reason if len(reasons) > 1 else "",
        tone="quiet",
        names=names,
        meaning=headline.meaning,
        target=target,
        history=history,
        usual=usual,
    )
    if one.change is None or one.change.before is None:
        return shared
    before = group_cell(span, one.change.before, is_before=True)
    verdict, tone = _verdict(span, headline.watched, one.change)
    change = change_cell(span, one.change)
    return replace(shared, before=before, change=change, verdict=verdict, tone=tone)


def group_cell(span: Span, row: Row, *, is_before: bool = False) -> Cell:
    """Return the cell of a headline figure, hidden when it is of a small group."""
    if span.hides(row):
        return hidden_cell(span, "few")
    return figure_cell(span, figure_of(span, row, is_before=is_before))


def _verdict(span: Span, watched: Watched, change: Change) -> tuple[str, str]:
    say = span.say
    if change.difference is None:
        return say("How far apart they are cannot be told."), "quiet"
    if change.low is None and change.high is None:
        is_sum = change.now.unit not in ("share", "seconds")
        return say("A sum has no interval.") if is_sum else say("Too few to tell."), "quiet"
    if not change.is_beyond_noise:
        if replace(change, p_adjusted=None).is_beyond_noise:
            return say("Within noise, as several are looked at."), "quiet"
        return say("Within noise."), "quiet"
    is_up = (change.difference or 0) > 0
    if watched.better == "neither":
        return say("Beyond noise."), "changed"
    if is_up == (watched.better == "higher"):
        return say("Beyond noise: better."), "better"
    return say("Beyond noise: worse."), "worse"


def change_cell(span: Span, change: Change) -> Cell:
    """Return the cell of a difference, with its interval; a dash where there is none."""
    if change.difference is None:
        return Cell("–", is_quiet=True)
    now = change.now
    row = replace(now, value=change.difference, low=change.low, high=change.high)
    by = figure_of(span, now).group
    figure = Figure(row, span.period.name, by, compared_with=span.before.name)
    return difference_cell(span, figure, has_n=False)


def _target(span: Span, watched: Watched, row: Row) -> Target | None:
    """Return the target of a figure, if one is set, and whether it is met."""
    value = span.options.targets.get(watched.key)
    if value is None:
        return None
    say = span.say
    told = say("Target: {aim}").format(aim=aim(span, watched, value, row.unit))
    met = is_met(span, watched, row)
    if met is None:
        return Target(told, None)
    return Target(f"{told}: {say('met') if met else say('missed')}", met)


def aim(span: Span, watched: Watched, value: float, unit: str) -> str:
    """Return what a figure should reach, in words."""
    least, most = span.say("at least {value}"), span.say("at most {value}")
    is_least = watched.better == "higher"
    # No currency is known of a sum of nothing.
    is_plain = watched.is_sum and unit == "count"
    written = span.write.number(value) if is_plain else span.write.value(value, unit)
    return (least if is_least else most).format(value=written)


def is_met(span: Span, watched: Watched, row: Row) -> bool | None:
    """Tell whether the target that is set for a figure is met; null where that is not known."""
    target = span.options.targets[watched.key]
    is_least = watched.better == "higher"
    if row.value is None or span.hides(row):
        # What is greater than a time past the target misses it, whatever it is.
        is_missed = not is_least and row.beyond is not None and row.beyond > target
        return False if is_missed and not span.hides(row) else None
    return row.value >= target if is_least else row.value <= target


def bounds_of(unit: str) -> tuple[float, float | None]:
    """Return what no figure of a unit can be below or above.

    >>> bounds_of("share"), bounds_of("seconds")
    ((0.0, 1.0), (0.0, None))
    """
    return 0.0, (1.0 if unit == "share" else None)


def limits_at(span: Span, weeks: Weeks, unit: str, monday: dt.date) -> Limits | None:
    """Return the limits by which a week is judged: those that the twelve before it set."""
    days = mondays(span)
    if monday not in days:
        return None
    values = [weeks[day].value if day in weeks else None for day in days]
    least, most = bounds_of(unit)
    return limits_before(values, days.index(monday), least=least, most=most)


def _history(span: Span, headline: Headline, row: Row) -> tuple[Trend | None, Cell | None]:
    """Return the picture of the last weeks of a figure, and its usual range in words."""
    days = mondays(span)
    weeks = weeks_of_figure(span, headline.watched).get((None, row.unit), {})
    shown = shown_weeks(span, weeks)
    if sum(one is not None and one.value is not None for _, one in shown) < 2:
        return None, None
    last = days[-1]
    limits = limits_at(span, weeks, row.unit, last)
    trend = Trend(
        title=span.say("{figure}, the last {n} weeks").format(
            figure=headline.title, n=span.write.count(len(shown))
        ),
        unit=row.unit,
        x=[day for day, _ in shown],
        series=[
            Series(name=headline.title, values=[one.value if one else None for _, one in shown])
        ],
        is_partial=not is_settled(span, headline.watched, last),
        target=span.options.targets.get(headline.watched.key),
        usual=(limits.low, limits.high) if limits else None,
    )
    return trend, _usual(span, headline.watched, weeks, limits, last)


def shown_weeks(span: Span, weeks: Weeks) -> list[tuple[dt.date, Row | None]]:
    """Return the last thirteen weeks of a figure; null where it is of a small group or none."""
    return [
        (day, None if row is None or span.hides(row) else row)
        for day in mondays(span)[-SHOWN_WEEKS:]
        for row in [weeks.get(day)]
    ]


def _usual(
    span: Span, watched: Watched, weeks: Weeks, limits: Limits | None, last: dt.date
) -> Cell:
    """Return the cell that says between which values a figure lies in most weeks."""
    say = span.say
    if limits is None:
        return Cell(say("too few weeks for a usual range"), is_quiet=True)
    row = weeks[last] if last in weeks else next(iter(weeks.values()))
    figure = usual_figure(row, limits, last, figure_of(span, row).group)
    ends = span.write.interval(limits.low, limits.high, row.unit)
    text = say("usually {range} a week").format(range=ends.strip("()"))
    side = _side(span, watched, weeks, limits, last)
    if side:
        text = f"{text}; {side}"
    return Cell(text, (), figure)


def usual_figure(row: Row, limits: Limits, monday: dt.date, group: Mapping[str, Any]) -> Figure:
    """Return the limits that a week is judged by as a figure: their middle and both ends."""
    usual = replace(
        row,
        statistic=f"{row.statistic}_usual",
        group=(),
        value=limits.centre,
        low=limits.low,
        high=limits.high,
        n=limits.n,
        n_open=0,
        beyond=None,
    )
    return Figure(usual, week_name(monday), group)


def week_name(monday: dt.date) -> str:
    """Return the name of a week as a period.

    >>> week_name(dt.date(2026, 3, 2))
    '2026-W10'
    """
    return Period("{}-W{:02d}".format(*monday.isocalendar())).name


def _side(span: Span, watched: Watched, weeks: Weeks, limits: Limits, last: dt.date) -> str:
    say, row = span.say, weeks.get(last)
    if not is_settled(span, watched, last):
        return say("the newest week still grows")
    if row is None or row.value is None:
        return ""
    sides = {
        "below": say("the newest week lies below it"),
        "above": say("the newest week lies above it"),
    }
    side = limits.side(row.value)
    return sides[side] if side else ""
