"""Runs one side of the comparison as a process of its own, and holds figures against figures."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
RIVALS = ("polars", "pandas", "chdb")
OURS = "convocommerce"
SOURCES = {"polars": ("exports", "records"), "pandas": ("records",), "chdb": ("records",)}
"""What each rival can start from. pandas and ClickHouse have no reader for logs like these that one
would choose, so they start from records."""

NOT_COMPARED = {"recovered_by_link", "km_median", "km_p90"}
TIMES = {"median", "p90", "p10"}
MONEY = {"net_revenue"}

Figure = tuple[float | None, int, int]
Figures = dict[tuple[str, ...], Figure]


@dataclass(frozen=True)
class Run:
    """What one process cost.

    Attributes:
        wall: Seconds on the clock.
        cpu: Seconds of processor, its own and its children's.
        peak: MiB at the peak, of the largest process among them.
        steps: Seconds of processor by step, where the side tells them.
    """

    wall: float
    cpu: float
    peak: float
    steps: dict[str, float] = field(default_factory=dict)


def run(side: str, folder: Path, source: str, memory_limit: str | None = None) -> Run:
    """Run one side, and keep its figures and what it cost in the folder.

    Our own side gets a fresh copy of the loaded database, which building writes to; making the copy
    is not measured.

    Raises:
        SystemExit: It failed.
    """
    out = figures_file(side, folder, source)
    out.parent.mkdir(exist_ok=True)
    where, script, more = folder, HERE / "rivals" / f"{side}_rival.py", []
    if side == OURS:
        script, more = HERE / "ours.py", ["--memory-limit", memory_limit] if memory_limit else []
        if source == "records":
            where = folder / "copy"
            where.mkdir(exist_ok=True)
            shutil.copy(folder / "shop.duckdb", where / "shop.duckdb")
    arguments = [sys.executable, str(script), str(where), str(out), "--from", source, *more]
    # Compiled modules are kept, as they are on any machine where both have run before.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    pid = os.spawnve(os.P_NOWAIT, sys.executable, arguments, environment)
    _, status, used = os.wait4(pid, 0)
    wall = time.perf_counter() - began
    if where != folder:
        shutil.rmtree(where)
    if status:
        raise SystemExit(f"{side} from {source} failed with status {status}")
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    steps = json.loads(out.read_text("utf-8")).get("seconds", {})
    cost = Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / unit, steps)
    with (folder / "results" / "runs.ndjson").open("a", encoding="utf-8") as log:
        log.write(json.dumps({"side": side, "source": source, **asdict(cost)}) + "\n")
    return cost


def figures_file(side: str, folder: Path, source: str) -> Path:
    """Return where the figures of a side are kept."""
    return folder / "results" / f"{side}-{source}.json"


def read(path: Path) -> Figures:
    """Return the figures that a side wrote."""
    rows = json.loads(path.read_text("utf-8"))["figures"]
    return {
        (label, statistic, *group): (value, n, n_open)
        for label, statistic, group, value, n, n_open in rows
        if statistic not in NOT_COMPARED
    }


def check_equal(ours: Figures, rival: Figures) -> int:
    """Return how many figures there are.

    Raises:
        SystemExit: They differ; names the first that do.
    """
    if not ours or ours.keys() != rival.keys():
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
    allowed = 1e-9 * max(1.0, abs(one[0]))
    if statistic in TIMES:
        allowed = 0.001
    if statistic in MONEY:
        allowed = 0.005
    return abs(one[0] - other[0]) <= allowed
