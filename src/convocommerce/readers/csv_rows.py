"""CSV rows as JSON documents, with the line each row stands on.

Python's strict CSV parser reads the rows. Where it stumbles over a quote, only the line where the
row began is given up; what it had swallowed after that line is read again.
"""

from __future__ import annotations

import csv
import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from convocommerce.readers.batches import Row
from convocommerce.readers.encodings import decode
from convocommerce.readers.facts import Reading
from convocommerce.readers.headings import Dialect, distinct
from convocommerce.readers.json_text import CUT_OFF, kept_of

MAX_RECORD = 16_000_000
TOO_MANY_CELLS = "more cells than headings"
OPEN_QUOTE = "a quote is opened and never closed"
STRAY_QUOTE = "a quote or line end stands where none may"
AFTER_QUOTE = "stands after a quote that is never closed"

Rename = Callable[[str], str | None]


class _Line(NamedTuple):
    number: int
    text: str
    is_ended: bool
    notes: tuple[str, ...]


class _Record(NamedTuple):
    lines: list[_Line]
    cells: list[str]
    fault: str | None = None

    @property
    def row(self) -> Row:
        """The record as it stood, to be filled in."""
        notes = dict.fromkeys(note for line in self.lines for note in line.notes)
        raw = "".join(line.text for line in self.lines)
        return Row(self.lines[0].number, 0, raw, self.fault, "; ".join(notes) or None)


def frame(
    blocks: Iterator[bytes],
    dialect: Dialect,
    rename: Rename | None,
    constants: Mapping[str, str] | None,
    reading: Reading,
) -> Iterator[Row]:
    """Give the rows under the headings as documents.

    Args:
        blocks: The file in UTF-8.
        dialect: Its delimiter and line ends.
        rename: Gives the name for a heading, or null to leave the column out.
        constants: Cells added to every row that does not have them itself.
        reading: Where blank rows and an early end are noted.
    """
    records = _records(_Feed(_lines(blocks, dialect, reading)), dialect, reading)
    names: list[str | None] | None = None
    for record in records:
        if not any(record.cells) and record.fault is None:
            reading.n_blank += 1
        elif names is None:
            names = [rename(name) if rename else name for name in distinct(record.cells)]
        else:
            yield _document(record, names, constants or {}, reading)


def _document(
    record: _Record, names: Sequence[str | None], constants: Mapping[str, str], reading: Reading
) -> Row:
    row = record.row
    fault = record.fault
    if fault is None and any(record.cells[len(names) :]):
        fault = TOO_MANY_CELLS
    if fault is None and reading.incomplete_reason and not record.lines[-1].is_ended:
        fault = CUT_OFF
    if fault is not None:
        return row._replace(text=kept_of(row.text), fault=fault)
    cells: dict[str, str] = {}
    for name, cell in zip(names, record.cells, strict=False):
        if name is not None and cell:
            cells.setdefault(name, cell)
    return row._replace(text=json.dumps({**constants, **cells}, ensure_ascii=False))


def _lines(blocks: Iterator[bytes], dialect: Dialect, reading: Reading) -> Iterator[_Line]:
    end = dialect.line_end.encode()
    number = 1
    waiting: list[bytes] = []
    for block in blocks:
        first, *others = block.split(end)
        waiting.append(first)
        for other in others:
            yield _line(number, b"".join([*waiting, end]), True, reading)
            number += 1
            waiting = [other]
    if any(waiting):
        yield _line(number, b"".join(waiting), False, reading)


def _line(number: int, data: bytes, is_ended: bool, reading: Reading) -> _Line:
    text, repairs = decode(data)
    if repairs:
        reading.found_other_bytes()
    return _Line(number, text, is_ended, tuple(note for _, note in repairs))


class _Feed:
    """Lines for the CSV parser, remembering which it took since it was last asked."""

    def __init__(self, lines: Iterator[_Line]) -> None:
        self.taken: list[_Line] = []
        self._again: deque[_Line] = deque()
        self._lines = lines
        self._n_taken = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._n_taken > MAX_RECORD:
            raise csv.Error(OPEN_QUOTE)
        line = self._again.popleft() if self._again else next(self._lines)
        self.taken.append(line)
        self._n_taken += len(line.text)
        return line.text

    def take(self) -> list[_Line]:
        """Return the lines taken and forget them."""
        taken, self.taken, self._n_taken = self.taken, [], 0
        return taken

    def give_back(self, lines: list[_Line]) -> None:
        """Have lines read again."""
        self._again.extendleft(reversed(lines))


def _records(feed: _Feed, dialect: Dialect, reading: Reading) -> Iterator[_Record]:
    # The limit belongs to the process; it is only ever raised, to the size a document may have.
    csv.field_size_limit(max(csv.field_size_limit(), MAX_RECORD + 1))
    if dialect.is_declared:
        next(feed)
        feed.take()
    parser = csv.reader(feed, delimiter=dialect.delimiter, strict=True)
    n_cells: int | None = None
    doubted_to = 0
    while True:
        try:
            cells = next(parser)
        except StopIteration:
            return
        except csv.Error as error:
            first, *others = feed.take()
            feed.give_back(others)
            parser = csv.reader(feed, delimiter=dialect.delimiter, strict=True)
            is_open = str(error) in (OPEN_QUOTE, "unexpected end of data")
            if is_open:
                reading.cut(f"a quote opened on line {first.number} is never closed")
            if others:
                doubted_to = max(doubted_to, others[-1].number)
            if n_cells is None:  # the headings themselves: as well as they can be read
                loose = next(csv.reader([first.text], delimiter=dialect.delimiter))
                n_cells = len(loose)
                yield _Record([first], loose)
            else:
                yield _Record([first], [], OPEN_QUOTE if is_open else STRAY_QUOTE)
            continue
        lines = feed.take()
        if n_cells is None and any(cells):
            n_cells = len(cells)
        is_doubtful = lines[0].number <= doubted_to and len(cells) != n_cells and any(cells)
        yield _Record(lines, cells, AFTER_QUOTE if is_doubtful else None)
