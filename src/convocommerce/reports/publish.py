"""Putting a page where people find it: whole, or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

_SHARED = 0o644


def write_whole(path: Path, data: bytes) -> Path:
    """Write a file so that readers see the old one or the new one, and never a part of it.

    It goes to a temporary file beside the target, is forced to the disk, and then takes the
    target's place in one step. When anything fails the old file stays and the temporary one goes.

    Args:
        path: The file to write; its folder is made when there is none.
        data: What to write.

    Returns:
        The path written.

    Raises:
        OSError: The folder or the file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # Temporary files are private; a page is for sharing, as far as the umask allows.
        Path(name).chmod(_SHARED & ~_umask())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise
    sync_folder(path.parent)
    return path


def _umask() -> int:
    """Return the umask, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def sync_folder(folder: Path) -> None:
    """Force the new name to the disk, where folders can be opened."""
    with contextlib.suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
