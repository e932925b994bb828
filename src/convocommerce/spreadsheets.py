"""Tables for spreadsheets: text out of the data that would run as a formula does not."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a cell of a spreadsheet starts with when it is run; full-width signs count as well."""


def harmless(value: Any) -> Any:
    """Return a cell as it may stand in a spreadsheet; only text can be changed.

    >>> [harmless(value) for value in ("=1+1", "  @sum(a1)", "1 = 1", -1.5)]
    ["'=1+1", "'  @sum(a1)", '1 = 1', -1.5]
    """
    if not isinstance(value, str):
        return value
    # Some programs drop blanks before they look at what a cell starts with.
    runs = value.startswith(_FORMULA) or value.lstrip(" \u00a0\ufeff\u200b").startswith(_FORMULA)
    return f"'{value}" if runs else value


def csv_text(headings: Sequence[str], rows: Iterable[Iterable[Any]]) -> str:
    """Return a table as CSV: commas, one line end, numbers untouched, formulas as text.

    Args:
        headings: The names of the columns.
        rows: The cells of every row, as many as there are headings.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(harmless(one) for one in headings)
    writer.writerows([harmless(value) for value in row] for row in rows)
    return out.getvalue()
