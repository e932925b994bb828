"""How fast people are answered: these days against those before, by state and by every clock."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from convocommerce.charts import TIME_MARKS, Curve, Distribution, Part, Stacks
from convocommerce.charts.distribution import mark_label
from convocommerce.insights import AnsweredCurve, answered_curves, pooled_curve
from convocommerce.intervals import share_interval
from convocommerce.metrics import metric_named
from convocommerce.reports.blocks import Block, Cell, ChartBlock, Figure, Section, TableBlock
from convocommerce.reports.cells import (
    figure_cell,
    hidden_cell,
    name_cell,
    own_figure,
    pictured,
    small_groups_note,
)
from convocommerce.reports.sections.comparable import earlier_days, questions, together
from convocommerce.reports.span import Span

_FRT = "first_response_time"
_STATISTICS = ("median", "p90", "within_5_minutes", "within_1_hour", "within_24_hours")


@dataclass(frozen=True)
class _Told:
    """A curve with what its days are called."""

    name: str
    period: str
    one: AnsweredCurve

    @property
    def curve(self) -> Curve:
        """The curve as it is drawn."""
        one = self.one
        return Curve(
            name=self.name[:1].upper() + self.name[1:],
            seconds=one.seconds,
            share=one.share,
            low=one.low,
            high=one.high,
            n=one.n,
            open_share=one.n_open / one.n if one.n else None,
            until=one.until,
        )


def speed(span: Span) -> Section:
    """Return the curves of answers by waiting time, what became of the rest, and the clocks."""
    found = _curves_of(span)
    blocks: tuple[Block, ...] = (_curves(span, found), _states(span, found), _clocks(span))
    return Section("speed", span.say("How fast people are answered"), blocks)


def _curves_of(span: Span) -> list[_Told]:
    """Return the curve of the days and that of up to four stretches before them, all together."""
    found = [
        _Told(span.called(span.period), span.period.name, one)
        for one in answered_curves(span.con, span.measure(_FRT).questions[0])
    ]
    days = earlier_days(span)
    pooled = pooled_curve(span.con, questions(span, _FRT, days))
    if pooled is not None:
        found.append(_Told(*together(span, days), pooled))
    return [one for one in found if not span.is_few(one.one.n)]


def _curves(span: Span, found: Sequence[_Told]) -> ChartBlock:
    say = span.say
    drawn = Distribution(
        title=say("Share answered by a person, by waiting time"),
        curves=[told.curve for told in found],
        guides=[300.0],
        caption=say(
            "Those still waiting count as waiting for as long as they have waited (Kaplan and "
            "Meier). The days before are each known at the same age."
        ),
    )
    rows = []
    for mark in TIME_MARKS:
        figures = [_at(span, told, mark) for told in found]
        cells = [figure_cell(span, figure) for figure in figures]
        # How many it rests on stands in the last line, once for each curve.
        cells = [replace(cell, below=cell.below[:-1]) for cell in cells]
        rows.append((Cell(mark_label(mark, span.write)), *cells))
    rows.append((Cell("n"), *(_size(span, told) for told in found)))
    headings = (say("Answered within"), *(told.curve.name for told in found))
    return ChartBlock(drawn, TableBlock(drawn.title, headings, tuple(rows)))


def _at(span: Span, told: _Told, mark: int) -> Figure:
    """Return the share answered by a time, with its interval."""
    one, value = told.one, told.curve.at(mark)
    place = bisect_right(one.seconds, mark) - 1
    is_known = value is not None and place >= 0
    interval = (one.low[place], one.high[place]) if is_known else (None, None)
    return own_figure(
        span,
        _FRT,
        "answered_by",
        "share",
        value,
        one.n,
        interval,
        n_open=one.n_open,
        group={"seconds": mark},
        period=told.period,
    )


def _size(span: Span, told: _Told) -> Cell:
    one = told.one
    figure = own_figure(
        span,
        _FRT,
        "curve_size",
        "count",
        float(one.n),
        one.n,
        n_open=one.n_open,
        period=told.period,
    )
    below = (f"{span.write.count(one.n_open)} {span.say('open')}",) if one.n_open else ()
    return replace(figure_cell(span, figure, is_brief=True), below=below)


def _states(span: Span, found: Sequence[_Told]) -> Block:
    """Return what became of all that were asked: answered, or in which way not."""
    say = span.say
    names = {
        "answered": say("Answered by a person"),
        "waiting": say("Still waiting"),
        "closed": say("Ended without a person"),
        "window_lost": say("Window lost"),
    }
    counts = [
        {"answered": told.one.n - told.one.n_open, **dict.fromkeys(list(names)[1:], 0)}
        | dict(told.one.left_as)
        for told in found
    ]
    shares: dict[str, list[float | None]] = {state: [] for state in names}
    lines: list[list[Cell]] = [[name_cell(name)] for name in names.values()]
    for told, told_counts in zip(found, counts, strict=True):
        figures = [
            _state(span, told, state, "count", float(told_counts[state]), told_counts[state])
            for state in names
        ]
        whys = span.hidden([figure.row for figure in figures])
        for line, state, why in zip(lines, names, whys, strict=True):
            count = told_counts[state]
            share = count / told.one.n
            shares[state].append(None if why else share)
            if why:
                line.append(hidden_cell(span, why))
                continue
            interval = share_interval(count, told.one.n)
            figure = _state(span, told, state, "share", share, told.one.n, interval)
            line.append(figure_cell(span, figure))
    note = small_groups_note(span, (cell for line in lines for cell in line))
    told_of = say(
        "Ended: closed, or gone silent after the answer of a bot. Window lost: the platform no "
        "longer lets people answer."
    )
    left_out = say("Parts that are too small to be shown are left out of the bars.") if note else ""
    drawn = Stacks(
        title=say("What became of the first questions"),
        unit="share",
        categories=[told.curve.name for told in found],
        parts=[Part(name=name, values=shares[state]) for state, name in names.items()],
        n=[told.one.n for told in found],
        has_rest=False,
        caption=f"{told_of} {left_out}".rstrip(),
    )
    headings = (say("State"), *(told.curve.name for told in found))
    notes = f"{told_of} {note}".rstrip() if drawn.is_empty else note
    return pictured(
        drawn, TableBlock(drawn.title, headings, tuple(tuple(line) for line in lines), notes)
    )


def _state(
    span: Span,
    told: _Told,
    state: str,
    unit: str,
    value: float,
    n: int,
    interval: tuple[float | None, float | None] = (None, None),
) -> Figure:
    """Return how many, or which share, were in a state at the as-of."""
    return own_figure(
        span,
        "wait_state",
        "share" if unit == "share" else "count",
        unit,
        value,
        n,
        interval,
        group={"state": state},
        period=told.period,
    )


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
