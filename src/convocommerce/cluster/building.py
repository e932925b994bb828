"""Builds the models of a lake, one bucket of contacts in each task.

What looks beyond one contact is worked out first and once: the rules as tables, who is who, and
the references. Then every bucket of keys sends its records to the buckets of their contacts, and
every bucket of contacts runs the very same SQL files as a database does. No row of a model depends
on another contact, so the buckets together are the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convocommerce.building.ruling import write_rules
from convocommerce.building.whole import meaning_of
from convocommerce.calling import knows_its_names
from convocommerce.cluster import routing
from convocommerce.cluster.lakes import (
    BUILDS,
    RECORDS,
    Manifest,
    Stored,
    lake_at,
    view,
)
from convocommerce.cluster.loading import BOOKS
from convocommerce.cluster.places import Place
from convocommerce.cluster.running import run
from convocommerce.cluster.tasks import bench, driver, versions
from convocommerce.errors import LakeError
from convocommerce.records import TABLES
from convocommerce.rules import Rules
from convocommerce.sqlfiles import sql_files
from convocommerce.warehouse import resolve_contacts
from convocommerce.warehouse.contacts import FOR_LATER
from convocommerce.warehouse.memory import check_memory_limit
from convocommerce.warehouse.rows import columns_of, count
from convocommerce.warehouse.schema import hash_sql

if TYPE_CHECKING:
    import duckdb

Sums = tuple[int, int, int]
"""Of a table: its rows, the sum of their hashes, and those hashes combined by exclusive or."""


@dataclass(frozen=True)
class Built:
    """What a build made.

    Attributes:
        generation: Its name in the lake.
        buckets: How many buckets of contacts there are.
        models: By model its rows and the sums of their hashes, which do not depend on the order
            of rows or on the buckets: two builds with the same sums made the same.
    """

    generation: str
    buckets: int
    models: dict[str, Sums]


@knows_its_names
def build(
    lake: str | Path,
    rules: Rules | None = None,
    *,
    on: Any = None,
    buckets: int | None = None,
    memory_limit: str | None = None,
    driver_memory_limit: str | None = None,
) -> Built:
    """Build the models of a lake from the records it holds.

    Whoever reads the lake sees what was built before until all of it is made anew, and goes on
    seeing it when the build is stopped.

    Args:
        lake: The folder of the lake, or its address.
        rules: The choices of meaning; the defaults if not given. They are kept in the lake.
        on: Where to work, as for ``load``.
        buckets: Into how many parts contacts are split; as many as the records if not given.
        memory_limit: The most memory that a task uses, such as ``"2GB"``.
        driver_memory_limit: The same for the steps that look beyond one contact, which this
            process does by itself.

    Raises:
        LakeError: There are no records, tasks failed for good, or workers have other versions of
            the package.
        DatabaseLockedError: Somebody else is writing to the lake.
    """
    check_memory_limit(memory_limit)
    check_memory_limit(driver_memory_limit, "driver_memory_limit")
    whole, rules = lake_at(lake), rules or Rules()
    place = whole.place
    if whole.current(RECORDS) is None:
        raise LakeError(f"nothing is loaded into the lake {place.root}; load exports first")
    with whole.writing(BUILDS) as name:
        records = whole.current(RECORDS)
        assert records is not None  # noqa: S101  # nothing takes the last records away
        n = buckets or records.buckets
        folder = f"{BUILDS}/{name}"
        with driver(place, driver_memory_limit) as con:
            shared = _shared(con, place, folder, records, rules, n)
        # What everybody needs, and where things go, which is of no use once they are there.
        lookups = {one: shared.pop(one) for one in routing.LOOKUPS}
        routed = run(
            [
                _Route(place, folder, bucket, n, records, lookups, memory_limit)
                for bucket in range(records.buckets)
            ],
            on,
        )
        parts = _parts(routed)
        people = records.tables["people"]
        done = run(
            [
                _Build(place, folder, bucket, shared | {"people": people}, parts, memory_limit)
                for bucket in range(n)
            ],
            on,
        )
        if [one["bucket"] for one in done] != list(range(n)):
            raise LakeError("a bucket is missing or came back twice; nothing was changed")
        models = {
            model: Stored(
                done[0]["columns"][model],
                tuple(one["files"][model] for one in done if model in one["files"]),
                sum(one["models"][model][0] for one in done),
            )
            for model in sql_files("models")
        }
        sums = {model: added([tuple(one["models"][model]) for one in done]) for model in models}
        place.remove(f"{folder}/scratch")
        about = {
            "records": records.name,
            "rules": rules.to_dict(),
            "meaning": meaning_of(rules),
            "sums": {model: [str(one) for one in found] for model, found in sums.items()},
            "of_buckets": [
                {model: [str(value) for value in found] for model, found in one["models"].items()}
                for one in done
            ],
        }
        whole.publish(BUILDS, Manifest(name, n, versions(), shared | models, about))
    return Built(name, n, sums)


def _shared(
    con: duckdb.DuckDBPyConnection,
    place: Place,
    folder: str,
    records: Manifest,
    rules: Rules,
    n: int,
) -> dict[str, Stored]:
    """Write what looks beyond one contact, and where everything goes."""
    for table in (*TABLES, *BOOKS):
        view(con, place, table, records.tables[table])
    write_rules(con, rules)
    resolve_contacts(
        con,
        country_calling_code=rules.phone_country_code,
        max_people_per_key=rules.people_per_key,
    )
    for file in sql_files("references").values():
        con.execute(f"create or replace table {file.name} as {file.sql}")
    for name, sql in routing.LOOKUPS.items():
        con.execute(f"create table {name} as {sql.format(n=n)}")
    # A lake is always built whole.
    for name in (*FOR_LATER, "sent_texts"):
        con.execute(f"drop table {name}")
    made = con.execute("select table_name from duckdb_tables() where not temporary").fetchall()
    found = {}
    for (name,) in sorted(made):
        below = f"{folder}/scratch" if name in routing.LOOKUPS else f"{folder}/shared"
        path = f"{below}/{name}.parquet"
        rows = count(con, name)
        key = routing.CONTACT.get(name)
        query = f"select *, ({key} % {n})::integer as bucket from {name} order by bucket"
        if rows:
            place.write_parquet(con, query if key else f"from {name}", path)
        found[name] = Stored(columns_of(con, name), (path,) if rows else (), rows)
    return found


@dataclass(frozen=True)
class _Route:
    """Send the records of one bucket of keys to the buckets of their contacts."""

    place: Place
    folder: str
    bucket: int
    buckets: int
    records: Manifest
    lookups: dict[str, Stored]
    memory_limit: str | None

    def work(self) -> dict[str, Any]:
        found = {}
        mine = f"/{self.bucket:05d}.parquet"
        with bench(self.place, memory_limit=self.memory_limit) as con:
            for name, stored in self.lookups.items():
                view(con, self.place, name, stored)
            for name in routing.ROUTES:
                held = self.records.tables[name]
                files = tuple(one for one in held.files if one.endswith(mine))
                view(con, self.place, name, Stored(held.columns, files))
            for name, query in routing.ROUTES.items():
                if count(con, name):
                    file = f"{self.folder}/scratch/routed/{name}/{self.bucket:05d}.parquet"
                    query = query.format(n=self.buckets)
                    self.place.write_parquet(con, f"from ({query}) order by bucket", file)
                    found[name] = file
        return {"files": found}


def _parts(routed: Sequence[Mapping[str, Any]]) -> dict[str, Stored]:
    return {
        name: Stored(
            routing.stored(name),
            tuple(one["files"][name] for one in routed if name in one["files"]),
        )
        for name in routing.ROUTES
    }


@dataclass(frozen=True)
class _Build:
    """Build the models of one bucket of contacts."""

    place: Place
    folder: str
    bucket: int
    shared: dict[str, Stored]
    parts: dict[str, Stored]
    memory_limit: str | None

    def work(self) -> dict[str, Any]:
        files, sums, columns = {}, {}, {}
        mine = f"bucket = {self.bucket}"
        with bench(self.place, memory_limit=self.memory_limit) as con:
            for name, stored in self.shared.items():
                is_mine = name in routing.CONTACT and stored.files
                view(con, self.place, name, stored, where=mine if is_mine else "")
            for name, stored in self.parts.items():
                view(con, self.place, name, stored, where=mine)
            for file in sql_files("models").values():
                con.execute(f"create table {file.name} as {file.sql}")
            for name in sql_files("models"):
                columns[name] = columns_of(con, name)
                sums[name] = sums_of(con, name)
                if sums[name][0]:
                    files[name] = f"{self.folder}/models/{name}/{self.bucket:05d}.parquet"
                    self.place.write_parquet(con, f"from {name}", files[name])
        return {"bucket": self.bucket, "files": files, "models": sums, "columns": columns}


def sums_of(con: duckdb.DuckDBPyConnection, table: str) -> Sums:
    """Return the rows of a table and the sums of the hashes of all they say, in any order."""
    parts = ", ".join(
        f'coalesce(t."{name}"::varchar, chr(30))' for name in sorted(columns_of(con, table))
    )
    found = con.execute(
        "select count(*), coalesce(sum(h::hugeint), 0), coalesce(bit_xor(h), 0) "
        f"from (select {hash_sql(f'concat_ws(chr(31), {parts})')} as h from {table} as t)"
    ).fetchall()[0]
    return int(found[0]), int(found[1]), int(found[2])


def added(sums: Sequence[Sums]) -> Sums:
    """Return the sums of a table whose parts have these.

    >>> added([(2, 10, 6), (1, 5, 3)])
    (3, 15, 5)
    """
    rows = total = mixed = 0
    for n, sum_, xor in sums:
        rows, total, mixed = rows + n, total + sum_, mixed ^ xor
    return rows, total, mixed
