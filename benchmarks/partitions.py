"""Measures what a lake costs by step, with its contacts in 1, 2, 4 and 8 buckets.

Usage: python benchmarks/partitions.py [--size 1000000] [--buckets 1 2 4 8]

Every task runs in a process of its own, one after another, so that its processor time and its peak
memory are its own. All builds must give the same models. What ``docs/cluster.md`` says of ten
billion messages rests on what this prints.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generate import generate
from ours import FIGURES, RULES
from pyspark import cloudpickle

import convocommerce as cc
from convocommerce import cluster
from convocommerce.cluster import building, loading, tasks
from convocommerce.cluster.lakes import BUILDS, RECORDS, lake_at

CHILD = """
import json, pickle, sys, time
from pathlib import Path
task = pickle.load(open(sys.argv[1], "rb"))
began = time.process_time()
answer = task.work()
seconds = time.process_time() - began
# Not ru_maxrss, which a child begins with from its parent.
peak = Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]
print(json.dumps({"answer": answer, "seconds": seconds, "peak": int(peak) / 1024}))
"""


@dataclass(frozen=True)
class Shared:
    """What looks beyond one contact, which the driver does: here as a task, to be measured too."""

    place: Any
    folder: str
    records: Any
    buckets: int

    def work(self) -> dict[str, Any]:
        with tasks.bench(self.place) as con:
            building._shared(con, self.place, self.folder, self.records, RULES, self.buckets)
        return {}


class Meter:
    """Runs tasks one after another and notes what each kind took."""

    def __init__(self, lake: Path) -> None:
        self.lake = lake
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.peaks: dict[str, list[float]] = defaultdict(list)
        self.bytes: dict[str, int] = {}

    def run(self, jobs: Sequence[Any], _on: Any) -> list[dict[str, Any]]:
        found = []
        for task in jobs:
            with tempfile.NamedTemporaryFile(suffix=".task") as file:
                file.write(cloudpickle.dumps(task))
                file.flush()
                told = subprocess.run(
                    [sys.executable, "-c", CHILD, file.name], capture_output=True, check=True
                )
            one = json.loads(told.stdout)
            kind = type(task).__name__.strip("_").lower()
            self.seconds[kind].append(one["seconds"])
            self.peaks[kind].append(one["peak"])
            found.append(one["answer"])
        for name in ("staged", "scratch"):
            if n_bytes := lake_at(self.lake).place.size(f"{jobs[0].folder}/{name}"):
                self.bytes[name] = n_bytes
        return found


def metered(lake: Path) -> Meter:
    """Let loads and builds run their tasks under a new meter."""
    meter = Meter(lake)
    loading.run = building.run = meter.run
    return meter


def by_table(lake: Path, kind: str, n: int) -> dict[str, float]:
    """Return how many bytes a message takes in each table of a generation."""
    whole = lake_at(lake)
    manifest = whole.current(kind)
    assert manifest is not None
    found = {
        name: sum(Path(whole.place.full(file)).stat().st_size for file in stored.files) / n
        for name, stored in manifest.tables.items()
    }
    return {name: value for name, value in sorted(found.items(), key=lambda one: -one[1]) if value}


def main() -> None:
    """Print a line for the load and one for each build."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--buckets", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--memory-limit")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        exports, lake = Path(name) / "exports", Path(name) / "lake"
        generate(given.size, exports)
        meter = metered(lake)
        began = time.process_time()
        cluster.load(lake, exports, buckets=8)
        driver = time.process_time() - began
        records = lake_at(lake).current(RECORDS)
        assert records is not None
        n = records.tables["messages"].rows
        print(f"{n} messages, exports {sum(p.stat().st_size for p in exports.iterdir()) / n:.0f} B")
        told(meter, driver, n)
        print("bytes by table:", shown(by_table(lake, RECORDS, n)))
        meter = metered(lake)
        meter.run([Shared(lake_at(lake).place, f"{BUILDS}/alone", records, 8)], None)
        told(meter, 0, n)
        models = None
        for buckets in given.buckets:
            meter = metered(lake)
            began = time.process_time()
            built = cluster.build(lake, RULES, buckets=buckets, memory_limit=given.memory_limit)
            driver = time.process_time() - began
            if models is not None and built.models != models:
                raise SystemExit(f"{buckets} buckets gave other models")
            models = built.models
            print(f"-- {buckets} buckets")
            told(meter, driver, n)
        print("bytes by table:", shown(by_table(lake, BUILDS, n)))
        whole = lake_at(lake).current(BUILDS)
        assert whole is not None
        rows = {name: stored.rows for name, stored in whole.tables.items()}
        print({name: value for name, value in rows.items() if value > n / 50})
        began = time.process_time()
        with cc.open(lake) as shop:
            opened = time.process_time()
            for metric, by, options in FIGURES:
                shop.measure(metric, by=by, **options)
        asked = time.process_time() - opened
        print(f"opened in {opened - began:.2f} s, 570 figures in {asked:.2f} s")


def told(meter: Meter, driver: float, n: int) -> None:
    """Print what a job took, each figure by message."""
    print(f"driver {driver:.1f} s, {1e6 * driver / n:.2f} us each")
    for kind, seconds in meter.seconds.items():
        print(
            f"{kind}: {len(seconds)} tasks, {sum(seconds):.1f} s in all, "
            f"{1e6 * sum(seconds) / n:.2f} us each, longest {max(seconds):.1f} s, "
            f"peak {max(meter.peaks[kind]):.0f} MiB"
        )
    for name, n_bytes in meter.bytes.items():
        print(f"{name}: {n_bytes / n:.1f} B each")


def shown(table: dict[str, float]) -> str:
    """Return the tables that take most."""
    listed = [f"{name} {value:.1f}" for name, value in list(table.items())[:14]]
    return f"{sum(table.values()):.1f} in all; " + ", ".join(listed)


if __name__ == "__main__":
    main()
