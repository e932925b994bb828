"""The people who answer: told so that chance is not taken for merit, and in no order of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from convocommerce.charts import Bars, FunnelPlot, Limits, Point
from convocommerce.charts.text import clean
from convocommerce.insights import (
    AgentAnswers,
    AgentLoad,
    SpeedAtLoad,
    Team,
    agent_loads,
    speed_at_load,
)
from convocommerce.insights import team as team_of
from convocommerce.periods import Period
from convocommerce.reports.blocks import Block, Cell, ChartBlock, Section, TableBlock, Text
from convocommerce.reports.cells import (
    figure_cell,
    hidden_cell,
    name_cell,
    own_figure,
    small_groups_note,
)
from convocommerce.reports.sections.stretch import four_weeks
from convocommerce.reports.span import Span
from convocommerce.shrinking import chance_limits

_LEVELS = ((0.95, 0), (0.998, 1))
"""How often chance stays between two lines, and with how many decimals that is written."""
_LIMIT_STEPS = 60


def team(span: Span) -> Section:
    """Return how each employee stands against chance, and speed against how much was in hand.

    A week leaves too few for each of them, so it rests on four at least.
    """
    say = span.say
    days = four_weeks(span)
    dates = f"{span.write.day(days.start)} – {span.write.date(days.end - dt.timedelta(days=1))}"
    found = team_of(span.con, days, span.as_of)
    title = say("The team")
    if not found.agents:
        told = (
            say("No source names who answered, so nothing can be told of single employees.")
            if found.unnamed
            else say("Nobody answered in person within the opening hours of these days.")
        )
        return Section("team", title, (Text(told),))
    blocks: list[Block] = []
    if len(found.agents) == 1:
        told = say("One employee answered all that is named, so there is nobody to compare with.")
        blocks.append(Text(told))
    else:
        loads = agent_loads(span.con, days, span.as_of)
        blocks += _compared(span, days, dates, found, loads)
    blocks += _loads(span, days, dates, speed_at_load(span.con, days, span.as_of))
    return Section("team", title, tuple(blocks))


def _named(span: Span, one: AgentAnswers) -> str:
    return span.say("Employee {name}").format(name=clean(one.shown_as))


def _compared(
    span: Span, days: Period, dates: str, found: Team, loads: Sequence[AgentLoad]
) -> list[Block]:
    say = span.say
    figures = [
        own_figure(
            span, "agents", "share", "share", one.share, one.answered, one.share_interval,
            group={"agent": one.shown_as}, period=days.name,
        )
        for one in found.agents
    ]  # fmt: skip
    whys = span.hidden([figure.row for figure in figures])
    shown = [one for one, why in zip(found.agents, whys, strict=True) if not why]
    if not shown:
        told = say("Nobody of the team answered enough questions for anything to be told.")
        return [Text(told)]
    limit = span.write.duration(found.within.total_seconds())
    title = say("Questions answered within {limit}, by employee").format(limit=limit)
    chart = FunnelPlot(
        title=title,
        points=[
            Point(
                name=_named(span, one),
                n=one.answered,
                value=one.share,
                estimate=one.estimate,
                low=one.estimate_interval[0],
                high=one.estimate_interval[1],
            )
            for one in shown
        ],
        limits=_limits(span, found, max(one.answered for one in shown)),
        centre=found.share,
        centre_label=say("All together"),
        value_label=say("Own share"),
        estimate_label=say("Estimate with its interval"),
        n_label=say("Questions answered"),
        caption=say(
            "{days}, opening time. Between the lines lie those whom chance alone would leave "
            "there. In no order of merit: hours of work and kinds of questions differ."
        ).format(days=dates),
    )
    apart = [_named(span, one) for one in shown if one.stands != "inside"]
    if apart:
        told = say(
            "Beyond what chance would leave 998 times in 1,000: {names}. Look at hours of work and "
            "kinds of questions first."
        ).format(names=", ".join(apart))
    else:
        told = say("Nobody stands further apart than chance alone would leave them.")
    table = _table(span, days, title, found, loads, whys)
    return [Text(told), ChartBlock(chart, table), _left_out(span, days, found)]


def _limits(span: Span, found: Team, most: int) -> list[Limits]:
    first = span.options.smallest_group
    steps = sorted(
        {
            round(first * (most * 1.1 / first) ** (step / _LIMIT_STEPS))
            for step in range(_LIMIT_STEPS + 1)
        }
    )
    limits = []
    for level, digits in _LEVELS:
        ends = [chance_limits(found.share or 0.0, n, level) for n in steps]
        limits.append(
            Limits(
                name=span.say("{share} by chance").format(share=span.write.share(level, digits)),
                n=steps,
                low=[low for low, _ in ends],
                high=[high for _, high in ends],
            )
        )
    return limits


def _table(
    span: Span,
    days: Period,
    title: str,
    found: Team,
    loads: Sequence[AgentLoad],
    whys: Sequence[str | None],
) -> TableBlock:
    say = span.say
    handled = {one.agent_id: one for one in loads}
    stands = {
        "inside": say("within chance"),
        "above": say("above chance"),
        "below": say("below chance"),
    }
    lines = []
    for one, why in zip(found.agents, whys, strict=True):
        group = {"agent": one.shown_as}
        load = handled.get(one.agent_id)
        name = name_cell(_named(span, one))
        if why:
            lines.append((name, *[hidden_cell(span, why)] * 5))
            continue
        told = (
            ("share", "share", one.share, one.answered, one.share_interval),
            ("estimate", "share", one.estimate, one.answered, one.estimate_interval),
        )
        cells = [
            figure_cell(
                span,
                own_figure(
                    span, "agents", statistic, unit, value, n, interval,
                    group=group, period=days.name,
                ),
            )
            for statistic, unit, value, n, interval in told
        ]  # fmt: skip
        cells.append(Cell(stands[one.stands]))
        if load is None or span.is_few(load.stretches):
            cells += [hidden_cell(span, "few")] * 2
        else:
            for statistic, unit, value in (
                ("average", "number", load.average),
                ("most", "count", float(load.most)),
            ):
                figure = own_figure(
                    span, "agent_loads", statistic, unit, value, load.stretches,
                    group=group, period=days.name,
                )  # fmt: skip
                cells.append(figure_cell(span, figure))
        lines.append((name, *cells))
    headings = (
        say("Employee"),
        say("Own share"),
        say("Estimate"),
        say("Against chance"),
        say("In hand at a time, on average"),
        say("Most in hand at once"),
    )
    note = say(
        "Who sent the answer has answered, whoever it was assigned to. The estimate draws shares "
        "that rest on few towards those of all. An id that may be a name is shown as a short hash."
    )
    small = small_groups_note(span, (cell for line in lines for cell in line))
    return TableBlock(title, headings, tuple(lines), f"{note} {small}".strip())


def _left_out(span: Span, days: Period, found: Team) -> TableBlock:
    say = span.say
    named = {
        "answered": say("Compared: asked in opening hours, answered by somebody named"),
        "unnamed": say("Answered, but no source says by whom"),
        "unanswered": say("Asked in opening hours, not answered by a person yet"),
        "outside": say("Asked outside the opening hours"),
    }
    lines = []
    for statistic, name in named.items():
        n = getattr(found, statistic)
        figure = own_figure(span, "team", statistic, "count", float(n), n, period=days.name)
        cell = figure_cell(span, figure, is_brief=True)
        lines.append((name_cell(name), hidden_cell(span, "few") if span.is_few(n) else cell))
    return TableBlock(
        say("What is compared, and what nobody answers for"),
        (say("Questions"), "n"),
        tuple(lines),
    )


def _loads(span: Span, days: Period, dates: str, rows: Sequence[SpeedAtLoad]) -> list[Block]:
    say = span.say
    shown = [one for one in rows if not span.is_few(one.n)]
    if len(shown) < 2:
        told = say(
            "Nobody had more than one conversation in hand often enough to tell what that does to "
            "the speed of answers."
        )
        return [Text(told)]
    names = [_in_hand(span, one) for one in shown]
    drawn = Bars(
        title=say("Half of the answers came within this, by conversations in hand"),
        unit="seconds",
        categories=names,
        values=[one.median_seconds for one in shown],
        low=[one.median_interval[0] for one in shown],
        high=[one.median_interval[1] for one in shown],
        n=[one.n for one in shown],
        category_label=say("In hand"),
        caption=say(
            "{days}, by the clock on the wall. Busy hours differ from quiet ones in more than the "
            "number of conversations, so this is no proof that one makes the other."
        ).format(days=dates),
    )
    lines = []
    for one in rows:
        name = name_cell(_in_hand(span, one))
        if span.is_few(one.n):
            lines.append((name, *[hidden_cell(span, "few")] * 2))
            continue
        figures = (
            ("median", one.median_seconds, one.median_interval),
            ("p90", one.slow_seconds, one.slow_interval),
        )
        cells = [
            figure_cell(
                span,
                own_figure(
                    span, "speed_at_load", statistic, "seconds", value, one.n, interval,
                    group={"in_hand": one.in_hand}, period=days.name,
                ),
            )
            for statistic, value, interval in figures
        ]  # fmt: skip
        lines.append((name, *cells))
    headings = (say("In hand"), say("Half answered within"), say("90% answered within"))
    note = small_groups_note(span, (cell for line in lines for cell in line))
    return [ChartBlock(drawn, TableBlock(drawn.title, headings, tuple(lines), note))]


def _in_hand(span: Span, one: SpeedAtLoad) -> str:
    say = span.say
    if one.or_more:
        return say("{n} or more in hand").format(n=one.in_hand)
    return say("{n} in hand").format(n=one.in_hand)
