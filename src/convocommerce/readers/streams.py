"""From a stored file to its bytes: hashed as stored, unpacked, and honest about where it ends."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

from convocommerce.errors import ExportError
from convocommerce.readers.facts import Reading

GZIP_MAGIC = b"\x1f\x8b"
MAX_RATIO = 200
_RATIO_FREE = 64 << 20
_READ = 1 << 20

Progress = Callable[[int], None]


class DamageError(Exception):
    """The bytes end here, and not as they should; never leaves this package."""


class Stored(Protocol):
    """Bytes as they are stored: a file on disk or a member of an archive."""

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` bytes, none at the end."""

    def close(self) -> None:
        """Let go of the file."""


class _Hashed:
    """Stored bytes, hashed and counted on their way, with a look ahead."""

    def __init__(self, stored: Stored, progress: Progress | None) -> None:
        self.sha256 = hashlib.sha256()
        self.n_bytes = 0
        self._stored = stored
        self._progress = progress
        self._ahead = b""

    def peek(self, size: int) -> bytes:
        while len(self._ahead) < size and (more := self._fetch(size - len(self._ahead))):
            self._ahead += more
        return self._ahead

    def read(self, size: int = _READ) -> bytes:
        if self._ahead:
            given, self._ahead = self._ahead[:size], self._ahead[size:]
            return given
        return self._fetch(size)

    def _fetch(self, size: int) -> bytes:
        block = self._stored.read(size)
        self.sha256.update(block)
        self.n_bytes += len(block)
        if self._progress is not None and block:
            self._progress(self.n_bytes)
        return block


class Content:
    """The unpacked bytes of one export, read once from the beginning."""

    def __init__(
        self,
        name: str,
        open_stored: Callable[[], Stored],
        reading: Reading,
        progress: Progress | None = None,
    ) -> None:
        self._name = name
        self._open = open_stored
        self._reading = reading
        self._progress = progress
        self._sha256 = ""

    @property
    def sha256(self) -> str:
        """The hash of the stored bytes; known once the blocks are exhausted."""
        return self._sha256

    def blocks(self, size: int) -> Iterator[bytes]:
        """Give the unpacked bytes in blocks of ``size`` bytes, the last one shorter.

        A damaged end marks the reading as incomplete, after everything before it was given.

        Raises:
            ExportError: The file cannot be opened or read, or unpacks to more than 200 times its
                size.
        """
        try:
            stored = self._open()
        except OSError as error:
            raise self._unreadable(error) from None
        try:
            hashed = _Hashed(stored, self._progress)
            yield from self._blocks(hashed, size)
            self._sha256 = hashed.sha256.hexdigest()
        finally:
            stored.close()

    def _blocks(self, hashed: _Hashed, size: int) -> Iterator[bytes]:
        parts: list[bytes] = []
        n_parts = 0
        for part in self._parts(hashed, size):
            parts.append(part)
            n_parts += len(part)
            if n_parts >= size:
                yield parts[0] if len(parts) == 1 else b"".join(parts)
                parts, n_parts = [], 0
        if parts:
            yield b"".join(parts)

    def _parts(self, hashed: _Hashed, size: int) -> Iterator[bytes]:
        try:
            packed = hashed.peek(2) == GZIP_MAGIC
            yield from (
                self._gunzip(hashed, size) if packed else iter(lambda: hashed.read(size), b"")
            )
        except DamageError as damage:
            self._reading.cut(str(damage))
        except OSError as error:
            raise self._unreadable(error) from None

    def _gunzip(self, hashed: _Hashed, size: int) -> Iterator[bytes]:
        n_bytes = 0
        # read1 and not read: read gathers, and loses what it gathered when the end is damaged.
        with gzip.GzipFile(fileobj=hashed, mode="rb") as unpacked:  # type: ignore[call-overload]  # only read() is used of the file
            try:
                while part := unpacked.read1(size):
                    n_bytes += len(part)
                    if n_bytes > _RATIO_FREE and n_bytes > MAX_RATIO * hashed.n_bytes:
                        raise ExportError(
                            f"{self._name} unpacks to more than {MAX_RATIO} times its size, which "
                            "no export does; unpack it by hand if you trust it"
                        )
                    yield part
                return
            except EOFError:
                reason = "the gzip file is cut off"
            except gzip.BadGzipFile as error:
                text = str(error)
                reason = (
                    "the gzip file does not match its checksum"
                    if "check" in text or "length" in text
                    else "other bytes follow the end of the gzip file"
                )
            except zlib.error:
                reason = "the gzip file is damaged"
        self._reading.cut(reason)
        while hashed.read():  # the hash covers the whole file, whatever became of its content
            pass

    def _unreadable(self, error: OSError) -> ExportError:
        return ExportError(f"{self._name} cannot be read: {error.strerror or 'input error'}")
