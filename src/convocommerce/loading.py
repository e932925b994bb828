"""Loads exports into the database: read, mapped, merged, and written into the books.

A load is one transaction. Whatever goes wrong, a key pressed included, the database is left as
it was; and what a load reports is what was read back from the database after it was saved.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from convocommerce import recognising
from convocommerce.errors import DatabaseError
from convocommerce.gathering import Progress, stage_files
from convocommerce.sources import known_sources
from convocommerce.sources.mapped import read_mapping
from convocommerce.warehouse import ledger, merging, staging
from convocommerce.warehouse.ledger import FileReport, LoadReport, Reason

if TYPE_CHECKING:
    import pandas as pd

    from convocommerce.warehouse.connection import Database

__all__ = ["FileReport", "LoadReport", "Progress", "Reason", "load", "load_history", "quarantined"]


def load(
    database: Database,
    paths: str | Path | Sequence[str | Path],
    *,
    mappings: Sequence[str | Path] = (),
    progress: Progress | None = None,
) -> LoadReport:
    """Load exports; loading the same ones again changes nothing.

    A file that cannot be read, or not to its end, never stops the others: the report says so.

    Args:
        database: A database open for writing.
        paths: Files, folders and zip archives. Platforms are recognised from the content.
        mappings: TOML files that say what the columns of other files mean; those that stand in
            the folders loaded, called ``*.mapping.toml``, are found without being named, and read
            the files below their own folder.
        progress: Told how far reading has come.

    Returns:
        What became of every file and document, as the database holds it.

    Raises:
        UnrecognisedExportError: A file that was named, or everything, is of no known kind.
        ExportError: A file that was named cannot be read, or lacks columns that it needs.
        SourceDefinitionError: A platform's SQL fails whatever the document, or a mapping that was
            named is not one; one that was merely found counts as a file that cannot be read.
        DatabaseError: The database is open for reading only, or there is no room to work.
    """
    if database.is_read_only:
        raise DatabaseError(f"the database {database.path} is open for reading only")
    started_at = _now()
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    files = recognising.find(given, known_sources(), [read_mapping(one) for one in mappings])
    try:
        with database.reading() as con:
            staging.prepare(con)
            reports = stage_files(con, files, progress)
            with database.transaction():
                load_id = _save(con, reports, started_at)
            report = ledger.read(con, load_id)
        # A log that gets lost or cut would take saved loads with it, and nobody would be told.
        database.checkpoint()
        return report
    finally:
        _tidy(database)


def load_history(database: Database) -> pd.DataFrame:
    """Return the books of every load: one row per load and file, the newest load last."""
    with database.reading() as con:
        return con.execute(
            "select load_id, started_at, finished_at, package_version, "
            "load_files.* exclude (load_id) "
            "from load_files join loads using (load_id) order by load_id, load_files.rowid"
        ).df()


def load_reports(database: Database) -> list[LoadReport]:
    """Return what every load did, the oldest first."""
    with database.reading() as con:
        numbers = con.execute("select load_id from loads order by load_id").fetchall()
        return [ledger.read(con, load_id) for (load_id,) in numbers]


def quarantined(database: Database, *, text: bool = False) -> pd.DataFrame:
    """Return the documents that could not be understood, with their place and the reason.

    Args:
        database: An open database.
        text: Also return what the documents say, which is personal.
    """
    columns = "load_id, file, position, part, reason" + (", text" if text else "")
    with database.reading() as con:
        return con.execute(
            f"select {columns} from quarantine order by load_id, file, position, part, reason"
        ).df()


def _save(
    con: duckdb.DuckDBPyConnection, reports: Sequence[FileReport], started_at: datetime
) -> int:
    """Merge what was staged and write the books, inside the transaction of the load."""
    if merging.merge(con):
        con.execute("update state set revision = revision + 1")
    return write_books(con, reports, started_at)


def write_books(
    con: duckdb.DuckDBPyConnection, reports: Sequence[FileReport], started_at: datetime
) -> int:
    """Write what became of every staged document into the books; return the load's number.

    Raises:
        DatabaseError: They do not add up.
    """
    accounted = _settled(con, reports)
    load_id = ledger.write(
        con,
        accounted,
        started_at=started_at,
        finished_at=_now(),
        package_version=importlib.metadata.version("convocommerce"),
    )
    ledger.write_quarantine(con, load_id, [report.file for report in accounted])
    return load_id


def _settled(con: duckdb.DuckDBPyConnection, reports: Sequence[FileReport]) -> list[FileReport]:
    """Return the reports with what became of the documents, and check that they add up."""
    counts: dict[int, dict[str, int]] = {}
    reasons: dict[int, list[Reason]] = {}
    for file_no, outcome, reason, n in con.execute(
        """
        select
            file_no,
            case
                when outcome is not null then outcome
                when document_no in (select document_no from changed_documents) then 'loaded'
                else 'duplicate'
            end as outcome,
            reason,
            count(*) as n
        from staged_documents
        group by all
        order by file_no, n desc, outcome, reason
        """
    ).fetchall():
        of_file = counts.setdefault(file_no, {})
        of_file[outcome] = of_file.get(outcome, 0) + n
        if reason is not None:
            reasons.setdefault(file_no, []).append(Reason(outcome, reason, n))
    found = []
    for file_no, report in enumerate(reports):
        if report.skipped:
            found.append(report)
            continue
        of_file = counts.get(file_no, {})
        if sum(of_file.values()) != report.read:
            raise DatabaseError(
                f"{report.file} holds {report.read} documents and {sum(of_file.values())} were "
                "accounted for; nothing was changed, please report this"
            )
        found.append(
            replace(
                report,
                loaded=of_file.get("loaded", 0),
                duplicate=of_file.get("duplicate", 0),
                ignored=of_file.get("ignored", 0),
                quarantined=of_file.get("quarantined", 0),
                reasons=tuple(reasons.get(file_no, ())),
            )
        )
    return found


def _tidy(database: Database) -> None:
    """Drop the temporary tables; a connection that failed for good has none to drop."""
    try:
        staging.discard(database.con)
        merging.discard(database.con)
    except (duckdb.Error, DatabaseError):
        return


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
