"""How many rows of a table a page shows; its exports hold all of them."""

from __future__ import annotations

from convocommerce.formatting import Formatter
from convocommerce.reports.blocks import Cell, TableBlock
from convocommerce.wording import wording

MOST_ROWS = 50
"""How many rows are shown: beyond these nobody reads a page, and sorts an export instead."""


def shown_rows(table: TableBlock) -> tuple[tuple[Cell, ...], ...]:
    """Return the rows that are shown: the first, or the newest where they are days."""
    if table.is_dated:
        return table.rows[-MOST_ROWS:]
    return table.rows[:MOST_ROWS]


def left_out(table: TableBlock, language: str) -> str:
    """Return the sentence about rows that are not shown, and where they are; empty without any."""
    n = len(table.rows) - len(shown_rows(table))
    if n <= 0:
        return ""
    told = wording(language)(
        "{n} more rows are not shown here: the exports of this page (JSON, CSV, Parquet) hold "
        "every figure."
    )
    return told.format(n=Formatter(language).count(n))
