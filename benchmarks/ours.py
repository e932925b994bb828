"""The measured work done by convocommerce: load the exports, build the models, measure.

Usage: python benchmarks/ours.py DIR OUT

Writes the figures as JSON to OUT, with the CPU seconds that each step took.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import convocommerce as cc

RULES = cc.Rules(
    time_zone="Europe/Amsterdam",
    senders={"551122334455667": "bot", "990011223344556": "human"},
)
FIGURES: tuple[tuple[str, tuple[str, ...], dict[str, Any]], ...] = (
    ("conversations", ("channel", "week"), {}),
    ("first_response_time", ("channel", "week"), {}),
    ("in_chat_conversion", ("channel", "week"), {}),
    ("cart_abandonment", ("week",), {"grain": "checkout"}),
)


def main(exports: Path, out: Path) -> None:
    """Do the work in a new database, and write the figures and the seconds."""
    seconds = {"start": time.process_time()}

    def mark(step: str) -> None:
        seconds[step] = time.process_time() - sum(seconds.values())

    with tempfile.TemporaryDirectory() as folder, cc.open(Path(folder) / "shop.duckdb") as shop:
        shop.rules = RULES
        shop.load(exports)
        mark("load")
        shop.build()
        mark("build")
        results = [shop.measure(name, by=by, **options) for name, by, options in FIGURES]
        mark("measure")
    figures = [
        [
            row.metric,
            row.statistic,
            [str(value) for value in row.group],
            row.value,
            row.n,
            row.n_open,
        ]
        for result in results
        for row in result.rows
    ]
    out.write_text(json.dumps({"figures": figures, "seconds": seconds}), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
