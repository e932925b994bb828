"""The headline figures of the last thirteen weeks, side by side."""

from __future__ import annotations

from convocommerce.reports.blocks import Cell, Figure, Section, TableBlock, Text
from convocommerce.reports.cells import figure_cell, hidden_cell, name_cell, small_groups_note
from convocommerce.reports.headlines import (
    SHOWN_WEEKS,
    figure_of,
    headlines,
    is_settled,
    mondays,
    weeks_of_figure,
)
from convocommerce.reports.span import Span
from convocommerce.reports.tiles import week_name


def weeks(span: Span) -> Section:
    """Return a table of every headline figure in every one of the last whole weeks."""
    say = span.say
    title = say("Week by week")
    days = mondays(span)[-SHOWN_WEEKS:]
    if not days:
        return Section("weeks", title, (Text(say("There is no whole week yet."), "note"),))
    columns = [
        (one, unit, found)
        for one in headlines(span)
        for (_, unit), found in sorted(
            weeks_of_figure(span, one.watched).items(), key=lambda item: item[0][1]
        )
    ]
    units = [one.watched for one, _, _ in columns]
    headings = (
        say("Week"),
        *(
            f"{one.title} ({unit})" if units.count(one.watched) > 1 else one.title
            for one, unit, _ in columns
        ),
    )
    lines = []
    for day in reversed(days):
        cells = [name_cell(span.write.week(day))]
        for one, _, found in columns:
            row = found.get(day)
            if row is None:
                cells.append(Cell("–", is_quiet=True))
            elif span.hides(row):
                cells.append(hidden_cell(span, "few"))
            else:
                figure = Figure(row, week_name(day), figure_of(span, row).group)
                cell = figure_cell(span, figure)
                still = () if is_settled(span, one.watched, day) else (say("still growing"),)
                cells.append(Cell(cell.text, (*cell.below, *still), cell.figure))
        lines.append(tuple(cells))
    note = say(
        "Every week stands as it is known at the as-of, unlike the days compared with above, which "
        "stand as they were known at the same age. What takes days to show is therefore still "
        "growing in the newest week."
    )
    small = small_groups_note(span, (cell for line in lines for cell in line))
    table = TableBlock(
        say("The headline figures, week by week"),
        headings,
        tuple(lines),
        " ".join(filter(None, (note, small))),
        is_folded=True,
    )
    return Section("weeks", title, (table,))
