"""Carts left behind: after which answers, how fast, and what had been asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from convocommerce.absences import reasons
from convocommerce.charts import Bars, Curve, Dots, Endings
from convocommerce.charts.distribution import mark_label
from convocommerce.charts.endings import ENDING_MARKS
from convocommerce.insights import AbandonedAfter, abandonment_by_answer, cart_curves
from convocommerce.insights.leaving.abandonment_by_answer import LATE_OR_NOT
from convocommerce.insights.needs import NEEDS
from convocommerce.measuring import Row
from convocommerce.metrics import dimension_named
from convocommerce.reports.blocks import Block, Cell, Section, TableBlock, Text
from convocommerce.reports.cells import (
    difference_cell,
    figure_cell,
    hidden_cell,
    name_cell,
    own_figure,
    pictured,
    small_groups_note,
)
from convocommerce.reports.sections.asked import asked
from convocommerce.reports.span import Span
from convocommerce.reports.suppression import Hidden
from convocommerce.results.labels import group_label

_METRIC = "cart_abandonment"

_Outcome = Literal["abandoned", "recovered", "lost"]
_Found = Mapping[_Outcome, list[AbandonedAfter]]
_Whys = Mapping[_Outcome, list[Hidden | None]]

_OUTCOMES: tuple[_Outcome, ...] = ("abandoned", "recovered", "lost")
_DIFFERING: tuple[_Outcome, ...] = ("abandoned", "lost")


def abandonment(span: Span) -> Section:
    """Return how attempts to buy ended, by the answer before them, by time and by question."""
    say = span.say
    title = say("Carts left behind")
    needs = NEEDS["abandonment_by_answer"]
    why = reasons(span.con, needs, span.language, period=span.period, as_of=span.as_of)
    if why:
        return Section("abandonment", title, tuple(Text(one, "note") for one in why))
    (rate,) = span.rows(_METRIC, "rate")
    if not rate.n and not rate.n_open:
        told = say(
            "Nobody is known to have tried to buy in these days: no checkout of them is loaded."
        )
        return Section("abandonment", title, (Text(told, "note"),))
    blocks = [*_by_answer(span), *_curve(span), *asked(span)]
    return Section("abandonment", title, tuple(blocks))


def _by_answer(span: Span) -> list[Block]:
    """Return what became of attempts after each answer, and how that differs from quick ones."""
    found: dict[_Outcome, list[AbandonedAfter]] = {
        outcome: abandonment_by_answer(
            span.con,
            span.period,
            span.as_of,
            outcome=outcome,
            where=span.subject.where or None,
            smallest=span.options.smallest_group,
        )
        for outcome in _OUTCOMES
    }
    whys: dict[_Outcome, list[Hidden | None]] = {
        outcome: span.hidden([_size(one) for one in rows]) for outcome, rows in found.items()
    }
    return [_rates(span, found, whys), *_differences(span, found, whys)]


def _rates(span: Span, found: _Found, whys: _Whys) -> Block:
    say = span.say
    title = say("Cart abandonment by the answer before it")
    rows, shown = [], []
    for place, one in enumerate(found["abandoned"]):
        cells = [
            _rate(span, outcome, found[outcome][place], whys[outcome][place])
            for outcome in _OUTCOMES
        ]
        rows.append((name_cell(_state(span, one.answer_state)), *cells))
        if cells[0].figure is not None:
            shown.append(one)
    n_open = sum(one.open or 0 for one in shown)
    opened = say("{n} attempts are still open and not in n.").format(n=span.write.count(n_open))
    chart = Bars(
        title=title,
        unit="share",
        categories=[_state(span, one.answer_state) for one in shown],
        values=[one.share for one in shown],
        low=[one.low for one in shown],
        high=[one.high for one in shown],
        n=[one.decided for one in shown],
        category_label=say(dimension_named("answer_state").title),
        caption=opened if n_open else "",
    )
    note = say(
        "By how the conversation before the attempt to buy was answered by a person; quick is "
        "within {minutes} minutes. Recovered and lost leave out those that can still be recovered."
    ).format(minutes=span.write.number(span.rules.quick_answer_minutes))
    small = small_groups_note(span, (cell for row in rows for cell in row))
    headings = (
        say(dimension_named("answer_state").title),
        say("Abandoned"),
        say("Recovered"),
        say("Lost"),
    )
    table = TableBlock(title, headings, tuple(rows), " ".join(filter(None, (note, small))))
    return pictured(chart, table, is_open=True)


def _rate(span: Span, outcome: str, one: AbandonedAfter, why: Hidden | None) -> Cell:
    if why:
        return hidden_cell(span, why)
    figure = own_figure(
        span, "abandonment_by_answer", outcome, "share", one.share, one.decided,
        (one.low, one.high), n_open=one.open, group={"answer_state": one.answer_state},
    )  # fmt: skip
    return figure_cell(span, figure)


def _differences(span: Span, found: _Found, whys: _Whys) -> list[Block]:
    """Return by how much more was abandoned and lost than after a quick answer."""
    say = span.say
    # A hidden base could be worked out from any difference beside it.
    if not found["abandoned"][0].decided or whys["abandoned"][0]:
        told = say(
            "Too few attempts to buy came after a quick answer to hold the others against them."
        )
        return [Text(told, "note")]
    title = say("More or less abandoned than after a quick answer")
    rows, shown = [], []
    for place, one in enumerate(found["abandoned"]):
        if not place:
            continue
        cells = [
            _difference(
                span, outcome, found[outcome][place], whys[outcome][0] or whys[outcome][place]
            )
            for outcome in _DIFFERING
        ]
        rows.append((name_cell(_state(span, one.answer_state)), *cells))
        if cells[0].figure is not None:
            shown.append(one)
    if not shown:
        return []
    chart = Dots(
        title=title,
        unit="share",
        categories=[_state(span, one.answer_state) for one in shown],
        values=[one.difference for one in shown],
        low=[one.difference_low for one in shown],
        high=[one.difference_high for one in shown],
        n=[one.decided for one in shown],
        base=0,
        is_difference=True,
        base_label=say("As after a quick answer"),
        category_label=say(dimension_named("answer_state").title),
        caption=say(
            "In percentage points, with the 95% interval: one that reaches over the line may be "
            "chance. People who are answered quickly may differ in more than that, so this tells "
            "what goes together and not what an answer does."
        ),
    )
    headings = (
        say(dimension_named("answer_state").title),
        say("Abandoned, difference"),
        say("Lost, difference"),
    )
    note = small_groups_note(span, (cell for row in rows for cell in row))
    return [pictured(chart, TableBlock(title, headings, tuple(rows), note))]


def _difference(span: Span, outcome: str, one: AbandonedAfter, why: Hidden | None) -> Cell:
    if why:
        return hidden_cell(span, why)
    if one.difference is None:
        return Cell("–", is_quiet=True)
    figure = own_figure(
        span,
        "abandonment_by_answer",
        f"{outcome}_difference",
        "share",
        one.difference,
        one.decided,
        (one.difference_low, one.difference_high),
        n_open=one.open,
        group={"answer_state": one.answer_state},
    )
    return difference_cell(span, figure)


def _curve(span: Span) -> list[Block]:
    """Return how attempts to buy ended by time: one that is lost cannot be ordered any more."""
    say, write = span.say, span.write
    question = span.measure(_METRIC).questions[0]
    found = cart_curves(span.con, question)
    if not found or span.is_few(found[0].n):
        return []
    (one,) = found
    ordered = Curve(
        name=say("ordered"),
        seconds=one.seconds,
        share=one.ordered,
        low=one.ordered_low,
        high=one.ordered_high,
        n=one.n,
        until=one.until,
    )
    lost = Curve(
        name=say("lost"),
        seconds=one.seconds,
        share=one.lost,
        low=one.lost_low,
        high=one.lost_high,
        n=one.n,
        until=one.until,
    )
    chart = Endings(
        title=say("How attempts to buy end, by time"),
        grown=ordered,
        lost=lost,
        open_label=say("still open"),
        caption=say(
            "An attempt is lost {days} days after its last checkout began, if no order came by "
            "any way. Those still open count for as long as they have been open (Aalen and "
            "Johansen). An order "
            "whose checkout the shop does not list counts as begun and ordered at once."
        ).format(days=write.number(span.rules.recovered_within_days)),
    )
    rows = []
    for mark in ENDING_MARKS:
        if mark > chart.last:
            continue
        cells = []
        for name, curve in (("ordered", ordered), ("lost", lost)):
            figure = own_figure(
                span, "cart_curve", name, "share", curve.at(mark), one.n, _ends(curve, mark),
                n_open=one.n_open, group={"seconds": mark},
            )  # fmt: skip
            cells.append(figure_cell(span, figure))
        rows.append((Cell(mark_label(mark, write)), *cells))
    headings = (say("Within"), say("Ordered"), say("Lost"))
    return [pictured(chart, TableBlock(chart.title, headings, tuple(rows)))]


def _ends(curve: Curve, mark: float) -> tuple[float | None, float | None]:
    """Return the interval of the last step before a time."""
    low = Curve(name="low", seconds=curve.seconds, share=curve.low, until=curve.until)
    high = Curve(name="high", seconds=curve.seconds, share=curve.high, until=curve.until)
    if not curve.at(mark):
        return None, None
    return low.at(mark), high.at(mark)


def _state(span: Span, state: str) -> str:
    if state == LATE_OR_NOT:
        return span.say("Answered late or not")
    label = group_label(dimension_named("answer_state"), state, span.language)
    return label[:1].upper() + label[1:]


def _size(one: AbandonedAfter) -> Row:
    n, n_open = one.decided or 0, one.open or 0
    return Row("abandonment", "", "", "share", (), one.share, None, None, n, n_open)
