"""Loads exports into a lake: every file by itself, then every bucket of keys by itself.

A file is read, mapped and staged by the same code as into a database, and its records are written
in the order of the buckets that their keys belong to. A bucket takes what all files staged for it
and what it held before, and merges them by the same code. So the same exports end in the same
records and the same books, wherever they are loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convocommerce import recognising
from convocommerce.calling import knows_its_names
from convocommerce.cluster import routing
from convocommerce.cluster.lakes import RECORDS, Manifest, Stored, lake_at, view
from convocommerce.cluster.places import Place, quoted
from convocommerce.cluster.running import run
from convocommerce.cluster.tasks import bench, driver, versions
from convocommerce.errors import UsageError
from convocommerce.gathering import stage_files
from convocommerce.loading import write_books
from convocommerce.records import TABLES
from convocommerce.sources import known_sources
from convocommerce.sources.mapped import listed, read_mapping
from convocommerce.warehouse import ledger, merging, schema, staging
from convocommerce.warehouse.ledger import FileReport, LoadReport, Reason
from convocommerce.warehouse.memory import check_memory_limit
from convocommerce.warehouse.rows import columns_of, count

if TYPE_CHECKING:
    import duckdb

    from convocommerce.recognising import Recognised

BOOKS = ("loads", "load_files", "load_reasons", "quarantine")
"""The tables of what came from where."""

STAGED_BOOKS = {
    "documents": "select document_no + {first} as document_no, {files}[file_no + 1] as file_no, "
    "outcome, reason from staged_documents",
    "aside": "select {files}[file_no + 1] as file_no, position, part, reason, text "
    "from staged_quarantine",
}
_NUMBERS = 1 << 40
"""How many documents a task may number."""

_TOGETHER = 64 << 20
"""Files smaller than this in bytes are read together, as long as they are."""


@knows_its_names
def load(
    lake: str | Path,
    exports: str | Path | Sequence[str | Path],
    *,
    mapping: str | Path | Sequence[str | Path] = (),
    on: Any = None,
    buckets: int | None = None,
    memory_limit: str | None = None,
) -> LoadReport:
    """Load exports into a lake; loading the same ones again changes nothing.

    The lake holds the records of before until the load is whole, and is left as it was when the
    load is stopped.

    Args:
        lake: The folder of the lake, or its address such as ``s3://bucket/lake``; made when it is
            new. Every worker must reach it, and the exports, by the same name.
        exports: Files, folders and zip archives.
        mapping: As for ``Shop.load``.
        on: Where to work: a ``SparkSession``, the address of a Spark master, or a number of
            threads of this process; left out, one for each processor.
        buckets: Into how many parts records are split, 8 if not given; it stays what it was first.
        memory_limit: The most memory that a task uses, such as ``"2GB"``.

    Returns:
        What became of every file and document.

    Raises:
        UsageError: The lake has another number of buckets.
        LakeError: Tasks failed for good, or workers have other versions of the package.
        DatabaseLockedError: Somebody else is writing to the lake.
        ExportError: As for ``Shop.load``.
    """
    check_memory_limit(memory_limit)
    started_at = _now()
    whole = lake_at(lake)
    given = [exports] if isinstance(exports, str | Path) else list(exports)
    # Workers may stand elsewhere.
    given = [Path(one).expanduser().absolute() for one in given]
    found = recognising.find(given, known_sources(), [read_mapping(one) for one in listed(mapping)])
    with whole.writing(RECORDS) as name:
        before = whole.current(RECORDS)
        n = buckets or (before.buckets if before else 8)
        if before and n != before.buckets:
            raise UsageError(f"the lake has {before.buckets} buckets and {n} are asked for")
        folder = f"{RECORDS}/{name}"
        files = _by_kind(found)
        staged = run(_stage_tasks(whole.place, folder, files, before, n, memory_limit), on)
        known = _known_orders(whole.place, folder, staged, before)
        jobs = [
            _Merge(whole.place, folder, bucket, n, _staged_files(staged), before, known,
                   memory_limit)
            for bucket in range(n)
        ]  # fmt: skip
        merged = run(jobs, on)
        report, books = _write_books(whole.place, folder, staged, merged, before, started_at)
        tables = {
            table: Stored(
                routing.stored(table),
                tuple(one["files"][table] for one in merged if table in one["files"]),
                sum(one["rows"].get(table, 0) for one in merged),
            )
            for table in TABLES
        }
        whole.place.remove(f"{folder}/staged")
        whole.publish(RECORDS, Manifest(name, n, versions(), tables | books))
    return report


def _by_kind(found: Sequence[Recognised]) -> list[tuple[int, Recognised]]:
    """Return files with their numbers, in the order in which they are read: kind by kind."""
    kinds: dict[object, list[tuple[int, Recognised]]] = {}
    for number, one in enumerate(found):
        name = (one.source.name, one.kind.name) if one.source and one.kind else None
        kinds.setdefault(name, []).append((number, one))
    return [one for files in kinds.values() for one in files]


@dataclass(frozen=True)
class _Stage:
    """Read some files and write what they tell, sorted by bucket."""

    place: Place
    folder: str
    number: int
    file_numbers: tuple[int, ...]
    files: tuple[Recognised, ...]
    before: Manifest | None
    buckets: int
    memory_limit: str | None

    def work(self) -> dict[str, Any]:
        with bench(self.place, memory_limit=self.memory_limit) as con:
            schema.create(con)
            if self.before is not None:
                sizes = ", ".join(str(one.export.size) for one in self.files)
                for book in ("load_files", "load_reasons"):
                    view(con, self.place, f"known_{book}", self.before.tables[book])
                con.execute(
                    f"insert into load_files from known_load_files where bytes in ({sizes})"
                )
                con.execute(
                    "insert into load_reasons from known_load_reasons "
                    "semi join load_files using (load_id, file)"
                )
            staging.prepare(con)
            reports = stage_files(con, self.files, None)
            found = {}
            for name, table in TABLES.items():
                if count(con, f"staged_{name}"):
                    columns = ", ".join(f"s.{one}" for one in routing.stored(name))
                    bucket = routing.merging_bucket(table, "s", self.buckets)
                    found[name] = self._write(
                        con,
                        name,
                        f"select s.document_no + {self.number * _NUMBERS} as document_no, "
                        f"{columns}, {bucket} as bucket from staged_{name} as s order by bucket",
                    )
            for name, query in STAGED_BOOKS.items():
                first = self.number * _NUMBERS
                query = query.format(first=first, files=list(self.file_numbers))
                found[name] = self._write(con, name, query)
        told = zip(self.file_numbers, map(asdict, reports), strict=True)
        return {"files": found, "reports": list(told)}

    def _write(self, con: duckdb.DuckDBPyConnection, table: str, query: str) -> str:
        name = f"{self.folder}/staged/{table}/{self.number:06d}.parquet"
        self.place.write_parquet(con, query, name)
        return name


def _stage_tasks(
    place: Place,
    folder: str,
    files: Sequence[tuple[int, Recognised]],
    before: Manifest | None,
    buckets: int,
    memory_limit: str | None,
) -> list[_Stage]:
    """Return one task for each large file, and for as many small ones as make a large one."""
    groups: list[list[tuple[int, Recognised]]] = [[]]
    size = 0
    for number, file in files:
        if groups[-1] and size + file.export.size > _TOGETHER:
            groups.append([])
            size = 0
        groups[-1].append((number, file))
        size += file.export.size
    return [
        _Stage(
            place,
            folder,
            task,
            tuple(number for number, _ in group),
            tuple(file for _, file in group),
            before,
            buckets,
            memory_limit,
        )
        for task, group in enumerate(groups)
    ]


def _staged_files(staged: Sequence[dict[str, Any]]) -> dict[str, tuple[str, ...]]:
    names = dict.fromkeys(name for one in staged for name in one["files"])
    return {
        name: tuple(one["files"][name] for one in staged if name in one["files"]) for name in names
    }


def _known_orders(
    place: Place, folder: str, staged: Sequence[dict[str, Any]], before: Manifest | None
) -> Stored:
    """Return the numbers of orders that some record knows by the shop's own id and others do not.

    The two have different keys, so no bucket alone could know.
    """
    columns = routing.stored("orders")
    files = _staged_files(staged).get("orders", ())
    name = f"{folder}/staged/known_orders.parquet"
    with driver(place) as con:
        view(con, place, "told", Stored(columns, files))
        view(con, place, "held", before.tables["orders"] if before else Stored(columns))
        con.execute(
            """
            create table known as
            with orders as (
                select platform, order_id, order_number from told
                union all
                select platform, order_id, order_number from held
            )
            select distinct platform, 'number:' || order_number as order_id
            from orders
            where order_number is not null
                and not starts_with(order_id, 'number:')
                and (platform, 'number:' || order_number)
                    in (select (platform, order_id) from orders)
            """
        )
        rows = count(con, "known")
        if rows:
            place.write_parquet(con, "from known", name)
        return Stored(columns_of(con, "known"), (name,) if rows else (), rows)


@dataclass(frozen=True)
class _Merge:
    """Merge what all files told of one bucket of keys into what it held."""

    place: Place
    folder: str
    bucket: int
    buckets: int
    staged: dict[str, tuple[str, ...]]
    before: Manifest | None
    known: Stored
    memory_limit: str | None

    def work(self) -> dict[str, Any]:
        with bench(self.place, memory_limit=self.memory_limit) as con:
            schema.create(con)
            staging.prepare(con)
            for name in TABLES:
                self._fill(con, name)
            view(con, self.place, "known_orders", self.known)
            for orders in ("orders", "staged_orders"):
                con.execute(
                    f"delete from {orders} "
                    "where (platform, order_id) in (select (platform, order_id) from known_orders)"
                )
            merging.merge(con)
            files, rows = {}, {}
            for name in TABLES:
                rows[name] = count(con, name)
                if rows[name]:
                    files[name] = f"{self.folder}/{name}/{self.bucket:05d}.parquet"
                    self.place.write_parquet(con, f"from {name}", files[name])
            changed = f"{self.folder}/staged/changed/{self.bucket:05d}.parquet"
            self.place.write_parquet(con, "select distinct * from changed_documents", changed)
        return {"files": files, "rows": rows, "changed": changed}

    def _fill(self, con: duckdb.DuckDBPyConnection, name: str) -> None:
        columns = routing.stored(name)
        if self.before is not None:
            mine = f"/{self.bucket:05d}.parquet"
            held = self.before.tables[name]
            files = tuple(one for one in held.files if one.endswith(mine))
            if files:
                view(con, self.place, "held", Stored(columns, files))
                con.execute(f"insert into {name} by name from held")
        if name in self.staged:
            told = Stored({"document_no": "BIGINT"} | columns, self.staged[name])
            view(con, self.place, "told", told, where=f"bucket = {self.bucket}")
            con.execute(f"insert into staged_{name} by name from told order by document_no")


def _write_books(
    place: Place,
    folder: str,
    staged: Sequence[dict[str, Any]],
    merged: Sequence[dict[str, Any]],
    before: Manifest | None,
    started_at: datetime,
) -> tuple[LoadReport, dict[str, Stored]]:
    """Write what became of every document into the books, as a load into a database does."""
    found = dict(told for task in staged for told in task["reports"])
    reports = [
        FileReport(**told | {"reasons": tuple(Reason(**one) for one in told["reasons"])})
        for _, told in sorted(found.items())
    ]
    with driver(place) as con:
        schema.create(con)
        if before is not None:
            for book in BOOKS:
                view(con, place, f"held_{book}", before.tables[book])
                con.execute(f"insert into {book} from held_{book}")
        _see(con, place, "staged_documents", [one["files"]["documents"] for one in staged])
        _see(con, place, "staged_quarantine", [one["files"]["aside"] for one in staged])
        _see(con, place, "changed_documents", [one["changed"] for one in merged])
        load_id = write_books(con, reports, started_at)
        books = {}
        for book in BOOKS:
            name = f"{folder}/{book}.parquet"
            place.write_parquet(con, f"from {book}", name)
            books[book] = Stored(columns_of(con, book), (name,), count(con, book))
        return ledger.read(con, load_id), books


def _see(con: duckdb.DuckDBPyConnection, place: Place, name: str, files: Sequence[str]) -> None:
    listed = ", ".join(f"'{quoted(place.full(one))}'" for one in files)
    con.execute(f"create temp view {name} as from read_parquet([{listed}])")


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
