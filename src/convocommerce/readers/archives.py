"""Zip archives: which members may be read, and reading them with their checksum checked."""

from __future__ import annotations

import contextlib
import copy
import os
import stat
import tempfile
import weakref
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from convocommerce.errors import ExportError
from convocommerce.readers.streams import MAX_RATIO, DamageError, Stored

MAX_MEMBERS = 100_000
MAX_TOTAL = 4 << 30
_RATIO_FREE = 1 << 20
_BLOCK = 1 << 20
_ENCRYPTED = 0x1
_END = b"PK\x05\x06"
_LONGEST_END = 22 + 0xFFFF
_IN_ZIP64 = 0xFFFF
_MEMBER_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


@dataclass
class Room:
    """How much an archive may still unpack to, with all archives inside it.

    Attributes:
        n_files: How many files.
        n_bytes: How many bytes.
    """

    n_files: int
    n_bytes: int


class Archive:
    """One zip archive, opened once for all its members.

    Args:
        source: The file, or its bytes in a file that is closed with the archive.
        name: What it is called.
        room: What is left to it, where it is inside another archive.

    Raises:
        ExportError: The archive is damaged, asks for a password, or is built to do harm: members
            that point outside it, links, doubled names, or far more content than its size.
    """

    def __init__(self, source: Path | IO[bytes], name: str, room: Room | None = None) -> None:
        self.name = name
        self.room = room or Room(MAX_MEMBERS, MAX_TOTAL)
        if not isinstance(source, Path):
            weakref.finalize(self, source.close)
        try:
            self._zip = zipfile.ZipFile(source)
            listed = self._zip.infolist()
            if not _is_whole(self._zip, len(listed)):
                self._zip.close()
                raise zipfile.BadZipFile
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError):
            raise ExportError(
                f"{name} is a damaged or cut-off zip archive: its list of files cannot be read; "
                "download it again"
            ) from None
        except OSError as error:
            raise ExportError(f"{name} cannot be read: {error.strerror}") from None
        members = [info for info in listed if not info.filename.endswith("/")]
        self._check(members)
        self.members = sorted(members, key=lambda info: info.filename)

    @property
    def is_document(self) -> bool:
        """Whether this is an office document, which is a zip archive only inside."""
        return any(info.filename == "[Content_Types].xml" for info in self.members)

    def open(self, member: zipfile.ZipInfo) -> Stored:
        """Return the bytes of one member."""
        return _Member(self._zip, member)

    def unpack(self, member: zipfile.ZipInfo) -> IO[bytes]:
        """Return the bytes of one member in a file without a name, to look around in.

        Raises:
            ExportError: They are damaged, or there is no room for them.
        """
        file = tempfile.TemporaryFile()  # noqa: SIM115  # whoever asks closes it
        try:
            with contextlib.closing(self.open(member)) as stored:
                while block := stored.read(_BLOCK):
                    file.write(block)
        except DamageError as error:
            file.close()
            raise ExportError(f"a zip archive inside {self.name} is damaged: {error}") from None
        except OSError as error:
            file.close()
            raise ExportError(
                f"a zip archive inside {self.name} cannot be unpacked: {error.strerror}"
            ) from None
        file.seek(0)
        return file

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()

    def _refuse(self, why: str) -> ExportError:
        self._zip.close()
        return ExportError(f"{self.name} is refused: {why}")

    def _check(self, members: list[zipfile.ZipInfo]) -> None:
        self.room.n_files -= len(members)
        self.room.n_bytes -= sum(info.file_size for info in members)
        if self.room.n_files < 0:
            raise self._refuse(f"it holds more than {MAX_MEMBERS} files")
        if self.room.n_bytes < 0:
            raise self._refuse("it unpacks to more than 4 GiB; unpack it by hand if you trust it")
        if len({info.filename for info in members}) < len(members):
            raise self._refuse("it holds two files of the same name")
        for number, info in enumerate(members, start=1):
            if why := _harm(info):
                raise self._refuse(f"its file number {number} {why}")


def _is_whole(archive: zipfile.ZipFile, n_listed: int) -> bool:
    """Whether the list of files is as long as the end of the archive says; zipfile never asks."""
    file = archive.fp
    if file is None:
        return False
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _LONGEST_END))
    end = file.read()
    at = end.rfind(_END)
    declared = int.from_bytes(end[at + 10 : at + 12], "little")
    return at >= 0 and declared in (n_listed, _IN_ZIP64)


def _harm(info: zipfile.ZipInfo) -> str | None:
    # zipfile cuts a name at a NUL byte; the name as stored is the one to judge.
    name = info.orig_filename.replace("\\", "/")
    if not info.filename:
        return "has no name"
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\0" in name or name[1:2] == ":":
        return "has a name that points outside the archive"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a link"
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted; unpack it by hand"
    if info.file_size > _RATIO_FREE and info.file_size > MAX_RATIO * max(1, info.compress_size):
        return f"unpacks to more than {MAX_RATIO} times its size, which no export does"
    return None


class _Member:
    """The bytes of one member, checked at the end and not before the last are given."""

    def __init__(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
        unchecked = copy.copy(member)
        # zipfile would withhold the last block of a member whose checksum is wrong; so the
        # checksum is taken from it and kept here.
        del unchecked.CRC
        self._expected = member.CRC
        self._size = member.file_size
        self._crc = 0
        self._n_bytes = 0
        self._file: IO[bytes] | None = None
        self._archive = archive
        self._info = unchecked

    def read(self, size: int, /) -> bytes:
        try:
            if self._file is None:
                self._file = self._archive.open(self._info)
            block = self._file.read(size)
        except _MEMBER_ERRORS:
            raise DamageError("its part of the zip archive is damaged") from None
        self._crc = zlib.crc32(block, self._crc)
        self._n_bytes += len(block)
        if not block and (self._crc, self._n_bytes) != (self._expected, self._size):
            raise DamageError("its part of the zip archive does not match its checksum")
        return block

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
