"""From conversation to order."""

from __future__ import annotations

from convocommerce.charts import Funnel, Stage
from convocommerce.measuring import Row, facts
from convocommerce.reports.blocks import Cell, ChartBlock, Figure, Section, TableBlock
from convocommerce.reports.cells import figure_cell, hidden_cell, name_cell
from convocommerce.reports.span import Span

_COUNTS = """
select human_calendar_seconds is not null as is_answered, outcome, count(*)
from facts
group by all
"""


def funnel(span: Span) -> Section:
    """Return how many conversations were answered and bought, and what is still open."""
    say = span.say
    question = span.measure("conversations").questions[0]
    counts = {
        (bool(answered), str(outcome)): int(n)
        for answered, outcome, n in facts(question).query(_COUNTS).run(span.con)
    }
    table = _table(span, counts)
    return Section("funnel", say("From conversation to order"), (_chart(span, counts), table))


def _chart(span: Span, counts: dict[tuple[bool, str], int]) -> ChartBlock:
    say = span.say
    total = sum(counts.values())
    answered = sum(n for (is_answered, _), n in counts.items() if is_answered)
    bought = sum(counts.get((True, outcome), 0) for outcome in ("in_chat", "assisted"))
    pending = counts.get((True, "pending"), 0)
    steps = [
        ("conversations", say("Conversations"), total, None, 0),
        ("answered", say("Answered by a person"), answered, total, 0),
        ("bought", say("Bought after that"), bought, answered, pending),
    ]
    stages, rows = [], []
    for name, title, count, of, n_open in steps:
        share = count / total if total else None
        step_share = count / of if of else None
        stages.append(Stage(name=title, count=count, share=share, step_share=step_share))
        figures = [
            _figure(span, name, "count", float(count), count, n_open),
            _figure(span, f"{name}_of_all", "share", share, total, n_open),
            _figure(span, f"{name}_of_previous", "share", step_share, of or 0, n_open)
            if of is not None
            else None,
        ]
        cells = [figure_cell(span, figure, is_brief=True) for figure in figures]
        rows.append((Cell(title), *cells))
    caption = say(
        "{n} answered conversations have not bought yet and still can; they are no failures."
    ).format(n=span.write.count(pending))
    chart = Funnel(
        title=say("Conversations, answers, orders"), stages=stages, caption=caption * bool(pending)
    )
    headings = (say("Step"), "n", say("Share of all"), say("Share of the step before"))
    return ChartBlock(chart, TableBlock(chart.title, headings, tuple(rows)))


def _table(span: Span, counts: dict[tuple[bool, str], int]) -> TableBlock:
    say = span.say
    outcomes = {
        "in_chat": say("Bought in the chat"),
        "assisted": say("Bought elsewhere, assisted"),
        "none": say("No order"),
        "pending": say("Still open"),
    }
    lines = []
    for outcome, title in outcomes.items():
        parts = [counts.get((True, outcome), 0), counts.get((False, outcome), 0)]
        names = [f"{outcome}_answered", f"{outcome}_not_answered", outcome]
        # One hidden part could be worked out from the other and their sum.
        is_hidden = any(span.is_few(n) for n in parts)
        cells = [
            hidden_cell(span, "few")
            if is_hidden and place < len(parts)
            else figure_cell(span, _figure(span, name, "count", float(n), n), is_brief=True)
            for place, (name, n) in enumerate(zip(names, [*parts, sum(parts)], strict=True))
        ]
        lines.append((name_cell(title), *cells))
    headings = (
        say("Outcome"),
        say("Answered by a person"),
        say("Not answered by a person"),
        say("All"),
    )
    note = say("Still open: no order yet, and the attribution window has not closed.")
    return TableBlock(say("What became of the conversations"), headings, tuple(lines), note)


def _figure(
    span: Span, statistic: str, unit: str, value: float | None, n: int, n_open: int = 0
) -> Figure:
    row = Row("funnel", statistic, statistic, unit, (), value, None, None, n, n_open)
    return span.figure(row)
