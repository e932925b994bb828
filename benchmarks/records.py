"""Loads exports once, and writes the loaded records out as flat Parquet tables.

Usage: python benchmarks/records.py FOLDER

Reads ``FOLDER/exports``. Writes ``FOLDER/shop.duckdb``, with records and without models, and
``FOLDER/records/*.parquet``, the same tables as they stand in it, so that whoever builds figures
from either starts from the same records. The keys that loading gave to threads and messages are in
the tables, so that rivals sort by them as well.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import duckdb
from ours import RULES

import convocommerce as cc

TABLES = (
    "messages",
    "touchpoints",
    "ad_days",
    "orders",
    "refunds",
    "checkouts",
    "identities",
)


def write_records(folder: Path, memory_limit: str | None = None) -> None:
    """Load the exports of a folder, and write the records beside them."""
    database, tables, unfinished = (folder / name for name in ("shop.duckdb", "records", "written"))
    database.unlink(missing_ok=True)
    unfinished.mkdir(exist_ok=True)
    with cc.open(database, memory_limit=memory_limit) as shop:
        shop.rules = RULES
        shop.load(folder / "exports")
    with duckdb.connect(database, read_only=True) as con:
        for name in TABLES:
            con.execute(f"copy {name} to '{unfinished / name}.parquet' (format parquet)")
    # Named only once they are whole, so that what was interrupted is made again.
    shutil.rmtree(tables, ignore_errors=True)
    unfinished.rename(tables)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Load exports and write their records out.")
    parser.add_argument("folder", type=Path, help="where exports/ is")
    parser.add_argument("--memory-limit", help="the most memory to use, such as 2GB")
    given = parser.parse_args()
    write_records(given.folder, given.memory_limit)
