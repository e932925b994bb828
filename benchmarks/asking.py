"""What asking for a metric costs, once models are built, beside a bare scan of what it reads.

Usage: python benchmarks/asking.py DATABASE [--rounds 5] [--by channel week] [--only METRIC ...]

The bare scan reads the same columns of the same tables that DuckDB says the metric's own queries
read, each once, and adds up a hash of every column, so that it looks at every value. Both are
measured by turns, in seconds of processor, after a round that is not counted and that finds out
what questions remember of the records; the median of the ratios counts. Times are of the whole
question: its SQL composed and planned, run, intervals and survival curves made, and the result
with its notes.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

import convocommerce as cc
from convocommerce.metrics import CATALOGUE

Scans = Mapping[str, set[str]]


def scans(con: duckdb.DuckDBPyConnection, texts: list[str]) -> Scans:
    """Return which columns of which tables some queries read."""
    found: dict[str, set[str]] = defaultdict(set)

    def visit(node: Mapping[str, Any]) -> None:
        about = node.get("extra_info", {})
        table = about.get("Table")
        if table and node["name"].strip() in ("SEQ_SCAN", "TABLE_SCAN"):
            columns = about.get("Projections", [])
            columns = [columns] if isinstance(columns, str) else columns
            filters = about.get("Filters", [])
            filters = [filters] if isinstance(filters, str) else filters
            known = {
                row[0]
                for row in con.execute(
                    "select column_name from duckdb_columns() where table_name = ?",
                    [table.rpartition(".")[2]],
                ).fetchall()
            }
            found[table] |= known & set(columns)
            found[table] |= {name for name in known for one in filters if name in one}
        for child in node.get("children", []):
            visit(child)

    for text in texts:
        plan = con.execute(f"explain (format json) {text}").fetchall()[0][1]
        for root in json.loads(plan):
            visit(root)
    return found


def bare(con: duckdb.DuckDBPyConnection, read: Scans) -> Callable[[], None]:
    """Return the bare scan of some columns."""
    statements = [
        f"select {', '.join(f'sum(hash({name}))' for name in sorted(columns)) or 'count(*)'} "
        f"from {table}"
        for table, columns in read.items()
    ]

    def scan() -> None:
        for statement in statements:
            con.execute(statement).fetchall()

    return scan


def cost(work: Callable[[], object]) -> float:
    """Return the seconds of processor that some work takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> None:
    """Read the command line, ask, and print."""
    parser = argparse.ArgumentParser(description="Measure asking beside bare scans.")
    parser.add_argument("database", type=Path, help="a database with built models")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is asked")
    parser.add_argument("--by", nargs="*", default=[], help="what figures are cut by")
    parser.add_argument("--only", nargs="*", help="metrics; all if left out")
    parser.add_argument("--profile", action="store_true", help="say where Python's time goes")
    given = parser.parse_args()
    print(f"{'metric':28}{'asking, s':>12}{'scan, s':>10}{'ratio':>8}  tables read")
    rows = []
    with cc.open(given.database, read_only=True) as shop, shop.built() as con:
        for name, metric in CATALOGUE.items():
            if given.only and name not in given.only:
                continue
            hours = metric.options.get("hours", ("",))
            for choice in hours:
                options = {"hours": choice} if choice else {}

                def ask(name: str = name, options: Mapping[str, str] = options) -> Any:
                    return shop.measure(name, by=given.by, **options)

                result = ask()
                read = scans(con, [query.pasted() for query in result.queries])
                scan = bare(con, read)
                scan()
                pairs = [(cost(ask), cost(scan)) for _ in range(given.rounds)]
                asked, scanned = (median(one) for one in zip(*pairs, strict=True))
                ratio = median(a / b for a, b in pairs)
                label = f"{name} {choice}" if choice == "opening" else name
                rows.append((ratio, label, asked, scanned, read))
                if given.profile:
                    profile = cProfile.Profile()
                    profile.runcall(ask)
                    pstats.Stats(profile).sort_stats("tottime").print_stats(12)
    for ratio, label, asked, scanned, read in sorted(rows, reverse=True, key=lambda row: row[0]):
        told = ", ".join(f"{table.rpartition('.')[2]} ({len(read[table])})" for table in read)
        print(f"{label:28}{asked:12.3f}{scanned:10.3f}{ratio:8.1f}  {told}")


if __name__ == "__main__":
    main()
