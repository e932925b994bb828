"""What came from where: the books of every load, written with it and read back after it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from convocommerce.errors import DatabaseError
from convocommerce.markup import html_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    import duckdb

_HEADINGS = (
    "file", "source", "kind", "read", "loaded", "duplicate", "ignored", "quarantined", "note",
)  # fmt: skip


MANY = 30
"""From how many files on a report shows those of one kind and folder together."""


@dataclass(frozen=True)
class Reason:
    """Why documents of a file were not loaded.

    Attributes:
        outcome: ``ignored`` or ``quarantined``.
        reason: A short sentence without any content of a document.
        n: How many documents.
    """

    outcome: str
    reason: str
    n: int


@dataclass(frozen=True)
class FileReport:
    """What became of the documents of one file.

    ``loaded + duplicate + ignored + quarantined`` is always ``read``.

    Attributes:
        file: The file's name, relative to what was asked for.
        source: The platform, or null when the file was not recognised.
        kind: The kind of export.
        sha256: The hash of the file's bytes, when it was read.
        bytes: Its size.
        read: How many documents it holds.
        loaded: How many changed something.
        duplicate: How many said only what was known.
        ignored: How many hold nothing to keep.
        quarantined: How many could not be understood; they are kept aside.
        repaired: How many could only be read after a repair.
        incomplete: The file is provably cut off or damaged.
        note: What else is to be said about the file.
        meaning: A hash of how its documents are read; the same bytes read the same way say the
            same.
        failed: The file could not be read at all; ``note`` says why.
        skipped: The same bytes were taken before, so they were not read again; the numbers are
            those of then.
        reasons: Why documents were ignored or quarantined, the most frequent first.
    """

    file: str
    source: str | None = None
    kind: str | None = None
    sha256: str | None = None
    bytes: int = 0
    read: int = 0
    loaded: int = 0
    duplicate: int = 0
    ignored: int = 0
    quarantined: int = 0
    repaired: int = 0
    incomplete: bool = False
    note: str | None = None
    meaning: str | None = None
    failed: bool = False
    skipped: bool = False
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, repr=False)
class LoadReport:
    """What one load did.

    Attributes:
        load_id: The number of the load.
        started_at: When it began, in UTC.
        finished_at: When its last record was merged, in UTC.
        files: One report per file.
    """

    load_id: int
    started_at: datetime
    finished_at: datetime
    files: tuple[FileReport, ...]

    @property
    def read(self) -> int:
        """How many documents were read."""
        return sum(file.read for file in self.files)

    @property
    def loaded(self) -> int:
        """How many documents changed something."""
        return sum(file.loaded for file in self.files)

    @property
    def duplicate(self) -> int:
        """How many documents said only what was known."""
        return sum(file.duplicate for file in self.files)

    @property
    def ignored(self) -> int:
        """How many documents hold nothing to keep."""
        return sum(file.ignored for file in self.files)

    @property
    def quarantined(self) -> int:
        """How many documents could not be understood."""
        return sum(file.quarantined for file in self.files)

    @property
    def repaired(self) -> int:
        """How many documents could only be read after a repair."""
        return sum(file.repaired for file in self.files)

    @property
    def incomplete(self) -> bool:
        """Whether any file is provably cut off or damaged."""
        return any(file.incomplete for file in self.files)

    @property
    def failed(self) -> tuple[FileReport, ...]:
        """The files that could not be read at all."""
        return tuple(file for file in self.files if file.failed)

    def __repr__(self) -> str:
        """Return a short table."""
        rows = [_HEADINGS, *self._rows()]
        widths = [max(len(row[i]) for row in rows) for i in range(len(_HEADINGS))]
        lines = []
        for row in rows:
            cells = [
                cell.rjust(width) if 3 <= i <= 7 else cell.ljust(width)
                for i, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            lines.append("  ".join(cells).rstrip())
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return html_table(_HEADINGS, self._rows())

    def _rows(self) -> list[tuple[str, ...]]:
        files = self.files if len(self.files) <= MANY else gathered(self.files)
        rows = [
            (
                file.file,
                file.source or "",
                file.kind or "",
                *(str(n) for n in (file.read, file.loaded, file.duplicate)),
                *(str(n) for n in (file.ignored, file.quarantined)),
                "; ".join(filter(None, (_mark(file), file.note, *_not_understood(file)))),
            )
            for file in files
        ]
        totals = (self.read, self.loaded, self.duplicate, self.ignored, self.quarantined)
        return [*rows, ("total", "", "", *(str(n) for n in totals), "")]


def gathered(files: Sequence[FileReport]) -> list[FileReport]:
    """Return one report for all files of a kind in a folder, and those with a fault as they are.

    Files that were not recognised, in a folder and for the same reason, are one kind as well.
    """
    groups: dict[tuple[str, str | None, str | None, bool, str | None], list[FileReport]] = {}
    found = []
    for file in files:
        if file.failed or file.incomplete:
            found.append(file)
        else:
            folder = file.file.rpartition("/")[0].partition("/")[0]
            note = file.note if file.source is None else None
            key = (folder, file.source, file.kind, file.skipped, note)
            groups.setdefault(key, []).append(file)
    for (folder, source, kind, skipped, note), group in groups.items():
        reasons: dict[tuple[str, str], int] = {}
        for file in group:
            for one in file.reasons:
                name = (one.outcome, one.reason)
                reasons[name] = reasons.get(name, 0) + one.n
        told = f"{len(group):,} files" if len(group) > 1 else group[0].file.rpartition("/")[2]
        found.append(
            FileReport(
                f"{folder}/ ({told})" if folder else told,
                source=source,
                kind=kind,
                bytes=sum(file.bytes for file in group),
                read=sum(file.read for file in group),
                loaded=sum(file.loaded for file in group),
                duplicate=sum(file.duplicate for file in group),
                ignored=sum(file.ignored for file in group),
                quarantined=sum(file.quarantined for file in group),
                repaired=sum(file.repaired for file in group),
                skipped=skipped,
                note=note,
                reasons=tuple(
                    Reason(*name, n) for name, n in sorted(reasons.items(), key=lambda one: -one[1])
                ),
            )
        )
    return found


def _mark(file: FileReport) -> str | None:
    if file.failed:
        return "not read"
    if file.skipped:
        return "taken before"
    return "incomplete" if file.incomplete else None


def _not_understood(file: FileReport) -> list[str]:
    return [f"{one.n:,} {one.reason}" for one in file.reasons if one.outcome == "quarantined"]


def write(
    con: duckdb.DuckDBPyConnection,
    files: Sequence[FileReport],
    *,
    started_at: datetime,
    finished_at: datetime,
    package_version: str,
) -> int:
    """Write the books of a load, inside its transaction.

    Returns:
        The number of the load.
    """
    rows = con.execute("select coalesce(max(load_id), 0) + 1 from loads").fetchall()
    load_id = int(rows[0][0])
    con.execute(
        "insert into loads values (?, ?, ?, ?)",
        [load_id, started_at, finished_at, package_version],
    )
    _insert(
        con,
        "load_files",
        [
            (
                load_id, file.file, file.sha256, file.bytes, file.source, file.kind, file.read,
                file.loaded, file.duplicate, file.ignored, file.quarantined, file.repaired,
                file.incomplete, file.note, file.meaning, file.failed, file.skipped,
            )
            for file in files
        ],
    )  # fmt: skip
    _insert(
        con,
        "load_reasons",
        [
            (load_id, file.file, reason.outcome, reason.reason, reason.n)
            for file in files
            for reason in file.reasons
        ],
    )
    return load_id


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Add rows in one statement: one for each takes as long as reading a small file."""
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        values = ", ".join(["unnest(?)"] * len(columns))
        con.execute(f"insert into {table} select {values}", columns)


