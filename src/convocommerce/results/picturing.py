"""Which picture fits a result."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

from convocommerce.charts import Bars, Chart, Curve, Distribution, HeatMap, Picture, Series, Trend
from convocommerce.charts.base import MOST
from convocommerce.errors import UnknownNameError
from convocommerce.insights.answering.waiting import answered_curves
from convocommerce.measuring import Question, Row
from convocommerce.metrics import CALENDAR, Quantile
from convocommerce.results.figures import Figures
from convocommerce.results.labels import group_label
from convocommerce.wording import wording

_MOST_CURVES = 5
_MOST_LINES = 8
"""How many groups a person can still tell apart in a picture; what is left out is said."""


def picture(result: Figures, question: Question, statistic: str | None) -> Picture:
    """Draw the picture that fits a metric of a result.

    A duration without calendar columns is drawn as the share answered by time; anything by day,
    week or month as a trend; weekday by hour as a map; everything else as bars.

    Raises:
        UnknownNameError: The metric has no such statistic.
    """
    names = [one.name for one in question.metric.statistics]
    if statistic is not None and statistic not in names:
        raise UnknownNameError(f"statistic of {question.metric.name}", statistic, names)
    is_duration = isinstance(question.metric.statistics[0], Quantile)
    moving = [name for name in question.names if name in CALENDAR]
    groups = {row.group for row in result.rows if row.metric == question.metric.name}
    if is_duration and statistic is None and not moving and len(groups) <= _MOST_CURVES:
        return Picture(_distribution(result, question), result.language)
    chosen = statistic or names[0]
    rows = [
        row for row in result.rows if (row.metric, row.statistic) == (question.metric.name, chosen)
    ]
    say = wording(result.language)
    caption = result.caption
    if set(question.names) != {"weekday", "hour"}:
        rows, left_out = _largest(question, rows, moving)
        if left_out:
            text = say("{n} smaller groups are not drawn: use to_pandas(), or keep some by where.")
            caption = f"{caption}\n{text.format(n=left_out)}"
    title = say(question.metric.title)
    if rows:
        title = f"{title}: {say(rows[0].title).lower()}"
    look = {
        "title": title,
        "unit": rows[0].unit if rows else "count",
        "caption": caption,
    }
    chart: Chart
    if moving:
        chart = _trend(result, question, rows, moving[0], look)
    elif set(question.names) == {"weekday", "hour"}:
        chart = _week(question, rows, look)
    else:
        chart = _bars(result, question, rows, look)
    return Picture(chart, result.language)


def _largest(
    question: Question, rows: Sequence[Row], moving: Sequence[str]
) -> tuple[list[Row], int]:
    """Keep the bars, or the lines, that rest on most, in their order; count what is left out."""
    place = question.names.index(moving[0]) if moving else None

    def line(row: Row) -> tuple[Any, ...]:
        return tuple(value for at, value in enumerate(row.group) if at != place)

    sizes: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        sizes[line(row)] += row.n
    most = _MOST_LINES if moving else MOST
    kept = {group for group, _ in sizes.most_common(most)}
    return [row for row in rows if line(row) in kept], max(0, len(sizes) - most)


def _distribution(result: Figures, question: Question) -> Distribution:
    say = wording(result.language)
    curves = [
        Curve(
            name=_name(question, curve.group, result.language) or say("All"),
            seconds=curve.seconds,
            share=curve.share,
            n=curve.n,
            open_share=curve.n_open / curve.n if curve.n else None,
            until=curve.until,
        )
        for curve in answered_curves(result.database.con, question)
    ]
    return Distribution(
        title=say("Share answered by waiting time"), caption=result.caption, curves=curves
    )


def _trend(
    result: Figures, question: Question, rows: Sequence[Row], grain: str, look: dict[str, Any]
) -> Trend:
    place = question.names.index(grain)
    by_line: dict[tuple[Any, ...], dict[dt.date, Row]] = {}
    for row in rows:
        rest = tuple(value for at, value in enumerate(row.group) if at != place)
        by_line.setdefault(rest, {})[row.group[place]] = row
    known = sorted({row.group[place] for row in rows})
    days = _every(known[0], known[-1], grain) if known else []
    others = [dimension for dimension in question.by if dimension.name != grain]
    lines = []
    for rest, found in by_line.items():
        at = [found.get(day) for day in days]
        name = ", ".join(
            group_label(one, value, result.language)
            for one, value in zip(others, rest, strict=True)
        )
        lines.append(
            Series(
                name=name or wording(result.language)("All"),
                values=[row.value if row else None for row in at],
                low=[row.low if row else None for row in at],
                high=[row.high if row else None for row in at],
                n=[row.n if row else None for row in at],
            )
        )
    last_day = result.period.end if result.period else None
    is_partial = bool(days) and _after(days[-1], grain) > min(
        result.as_of.date(), last_day or result.as_of.date()
    )
    return Trend(**look, x=days, series=lines, grain=grain, is_partial=is_partial)


def _week(question: Question, rows: Sequence[Row], look: dict[str, Any]) -> HeatMap:
    weekday, hour = question.names.index("weekday"), question.names.index("hour")
    values: list[list[float | None]] = [[None] * 24 for _ in range(7)]
    counts: list[list[float | None]] = [[None] * 24 for _ in range(7)]
    for row in rows:
        values[row.group[weekday] - 1][row.group[hour]] = row.value
        counts[row.group[weekday] - 1][row.group[hour]] = row.n
    return HeatMap(**look, values=values, n=counts)


def _bars(result: Figures, question: Question, rows: Sequence[Row], look: dict[str, Any]) -> Bars:
    say = wording(result.language)
    return Bars(
        **look,
        categories=[_name(question, row.group, result.language) or say("All") for row in rows],
        values=[row.value for row in rows],
        low=[row.low for row in rows],
        high=[row.high for row in rows],
        n=[row.n for row in rows],
        category_label=", ".join(say(one.title) for one in question.by),
    )


def _name(question: Question, group: tuple[Any, ...], language: str) -> str:
    return ", ".join(
        group_label(dimension, value, language)
        for dimension, value in zip(question.by, group, strict=True)
    )


def _every(first: dt.date, last: dt.date, grain: str) -> list[dt.date]:
    days = [first]
    while days[-1] < last:
        days.append(_after(days[-1], grain))
    return days


def _after(day: dt.date, grain: str) -> dt.date:
    if grain == "month":
        return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return day + dt.timedelta(days=7 if grain == "week" else 1)
