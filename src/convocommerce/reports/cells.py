"""Cells that show figures: one way of writing them for the whole page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from convocommerce.charts import Chart
from convocommerce.charts.text import clean
from convocommerce.intervals import Interval
from convocommerce.measuring import Row
from convocommerce.metrics import Dimension, dimension_named
from convocommerce.reports.blocks import Block, Cell, ChartBlock, Figure, TableBlock
from convocommerce.reports.cutting import MOST_ROWS
from convocommerce.reports.span import Span
from convocommerce.results.labels import figure_text, row_name

ABOUT_DATA = frozenset({"documents", "quality", "quarantined", "ad_spend"})
"""Figures about data and spending, which tell of nobody however few they rest on."""
_MOST_OPEN = 15


def name_cell(text: str) -> Cell:
    """Return the cell that names a row; names out of the data keep to their place."""
    return Cell(clean(text))


def figure_cell(span: Span, figure: Figure | None, *, is_brief: bool = False) -> Cell:
    """Return the cell of a figure: the value, and its interval and n beneath unless brief."""
    if figure is None:
        return Cell("–", is_quiet=True)
    if figure.row.value is None and not figure.row.n:
        waiting = (span.say("nothing decided yet"),) if figure.row.n_open else ()
        return Cell("–", waiting, figure, is_quiet=True)
    is_of_people = figure.row.metric not in ABOUT_DATA
    if span.subject.where and is_of_people and span.hides(figure.row):
        return hidden_cell(span, "few")
    value, interval, rests = figure_text(figure.row, span.language)
    below = () if is_brief else tuple(part for part in (interval, rests) if part)
    return Cell(value, below, figure)


def difference_cell(span: Span, figure: Figure, *, has_n: bool = True) -> Cell:
    """Return the cell of a difference: with its sign, of shares in percentage points."""
    row = figure.row
    cell = figure_cell(span, figure)
    if row.value is None or cell.figure is None:
        return cell
    below = [one for one in cell.below if has_n and one.startswith("n =")]
    if row.low is not None or row.high is not None:
        ends = (span.write.signed(row.low, row.unit), span.write.signed(row.high, row.unit))
        below.insert(0, span.say("({low} to {high})").format(low=ends[0], high=ends[1]))
    return Cell(span.write.signed(row.value, row.unit), tuple(below), figure)


def count_figure(
    span: Span,
    metric: str,
    statistic: str,
    value: float | None,
    *,
    unit: str = "count",
    n: int | None = None,
    group: Mapping[str, Any] | None = None,
    period: str | None = None,
) -> Figure:
    """Return a figure that is no metric of the catalogue: a count, a sum, a ratio."""
    rests = n if n is not None else int(value or 0)
    row = Row(metric, statistic, statistic, unit, (), value, None, None, rests, 0)
    return Figure(row, period or span.period.name, group or {})


def own_figure(
    span: Span,
    metric: str,
    statistic: str,
    unit: str,
    value: float | None,
    n: int | None,
    interval: Interval = (None, None),
    *,
    n_open: int | None = 0,
    group: Mapping[str, Any] | None = None,
    period: str | None = None,
) -> Figure:
    """Return a figure of an insight: what it is, what it rests on, and its interval if it has one.

    Args:
        span: The days the page is about.
        metric: What it is a figure of.
        statistic: Which figure.
        unit: ``share``, ``seconds``, ``count``, ``number`` or a currency.
        value: The figure; null when it cannot be known.
        n: How many it rests on; null when that cannot be known either.
        interval: Its 95% interval.
        n_open: How many are not decided.
        group: The columns it is cut by, with their values.
        period: The name of its days, if they are others than the page's.
    """
    row = Row(metric, statistic, statistic, unit, (), value, *interval, n or 0, n_open or 0)
    return Figure(row, period or span.period.name, group or {})


def hidden_cell(span: Span, why: str) -> Cell:
    """Return the cell of a figure that is not shown because its group is small."""
    say = span.say
    fewest = span.options.smallest_group
    text = say("fewer than {n}").format(n=fewest) if why == "few" else say("withheld")
    return Cell(text, is_quiet=True)


def small_groups_note(span: Span, cells: Iterable[Cell]) -> str:
    """Return the sentence about what is not shown in a table, or nothing when all is."""
    texts = {cell.text for cell in cells if cell.is_quiet}
    notes = []
    if hidden_cell(span, "few").text in texts:
        told = span.say("Figures that rest on fewer than {n} are not shown.")
        notes.append(told.format(n=span.options.smallest_group))
    if hidden_cell(span, "withheld").text in texts:
        notes.append(
            span.say(
                "Withheld: the next smallest beside a single one that is not shown, so that it "
                "cannot be worked out from the total."
            )
        )
    return " ".join(notes)


def pictured(chart: Chart, table: TableBlock, *, is_open: bool = False) -> Block:
    """Return a picture with its table, or the table alone where there is nothing to be drawn.

    A table that is open is so only while it is short.
    """
    is_short = len(table.rows) <= _MOST_OPEN
    return table if chart.is_empty else ChartBlock(chart, table, is_open=is_open and is_short)


def _group_cell(span: Span, dimension: Dimension, group: Any) -> Cell:
    return name_cell(row_name(dimension, group, span.language))


def cut_table(
    span: Span,
    title: str,
    by: str,
    columns: Sequence[tuple[str, str, str]],
    *,
    note: str = "",
) -> tuple[TableBlock, dict[Any, list[Cell]]]:
    """Return a table of figures cut by one column, and its cells by group.

    Args:
        span: The days the page is about.
        title: What the table shows.
        by: The column it is cut by.
        columns: Metric, statistic and heading of each column; money takes one for each currency.
        note: What else must be known to read it.
    """
    dimension = dimension_named(by)
    headings, found = [span.say(dimension.title)], []
    for metric, statistic, heading in columns:
        rows = span.rows(metric, statistic, by)
        units = sorted({row.unit for row in rows}) or [""]
        for unit in units:
            is_one = len(units) == 1
            headings.append(heading if is_one else f"{heading} ({unit})")
            found.append({row.group[0]: row for row in rows if row.unit == unit})
    groups = list(dict.fromkeys(group for column in found for group in column))
    if dimension.order:
        known = [group for group in dimension.order if group in groups]
        groups = known + [group for group in groups if group not in known]
    cells: dict[Any, list[Cell]] = {group: [] for group in groups}
    for column in found:
        whys = span.hidden([column.get(group) for group in groups])
        for group, why in zip(groups, whys, strict=True):
            row = column.get(group)
            if why:
                cells[group].append(hidden_cell(span, why))
            else:
                figure = span.figure(row, [by]) if row else None
                is_plain = row is not None and row.unit == "count"
                cells[group].append(figure_cell(span, figure, is_brief=is_plain))
    lines = [(_group_cell(span, dimension, group), *cells[group]) for group in groups]
    if len(lines) > MOST_ROWS and not dimension.order:
        # The page shows the first rows only: those that rest on most, as far as that is shown.
        lines.sort(key=lambda line: -max(one.figure.row.n if one.figure else 0 for one in line))
    notes = [note, small_groups_note(span, (cell for line in lines for cell in line))]
    table = TableBlock(title, tuple(headings), tuple(lines), " ".join(filter(None, notes)))
    return table, cells