def known_files(con: duckdb.DuckDBPyConnection) -> set[tuple[int, str]]:
    """Return the size and the meaning of every file that was taken so far."""
    return set(
        con.execute(
            "select distinct bytes, meaning from load_files where not is_failed and not is_skipped"
        ).fetchall()
    )


def taken_before(
    con: duckdb.DuckDBPyConnection, size: int, meaning: str, sha256: Callable[[], str]
) -> FileReport | None:
    """Return what became of the same bytes when they were taken before, if they were.

    Args:
        con: An open connection to the database.
        size: The size of the file as stored.
        meaning: A hash of how its documents would be read now.
        sha256: Gives the hash of the file's bytes.
    """
    hashed = sha256()
    rows = con.execute(
        "select load_id, file, source, kind, n_read, n_loaded + n_duplicate, n_ignored, "
        "n_quarantined, n_repaired, is_incomplete, note from load_files "
        "where bytes = $size and meaning = $meaning and sha256 = $sha256 "
        "and not is_failed and not is_skipped order by load_id limit 1",
        {"size": size, "meaning": meaning, "sha256": hashed},
    ).fetchall()
    if not rows:
        return None
    load_id, file, source, kind, n, known, ignored, quarantined, repaired, cut, note = rows[0]
    reasons = con.execute(
        "select outcome, reason, n from load_reasons where load_id = ? and file = ? "
        "order by n desc, outcome, reason",
        [load_id, file],
    ).fetchall()
    return FileReport(
        file,
        source=source,
        kind=kind,
        sha256=hashed,
        bytes=size,
        read=n,
        duplicate=known,
        ignored=ignored,
        quarantined=quarantined,
        repaired=repaired,
        incomplete=cut,
        note=note,
        meaning=meaning,
        skipped=True,
        reasons=tuple(Reason(*reason) for reason in reasons),
    )


