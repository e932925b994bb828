"""A lake: generations of Parquet, and a pointer to the one that counts.

A generation is a folder that is written once and never changed. Its manifest, written last, names
every file of it; the pointer, replaced at the very end, names the generation. A reader therefore
sees a whole one, and a job that was stopped leaves the one before. Records and what was built from
them have generations of their own, for the same records are built under many rules.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convocommerce.cluster.places import Place, place_of, quoted
from convocommerce.errors import LakeError
from convocommerce.warehouse import LAYOUT_VERSION
from convocommerce.warehouse.lock import WriterLock

if TYPE_CHECKING:
    import duckdb

RECORDS = "records"
BUILDS = "builds"
KEPT = 2
"""How many generations of a kind stay: the one that counts, and the one readers may be in."""


@dataclass(frozen=True)
class Stored:
    """A table of a generation.

    Attributes:
        columns: Its columns with their types; Parquet knows fewer types than DuckDB.
        files: Its files, by their names in the lake.
        rows: How many rows it has.
    """

    columns: dict[str, str]
    files: tuple[str, ...] = ()
    rows: int = 0


@dataclass(frozen=True)
class Manifest:
    """What a generation is.

    Attributes:
        name: Its folder.
        buckets: Into how many parts its large tables are split.
        versions: What wrote it: package, layout and the like.
        tables: Its tables.
        about: What else belongs to it: the rules, the records it was built from, and the like.
    """

    name: str
    buckets: int
    versions: dict[str, Any]
    tables: dict[str, Stored]
    about: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Lake:
    """A lake, whether there is anything in it or not."""

    place: Place

    def current(self, kind: str) -> Manifest | None:
        """Return the generation of a kind that counts now, or null where none does.

        Raises:
            LakeError: Its manifest is gone, damaged or of another layout.
        """
        pointer = self.place.read_json(f"{kind}.json")
        return None if pointer is None else self.generation(kind, _text(pointer, "generation"))

    def generation(self, kind: str, name: str) -> Manifest:
        """Return a generation by its name.

        Raises:
            LakeError: It is gone, damaged or of another layout.
        """
        told = self.place.read_json(f"{kind}/{name}/manifest.json")
        if told is None:
            raise LakeError(
                f"the lake {self.place.root} lacks its generation {kind}/{name}; "
                "open it again, and build it again if that does not help"
            )
        layout = told["versions"]["layout"]
        if layout != LAYOUT_VERSION:
            raise LakeError(
                f"the lake {self.place.root} has layout {layout} and this version of "
                f"convocommerce writes {LAYOUT_VERSION}; load it anew from the exports"
            )
        tables = {
            table: Stored(one["columns"], tuple(one["files"]), one["rows"])
            for table, one in told["tables"].items()
        }
        return Manifest(told["name"], told["buckets"], told["versions"], tables, told["about"])

    @contextmanager
    def writing(self, kind: str) -> Iterator[str]:
        """Hold the lake and give the name of a new generation; what is not published is removed.

        Raises:
            DatabaseLockedError: Somebody else is writing to it (noticed in folders only).
        """
        lock = None
        if self.place.is_local:
            folder = Path(self.place.root)
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = WriterLock(folder / "lake")
            lock.acquire(0.0)
        name = uuid.uuid4().hex[:16]
        try:
            self._clean(kind)
            yield name
        finally:
            pointer = self.place.read_json(f"{kind}.json")
            if pointer is None or pointer["generation"] != name:
                self.place.remove(f"{kind}/{name}")
            if lock:
                lock.release()

    def publish(self, kind: str, manifest: Manifest) -> None:
        """Let a generation count from now on."""
        self.place.write_json(f"{kind}/{manifest.name}/manifest.json", asdict(manifest))
        before = self.place.read_json(f"{kind}.json") or {"generation": None, "before": []}
        history = [before["generation"], *before["before"]] if before["generation"] else []
        pointer = {"generation": manifest.name, "before": history[: KEPT - 1]}
        self.place.write_json(f"{kind}.json", pointer)

    def _clean(self, kind: str) -> None:
        """Remove what jobs that were stopped left, and generations nobody should be in."""
        pointer = self.place.read_json(f"{kind}.json")
        kept = {pointer["generation"], *pointer["before"]} if pointer else set()
        if kind == RECORDS:
            built = self.place.read_json(f"{BUILDS}.json")
            for name in (built["generation"], *built["before"]) if built else ():
                told = self.place.read_json(f"{BUILDS}/{name}/manifest.json")
                kept |= {told["about"]["records"]} if told else set()
        for name in self.place.names(kind):
            if name not in kept:
                self.place.remove(f"{kind}/{name}")


def lake_at(path: str | Path) -> Lake:
    """Return the lake at a path or address."""
    return Lake(place_of(path))


def is_lake(path: str | Path) -> bool:
    """Tell whether a lake stands at a path or address."""
    if "://" in str(path):
        return True
    folder = Path(path).expanduser()
    return any((folder / f"{kind}.json").is_file() for kind in (RECORDS, BUILDS))


def view(
    con: duckdb.DuckDBPyConnection,
    place: Place,
    name: str,
    stored: Stored,
    *,
    where: str = "",
    kind: str = "view",
) -> None:
    """Let a connection see a table of a generation, or some rows of it.

    Args:
        con: The connection.
        place: Where the lake stands.
        name: What SQL calls it.
        stored: The table.
        where: Which of its rows, with the columns of its files.
        kind: ``view``, or ``table`` for what is small and asked often.
    """
    columns = ", ".join(f'"{one}"::{type_} as "{one}"' for one, type_ in stored.columns.items())
    if stored.files:
        files = ", ".join(f"'{quoted(place.full(one))}'" for one in stored.files)
        rows = f"select {columns} from read_parquet([{files}])"
        rows += f" where {where}" if where else ""
    else:
        nothing = ", ".join(f'null::{type_} as "{one}"' for one, type_ in stored.columns.items())
        rows = f"select {nothing} where false"
    con.execute(f"create or replace {kind} {name} as {rows}")


def _text(pointer: Mapping[str, Any], name: str) -> str:
    value = pointer.get(name)
    if not isinstance(value, str):
        raise LakeError("the pointer of the lake is damaged; build it again")
    return value
