"""Compares convocommerce with the same work by hand in Polars, pandas and ClickHouse.

Usage: python benchmarks/compare.py [--size 1000000] [--rivals polars pandas chdb]
       [--from exports|records] [--runs 3] [--folder DIR] [--memory-limit 2GB] [--alone SIDE]

All run as whole processes, by turns, so that whatever else the machine does hits all alike; the
ratio of each pair counts, and of those the median. The figures of both sides must be equal: counts
and shares exactly, times to a millisecond, money to a cent. Only then is anything written: the
latest result for each size, start and rival to ``benchmarks/results.json``, and all of them to
``docs/benchmarks.md``.

With ``--folder`` the input is made once and kept there, with the figures and the cost of every run
in its ``results/``. ``--alone`` runs one side on such a folder and stops; ``--use-runs`` compares
what lies there without running anything, so that a crash of one side loses nothing. ``--check``
only says whether figures are equal, and writes nothing.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib.util
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from generate import generate
from pages import write_comparison
from records import write_records
from running import OURS, RIVALS, SOURCES, Run, check_equal, figures_file, read, run

RESULTS = Path(__file__).with_name("results.json")
WARM_UP = 2000
MEASURES = ("cpu", "wall", "peak")
Result = dict[str, Any]


def prepare(folder: Path, size: int, source: str) -> None:
    """Make what is missing of the input: exports, and records where those are started from."""
    if not (folder / "exports").exists():
        # Named only once it is whole, so that what was interrupted is made again.
        generate(size, folder / "unfinished")
        (folder / "unfinished").rename(folder / "exports")
    if source == "records" and not (folder / "records").exists():
        write_records(folder)


def compare(
    folder: Path, rivals: Sequence[str], source: str, runs: int, memory_limit: str | None
) -> dict[str, list[Run]]:
    """Run all sides by turns, and return what each run cost."""
    costs: dict[str, list[Run]] = {side: [] for side in (OURS, *rivals)}
    for number in range(runs):
        for side, found in costs.items():
            found.append(run(side, folder, source, memory_limit))
        told = ", ".join(f"{side} {found[-1].cpu:.1f}" for side, found in costs.items())
        print(f"run {number + 1} in CPU seconds: {told}", flush=True)
    return costs


def kept_runs(folder: Path, rivals: Sequence[str], source: str, runs: int) -> dict[str, list[Run]]:
    """Return the last runs of each side that lie in a folder."""
    lines = (folder / "results" / "runs.ndjson").read_text("utf-8").splitlines()
    costs: dict[str, list[Run]] = {side: [] for side in (OURS, *rivals)}
    for line in lines:
        one = json.loads(line)
        if one.pop("source") == source and (side := one.pop("side")) in costs:
            costs[side].append(Run(**one))
    missing = [side for side, found in costs.items() if not found]
    if missing:
        raise SystemExit(f"no run from {source} lies in {folder} of: {', '.join(missing)}")
    return {side: found[-runs:] for side, found in costs.items()}


def result(
    rival: str, costs: Mapping[str, Sequence[Run]], about: Mapping[str, Any], n_figures: int
) -> Result:
    """Return what one rival's runs beside ours say.

    Runs that were not by turns have no pairs: then it is the ratio of the medians.
    """
    ours, theirs = costs[OURS], costs[rival]
    found: Result = {
        **about,
        "rival": rival,
        "figures": n_figures,
        "runs": min(len(ours), len(theirs)),
    }
    for name in MEASURES:
        a, b = [getattr(one, name) for one in ours], [getattr(one, name) for one in theirs]
        pairs = [x / y for x, y in zip(a, b, strict=True)] if len(a) == len(b) else []
        ratio = median(pairs) if pairs else median(a) / median(b)
        found[name] = {
            "ours": round(median(a), 2),
            "rival": round(median(b), 2),
            "ratio": round(ratio, 3),
            "least": round(min(pairs, default=ratio), 3),
            "most": round(max(pairs, default=ratio), 3),
        }
    found["steps"] = {
        step: round(median(one.steps[step] for one in ours), 2) for step in ours[0].steps
    }
    return found


def keep(found: Sequence[Result], path: Path = RESULTS) -> list[Result]:
    """Put results in place of earlier ones about the same, and return all that are kept."""
    kept = json.loads(path.read_text("utf-8")) if path.exists() else []

    def about(one: Result) -> tuple[Any, ...]:
        return one["size"], one["source"], RIVALS.index(one["rival"]), one["memory_limit"] or ""

    by_key = {about(one): one for one in [*kept, *found]}
    kept = [by_key[key] for key in sorted(by_key)]
    path.write_text("[\n" + ",\n".join(map(json.dumps, kept)) + "\n]\n", "utf-8")
    return kept


def input_size(folder: Path, source: str) -> dict[str, Any]:
    """Return how much there is to read."""
    where = folder / ("exports" if source == "exports" else "records")
    return {"megabytes": round(sum(path.stat().st_size for path in where.iterdir()) / 1e6)}


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Compare with the same work by hand.")
    parser.add_argument("--size", type=int, default=1_000_000, help="how many messages, about")
    parser.add_argument("--runs", type=int, default=3, help="how many runs of each side, by turns")
    parser.add_argument("--rivals", nargs="+", choices=RIVALS, help="those installed if left out")
    parser.add_argument("--from", dest="source", choices=("exports", "records"), default="exports")
    parser.add_argument("--folder", type=Path, help="where the input is kept; a temporary one else")
    parser.add_argument("--memory-limit", help="our memory limit, such as 2GB")
    parser.add_argument("--alone", choices=(OURS, *RIVALS), help="run this side only, and stop")
    parser.add_argument(
        "--use-runs", action="store_true", help="compare runs that lie in the folder"
    )
    parser.add_argument("--check", action="store_true", help="say whether figures are equal only")
    given = parser.parse_args()
    rivals = given.rivals or [one for one in RIVALS if importlib.util.find_spec(one)]
    rivals = [one for one in rivals if given.source in SOURCES[one]]
    if not rivals and not given.alone:
        raise SystemExit(f"no rival starts from {given.source}: see --rivals")
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        prepare(folder, given.size, given.source)
        if given.alone:
            print(run(given.alone, folder, given.source, given.memory_limit))
            return
        if given.use_runs:
            costs = kept_runs(folder, rivals, given.source, given.runs)
        elif given.check:
            costs = compare(folder, rivals, given.source, 1, given.memory_limit)
        else:
            small = Path(temporary) / "small"
            small.mkdir()
            prepare(small, WARM_UP, given.source)
            compare(small, rivals, given.source, 1, None)
            costs = compare(folder, rivals, given.source, given.runs, given.memory_limit)
        ours = read(figures_file(OURS, folder, given.source))
        about = {
            "size": given.size,
            "source": given.source,
            "memory_limit": given.memory_limit,
            "date": f"{dt.datetime.now(dt.UTC):%Y-%m-%d}",
            "by_turns": not given.use_runs,
            "load": round(os.getloadavg()[2], 1),
            "cores": os.cpu_count(),
            "gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
            **input_size(folder, given.source),
        }
        found = []
        for rival in rivals:
            n_figures = check_equal(ours, read(figures_file(rival, folder, given.source)))
            print(f"{rival}: {n_figures} figures are equal", flush=True)
            found.append(result(rival, costs, about, n_figures))
    if given.check:
        return
    print(write_comparison(keep(found)))


if __name__ == "__main__":
    main()
