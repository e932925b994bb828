"""Writes down how one system's figure becomes another's."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from convocommerce.formatting import Formatter

if TYPE_CHECKING:
    from convocommerce.profiles.reconciling import Figure, Reconciliation

HEADINGS = ("step", "cases", "n", "open", "median", "mean")


def lines_of(told: Reconciliation) -> list[tuple[str, ...]]:
    """Return the waterfall as texts: the first figure, a line per reason, the last figure."""
    write = Formatter("en")

    def line(name: str, cases: str, figure: Figure) -> tuple[str, ...]:
        return (
            name,
            cases,
            write.count(figure.n),
            write.count(figure.n_open),
            *(
                "–" if seconds is None else write.duration(seconds)
                for seconds in (figure.median_seconds, figure.mean_seconds)
            ),
        )

    return [
        line(told.a.title, write.count(told.cases), told.figure_a),
        *(
            line(step.reason.replace("_", " "), write.count(step.cases), step.after)
            for step in told.steps
        ),
        line(told.b.title, write.count(told.cases), told.figure_b),
    ]


def as_text(told: Reconciliation) -> str:
    """Return the waterfall as aligned plain text, with what it is about under it."""
    rows = [HEADINGS, *lines_of(told)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADINGS))]
    lines = [
        "  ".join(
            cell.ljust(width) if not place else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([*lines, *_captions(told)])


def as_html(told: Reconciliation) -> str:
    """Return the waterfall as an HTML table, with what it is about under it."""
    rows = "".join(_row(row, "td") for row in lines_of(told))
    captions = "<br>".join(escape(one) for one in _captions(told))
    return f"<table><thead>{_row(HEADINGS, 'th')}</thead><tbody>{rows}</tbody></table><p>{captions}"


def _row(cells: Sequence[str], tag: str) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(one)}</{tag}>' for one in cells)}</tr>"


def _captions(told: Reconciliation) -> list[str]:
    return [
        f"First response time in {told.clock} time; every line is the figure after its step.",
        f"{told.a.title}: {told.a.meaning}",
        f"{told.b.title}: {told.b.meaning}",
        f"Of {told.cases} cases {told.equal} are equal; {told.unexplained} lack a known reason.",
    ]
