"""Documents of many files, gathered by kind and staged: the reading half of a load.

Files of one kind go through its SQL together, what was taken before is left out, and a file that
cannot be read to its end never stops the others.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from convocommerce.errors import ExportError
from convocommerce.readers import repair_document
from convocommerce.recognising import Recognised
from convocommerce.sources import ExportKind, structure_json
from convocommerce.sources.contract import EVENTS, OUTCOMES
from convocommerce.warehouse import ledger, staging
from convocommerce.warehouse.ledger import FileReport
from convocommerce.warehouse.parsing import DocumentMapping

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Progress = Callable[[str, int, int], None]
"""Called with the name of the file being read, the bytes of all files read, and their total."""


_CRUMB = 1024
"""Below how many documents a piece, on average, pieces are put together by copying them."""


@dataclass
class _Pace:
    """How far reading has come."""

    progress: Progress | None
    total: int
    done: int = 0

    def tell(self, file: Recognised, read: int) -> None:
        if self.progress is not None:
            self.progress(file.shown, self.done + min(read, file.export.size), self.total)

    def finish(self, file: Recognised) -> None:
        self.done += file.export.size
        self.tell(file, 0)


def stage_files(
    con: duckdb.DuckDBPyConnection,
    files: Sequence[Recognised],
    progress: Progress | None,
) -> list[FileReport]:
    """Stage the documents of every file; what merging decides is not in the reports yet.

    Documents of many small files go through the SQL of their kind together, for planning it costs
    more than running it on a few.
    """
    pace = _Pace(progress, sum(file.export.size for file in files))
    reports = [
        FileReport(f.shown, bytes=f.export.size, note=f.note, failed=f.is_failed) for f in files
    ]
    by_kind: dict[str, list[int]] = {}
    for file_no, file in enumerate(files):
        if file.source is not None and file.kind is not None:
            by_kind.setdefault(f"{file.source.name}/{file.kind.name}", []).append(file_no)
        else:
            pace.finish(file)
    next_no = 0
    for name, numbers in by_kind.items():
        kind_files = [(file_no, files[file_no]) for file_no in numbers]
        meaning = _meaning(files[numbers[0]])
        kind_files = _not_taken_before(con, kind_files, meaning, reports, pace)
        if kind_files:
            next_no = _stage_kind(con, name, kind_files, reports, next_no, pace)
    return reports


def _meaning(file: Recognised) -> str:
    """Return a hash of everything that decides what the documents of a kind come to mean."""
    assert file.source is not None and file.kind is not None  # noqa: S101, PT018  # as recognised
    parts = [
        importlib.metadata.version("convocommerce"),
        file.source.macros(),
        structure_json(file.kind),
        *file.source.statements(file.kind).values(),
    ]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _not_taken_before(
    con: duckdb.DuckDBPyConnection,
    files: Sequence[tuple[int, Recognised]],
    meaning: str,
    reports: list[FileReport],
    pace: _Pace,
) -> list[tuple[int, Recognised]]:
    """Return the files whose content is new, and report the others as they were before."""
    new = []
    known_files = ledger.known_files(con)
    for file_no, file in files:
        export = file.export
        named = file.kind is not None and file.kind.reads_name
        own = hashlib.sha256(f"{meaning}\x1f{export.name if named else ''}".encode()).hexdigest()
        reports[file_no] = replace(reports[file_no], meaning=own)
        # Only a file of a known size is worth hashing.
        is_likely = (export.size, own) in known_files
        known = ledger.taken_before(con, export.size, own, export.sha256) if is_likely else None
        if known is None:
            new.append((file_no, file))
        else:
            reports[file_no] = replace(known, file=file.shown)
            pace.finish(file)
    return new


def _stage_kind(
    con: duckdb.DuckDBPyConnection,
    name: str,
    files: Sequence[tuple[int, Recognised]],
    reports: list[FileReport],
    next_no: int,
    pace: _Pace,
) -> int:
    """Stage the documents of all files of one kind, fill in their reports, and count on."""
    source, kind = files[0][1].source, files[0][1].kind
    assert source is not None and kind is not None  # noqa: S101, PT018  # chosen by their kind
    statements = source.statements(kind)
    events, outcomes = statements.pop(EVENTS, None), statements.pop(OUTCOMES, None)
    mapping = DocumentMapping(
        name, structure_json(kind), statements, outcomes, events, kind.parses_in_events
    )
    con.execute(source.macros())
    batches = _Batches(pace)
    for batch in batches.of(files, kind):
        repaired = staging.stage(
            con, batch, first_no=next_no, mapping=mapping, repair=repair_document
        )
        next_no += batch.num_rows
        for file_no, n in repaired.items():
            reports[file_no] = replace(reports[file_no], repaired=reports[file_no].repaired + n)
    for file_no, file in files:
        report = replace(reports[file_no], source=source.name, kind=kind.name)
        if file_no in batches.broken:
            n_read = batches.n_read.get(file_no, 0)
            note = batches.broken[file_no].replace(file.export.name, file.shown)
            report = replace(report, read=n_read, incomplete=True, failed=not n_read, note=note)
        else:
            facts = file.export.facts
            report = replace(
                report,
                sha256=facts.sha256,
                read=facts.n_documents,
                incomplete=facts.is_incomplete,
                note=facts.incomplete_reason,
            )
        reports[file_no] = report
    return next_no


class _Piece(NamedTuple):
    """Documents of one file."""

    table: pa.Table
    file_no: int
    name: str


@dataclass
class _Batches:
    """Documents of files of one kind, gathered into batches worth planning a query for.

    Attributes:
        broken: Why files could not be read to their end, by number.
        n_read: How many documents each file gave.
    """

    pace: _Pace
    batch_bytes: int = 64 << 20
    broken: dict[int, str] = field(default_factory=dict)
    n_read: dict[int, int] = field(default_factory=dict)

    def of(self, files: Sequence[tuple[int, Recognised]], kind: ExportKind) -> Iterator[pa.Table]:
        waiting: list[_Piece] = []
        n_bytes = 0
        for file_no, file in files:
            for table in self._whole_tables(file_no, file, kind):
                waiting.append(_Piece(table, file_no, file.export.name))
                n_bytes += table.nbytes
                if n_bytes >= self.batch_bytes:
                    yield _joined(waiting)
                    waiting, n_bytes = [], 0
            self.pace.finish(file)
        if waiting:
            yield _joined(waiting)

    def _whole_tables(self, file_no: int, file: Recognised, kind: ExportKind) -> Iterator[pa.Table]:
        """Give what can be read of a file; one that breaks off must not stop the others."""
        try:
            for table in self._tables(file, kind):
                self.n_read[file_no] = self.n_read.get(file_no, 0) + table.num_rows
                yield table
        except ExportError as error:
            self.broken[file_no] = str(error)

    def _tables(self, file: Recognised, kind: ExportKind) -> Iterator[pa.Table]:
        export = file.export
        facts_of = kind.heading_facts
        tables = export.documents(
            envelope_keys=kind.envelope_keys,
            rename=kind.headings,
            constants=facts_of(export.headings()) if kind.is_csv and facts_of else None,
            batch_bytes=self.batch_bytes,
            progress=lambda read: self.pace.tell(file, read),
        )
        filled = (table for table in tables if table.num_rows)
        mend = kind.mend
        return filled if mend is None else (_mended(table, mend) for table in filled)


def _joined(pieces: Sequence[_Piece]) -> pa.Table:
    """Return documents as one table, with the number and the name of their file.

    The engine works through the pieces of a table one by one, however small they are.
    """
    import numpy as np
    import pyarrow as pa

    from convocommerce.readers.batches import numbers, texts_of

    table = pa.concat_tables([piece.table for piece in pieces])
    if table.num_rows < _CRUMB * table.column("text").num_chunks:
        table = table.combine_chunks()
    counts = [piece.table.num_rows for piece in pieces]
    file_no = np.repeat([piece.file_no for piece in pieces], counts)
    place = np.repeat(np.arange(len(pieces)), counts)
    names = texts_of([piece.name for piece in pieces]).take(numbers(place, pa.int64()))
    return table.append_column("file_no", numbers(file_no, pa.int32())).append_column("file", names)


def _mended(table: pa.Table, mend: Callable[[str], str]) -> pa.Table:
    """Return documents with their texts made good."""
    from convocommerce.readers.batches import texts_of

    mended = texts_of([mend(text) for text in table.column("text").to_pylist()])
    return table.set_column(table.schema.get_field_index("text"), "text", mended)
