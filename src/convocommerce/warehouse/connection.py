"""Opening the database file: one writer, private files, and nothing half made.

The database file is never opened as a plain file: closing such a file would drop DuckDB's lock
on it. A process that opens the same path twice, as a notebook does when a cell runs again, gets
a second connection to the same instance.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import tempfile
import threading
import weakref
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from convocommerce.errors import DatabaseError, DatabaseLockedError
from convocommerce.warehouse import schema
from convocommerce.warehouse.failures import failure_of, opening_failure
from convocommerce.warehouse.files import (
    CONFIG,
    check_place,
    copy_whole,
    make_ready,
    private_files,
    put_in_place,
    remove_drafts,
    remove_folder,
    spill_folder,
    spill_into,
)
from convocommerce.warehouse.lock import WriterLock
from convocommerce.warehouse.memory import check_memory_limit, limit_memory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

MEMORY = Path(":memory:")
SESSION = """
set TimeZone = 'UTC';
set enable_progress_bar = false;
set python_enable_replacements = false;
set preserve_insertion_order = true;
set asof_loop_join_threshold = 0;
"""
"""The last is for lopsided shops: where few rows are expected, as-of joins would compare every row
of a contact with every other, and a single contact with a million messages takes hours."""


@dataclass
class _Instance:
    """One open file of this process, shared by every ``Database`` on it."""

    path: Path
    root: duckdb.DuckDBPyConnection
    is_read_only: bool
    lock: WriterLock | None
    spill: Path | None
    pid: int = field(default_factory=os.getpid)
    users: int = 0
    guard: threading.RLock = field(default_factory=threading.RLock)


_INSTANCES: dict[Path, _Instance] = {}
_REGISTRY = threading.RLock()


def _abandon_in_child() -> None:
    """Keep a forked child from ever closing its parent's databases.

    Closing writes to the file, and the parent does not know; so what was inherited is leaked on
    purpose, for the short life of the child.
    """
    global _REGISTRY
    # Another thread of the parent may have held the registry at the fork.
    _REGISTRY = threading.RLock()
    for database in list(_OPEN):
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(database._con))
    for instance in _INSTANCES.values():
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(instance.root))
    _INSTANCES.clear()


class Database:
    """An open database; use it in a ``with`` block or call ``close``.

    Attributes:
        path: The file, or ``:memory:``.
        is_read_only: Whether it was opened for reading only.
    """

    def __init__(self, instance: _Instance, *, is_read_only: bool) -> None:
        """Join an open instance; use ``open_database`` instead."""
        self.path = instance.path
        self.is_read_only = is_read_only
        self._instance = instance
        self._con = instance.root.cursor()
        self._con.execute(SESSION)
        instance.users += 1
        self._finalizer = weakref.finalize(self, _leave, instance, self._con)
        _OPEN.add(self)

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """The DuckDB connection.

        Raises:
            DatabaseError: The database was closed, or this is a process forked from the one
                that opened it.
        """
        if self._instance.pid != os.getpid():
            raise DatabaseError(
                f"the database {self.path} was opened before this process was forked; "
                "open it again here, or start processes with 'spawn'"
            )
        if not self._finalizer.alive:
            raise DatabaseError(f"the database {self.path} is closed; open it again")
        return self._con

    @contextlib.contextmanager
    def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Do everything in the block, or nothing of it.

        Yields:
            The connection, inside a transaction that is committed at the end of the block and
            rolled back when anything is raised in it, a keyboard interrupt included.

        Raises:
            DatabaseError: The database is open for reading only, or the commit failed.
        """
        con = self.con
        if self.is_read_only:
            raise DatabaseError(f"the database {self.path} is open for reading only")
        with self._instance.guard, private_files():
            con.execute("begin")
            try:
                yield con
                # A commit after a swallowed error succeeds and saves nothing; this does not.
                con.execute("select 1").fetchall()
                con.execute("commit")
            except BaseException as error:
                with contextlib.suppress(duckdb.Error):
                    con.execute("rollback")
                if (failure := failure_of(error, self.path)) is not error:
                    raise failure from None
                raise

    @contextlib.contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Read in the block; damage that only shows now is told in the package's own words.

        Yields:
            The connection.

        Raises:
            DatabaseError: The database could not be read.
        """
        try:
            yield self.con
        except (duckdb.Error, RuntimeError) as error:
            if (failure := failure_of(error, self.path)) is not error:
                raise failure from None
            raise

    def checkpoint(self) -> None:
        """Move what is saved from the log into the file, so that the file alone holds it.

        Left for later while others work in the database: what is saved stays saved either way.
        """
        with private_files(), contextlib.suppress(duckdb.Error):
            self.con.execute("checkpoint")

    def check_alone(self) -> None:
        """Refuse what needs the file for itself while this process has it open elsewhere too.

        Raises:
            DatabaseError: It is, or it is open for reading only.
        """
        if self.is_read_only:
            raise DatabaseError(f"the database {self.path} is open for reading only")
        if self._instance.users > 1:
            raise DatabaseError(
                f"this process has the database {self.path} open {self._instance.users} times; "
                "close it everywhere else first"
            )

    def rewrite(self, then: str = "") -> None:
        """Write the file anew, so that nothing of what was deleted is left in its bytes or its log.

        DuckDB only marks deleted rows as free. The new file takes the place of the old one when it
        is whole; until then there must be room for both.

        Args:
            then: SQL that is run on the new file before that, with ``{copy}`` for its name.

        Raises:
            DatabaseError: Something else in this process still uses the database, or there is no
                room; the file is as it was.
        """
        self.check_alone()
        instance = self._instance
        if instance.lock is None:
            if then:
                self.con.execute(then.format(copy="memory"))
            return
        with _REGISTRY, instance.guard, private_files():
            limit = str(self.con.execute("select current_setting('memory_limit')").fetchall()[0][0])
            draft = copy_whole(self.con, instance.path, then)
            self._finalizer.detach()
            self._con.close()
            instance.root.close()
            try:
                put_in_place(draft, instance.path)
            finally:
                remove_drafts(instance.path)
                fresh = _connect(instance.path, instance.lock, limit)
                instance.root, instance.spill = fresh.root, fresh.spill
                self._con = instance.root.cursor()
                self._con.execute(SESSION)
                self._finalizer = weakref.finalize(self, _leave, instance, self._con)

    def close(self) -> None:
        """Close this connection; the last one on a file closes the file and frees its lock."""
        _OPEN.discard(self)
        self._finalizer()

    def __enter__(self) -> Database:
        """Return the database itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()


