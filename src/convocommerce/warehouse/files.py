"""The files around a database: where it may stand, how it is made, and that it stays private."""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import TYPE_CHECKING

import duckdb

from convocommerce.errors import DamagedDatabaseError, DatabaseError, NotADatabaseError
from convocommerce.warehouse import schema
from convocommerce.warehouse.failures import opening_failure

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
    for leftover in file.parent.iterdir():
        # The writer lock is held, so whoever made these is dead.
        if leftover.name.startswith(f"{file.name}.new-"):
            leftover.unlink(missing_ok=True)
    draft = file.with_name(f"{file.name}.new-{os.getpid()}")
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
        draft.unlink(missing_ok=True)
        draft.with_name(f"{draft.name}.wal").unlink(missing_ok=True)


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