def write_quarantine(con: duckdb.DuckDBPyConnection, load_id: int, names: Sequence[str]) -> None:
    """Keep aside the staged documents that could not be understood, each one once.

    Args:
        con: The connection, inside the load's transaction.
        load_id: The number of the load.
        names: The files' names, by their number in the load.
    """
    con.execute(
        """
        insert into quarantine
        select $load_id, $names[file_no + 1], position, part, reason, text
        from staged_quarantine as s
        where not exists (
            select 1 from quarantine as q
            where q.file = $names[s.file_no + 1] and q.position = s.position and q.part = s.part
                and q.reason = s.reason and q.text is not distinct from s.text
        )
        """,
        {"load_id": load_id, "names": list(names)},
    )


def read(con: duckdb.DuckDBPyConnection, load_id: int) -> LoadReport:
    """Return the books of a load as the database holds them.

    Raises:
        DatabaseError: There is no such load.
    """
    found = con.execute(
        "select started_at, finished_at from loads where load_id = ?", [load_id]
    ).fetchall()
    if len(found) != 1:
        raise DatabaseError(f"load {load_id} is not in the database")
    reasons: dict[str, list[Reason]] = {}
    for file, outcome, reason, n in con.execute(
        "select file, outcome, reason, n from load_reasons where load_id = ? "
        "order by file, n desc, outcome, reason",
        [load_id],
    ).fetchall():
        reasons.setdefault(file, []).append(Reason(outcome, reason, n))
    rows = con.execute(
        "select file, source, kind, sha256, bytes, n_read, n_loaded, n_duplicate, n_ignored, "
        "n_quarantined, n_repaired, is_incomplete, note, meaning, is_failed, is_skipped "
        "from load_files where load_id = ? order by rowid",
        [load_id],
    ).fetchall()
    files = tuple(replace(FileReport(*row), reasons=tuple(reasons.get(row[0], ()))) for row in rows)
    return LoadReport(load_id, found[0][0], found[0][1], files)