_OPEN: weakref.WeakSet[Database] = weakref.WeakSet()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_abandon_in_child)


def open_database(
    path: str | Path,
    *,
    read_only: bool = False,
    lock_timeout: float = 0.0,
    memory_limit: str | None = None,
) -> Database:
    """Open a database file, making it when it is new.

    Args:
        path: The file, or ``":memory:"`` for a database that is forgotten when closed.
        read_only: Only read. Many processes may read one file while nobody writes it.
        lock_timeout: How many seconds to wait for another writer to finish.
        memory_limit: The most memory to use, such as ``"2GB"``; DuckDB's own default if not given.
            It holds for all that this process has open of the database.

    Returns:
        The open database.

    Raises:
        DatabaseLockedError: Another process holds it.
        NotADatabaseError: The file is something else.
        NewerDatabaseError: A newer version wrote it.
        DamagedDatabaseError: The file or its write-ahead log is damaged.
        DatabaseError: There is no such file to read, or its folder cannot be used.
        UsageError: The memory limit is no amount of memory.

    >>> with open_database(":memory:") as database:
    ...     database.con.execute("select count(*) from messages").fetchall()
    [(0,)]
    """
    check_memory_limit(memory_limit)
    if str(path) == str(MEMORY):
        # Left alone, DuckDB would spill into the folder one happens to stand in, for all to read.
        spill = Path(tempfile.mkdtemp(prefix="convocommerce-"))
        instance = _Instance(MEMORY, duckdb.connect(config=CONFIG), False, None, spill)
        spill_into(instance.root, spill)
        limit_memory(instance.root, memory_limit)
        schema.create(instance.root)
        return Database(instance, is_read_only=False)
    file = Path(path).expanduser().resolve()
    with _REGISTRY:
        instance_of_path = _INSTANCES.get(file)
        if instance_of_path is None:
            instance_of_path = _open_file(file, read_only, lock_timeout, memory_limit)
            _INSTANCES[file] = instance_of_path
        elif instance_of_path.is_read_only and not read_only:
            raise DatabaseLockedError(
                f"this process has the database {file} open for reading only; close that first"
            )
        else:
            limit_memory(instance_of_path.root, memory_limit)
        return Database(instance_of_path, is_read_only=read_only)


