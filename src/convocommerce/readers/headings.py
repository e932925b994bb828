"""Whether a text is a CSV, how its cells are parted, and what its columns are called."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

_DELIMITERS = (",", ";", "\t")
_ROWS_LOOKED_AT = 20
_DECLARED = re.compile(r"sep=(.)\r?\n?$", re.IGNORECASE)
_NO_HEADING = re.compile(r"\s*(?:[\[{<]|\d{1,4}[/.:-]\d)")
_PRIVATE = re.compile(r"@|\d{6}|[^\w\s()/.,:;%&+#'’€$£*?!-]")


@dataclass(frozen=True)
class Dialect:
    """How one CSV is written.

    Attributes:
        delimiter: A comma, semicolon or tab.
        line_end: What parts its lines: a line feed (also after a carriage return), or a carriage
            return alone.
        is_declared: Whether its first line is Excel's ``sep=;`` and no heading.
        headings: Its headings, each name once.
    """

    delimiter: str
    line_end: str
    is_declared: bool
    headings: tuple[str, ...]


def dialect_of(text: str, name: str) -> Dialect | None:
    r"""Return how a text is written if it is a CSV, judged by its beginning; else null.

    Args:
        text: The beginning of the text, whole lines.
        name: The file's name, whose ending decides where the content leaves it open.

    >>> dialect_of("Name;Total\n#1;9,50\n", "orders.csv").delimiter
    ';'
    """
    line_end = "\n" if "\n" in text else "\r"
    lines = [line + line_end for line in text.split(line_end)]
    declared = _DECLARED.match(lines[0])
    if declared:
        lines = lines[1:]
    while lines and not lines[0].strip():
        lines = lines[1:]
    lower = name.lower().removesuffix(".gz")
    is_named = lower.endswith((".csv", ".tsv", ".tab"))
    choices: tuple[str, ...] = (declared[1],) if declared else _DELIMITERS
    if lower.endswith((".tsv", ".tab")):
        choices = ("\t", *(choice for choice in choices if choice != "\t"))
    # The first of the widest: the order of the choices decides where the heading does not.
    tables = [(choice, _rows(lines, choice), _is_well_quoted(lines, choice)) for choice in choices]
    delimiter, rows, _ = max(tables, key=_width)
    if not rows or not _is_table(rows, is_named):
        return None
    return Dialect(delimiter, line_end, declared is not None, tuple(distinct(rows[0])))


def distinct(cells: Sequence[str]) -> list[str]:
    """Return heading cells as names, each once.

    >>> distinct(["Name", " Total ", "Name", ""])
    ['Name', 'Total', 'Name (2)', 'column 4']
    """
    names: list[str] = []
    taken = {cell.strip() for cell in cells}
    for place, cell in enumerate(cells, start=1):
        wanted = name = cell.strip() or f"column {place}"
        number = 2
        while name in names or (name != wanted and name in taken):
            name = f"{wanted} ({number})"
            number += 1
        names.append(name)
    return names


def shown(headings: Sequence[str], limit: int = 8) -> str:
    """Return headings for an error message, without any that may be a person's data."""
    names = ["…" if _PRIVATE.search(name) else name[:40] for name in headings[:limit]]
    return ", ".join(names) + (" ..." if len(headings) > limit else "")


def _rows(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    try:
        rows = csv.reader(lines, delimiter=delimiter)
        return [row for row in islice(rows, _ROWS_LOOKED_AT + 1) if any(row)]
    except (csv.Error, TypeError):
        return []


def _is_well_quoted(lines: Sequence[str], delimiter: str) -> bool:
    try:
        next(csv.reader(lines, delimiter=delimiter, strict=True), None)
    except (csv.Error, TypeError):
        return False
    return True


def _width(table: tuple[str, Sequence[Sequence[str]], bool]) -> tuple[bool, int]:
    _, rows, is_well_quoted = table
    n = len(rows[0]) if rows else 0
    return n > 1 and is_well_quoted, n


def _is_table(rows: Sequence[Sequence[str]], is_named: bool) -> bool:
    headings, *others = rows
    n = len(headings)
    filled = [cell for cell in headings if cell.strip()]
    if any(_NO_HEADING.match(cell) or len(cell) > 200 for cell in filled[:1]):
        return False
    if is_named:
        return bool(filled)
    n_fitting = sum(len(row) == n for row in others)
    return n >= 2 and len(filled) * 2 >= n and bool(others) and n_fitting * 2 >= len(others)
