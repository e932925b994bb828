"""Compares convocommerce with a hand-written Polars script on the same exports.

Usage: python benchmarks/compare.py [--size 1000000] [--runs 3]

Both run as whole processes, by turns, so that whatever else the machine does hits both alike; the
ratio of each pair counts, and of those the median. The figures of both must be equal: counts
exactly, times to a millisecond. Writes ``docs/benchmarks.md``.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from generate import generate
from pages import write_comparison

HERE = Path(__file__).parent
WARM_UP = 2000
STEPS = ("start", "load", "build", "measure")
NOT_COMPARED = {"recovered_by_link", "settled_rate", "km_median", "km_p90"}
TIMES = {"median", "p90"}

Figure = tuple[float | None, int, int]
Figures = dict[tuple[str, ...], Figure]


@dataclass(frozen=True)
class Run:
    """What one process cost: seconds on the clock, seconds of processor, MiB at the peak."""

    wall: float
    cpu: float
    peak: float
    steps: dict[str, float]


def run(script: str, exports: Path, out: Path) -> Run:
    """Run a script as a process of its own.

    Raises:
        SystemExit: It failed.
    """
    # Compiled modules are kept, as they are on any machine where both have run before.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    arguments = [sys.executable, str(HERE / script), str(exports), str(out)]
    pid = os.spawnve(os.P_NOWAIT, sys.executable, arguments, environment)
    _, status, used = os.wait4(pid, 0)
    wall = time.perf_counter() - began
    if status:
        raise SystemExit(f"{script} failed")
    steps = json.loads(out.read_text("utf-8")).get("seconds", {})
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / unit, steps)


def read(path: Path) -> Figures:
    """Return the figures that a script wrote."""
    rows = json.loads(path.read_text("utf-8"))["figures"]
    return {
        (metric, statistic, *group): (value, n, n_open)
        for metric, statistic, group, value, n, n_open in rows
        if statistic not in NOT_COMPARED
    }


def check_equal(ours: Figures, rival: Figures) -> int:
    """Return how many figures there are.

    Raises:
        SystemExit: They differ; names the first that do.
    """
    if ours.keys() != rival.keys():
        raise SystemExit(f"figures of one only: {sorted(ours.keys() ^ rival.keys())[:3]}")
    different = [key for key in ours if not _same(key[1], ours[key], rival[key])]
    if different:
        shown = [(key, ours[key], rival[key]) for key in different[:3]]
        raise SystemExit(f"{len(different)} figures differ: {shown}")
    return len(ours)


def _same(statistic: str, one: Figure, other: Figure) -> bool:
    if one[1:] != other[1:] or one[0] is None or other[0] is None:
        return one == other
    # A share over the same number is the same count only if it is the same to the last digits.
    allowed = 0.001 if statistic in TIMES else 1e-9 * max(1.0, abs(one[0]))
    return abs(one[0] - other[0]) <= allowed


def compare(size: int, runs: int, folder: Path) -> str:
    """Generate the exports, run both by turns, and return the page."""
    generate(size, folder / "exports")
    generate(WARM_UP, folder / "small")
    ours_at, rival_at = folder / "ours.json", folder / "rival.json"
    for script in ("ours.py", "polars_rival.py"):
        run(script, folder / "small", ours_at)
    pairs = []
    for number in range(runs):
        pair = (
            run("ours.py", folder / "exports", ours_at),
            run("polars_rival.py", folder / "exports", rival_at),
        )
        print(f"pair {number + 1}: {pair[0].cpu:.1f} and {pair[1].cpu:.1f} CPU s", flush=True)
        pairs.append(pair)
    n_figures = check_equal(read(ours_at), read(rival_at))
    n_bytes = sum(path.stat().st_size for path in (folder / "exports").iterdir())
    return page(pairs, size=size, n_bytes=n_bytes, n_figures=n_figures)


def page(pairs: list[tuple[Run, Run]], *, size: int, n_bytes: int, n_figures: int) -> str:
    """Return the page about the runs."""
    ours, rival = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    lines = [
        "| whole process | convocommerce | Polars script | ratio, median of pairs |",
        "|---|---:|---:|---:|",
    ]
    for title, name, digits in (
        ("processor, seconds", "cpu", 1),
        ("clock, seconds", "wall", 1),
        ("peak memory, MiB", "peak", 0),
    ):
        a = [getattr(one, name) for one in ours]
        b = [getattr(one, name) for one in rival]
        ratio = median(x / y for x, y in zip(a, b, strict=True))
        lines.append(f"| {title} | {median(a):.{digits}f} | {median(b):.{digits}f} | {ratio:.2f} |")
    once = median(one.cpu for one in rival)
    steps = [
        "| step of convocommerce | processor, seconds | of the script |",
        "|---|---:|---:|",
    ]
    for step in STEPS:
        seconds = median(one.steps[step] for one in ours)
        steps.append(f"| {step} | {seconds:.1f} | {seconds / once:.2f} |")
    return PAGE.format(
        size=f"{size:,}",
        megabytes=round(n_bytes / 1e6),
        n_figures=n_figures,
        runs=len(pairs),
        cores=os.cpu_count(),
        memory=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        whole="\n".join(lines),
        steps="\n".join(steps),
    )


PAGE = """# Benchmarks

Written by `./run bench`. What is compared is one job: from the exports of about {size}
messages ({megabytes} MB of webhook log, orders, checkouts and ad days) to {n_figures} figures:
conversations, first response time and in-chat conversion by channel and week, and cart
abandonment by week.

The other side is a Polars script of the kind one writes for one question
(`benchmarks/polars_rival.py`). It decodes the lines with an explicit structure, because Polars'
own NDJSON reader needs many times as long for nested documents. Both give the same figures:
counts and shares exactly, times to a millisecond.

They are not the same work. convocommerce also judges and accounts for every document, merges
records so that any order of loading ends in the same state, reads touchpoints, edits and
identities, joins people, keeps opening hours, puts an interval beside each figure, and stores the
whole in a database, so that the next question costs only the last line below. The script reads
everything again for every question, and knows no more of the format than the generator writes.

{runs} runs of each, by turns, on a machine with {cores} cores and {memory} GiB of memory that
was also busy with other work. Ratios mean more than seconds, and differences below a quarter mean
little.

{whole}

Where the seconds of convocommerce go, beside the whole of the script:

{steps}
"""


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Compare with a hand-written Polars script.")
    parser.add_argument("--size", type=int, default=1_000_000, help="how many messages, about")
    parser.add_argument("--runs", type=int, default=3, help="how many pairs of runs")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = compare(given.size, given.runs, Path(folder))
    write_comparison(text)
    print(text)


if __name__ == "__main__":
    main()
