"""The files around a database: where it may stand, how it is made, and that it stays private."""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import TYPE_CHECKING

import duckdb

from convocommerce.errors import DamagedDatabaseError, DatabaseError, NotADatabaseError
from convocommerce.warehouse import schema
from convocommerce.warehouse.failures import opening_failure, working_failure
from convocommerce.warehouse.rows import database_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
}
"""What every connection is made with."""


@contextlib.contextmanager
def private_files() -> Iterator[None]:
    """Let files made in the block be readable by their owner only."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def check_place(file: Path, read_only: bool) -> None:
    """Refuse a place where no database can be.

    Raises:
        DatabaseError: The folder does not exist, or there is nothing to read.
        NotADatabaseError: A folder or an empty file stands there.
    """
    if not file.parent.is_dir():
        raise DatabaseError(f"the folder {file.parent} does not exist; make it first")
    if file.is_dir():
        raise NotADatabaseError(f"{file} is a folder; name a database file")
    if read_only and not file.exists():
        raise DatabaseError(f"there is no database at {file}")
    if file.exists() and file.stat().st_size == 0:
        raise NotADatabaseError(f"{file} is an empty file, not a database; choose another name")
    # DuckDB itself opens a CSV or a JSON file too, and would show it as a database.
    if file.is_file() and not _is_duckdb(file):
        raise NotADatabaseError(
            f"{file} is not a convocommerce database; it was left as it is, choose another name"
        )


def _is_duckdb(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return opened.read(12)[8:] == b"DUCK"
    except OSError:
        return True  # DuckDB says why it cannot be opened


def make_ready(file: Path) -> None:
    """Remove what a killed writer left beside a database, and make it where there is none.

    Raises:
        DamagedDatabaseError: A write-ahead log without its database lies there.
    """
    with contextlib.suppress(OSError):
        remove_drafts(file)
    if not file.exists():
        create(file)


def create(file: Path) -> None:
    """Make an empty database under another name and put it in place when it is whole.

    Raises:
        DamagedDatabaseError: A write-ahead log without its database lies there.
    """
    log = file.with_name(f"{file.name}.wal")
    if log.exists():
        raise DamagedDatabaseError(
            f"there is a write-ahead log {log} without its database; it may hold saved work, "
            "so it was not touched: restore the database beside it or move it away"
        )
    draft = _draft_of(file)
    try:
        con = duckdb.connect(str(draft), config=CONFIG)
        try:
            schema.create(con)
            con.execute("checkpoint")
        finally:
            con.close()
        draft.replace(file)
    except duckdb.Error as error:
        raise opening_failure(error, file) from None
    finally:
        remove_drafts(file)


def copy_whole(con: duckdb.DuckDBPyConnection, file: Path, then: str) -> Path:
    """Copy a database into a new file beside it, which holds nothing of what was deleted.

    Args:
        con: A connection to the database.
        file: Its file.
        then: SQL that is run on the copy, with ``{copy}`` where it names it.

    Returns:
        The new file, whole and closed.

    Raises:
        DatabaseError: It could not be written; nothing of it is left.
    """
    draft = _draft_of(file)
    try:
        con.execute(f"attach '{str(draft).replace(chr(39), chr(39) * 2)}' as copy_of_all")
        try:
            con.execute(f"copy from database {database_name(con)} to copy_of_all")
            con.execute(then.format(copy="copy_of_all"))
            con.execute("checkpoint copy_of_all")
        finally:
            con.execute("detach copy_of_all")
    except BaseException as error:
        remove_drafts(file)
        if isinstance(error, duckdb.Error):
            raise working_failure(error, file) from None
        raise
    return draft


def put_in_place(draft: Path, file: Path) -> None:
    """Put a new file in the place of one that nobody uses any more.

    Raises:
        DatabaseError: Something in this process still uses it.
    """
    try:
        # What still holds the old file would go on writing into it after it is gone.
        duckdb.connect(str(file), read_only=True, config=CONFIG).close()
    except duckdb.Error:
        is_free = False
    else:
        is_free = not file.with_name(f"{file.name}.wal").exists()
    if not is_free:
        raise DatabaseError(
            f"something in this process still holds a connection to {file}, such as a cursor of "
            "its own; close it and do this again"
        )
    draft.replace(file)


def _draft_of(file: Path) -> Path:
    """Return the name of a new file beside a database, of which none is there."""
    remove_drafts(file)
    return file.with_name(f"{file.name}.new-{os.getpid()}")


def remove_drafts(file: Path) -> None:
    """Remove new files that were left beside a database, with their logs.

    Whoever calls this holds the writer lock, so who made them is dead or calls it.
    """
    for leftover in file.parent.iterdir():
        if leftover.name.startswith(f"{file.name}.new-"):
            leftover.unlink(missing_ok=True)


def spill_folder(file: Path, is_read_only: bool) -> Path | None:
    """Return a private folder for what does not fit into memory, empty of earlier leftovers.

    Returns:
        The folder, or null where a reader may not make one.

    Raises:
        DatabaseError: A writer cannot make it.
    """
    folder = file.with_name(f"{file.name}.tmp")
    if is_read_only:
        folder = folder / f"reader-{os.getpid()}"
    try:
        remove_folder(folder)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        # A reader may stand in a folder it cannot write; it then has to work in memory.
        if is_read_only:
            return None
        raise DatabaseError(f"no folder for temporary data can be made beside {file}") from None
    return folder


def spill_into(con: duckdb.DuckDBPyConnection, folder: Path | None) -> None:
    """Let a database put into a folder what does not fit into memory, or nowhere."""
    con.execute("set temp_directory = ?", [str(folder or "")])
    if folder:
        # Half of what is free: the other half is for the database and its log.
        free = shutil.disk_usage(folder).free // 2
        con.execute("set max_temp_directory_size = ?", [f"{max(free, 1 << 20)}B"])


def remove_folder(folder: Path | None) -> None:
    """Remove a folder and what is in it, if there is one."""
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
