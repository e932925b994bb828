"""The measured work done by convocommerce: load the exports, build the models, measure.

Usage: python benchmarks/ours.py FOLDER OUT [--from exports|records] [--memory-limit 2GB]

From exports it makes a new database and loads ``FOLDER/exports``. From records it opens
``FOLDER/shop.duckdb``, in which the records are loaded and nothing is built (``records.py`` makes
it; ``compare.py`` gives each run a copy, because building writes to it). Writes the figures as JSON
to OUT, with the CPU seconds that each step took.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import convocommerce as cc

OPENING_HOURS = "Mo-Fr 09:00-17:30; Sa 10:00-16:00"
"""One week for the whole shop, in its own zone; rivals know the same from ``rivals/common.py``."""

RULES = cc.Rules(
    time_zone="Europe/Amsterdam",
    opening_hours=OPENING_HOURS,
    senders={"551122334455667": "bot", "990011223344556": "human"},
)
WEEKLY = ("channel", "week")
FIGURES: tuple[tuple[str, str, tuple[str, ...], dict[str, Any]], ...] = (
    ("conversations", "conversations", WEEKLY, {}),
    ("first_response_time", "first_response_time", WEEKLY, {}),
    ("first_response_opening", "first_response_time", WEEKLY, {"hours": "opening"}),
    ("first_response_any", "first_response_time", WEEKLY, {"clock": "any"}),
    ("next_reply_time", "next_reply_time", WEEKLY, {}),
    ("next_reply_opening", "next_reply_time", WEEKLY, {"hours": "opening"}),
    ("in_chat_conversion", "in_chat_conversion", WEEKLY, {}),
    ("in_chat_conversion_entry", "in_chat_conversion", ("entry_point", "week"), {}),
    ("in_chat_conversion_ad", "in_chat_conversion", ("ad",), {}),
    ("checkout_abandonment", "cart_abandonment", ("week",), {"grain": "checkout"}),
    ("cart_abandonment", "cart_abandonment", ("week",), {"grain": "cart"}),
)
"""Label, metric, what it is cut by, and the choices made.

Left out, because to write their definitions out by hand would take a rival longer than all the
rest: quantiles that count who still waits (Kaplan and Meier), who answered in the end
(``answered_by``, which follows every window to its close), and attempts to buy by person.
"""

Figure = list[Any]


def main(folder: Path, out: Path, source: str, memory_limit: str | None) -> None:
    """Do the work, and write the figures and the seconds."""
    seconds = {"start": time.process_time()}

    def mark(step: str) -> None:
        seconds[step] = time.process_time() - sum(seconds.values())

    with tempfile.TemporaryDirectory() as temporary:
        database = (folder if source == "records" else Path(temporary)) / "shop.duckdb"
        with cc.open(database, memory_limit=memory_limit) as shop:
            shop.rules = RULES
            if source == "exports":
                shop.load(folder / "exports")
            mark("load")
            shop.build()
            mark("build")
            figures = measure(shop)
            mark("measure")
    out.write_text(json.dumps({"figures": figures, "seconds": seconds}), "utf-8")


def measure(shop: cc.Shop) -> list[Figure]:
    """Return every figure: label, statistic, group, value, n and how many are still open."""
    figures = []
    for label, metric, by, options in FIGURES:
        for row in shop.measure(metric, by=by, **options).rows:
            group = [str(value) for value in row.group]
            figures.append([label, row.statistic, group, row.value, row.n, row.n_open])
    for row in shop.reply_windows("2026").itertuples():
        decided = row.questions - row.open
        counts = {"answered": row.answered, "late": row.late, "lost": row.lost}
        for name, count in counts.items():
            figures.append(["reply_windows", name, [row.channel], count, decided, row.open])
        for name, left in (("median", row.median_left_seconds), ("p10", row.tightest_left_seconds)):
            figures.append(["reply_windows", name, [row.channel], left, row.answered, 0])
    return figures


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Do the measured work with convocommerce.")
    parser.add_argument("folder", type=Path, help="what records.py or generate.py wrote")
    parser.add_argument("out", type=Path, help="the file for the figures")
    parser.add_argument("--from", dest="source", choices=("exports", "records"), default="exports")
    parser.add_argument("--memory-limit", help="the most memory to use, such as 2GB")
    given = parser.parse_args()
    main(given.folder, given.out, given.source, given.memory_limit)
