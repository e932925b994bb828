"""Alerts: which rules hold now, since when, and in which weeks they held before.

A rule is held against whole weeks, all as they are known at the page's as-of. A week that was
quiet when its own page was made can therefore be told as one that fired, when later records
made it so; what is said of the past is what is known of it now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from convocommerce.insights import Limits, Weeks, limits_before
from convocommerce.measuring import Row
from convocommerce.reports.headlines import (
    SHOWN_WEEKS,
    Watched,
    headlines,
    is_settled,
    mondays,
    weeks_of_figure,
)
from convocommerce.reports.options import AlertRule
from convocommerce.reports.span import Span
from convocommerce.reports.tiles import bounds_of

State = Literal["fires", "quiet", "unknown", "open"]
"""``unknown`` when there is no figure or no usual range, ``open`` while a sum still grows."""

MOST_FIRINGS = 5
_MOST_GROUPS = 20


@dataclass(frozen=True)
class Firing:
    """A week in which a rule held.

    Attributes:
        monday: Its first day.
        row: The figure.
        limits: The usual range it was held against; null for a set limit.
    """

    monday: dt.date
    row: Row
    limits: Limits | None


@dataclass(frozen=True)
class Alert:
    """A rule and what became of it.

    Attributes:
        rule: The rule.
        group: The group it is about; null where it is not cut.
        state: What it says of the newest week.
        newest: The newest week's figure; null when there is none.
        limits: The usual range of the newest week, for a rule about what is unusual.
        since: The first of the weeks in a row in which it has held; null when it does not.
        firings: The weeks in which it held before, the newest first.
    """

    rule: AlertRule
    group: Any
    state: State
    newest: Row | None
    limits: Limits | None
    since: dt.date | None
    firings: tuple[Firing, ...]


def default_rules(span: Span) -> tuple[AlertRule, ...]:
    """Return the rules in force where none are set: unusual weeks of the headline figures."""
    return tuple(
        AlertRule(one.watched.metric, one.watched.statistic, unusual=True)
        for one in headlines(span)
    )


def alerts_of(span: Span) -> list[Alert]:
    """Return every rule with its state, those that fire first."""
    rules = span.options.alerts or default_rules(span)
    found = [alert for rule in rules for alert in _alerts(span, rule)]
    places: dict[State, int] = {"fires": 0, "open": 1, "unknown": 1, "quiet": 1}
    return sorted(found, key=lambda one: places[one.state])


def _alerts(span: Span, rule: AlertRule) -> list[Alert]:
    watched = Watched(rule.metric, rule.statistic, rule.by)
    series = weeks_of_figure(span, watched)
    if not series:
        return [Alert(rule, None, "unknown", None, None, None, ())]
    # Of many groups those that are largest now.
    last = mondays(span)[-1]
    size = {key: weeks[last].n if last in weeks else 0 for key, weeks in series.items()}
    keys = sorted(series, key=lambda key: (-size[key], str(key)))[:_MOST_GROUPS]
    return [_alert(span, rule, watched, group, series[group, unit]) for group, unit in keys]


def _alert(span: Span, rule: AlertRule, watched: Watched, group: Any, weeks: Weeks) -> Alert:
    days = mondays(span)
    rows = [None if (row := weeks.get(day)) is None or span.hides(row) else row for day in days]
    held: list[Firing | None] = [
        _held(rule, rows, place, day) if is_settled(span, watched, day) else None
        for place, day in enumerate(days)
    ]
    shown = held[-SHOWN_WEEKS:]
    newest, firing = rows[-1], shown[-1]
    limits = _limits(rows, len(days) - 1) if rule.unusual else None
    run = 0
    while run < len(shown) and shown[-1 - run] is not None:
        run += 1
    earlier = [one for one in reversed(shown[: len(shown) - run]) if one is not None]
    state: State = "quiet"
    if firing is not None:
        state = "fires"
    elif not is_settled(span, watched, days[-1]):
        state = "open"
    elif (
        newest is None
        or newest.value is None
        or (rule.unusual and limits is None and rule.below is None and rule.above is None)
    ):
        state = "unknown"
    return Alert(
        rule=rule,
        group=group,
        state=state,
        newest=newest,
        limits=limits,
        since=days[-run] if run else None,
        firings=tuple(earlier[:MOST_FIRINGS]),
    )


def _limits(rows: Sequence[Row | None], place: int) -> Limits | None:
    units = {row.unit for row in rows if row}
    least, most = bounds_of(units.pop() if units else "")
    values = [row.value if row else None for row in rows]
    return limits_before(values, place, least=least, most=most)


def _held(
    rule: AlertRule, rows: Sequence[Row | None], place: int, monday: dt.date
) -> Firing | None:
    """Return the week if the rule held in it."""
    row = rows[place]
    if row is None or row.value is None:
        return None
    if rule.below is not None and row.value < rule.below:
        return Firing(monday, row, None)
    if rule.above is not None and row.value > rule.above:
        return Firing(monday, row, None)
    if rule.unusual:
        limits = _limits(rows, place)
        if limits and limits.side(row.value):
            return Firing(monday, row, limits)
    return None