def reading_from(con: duckdb.DuckDBPyConnection, path: Path, spill: Path) -> Database:
    """Return a database, for reading only, that was put together from other files.

    Args:
        con: A connection to it, which is the database's from now on.
        path: What it is called.
        spill: Its folder for what does not fit into memory, removed when it is closed.
    """
    with _REGISTRY:
        return Database(_Instance(path, con, True, None, spill), is_read_only=True)


def own_files() -> set[Path]:
    """Return the database files that this process has open.

    No other code of this process may open one of them, not even to look at its first bytes:
    closing it again would drop DuckDB's lock.
    """
    with _REGISTRY:
        return set(_INSTANCES)


def _open_file(
    file: Path, read_only: bool, lock_timeout: float, memory_limit: str | None
) -> _Instance:
    check_place(file, read_only)
    lock = None if read_only else WriterLock(file)
    if lock:
        lock.acquire(lock_timeout)
    try:
        with private_files():
            if lock:
                make_ready(file)
            return _connect(file, lock, memory_limit)
    except BaseException:
        if lock:
            lock.release()
        raise


def _connect(file: Path, lock: WriterLock | None, memory_limit: str | None) -> _Instance:
    try:
        root = duckdb.connect(str(file), read_only=lock is None, config=CONFIG)
    except duckdb.Error as error:
        raise opening_failure(error, file) from None
    spill = None
    try:
        root.execute(SESSION)
        spill = spill_folder(file, lock is None)
        spill_into(root, spill)
        limit_memory(root, memory_limit)
        _lift(root, file, is_read_only=lock is None)
    except BaseException as error:
        root.close()
        remove_folder(spill)
        if isinstance(error, duckdb.Error):
            raise opening_failure(error, file) from None
        raise
    return _Instance(file, root, lock is None, lock, spill)


def _lift(con: duckdb.DuckDBPyConnection, file: Path, *, is_read_only: bool) -> None:
    version = schema.layout_version(con, file)
    if version == schema.LAYOUT_VERSION:
        return
    if is_read_only:
        raise DatabaseError(f"{file} has the older layout {version}; open it once for writing")
    con.execute("begin")
    try:
        schema.migrate(con, version, file)
        con.execute("commit")
    except BaseException:
        with contextlib.suppress(duckdb.Error):
            con.execute("rollback")
        raise


def _leave(instance: _Instance, con: duckdb.DuckDBPyConnection) -> None:
    if instance.pid != os.getpid():
        return
    with _REGISTRY, private_files():
        con.close()
        instance.users -= 1
        if instance.users:
            return
        instance.root.close()
        _INSTANCES.pop(instance.path, None)
        remove_folder(instance.spill)
        if instance.is_read_only and instance.spill:
            with contextlib.suppress(OSError):
                instance.spill.parent.rmdir()
        if instance.lock:
            instance.lock.release()
