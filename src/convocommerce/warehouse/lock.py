"""One writer at a time: a lock file beside the database, and a note that says who holds it.

DuckDB's own lock is lost when any code of the same process opens and closes the database file,
so a separate file is locked as well. The system releases that lock when its process ends, however
it ends; the note is only a courtesy to the next in line and may be stale.
"""

from __future__ import annotations

import json
import os
import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import filelock

from convocommerce.errors import DatabaseError, DatabaseLockedError

if TYPE_CHECKING:
    from pathlib import Path


class WriterLock:
    """The right to write to one database file.

    Attributes:
        path: The database file that is guarded.
    """

    def __init__(self, path: Path) -> None:
        """Prepare the lock of a database file; nothing is held yet."""
        self.path = path
        self._holder = path.with_name(f"{path.name}.holder")
        self._lock = filelock.FileLock(
            path.with_name(f"{path.name}.lock"), mode=0o600, thread_local=False
        )

    def acquire(self, timeout: float) -> None:
        """Take the lock, waiting at most ``timeout`` seconds.

        Raises:
            DatabaseLockedError: Somebody else still holds it; says who and since when.
            DatabaseError: The lock file cannot be written.
        """
        try:
            self._lock.acquire(timeout=max(timeout, 0.0))
        except filelock.Timeout:
            raise DatabaseLockedError(
                f"the database {self.path} is being written by {self._describe_holder()}; "
                "nothing was changed: close it there, with shop.close() or by ending that notebook "
                "or run, or try again later"
            ) from None
        except OSError as error:
            raise DatabaseError(
                f"no lock file can be made beside {self.path}: {error.strerror}"
            ) from None
        self._sign()

    def release(self) -> None:
        """Give the lock back."""
        self._holder.unlink(missing_ok=True)
        self._lock.release()

    def _sign(self) -> None:
        note = {
            "pid": os.getpid(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
            "host": socket.gethostname(),
        }
        draft = self._holder.with_name(f"{self._holder.name}.{os.getpid()}")
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(note, file)
            draft.replace(self._holder)
        except OSError:
            # The note only helps others to wait; the lock itself is held.
            draft.unlink(missing_ok=True)

    def _describe_holder(self) -> str:
        try:
            note = json.loads(self._holder.read_text("utf-8"))
            return f"process {int(note['pid'])} on {note['host']} since {note['since']}"
        except (OSError, ValueError, KeyError, TypeError):
            return "another process"
