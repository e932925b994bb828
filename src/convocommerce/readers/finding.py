"""Which files there are to read."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO
from zipfile import ZipInfo

from convocommerce.errors import ExportError
from convocommerce.readers.archives import Archive
from convocommerce.readers.exports import ExportFile

_ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
_NOT_PART = "__MACOSX"


def find_exports(paths: Sequence[Path | str]) -> list[ExportFile]:
    """List the files to read under some paths.

    A folder stands for every file in it, at any depth, sorted by name; a zip archive for its
    members, and one inside it for its own. Hidden files and folders are left out, and so is what a
    Mac adds to archives. A file reached by two paths is listed once.

    Args:
        paths: Files and folders, in the order to read them.

    Returns:
        The files; each name is relative to the path given, and is there once. A file that cannot
        be opened, or a zip archive that is damaged or built to do harm, is listed and says so
        when it is read.

    Raises:
        ExportError: A path does not exist or is no file or folder.
    """
    found: list[tuple[Path, str]] = []
    seen: set[Path] = set()
    for given in map(Path, paths):
        for path, name in _files(given):
            real = path.resolve() if path.is_symlink() else path
            if real not in seen:
                seen.add(real)
                found.append((path, name))
    names = _apart(found)
    return [
        export
        for (path, _), name in zip(found, names, strict=True)
        for export in _exports(path, name)
    ]


def _files(given: Path) -> Iterator[tuple[Path, str]]:
    """Give files where they stand, links of folders followed; a link to a file where it stands."""
    if given.is_file():
        yield given.parent.resolve() / given.name, given.name
    elif given.is_dir():
        # No link to a folder is followed below, so what holds of the folder holds of all in it.
        for name, path in sorted(_walk(given.resolve())):
            yield path, name
    else:
        what = "is no file or folder" if given.exists() else "does not exist"
        raise ExportError(f"{_shown(given.name)} {what}; give the path of an export or a folder")


def _walk(folder: Path) -> Iterator[tuple[str, Path]]:
    for parent, folders, files in os.walk(folder, onerror=_unreadable):
        folders[:] = [name for name in folders if not _is_left_out(name)]
        at = Path(parent)
        below = "" if at == folder else f"{at.relative_to(folder).as_posix()}/"
        for name in files:
            path = at / name
            if not _is_left_out(name) and path.is_file():
                yield f"{below}{name}", path


def _unreadable(error: OSError) -> None:
    name = Path(error.filename or "").name
    raise ExportError(f"the folder {_shown(name)} cannot be read: {error.strerror}") from None


def _is_left_out(name: str) -> bool:
    return name.startswith(".") or name == _NOT_PART


def _apart(found: Sequence[tuple[Path, str]]) -> list[str]:
    """Give each file a name of its own: with its folder where two are called the same."""
    counts = Counter(name for _, name in found)
    wanted = [
        f"{path.resolve().parent.name}/{name}".lstrip("/") if counts[name] > 1 else name
        for path, name in found
    ]
    names: dict[str, None] = {}
    for name in map(_shown, wanted):
        free, number = name, 2
        while free in names:
            free = f"{name} ({number})"
            number += 1
        names[free] = None
    return list(names)


def _shown(name: str) -> str:
    """Return a file name as it may be printed: no odd bytes, no control characters."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(mark if mark.isprintable() else "\ufffd" for mark in text)


def _exports(path: Path, name: str) -> Iterator[ExportFile]:
    try:
        with _open(path) as file:
            magic = file.read(4)
            size = os.fstat(file.fileno()).st_size
    except OSError as error:
        yield _refused(name, 0, path, ExportError(f"{name} cannot be read: {error.strerror}"))
        return
    try:
        archive = Archive(path, name) if magic in _ZIP_MAGICS else None
    except ExportError as error:
        yield _refused(name, size, path, error)
        return
    if archive is not None and not archive.is_document:
        yield from _members(archive, path)
        return
    if archive is not None:
        archive.close()
    yield ExportFile(name, size, partial(_open, path), path)


def _refused(name: str, size: int, path: Path, error: ExportError) -> ExportFile:
    def refuse() -> IO[bytes]:
        raise error

    return ExportFile(name, size, refuse, path)


def _open(path: Path) -> IO[bytes]:
    return path.open("rb", buffering=0)


def _members(archive: Archive, path: Path, *, is_inside: bool = False) -> Iterator[ExportFile]:
    for member in archive.members:
        inside = PurePosixPath(member.filename.replace("\\", "/"))
        if any(_is_left_out(part) for part in inside.parts):
            continue
        name = f"{archive.name}/{_shown(inside.as_posix())}"
        if inside.suffix.lower() == ".zip" and not is_inside:
            yield from _archive_inside(archive, member, name, path / inside)
        else:
            opened = partial(archive.open, member)
            yield ExportFile(name, member.compress_size, opened, path / inside)


def _archive_inside(outer: Archive, member: ZipInfo, name: str, path: Path) -> Iterator[ExportFile]:
    """Give the members of an archive inside another; what is inside it again is not unpacked."""
    try:
        inner = Archive(outer.unpack(member), name, outer.room)
    except ExportError as error:
        yield _refused(name, member.compress_size, path, error)
    else:
        yield from _members(inner, path, is_inside=True)
