"""Where a lake stands: a folder of this machine, of a mounted disk, or of an object store.

A folder is reached by its path, anything with ``://`` in its name through fsspec, as pandas and
pyarrow reach it too. What is written appears whole or not at all: in a folder by renaming, in an
object store because an object is there only once it was sent to its end.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convocommerce.errors import LakeError

if TYPE_CHECKING:
    import duckdb

_ROW_GROUP = 20_480
"""Rows of a Parquet row group: what one bucket skips of a file sorted by bucket."""


@dataclass(frozen=True)
class Place:
    """A folder, here or elsewhere.

    Attributes:
        root: Its absolute path, or its address such as ``s3://bucket/lake``.
    """

    root: str

    @property
    def is_local(self) -> bool:
        """Whether it is reached by a path."""
        return "://" not in self.root

    def full(self, name: str) -> str:
        """Return the path or address of something in it."""
        return f"{self.root}/{name}"

    def ready(self, con: duckdb.DuckDBPyConnection) -> None:
        """Let a connection read and write here.

        Raises:
            LakeError: What reaches such an address is not installed.
        """
        if not self.is_local:
            con.register_filesystem(self._files())

    def read_json(self, name: str) -> Any | None:
        """Return what a small file says, or null where there is none.

        Raises:
            LakeError: It is no JSON.
        """
        try:
            if self.is_local:
                text = Path(self.full(name)).read_text("utf-8")
            else:
                text = self._files().cat_file(self.full(name)).decode("utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return None
        try:
            return json.loads(text)
        except ValueError:
            raise LakeError(f"{self.full(name)} is damaged; build the lake again") from None

    def write_json(self, name: str, value: Any) -> None:
        """Write a small file, in place of one of that name."""
        text = json.dumps(value, indent=1).encode()
        if self.is_local:
            draft = self.draft(name)
            Path(draft).write_bytes(text)
            self._settle(draft, name)
        else:
            self._files().pipe_file(self.full(name), text)

    def write_parquet(self, con: duckdb.DuckDBPyConnection, query: str, name: str) -> None:
        """Write what a query gives as one Parquet file, in place of one of that name."""
        draft = self.draft(name)
        con.execute(
            f"copy ({query}) to '{quoted(draft)}' "
            f"(format parquet, compression zstd, row_group_size {_ROW_GROUP})"
        )
        self._settle(draft, name)

    def draft(self, name: str) -> str:
        """Return where to write what ``_settle`` puts in place, and make its folder."""
        if not self.is_local:
            return self.full(name)
        final = Path(self.full(name))
        final.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return str(final.with_name(f"{final.name}.{uuid.uuid4().hex}.new"))

    def _settle(self, draft: str, name: str) -> None:
        if not self.is_local:
            return
        _sync(Path(draft))
        Path(draft).replace(self.full(name))
        _sync(Path(draft).parent)

    def names(self, folder: str) -> list[str]:
        """Return the names of what stands directly in a folder."""
        if self.is_local:
            path = Path(self.full(folder))
            return sorted(one.name for one in path.iterdir()) if path.is_dir() else []
        files = self._files()
        if not files.exists(self.full(folder)):
            return []
        found = files.ls(self.full(folder), detail=False, refresh=True)
        return sorted({str(one).rstrip("/").rpartition("/")[2] for one in found})

    def remove(self, folder: str) -> None:
        """Remove a folder and what is in it, if there is one."""
        if self.is_local:
            shutil.rmtree(self.full(folder), ignore_errors=True)
        elif self._files().exists(self.full(folder)):
            self._files().rm(self.full(folder), recursive=True)

    def size(self, folder: str) -> int:
        """Return how many bytes stand in a folder and below it."""
        if self.is_local:
            path = Path(self.full(folder))
            return sum(one.stat().st_size for one in path.rglob("*") if one.is_file())
        return int(self._files().du(self.full(folder)))

    def _files(self) -> Any:
        try:
            import fsspec
        except ModuleNotFoundError:
            raise LakeError(
                f"{self.root} is reached through fsspec, which is not installed; "
                "install convocommerce[spark]"
            ) from None
        protocol = self.root.partition("://")[0]
        try:
            return fsspec.filesystem(protocol)
        except (ImportError, ValueError):
            raise LakeError(
                f"nothing installed here reaches {protocol}://; fsspec names the package to "
                "install, such as s3fs, gcsfs or adlfs"
            ) from None


def place_of(lake: str | Path) -> Place:
    """Return where a lake stands, by its path or address."""
    text = str(lake)
    if "://" in text:
        return Place(text.rstrip("/"))
    return Place(str(Path(text).expanduser().resolve()))


def _sync(path: Path) -> None:
    """Have the disk keep what was written, also when the power fails."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def quoted(text: str) -> str:
    """Return a text as it stands between the quotes of SQL."""
    return text.replace("'", "''")
