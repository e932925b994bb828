"""Targets of figures that no tile shows: what they are now, and whether that is met."""

from __future__ import annotations

from convocommerce.reports.blocks import Block, Cell, TableBlock
from convocommerce.reports.cells import name_cell, small_groups_note
from convocommerce.reports.headlines import Watched, rows_of
from convocommerce.reports.naming import figure_name
from convocommerce.reports.span import Span
from convocommerce.reports.tiles import aim, group_cell, is_met, nothing, told_headlines


def targets(span: Span) -> list[Block]:
    """Return the table of the targets that stand beside no headline figure; nothing without."""
    say = span.say
    shown = {one.headline.watched.key for one in told_headlines(span)}
    lines = []
    for key, value in span.options.targets.items():
        metric, _, statistic = key.partition(".")
        watched = Watched(metric, statistic)
        if key in shown:
            continue
        for row in rows_of(span, watched) or [nothing(watched)]:
            met = is_met(span, watched, row)
            states = {True: say("met"), False: say("missed"), None: say("cannot be told")}
            lines.append(
                (
                    name_cell(figure_name(span, watched)),
                    group_cell(span, row),
                    Cell(aim(span, watched, value, row.unit)),
                    Cell(states[met], is_quiet=met is None),
                )
            )
    if not lines:
        return []
    note = small_groups_note(span, (cell for line in lines for cell in line))
    headings = (say("Figure"), say("In these days"), say("Target"), say("State"))
    return [TableBlock(say("Other targets"), headings, tuple(lines), note)]
