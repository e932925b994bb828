"""The package's SQL files: their headers, their text, and the order in which they depend."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

_HEADER = re.compile(
    r"-- grain: (?P<grain>.+)\n-- reads: (?P<reads>.+)\n-- (?P<sentence>[A-Z].+\.)\n"
    r"(?P<sql>[\s\S]+)"
)


@dataclass(frozen=True)
class SqlFile:
    """One ``.sql`` file that builds one table at one grain.

    Attributes:
        name: The table's name, which is the file's.
        grain: What one row is.
        reads: The tables it reads.
        sentence: What it is for.
        sql: The ``select``, without the header.
    """

    name: str
    grain: str
    reads: tuple[str, ...]
    sentence: str
    sql: str


@cache
def sql_files(folder: str) -> dict[str, SqlFile]:
    """Return the SQL files of one folder of the package, each after those it reads.

    Args:
        folder: ``references``, ``models`` or ``states``.

    Raises:
        ValueError: A file has no proper header, or files read one another in a circle.
    """
    files = {}
    for path in sorted((Path(__file__).parent / folder).glob("*.sql")):
        found = _HEADER.fullmatch(path.read_text("utf-8"))
        if found is None:
            raise ValueError(f"{folder}/{path.name} lacks its header of grain, reads and sentence")
        files[path.stem] = SqlFile(
            name=path.stem,
            grain=found["grain"],
            reads=tuple(name.strip() for name in found["reads"].split(",")),
            sentence=found["sentence"],
            sql=found["sql"].strip(),
        )
    graph = {name: [one for one in file.reads if one in files] for name, file in files.items()}
    return {name: files[name] for name in TopologicalSorter(graph).static_order()}


def files_needed(folder: str, names: Iterable[str]) -> list[SqlFile]:
    """Return some files of a folder and those of it that they read, each after what it reads.

    Args:
        folder: The folder, as for ``sql_files``.
        names: The files wanted; names of other tables are passed over.
    """
    files = sql_files(folder)
    needed: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in files and name not in needed:
            needed.add(name)
            waiting += files[name].reads
    return [file for file in files.values() if file.name in needed]
