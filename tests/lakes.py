"""Lakes and databases that must hold the same."""

from __future__ import annotations

from pathlib import Path

from convocommerce.cluster import routing
from convocommerce.cluster.building import Sums, sums_of
from convocommerce.cluster.lakes import RECORDS, Manifest, Stored, lake_at
from convocommerce.cluster.loading import BOOKS
from convocommerce.cluster.tasks import versions
from convocommerce.records import TABLES
from convocommerce.sqlfiles import sql_files
from convocommerce.warehouse import Database
from convocommerce.warehouse.rows import columns_of, count


def model_sums(database: Database) -> dict[str, Sums]:
    """Return the rows and hashes of every model of a database."""
    return {name: sums_of(database.con, name) for name in sql_files("models")}


def put(database: Database, path: Path, buckets: int) -> Path:
    """Write the records of a database into a lake, as loads into it would have left them."""
    lake = lake_at(path)
    con = database.con
    with lake.writing(RECORDS) as name:
        tables = {}
        for table in TABLES:
            files = []
            for bucket in range(buckets):
                mine = f"{routing.merging_bucket(TABLES[table], 't', buckets)} = {bucket}"
                if count(con, f"{table} as t where {mine}"):
                    files.append(f"{RECORDS}/{name}/{table}/{bucket:05d}.parquet")
                    lake.place.write_parquet(con, f"from {table} as t where {mine}", files[-1])
            rows = count(con, table)
            tables[table] = Stored(routing.stored(table), tuple(files), rows)
        for book in BOOKS:
            file = f"{RECORDS}/{name}/{book}.parquet"
            lake.place.write_parquet(con, f"from {book}", file)
            rows = count(con, book)
            tables[book] = Stored(columns_of(con, book), (file,), rows)
        lake.publish(RECORDS, Manifest(name, buckets, versions(), tables))
    return path
