"""Writes the exports of a fictional shop, of any size: the same size gives the same bytes.

Usage: python benchmarks/generate.py 1000000 --out DIR [--memory-limit 4GB]

Everything is drawn by hashing integers inside DuckDB (``generate.sql``), so a million messages
take seconds. Threads are heavy-tailed, a fifth of the messages comes from a bot, employees answer
from the page's inbox, a helpdesk or a telephone, some inbox texts are automatic, one delivery in
fifty is delivered twice, and receipts, reactions, deletions and referrals stand between the
messages as in a real log. Inside one thread no two messages share a millisecond.

Memory stays flat: messages are drawn some threads at a time and laid down by slices of time, and
the log is written slice by slice (``generate_log.sql``). Neither changes a byte of what is written.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

import duckdb

HERE = Path(__file__).parent
MESSAGES_PER_THREAD = 9.2
PER_SLICE = 1_500_000
"""About how many messages are worked on at once."""
PAGE = 250
BEGAN, DAYS, DAY_MS = 1_767_225_600_000, 182, 86_400_000
LOGS = {"page": "messenger", "instagram": "instagram"}
# A CSV with one column and no quoting is the plain text of that column.
PLAIN = r"(format csv, header false, quote '', escape '', delimiter e'\x01')"


def generate(
    size: int, out: Path, memory_limit: str | None = None, per_slice: int = PER_SLICE
) -> None:
    """Write about ``size`` messages, and the orders, checkouts and ads around them, to a folder.

    Args:
        size: How many messages, about.
        out: The folder, made if there is none.
        memory_limit: The most memory to use, such as ``"4GB"``; the rest goes to a folder beside.
        per_slice: About how many messages are worked on at once.
    """
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out) as work:
        con = duckdb.connect(Path(work) / "drawing.duckdb")
        con.execute("set TimeZone = 'UTC'; set enable_progress_bar = false")
        con.execute(f"set temp_directory = '{work}/spilled'")
        if memory_limit:
            con.execute(f"set memory_limit = '{memory_limit}'")
        con.execute((HERE / "generate.sql").read_text("utf-8"))
        n_threads = max(1, round(size / MESSAGES_PER_THREAD))
        n_slices = -(-size // per_slice)
        _draw(con, n_threads, n_slices, Path(work))
        _write_log(con, n_slices, Path(work), out)
        _write_trade(con, out)
        con.close()


def _draw(con: duckdb.DuckDBPyConnection, n_threads: int, n_slices: int, work: Path) -> None:
    """Lay all messages down by slices of time, and those that led to orders or checkouts."""
    slice_ms = -(-DAYS * DAY_MS // n_slices)
    step = -(-n_threads // n_slices)
    for number in range(n_slices):
        first, past = number * step, min((number + 1) * step, n_threads)
        con.execute(
            "create or replace temp table slice as "
            f"select *, (t - {BEGAN}) // {slice_ms} as part from said({first}, {past})"
        )
        con.execute(f"copy slice to '{work}/drawn{number}' (format parquet, partition_by (part))")
        con.execute(
            "insert into trading select thread, k, j, voice, t from slice "
            "where voice = 'customer' and (u(k, 50) < 0.058 or u(k, 58) < 0.09)"
        )
    con.execute("drop table slice")


def _write_log(con: duckdb.DuckDBPyConnection, n_slices: int, work: Path, out: Path) -> None:
    """Write the webhook logs, one slice of time after the other."""
    slice_ms = -(-DAYS * DAY_MS // n_slices)
    log = (HERE / "generate_log.sql").read_text("utf-8")
    con.execute(
        "create temp table carried_events "
        "(object varchar, business varchar, t bigint, k bigint, event varchar);"
        "create temp table carried_lines (object varchar, t bigint, delivery bigint, line varchar);"
        "create temp table counted as select unnest(['page', 'instagram']) as object, 0 as n"
    )
    for name in LOGS.values():
        (out / f"{name}-webhooks.ndjson").unlink(missing_ok=True)
    for number in range(n_slices):
        con.execute(f"set variable until = {BEGAN + (number + 1) * slice_ms}::bigint")
        con.execute(f"set variable is_last = {number == n_slices - 1}")
        files = sorted(str(path) for path in work.glob(f"drawn*/part={number}/*.parquet"))
        # A list of no files is none that can be read.
        rows = f"read_parquet({files}, hive_partitioning = false)" if files else "trading limit 0"
        con.execute(
            f"create or replace temp table messages as select thread, k, j, voice, t from {rows}"
        )
        con.execute(log)
        for platform, name in LOGS.items():
            con.execute(
                f"copy (select line from emitted where object = '{platform}' order by t, delivery) "
                f"to '{work}/part.ndjson' {PLAIN}"
            )
            with (
                (work / "part.ndjson").open("rb") as part,
                (out / f"{name}-webhooks.ndjson").open("ab") as whole,
            ):
                shutil.copyfileobj(part, whole, 1 << 20)
    con.execute("drop table messages; drop table lines; drop table emitted; drop table numbered")


def _write_trade(con: duckdb.DuckDBPyConnection, out: Path) -> None:
    """Write the documents as an API gives them: in pages, here one page to a line."""
    con.execute((HERE / "generate_trade.sql").read_text("utf-8"))
    for table, key, name in (
        ("order_documents", "orders", "orders"),
        ("checkout_documents", "checkouts", "checkouts"),
        ("ad_documents", "data", "insights"),
    ):
        con.execute(
            f"""
            copy (
                select '{{"{key}":[' || string_agg(document, ',' order by place) || ']}}' as page
                from {table}
                group by (place - 1) // {PAGE}
                order by min(place)
            ) to '{out / name}.json' {PLAIN}
            """
        )


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Write the exports of a fictional shop.")
    parser.add_argument("size", type=int, help="how many messages, about")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write to")
    parser.add_argument("--memory-limit", help="the most memory to use, such as 4GB")
    given = parser.parse_args()
    generate(given.size, given.out, given.memory_limit)


if __name__ == "__main__":
    main()
