"""Kills publishing runs at random moments while readers poll, and counts what readers saw.

Run ``python benchmarks/killing.py --kills 200``. Writes nothing but a folder that it removes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).parents[1] / "tests"
sys.path.insert(0, str(TESTS))

from publishing import light  # noqa: E402
from publishing.light import Reader  # noqa: E402


def main() -> None:
    """Kill, read and tell."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--kills", type=int, default=200)
    words.add_argument("--seed", type=int, default=7)
    given = words.parse_args()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        began = time.monotonic()
        nursery = subprocess.Popen(
            [
                sys.executable,
                light.__file__,
                name,
                "--kills",
                str(given.kills),
                "--seed",
                str(given.seed),
            ],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        reader = Reader(folder)
        while nursery.poll() is None:
            reader.look()
        told = json.loads(nursery.communicate()[0])
        reader.look()
        seconds = time.monotonic() - began
    print(
        f"{told['kills']} kills in {seconds:.0f} s, {told['amid']} of them amid publishing; the "
        f"site was looked at {reader.n_looks:,} times and {reader.n_reads:,} pages were read; "
        f"{len(reader.faults)} faults; {told['editions']} editions and {told['left']} leftovers "
        "in the end"
    )
    for fault in reader.faults[:20]:
        print(f"  {fault}")
    raise SystemExit(bool(reader.faults or told["left"]))


if __name__ == "__main__":
    main()
