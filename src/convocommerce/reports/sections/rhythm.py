"""When people write, when they are answered, when they wait, and when nobody answers at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from convocommerce.absences import reasons
from convocommerce.charts import HeatMap
from convocommerce.insights import Coverage, arrivals_and_answers, coverage, unmet_demand
from convocommerce.intervals import share_interval
from convocommerce.periods import Period
from convocommerce.reports.blocks import Cell, ChartBlock, Section, TableBlock, Text
from convocommerce.reports.cells import (
    count_figure,
    figure_cell,
    hidden_cell,
    name_cell,
    own_figure,
    small_groups_note,
)
from convocommerce.reports.sections.stretch import four_weeks
from convocommerce.reports.span import Span

Grid = Sequence[Sequence[float | None]]


def rhythm(span: Span) -> Section:
    """Return maps of the week: questions, answers, people waiting, and hours without an answer.

    One week leaves too few in each hour to be shown, so the maps rest on four at least.
    """
    say = span.say
    days = four_weeks(span)
    found = arrivals_and_answers(span.con, days, span.as_of)
    if found.questions is None or found.answers is None:
        told = reasons(span.con, ("messages",), span.language, period=days, as_of=span.as_of)
        texts = tuple(Text(one, "note") for one in told)
        return Section("rhythm", say("When people write and when they are answered"), texts)
    dates = f"{span.write.day(days.start)} – {span.write.date(days.end - dt.timedelta(days=1))}"
    caption = say("{days}; an empty hour had 1 to {n}, which is too few to be shown.").format(
        days=dates, n=span.options.smallest_group - 1
    )
    maps = (
        ("questions", say("Questions: when people write"), found.questions),
        ("answers", say("Answers: when a person answers"), found.answers),
    )
    blocks = [
        _map(span, days, statistic, title, "count", _shown(span, grid, grid), grid, caption)
        for statistic, title, grid in maps
    ]
    demand = unmet_demand(span.con, days, span.as_of)
    waiting = say(
        "{days}; how many people waited for a person at the same time, on average. Nobody is taken "
        "to wait for more than a day. An hour is empty where fewer than {n} waited in it."
    ).format(days=dates, n=span.options.smallest_group)
    blocks.append(
        _map(
            span,
            days,
            "waiting",
            say("Unmet demand: how many wait at a time"),
            "number",
            _shown(span, demand.waiting, demand.waits),
            demand.waits,
            waiting,
        )
    )
    blocks.append(_gaps(span, days, dates, coverage(span.con, days, span.as_of)))
    return Section("rhythm", say("When people write and when they are answered"), tuple(blocks))


def _shown(span: Span, grid: Grid, sizes: Sequence[Sequence[int]]) -> Grid:
    return [
        [None if span.is_few(n) else value for value, n in zip(*rows, strict=True)]
        for rows in zip(grid, sizes, strict=True)
    ]


def _too_few(span: Span) -> str:
    return span.say("fewer than {n}").format(n=span.options.smallest_group)


def _map(
    span: Span,
    days: Period,
    statistic: str,
    title: str,
    unit: str,
    grid: Grid,
    sizes: Sequence[Sequence[int]],
    caption: str,
) -> ChartBlock:
    is_count = unit == "count"
    chart = HeatMap(
        title=title,
        values=grid,
        # A count rests on itself; what is too few to be shown is not told under a pointer either.
        n=() if is_count else _shown(span, sizes, sizes),
        unit=unit,
        caption=caption,
        missing_label=_too_few(span),
    )
    rows = []
    for weekday, values in enumerate(grid):
        cells = [Cell(span.write.weekday(weekday))]
        for hour, value in enumerate(values):
            n = sizes[weekday][hour]
            if span.is_few(n):
                cells.append(Cell(f"<{span.options.smallest_group}", is_quiet=True))
                continue
            if value is None:
                cells.append(Cell("–", is_quiet=True))
                continue
            figure = count_figure(
                span,
                "rhythm",
                statistic,
                float(value),
                unit=unit,
                n=n,
                group={"weekday": weekday + 1, "hour": hour},
                period=days.name,
            )
            cells.append(figure_cell(span, figure, is_brief=True))
        rows.append(tuple(cells))
    headings = (span.say("Day"), *(f"{hour:02d}" for hour in range(24)))
    return ChartBlock(chart, TableBlock(title, headings, tuple(rows), is_dense=True))


def _gaps(span: Span, days: Period, dates: str, found: Sequence[Coverage]) -> ChartBlock:
    """Return how many questions came in hours in which nobody in person answered anybody."""
    say = span.say
    names = {True: say("Open"), False: say("Closed")}
    hours = {(one.is_open, one.hour): one for one in found}
    values: list[list[float | None]] = []
    for is_open in names:
        row = [hours.get((is_open, hour)) for hour in range(24)]
        counts = [one.uncovered if one else 0 for one in row]
        values.append([None if span.is_few(n) else float(n) for n in counts])
    title = say("Gaps: questions in hours in which nobody answered anybody")
    chart = HeatMap(
        title=title,
        values=values,
        row_labels=list(names.values()),
        row_heading=say("Opening hours"),
        missing_label=_too_few(span),
        caption=say(
            "{days}; an hour counts in which no person wrote to any customer. An empty hour had 1 "
            "to {n} such questions, which is too few to be shown."
        ).format(days=dates, n=span.options.smallest_group - 1),
    )
    lines = []
    for is_open, name in names.items():
        rows = [one for one in found if one.is_open is is_open]
        questions = sum(one.questions for one in rows)
        uncovered = sum(one.uncovered for one in rows)
        group = {"is_open": "yes" if is_open else "no"}
        figures = (
            own_figure(
                span, "coverage", "questions", "count", float(questions), questions,
                group=group, period=days.name,
            ),
            own_figure(
                span, "coverage", "uncovered_share", "share",
                uncovered / questions if questions else None, questions,
                share_interval(uncovered, questions), group=group, period=days.name,
            ),
        )  # fmt: skip
        is_hidden = span.is_few(questions) or span.is_few(uncovered)
        lines.append(
            (
                name_cell(name),
                figure_cell(span, figures[0], is_brief=True)
                if not span.is_few(questions)
                else hidden_cell(span, "few"),
                hidden_cell(span, "few") if is_hidden else figure_cell(span, figures[1]),
            )
        )
    headings = (say("Opening hours"), say("Questions"), say("In hours without an answer"))
    note = small_groups_note(span, (cell for line in lines for cell in line))
    return ChartBlock(chart, TableBlock(title, headings, tuple(lines), note))
