"""What DuckDB's failures mean, in this package's own errors.

DuckDB's messages quote what they were working on, so none of their text is passed on; only the
parts that cannot hold content (a process id, the kind of failure) are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import duckdb

from convocommerce.errors import (
    ConvocommerceError,
    DamagedDatabaseError,
    DatabaseError,
    DatabaseLockedError,
    MemoryLimitError,
    NewerDatabaseError,
    NotADatabaseError,
)

if TYPE_CHECKING:
    from pathlib import Path

_HOLDER = re.compile(r"\(PID (\d+)\)")
_LIMIT = re.compile(r"/([\d.]+ \w+) used\)")


def opening_failure(error: duckdb.Error, path: Path) -> ConvocommerceError:
    """Return the error to raise when DuckDB could not open a file."""
    text = str(error)
    if "Could not set lock" in text:
        found = _HOLDER.search(text)
        holder = f"process {found.group(1)}" if found else "another process"
        return DatabaseLockedError(
            f"the database {path} is in use by {holder}; nothing was changed, try again later"
        )
    if "different configuration" in text:
        return DatabaseLockedError(
            f"this process already holds the database {path} in another way; close that first"
        )
    if "not a valid DuckDB database" in text or "Is a directory" in text:
        return NotADatabaseError(
            f"{path} is not a convocommerce database; it was left as it is, choose another name"
        )
    if "we can only read versions" in text or "newer version of DuckDB" in text:
        return NewerDatabaseError(
            f"{path} was written by a newer version of DuckDB; install that version to open it"
        )
    if isinstance(error, duckdb.OutOfMemoryException):
        return MemoryLimitError(
            f"not even opening {path} fits into the memory it may use; give it a larger "
            "memory_limit or none"
        )
    return _damage(text, path) or DatabaseError(
        f"the database {path} cannot be opened ({type(error).__name__}); "
        "check that the folder exists and may be read and written"
    )


def what_came_first(error: BaseException) -> BaseException:
    """Return what ended the work: clearing up in a transaction then fails as well, and hides it.

    A statement that is interrupted from the keyboard ends in an error of no kind of its own.
    """
    while isinstance(error, duckdb.TransactionException) and error.__context__ is not None:
        error = error.__context__
    if isinstance(error, RuntimeError) and str(error) == "Query interrupted":
        return KeyboardInterrupt()
    return error


def failure_of(error: BaseException, path: Path) -> BaseException:
    """Return the error to raise when work on an open database ended in one."""
    first = what_came_first(error)
    return working_failure(first, path) if isinstance(first, duckdb.Error) else first


def working_failure(error: duckdb.Error, path: Path) -> ConvocommerceError:
    """Return the error to raise when DuckDB failed on an open database."""
    first = what_came_first(error)
    error = first if isinstance(first, duckdb.Error) else error
    text = str(error)
    if "No space left" in text or "max_temp_directory_size" in text or "File too large" in text:
        return DatabaseError(
            f"there is not enough room on the disk of {path}; nothing was changed, "
            "make room and try again"
        )
    if isinstance(error, duckdb.OutOfMemoryException):
        found = _LIMIT.search(text)
        limit = f", which may use {found.group(1)}" if found else ""
        return MemoryLimitError(
            f"not enough memory to work on {path}{limit}; nothing was changed, "
            "open it with a larger memory_limit or with none, or load fewer files at once"
        )
    return _damage(text, path) or DatabaseError(
        f"the database {path} could not finish the work ({type(error).__name__}); "
        "nothing was changed"
    )


def _damage(text: str, path: Path) -> DamagedDatabaseError | None:
    if "WAL" in text:
        return DamagedDatabaseError(
            f"the write-ahead log {path}.wal is damaged or belongs to another file; it may hold "
            "saved work, so it was not touched: restore the database together with its log "
            "from a backup"
        )
    if "Corrupt database file" in text or "Could not read enough bytes" in text:
        return DamagedDatabaseError(
            f"the database {path} is damaged; restore it from a backup, or build a new one "
            "from the exports"
        )
    return None
