"""When people write and when they are answered, over the days and hours of a week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from convocommerce.charts import HeatMap
from convocommerce.insights import arrivals_and_answers
from convocommerce.periods import Period, between
from convocommerce.reports.blocks import Cell, ChartBlock, Section, TableBlock
from convocommerce.reports.cells import count_figure, figure_cell
from convocommerce.reports.span import Span

_WEEKS = 4

Grid = list[list[int | None]]


def rhythm(span: Span) -> Section:
    """Return two maps of the week: questions and answers.

    One week leaves too few in each hour to be shown, so the maps rest on four.
    """
    say = span.say
    first = span.period.start - dt.timedelta(days=7 * (_WEEKS - 1))
    days = between(first, span.period.end - dt.timedelta(days=1))
    found = arrivals_and_answers(span.con, days, span.as_of)
    questions, answers = _shown(span, found.questions), _shown(span, found.answers)
    dates = f"{span.write.day(days.start)} – {span.write.date(days.end - dt.timedelta(days=1))}"
    caption = say("{days}; an empty hour had 1 to {n}, which is too few to be shown.").format(
        days=dates, n=span.options.smallest_group - 1
    )
    maps = (
        ("questions", say("Questions: when people write"), questions, caption),
        ("answers", say("Answers: when a person answers"), answers, caption),
    )
    blocks = tuple(_map(span, days, *one) for one in maps)
    return Section("rhythm", say("When people write and when they are answered"), blocks)


def _shown(span: Span, grid: Sequence[Sequence[int]]) -> Grid:
    return [[None if span.is_few(n) else n for n in row] for row in grid]


def _map(
    span: Span, days: Period, statistic: str, title: str, grid: Grid, caption: str
) -> ChartBlock:
    chart = HeatMap(title=title, values=grid, unit="count", caption=caption)
    rows = []
    for weekday, counts in enumerate(grid):
        cells = [Cell(span.write.weekday(weekday))]
        for hour, count in enumerate(counts):
            if count is None:
                cells.append(Cell(f"<{span.options.smallest_group}", is_quiet=True))
                continue
            figure = count_figure(
                span,
                "rhythm",
                statistic,
                float(count),
                group={"weekday": weekday + 1, "hour": hour},
                period=days.name,
            )
            cells.append(figure_cell(span, figure, is_brief=True))
        rows.append(tuple(cells))
    headings = (span.say("Day"), *(f"{hour:02d}" for hour in range(24)))
    return ChartBlock(chart, TableBlock(title, headings, tuple(rows), is_dense=True))
