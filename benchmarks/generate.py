"""Writes the exports of a fictional shop, of any size: the same size gives the same bytes.

Usage: python benchmarks/generate.py 1000000 --out DIR

Everything is drawn by hashing integers inside DuckDB (``generate.sql``), so a million messages
take seconds. Threads are heavy-tailed, a fifth of the messages comes from a bot, employees answer
from the page's inbox, a helpdesk or a telephone, some inbox texts are automatic, one delivery in
fifty is delivered twice, and receipts, reactions, deletions and referrals stand between the
messages as in a real log. Inside one thread no two messages share a millisecond.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb

SQL = Path(__file__).with_name("generate.sql")
MESSAGES_PER_THREAD = 9.2
PAGE = 250


def generate(size: int, out: Path) -> None:
    """Write about ``size`` messages, and the orders, checkouts and ads around them, to a folder."""
    out.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect()
    con.execute("set TimeZone = 'UTC'; set enable_progress_bar = false")
    n_threads = max(1, round(size / MESSAGES_PER_THREAD))
    con.execute("create temp table asked as select ?::bigint as n_threads", [n_threads])
    con.execute(SQL.read_text("utf-8"))
    for platform, name in (("page", "messenger"), ("instagram", "instagram")):
        # A CSV with one column and no quoting is the plain text of that column.
        con.execute(
            f"copy (select line from deliveries where object = '{platform}' order by t, delivery) "
            f"to '{out}/{name}-webhooks.ndjson' "
            r"(format csv, header false, quote '', escape '', delimiter e'\x01')"
        )
    for table, key, name in (
        ("order_documents", "orders", "orders"),
        ("checkout_documents", "checkouts", "checkouts"),
        ("ad_documents", "data", "insights"),
    ):
        _pages(con, table, key, out / f"{name}.json")


def _pages(con: duckdb.DuckDBPyConnection, table: str, key: str, path: Path) -> None:
    """Write the documents as an API gives them: in pages, here one page to a line."""
    documents = [row[0] for row in con.execute(f"select document from {table}").fetchall()]
    with path.open("w", encoding="utf-8") as file:
        for start in range(0, len(documents), PAGE):
            file.write(f'{{"{key}":[{",".join(documents[start : start + PAGE])}]}}\n')


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Write the exports of a fictional shop.")
    parser.add_argument("size", type=int, help="how many messages, about")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write to")
    given = parser.parse_args()
    generate(given.size, given.out)


if __name__ == "__main__":
    main()
