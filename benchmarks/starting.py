"""Measures what starting costs, in processor seconds of whole processes by turns.

Usage: python benchmarks/starting.py [--pairs 9]

Beside ``import duckdb``, without which nothing here works: the import of the package, and its help.
"""

from __future__ import annotations

import argparse
import os
import sys
from statistics import median

BASE = "import duckdb"
STARTS = {
    "import convocommerce": ["-c", "import convocommerce"],
    "convocommerce --help": ["-m", "convocommerce", "--help"],
    "open a database": ["-c", "import convocommerce as cc; cc.open(':memory:').close()"],
}


def seconds(arguments: list[str]) -> float:
    """Return the processor seconds of a Python process.

    Raises:
        SystemExit: It failed.
    """
    actions = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    pid = os.posix_spawn(
        sys.executable, [sys.executable, *arguments], os.environ, file_actions=actions
    )
    _, status, used = os.wait4(pid, 0)
    if status:
        raise SystemExit(f"{arguments} failed")
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print each start as a ratio to importing the engine, the median of pairs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=9)
    pairs = parser.parse_args().pairs
    for name, arguments in STARTS.items():
        seconds(arguments)
        ratios = []
        for _ in range(pairs):
            base = seconds(["-c", BASE])
            ratios.append(seconds(arguments) / base)
        print(f"{name}: {median(ratios):.2f} times {BASE!r} ({min(ratios):.2f}-{max(ratios):.2f})")


if __name__ == "__main__":
    main()
