"""Measures what loading costs for every platform, beside bare parsing and beside dlt.

Usage: python benchmarks/loading.py [--per-day 200] [--runs 3] [--dlt PYTHON]

The simulated shop talks through each platform in turn; what it writes is loaded, parsed and given
to dlt by turns, each in a process of its own. Seconds of processor are counted from after the
imports. Writes the last part of ``docs/benchmarks.md``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from pages import write_loading

HERE = Path(__file__).parent
FEW, MANY = 500, 2500
AT_ONCE = 50
BY_SALES = ("shopify", "meta_ads")


@dataclass(frozen=True)
class Export:
    """What one platform wrote, and what it cost to take.

    Attributes:
        name: The platform.
        n_files: How many files.
        megabytes: Their size.
        n_documents: How many documents they hold.
        ours: Seconds of processor for loading, run by run.
        bare: Seconds for parsing alone.
        dlt: Seconds for dlt, scaled to all documents; empty without dlt.
    """

    name: str
    n_files: int
    megabytes: float
    n_documents: int
    ours: list[float]
    bare: list[float]
    dlt: list[float]


def load(folder: Path) -> None:
    """Load an export into a new database; print the seconds and the number of documents."""
    import convocommerce as cc

    # What loading imports when it is first asked for.
    from convocommerce.readers import chat_text, csv_rows, json_file, ndjson  # noqa: F401

    with tempfile.TemporaryDirectory() as out, cc.open(Path(out) / "shop.duckdb") as shop:
        began = time.process_time()
        report = shop.load(folder)
        seconds = time.process_time() - began
    print(json.dumps([seconds, report.read]))


def parse(folder: Path) -> None:
    """Parse an export with DuckDB's own reader and no more; print the seconds."""
    import duckdb

    paths = [str(path) for path in _files(folder)]
    con = duckdb.connect()
    con.execute("set enable_progress_bar = false")
    reader = "read_text(?)" if paths[0].endswith(".txt") else "read_json(?, union_by_name = true)"
    began = time.process_time()
    # It makes room for the files of one call all at once, so hundreds together need all memory.
    for start in range(0, len(paths), AT_ONCE):
        some = paths[start : start + AT_ONCE]
        con.execute(f"create or replace table parsed as select * from {reader}", [some])
    print(json.dumps(time.process_time() - began))


def keep_documents(folder: Path, out: Path) -> int:
    """Write documents of all files as the readers cut them, one to a line; return how many."""
    from convocommerce import recognising
    from convocommerce.sources import known_sources

    texts: list[str] = []
    for file in recognising.find([folder], known_sources()):
        if file.kind is not None:
            for table in file.export.documents(envelope_keys=file.kind.envelope_keys):
                texts += table.column("text").to_pylist()
    # Of every kind as many as its share: the first files may hold another kind than most.
    for path, n in ((out, MANY), (out.with_suffix(".few"), FEW)):
        some = texts[:: max(len(texts) // n, 1)][:n]
        lines = [json.dumps(json.loads(text, strict=False)) for text in some]
        path.write_text("\n".join(lines), "utf-8")
    return len(texts)


def measure(name: str, folder: Path, runs: int, dlt: str | None) -> Export:
    """Take an export by turns in each way."""
    kept = folder.parent / f"{name}.documents"
    ours, bare, rival = [], [], []
    n_documents = 0
    if dlt and keep_documents(folder, kept) < MANY:
        dlt = None
    for _ in range(runs):
        seconds, n_documents = json.loads(_child(sys.executable, __file__, "load", str(folder)))
        ours.append(seconds)
        bare.append(json.loads(_child(sys.executable, __file__, "parse", str(folder))))
        if dlt:
            # What starting costs falls out between two sizes; the rest grows with the documents.
            many = float(_child(dlt, "loading_dlt.py", str(kept)).split()[-1])
            few = float(_child(dlt, "loading_dlt.py", str(kept.with_suffix(".few"))).split()[-1])
            rival.append((many - few) / (MANY - FEW) * n_documents)
    files = list(_files(folder))
    megabytes = sum(path.stat().st_size for path in files) / 1e6
    export = Export(name, len(files), megabytes, n_documents, ours, bare, rival)
    print(_row(export), flush=True)
    return export


def page(exports: list[Export], runs: int) -> str:
    """Return the part of the page about these exports."""
    rows = [
        "| export | files | MB | documents | per CPU second | times bare | times faster than dlt |",
        "|---|---:|---:|---:|---:|---:|---:|",
        *map(_row, exports),
    ]
    return PAGE.format(table="\n".join(rows), runs=runs, few=FEW, many=MANY)


def _row(export: Export) -> str:
    ours = median(export.ours)
    parsed = median(a / b for a, b in zip(export.ours, export.bare, strict=True))
    rival = "–"
    if export.dlt:
        rival = f"{median(a / b for a, b in zip(export.dlt, export.ours, strict=True)):.0f}"
    return (
        f"| {export.name} | {export.n_files:,} | {export.megabytes:.0f} | "
        f"{export.n_documents:,} | {export.n_documents / ours:,.0f} | {parsed:.1f} | {rival} |"
    )


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in (".json", ".ndjson", ".txt"))


def _child(python: str, script: str, *arguments: str) -> str:
    environment = dict(os.environ, RUNTIME__DLTHUB_TELEMETRY="false")
    done = subprocess.run(
        [python, str(HERE / script), *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return done.stdout


PAGE = """
What taking each platform's export costs, written by `./run bench-loading`. The simulated shop
talks through one platform after the other, so every row holds the same conversations. Loading
recognises the files, judges and accounts for every document, maps, merges and stores; bare parsing
is DuckDB's `read_json` putting the same files into a table in memory, nested as they stand, with a
structure that it finds itself (of chat texts: only reading them). Many small files cost more per
document than a few large ones.

dlt takes documents as the readers cut them, already out of their files and pages, every kind by its
share, and stores them as tables of their fields; it maps nothing. Its time per document is measured
between {few:,} and {many:,} documents, so that its start is not counted.

Each was measured {runs} time(s), by turns, in seconds of processor, on a machine that was also busy
with other work: the ratios mean more than the rates, and differences below a third mean little.

{table}
"""


def main() -> None:
    """Read the command line."""
    if len(sys.argv) == 3 and sys.argv[1] in ("load", "parse"):
        {"load": load, "parse": parse}[sys.argv[1]](Path(sys.argv[2]))
        return
    from convocommerce.simulation import TALK, simulate

    parser = argparse.ArgumentParser(description="Measure loading, platform by platform.")
    parser.add_argument("--per-day", type=float, default=200, help="conversations on a day")
    parser.add_argument("--runs", type=int, default=3, help="how often each is measured")
    parser.add_argument("--dlt", help="an interpreter that has dlt[duckdb]")
    parser.add_argument("--only", nargs="*", default=TALK, help="these platforms and no others")
    given = parser.parse_args()
    exports = []
    with tempfile.TemporaryDirectory() as folder:
        for name in given.only:
            out = Path(folder) / name
            simulate(out, talk=name, months=2, conversations_per_day=given.per_day)
            sales = out / "sales"
            sales.mkdir()
            for other in BY_SALES:
                (out / "exports" / other).rename(sales / other)
            exports.append(measure(name, out / "exports", given.runs, given.dlt))
        exports.append(measure("shopify", sales / "shopify", given.runs, given.dlt))
    write_loading(page(exports, given.runs))


if __name__ == "__main__":
    main()
