"""How fast people are answered: this week against last week, and by every clock."""

from __future__ import annotations

from dataclasses import replace

from convocommerce.charts import TIME_MARKS, Curve, Distribution
from convocommerce.charts.distribution import mark_label
from convocommerce.insights import AnsweredCurve, answered_curves
from convocommerce.measuring import Row
from convocommerce.metrics import metric_named
from convocommerce.reports.blocks import Cell, ChartBlock, Figure, Section, TableBlock
from convocommerce.reports.cells import figure_cell, name_cell
from convocommerce.reports.span import Span

_FRT = "first_response_time"
_STATISTICS = ("median", "p90", "within_5_minutes", "within_1_hour", "within_24_hours")


def speed(span: Span) -> Section:
    """Return the curve of answers by waiting time and the table of clocks."""
    return Section(
        "speed", span.say("How fast people are answered"), (_curves(span), _clocks(span))
    )


def _curves(span: Span) -> ChartBlock:
    say = span.say
    weeks = [False] if span.why_not_compared("messages") else [False, True]
    found: list[tuple[bool, AnsweredCurve, Curve]] = []
    for is_before in weeks:
        question = span.measure(_FRT, is_before=is_before).questions[0]
        for one in answered_curves(span.con, question):
            if not span.is_few(one.n):
                period = span.before if is_before else span.period
                found.append((is_before, one, _curve(one, span.called(period))))
    drawn = Distribution(
        title=say("Share answered by a person, by waiting time"),
        curves=[curve for _, _, curve in found],
        guides=[300.0],
        caption=say(
            "Those still waiting count as waiting for as long as they have waited (Kaplan and "
            "Meier)."
        ),
    )
    rows = []
    for mark in TIME_MARKS:
        figures = [_figure(span, is_before, one, curve, mark) for is_before, one, curve in found]
        cells = [figure_cell(span, figure, is_brief=True) for figure in figures]
        rows.append((Cell(mark_label(mark, span.write)), *cells))
    sizes = []
    for is_before, one, curve in found:
        figure = _figure(span, is_before, one, curve, None)
        sizes.append(replace(figure_cell(span, figure, is_brief=True), below=_open(span, figure)))
    rows.append((Cell("n"), *sizes))
    headings = (say("Answered within"), *(curve.name for _, _, curve in found))
    return ChartBlock(drawn, TableBlock(drawn.title, headings, tuple(rows)))


def _open(span: Span, figure: Figure) -> tuple[str, ...]:
    if not figure.row.n_open:
        return ()
    return (f"{span.write.count(figure.row.n_open)} {span.say('open')}",)


def _curve(curve: AnsweredCurve, name: str) -> Curve:
    return Curve(
        name=name[:1].upper() + name[1:],
        seconds=curve.seconds,
        share=curve.share,
        n=curve.n,
        open_share=curve.n_open / curve.n if curve.n else None,
        until=curve.until,
    )


def _figure(
    span: Span, is_before: bool, one: AnsweredCurve, curve: Curve, mark: int | None
) -> Figure:
    """Return the share answered by a time, or how many the curve rests on."""
    value = float(one.n) if mark is None else curve.at(mark)
    name, unit = ("curve_size", "count") if mark is None else ("answered_by", "share")
    row = Row(_FRT, name, name, unit, (), value, None, None, one.n, one.n_open)
    figure = span.figure(row, is_before=is_before)
    return figure if mark is None else replace(figure, group={"seconds": mark})


def _clocks(span: Span) -> TableBlock:
    say = span.say
    names = {
        "acknowledged": say("First automatic reply"),
        "bot": say("First answer by a bot"),
        "any": say("First answer by anyone"),
        "human": say("First answer by a person"),
    }
    hours = {"calendar": say("all hours"), "opening": say("opening hours")}
    is_always_open = span.rules.opening_hours == "24/7" and span.rules.holidays is None
    titles = {one.name: say(one.title) for one in metric_named(_FRT).statistics}
    lines = []
    for clock, name in names.items():
        for kind, label in hours.items():
            if kind == "opening" and is_always_open:
                continue
            options = {"clock": clock, "hours": kind}
            cells = []
            for statistic in _STATISTICS:
                row = span.rows(_FRT, statistic, options=options)[0]
                cells.append(figure_cell(span, span.figure(row, options=options)))
            lines.append((name_cell(f"{name}, {label}"), *cells))
    return TableBlock(
        say("Every clock, from the customer's first message"),
        (say("Clock"), *(titles[name] for name in _STATISTICS)),
        tuple(lines),
        say(
            "Median and 90% are over those that were answered; shares are over all that are old "
            "enough to be judged."
        ),
    )
