"""What all rivals know: the rules of the shop, its opening days, and how figures are written.

Nothing here depends on any library; each rival computes its counts and times by itself, and hands
them over one group at a time.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ZONE = "Europe/Amsterdam"
DAY_MS = 86_400_000
GAP_MS = DAY_MS
WINDOW_MS = 5 * DAY_MS
REPLY_MS = DAY_MS
LOST_MS = 7 * DAY_MS
ABANDONED_MS = {"checkout": 10 * 60_000, "cart": 60 * 60_000}
BOT, INBOXES = "551122334455667", ("263902037430900",)
AUTOMATIC_THREADS, AUTOMATIC_MS = 5, 5000
LIMITS = {"5_minutes": 300, "15_minutes": 900, "1_hour": 3600, "24_hours": 86400}
HOURS = {**dict.fromkeys(range(5), ("09:00", "17:30")), 5: ("10:00", "16:00")}
"""Opening and closing by weekday, Monday being 0."""

Figure = list[Any]
Cell = Mapping[str, Any]


def opening_days(first: dt.date, last: dt.date) -> list[dict[str, Any]]:
    """Return every local day with its opening and closing in epoch ms and the open ms before it."""
    zone, before, days = ZoneInfo(ZONE), 0, []
    for number in range((last - first).days + 1):
        day = first + dt.timedelta(days=number)
        opens, closes = (
            round(dt.datetime.combine(day, dt.time.fromisoformat(at), zone).timestamp()) * 1000
            for at in HOURS.get(day.weekday(), ("12:00", "12:00"))
        )
        days.append({"day": day, "opens": opens, "closes": closes, "before": before})
        before += closes - opens
    return days


def answered(label: str, cells: Iterable[Cell]) -> list[Figure]:
    """Write the times to an answer of each channel and week."""
    rows: list[Figure] = []
    for cell in cells:
        group, everything = [str(cell["channel"]), str(cell["week"])], cell["all"]
        rows += [
            [label, name, group, cell[name], cell["n"], everything - cell["n"]]
            for name in ("median", "p90")
        ]
        for name in LIMITS:
            n = cell[f"n_{name}"]
            rows.append(_share(label, f"within_{name}", group, cell[f"in_{name}"], n, everything))
    return rows


def counted(cells: Iterable[Cell]) -> list[Figure]:
    """Write the number of conversations of each channel and week."""
    return [
        [
            "conversations",
            "count",
            [str(cell["channel"]), str(cell["week"])],
            cell["all"],
            cell["all"],
            0,
        ]
        for cell in cells
    ]


def converted(
    label: str, by: Iterable[str], rates: Iterable[Cell], sales: Iterable[Cell]
) -> list[Figure]:
    """Write the shares that bought, and what they paid, of each group."""
    rows: list[Figure] = []
    by = tuple(by)
    for cell in rates:
        group = [str(cell[name]) for name in by]
        rows.append(_share(label, "rate", group, cell["sold"], cell["decided"], cell["all"]))
        counts = cell["settled_sold"], cell["settled"], cell["all"]
        rows.append(_share(label, "settled_rate", group, *counts))
    for cell in sales:
        group = [str(cell[name]) for name in by]
        rows.append([label, "net_revenue", group, float(cell["net"]), cell["n"], 0])
    return rows


def left(label: str, cells: Iterable[Cell]) -> list[Figure]:
    """Write what became of the attempts to buy of each week."""
    rows: list[Figure] = []
    for cell in cells:
        group, everything, settled = [str(cell["week"])], cell["all"], cell["settled"]
        decided = everything - cell["open"]
        gone = cell["abandoned"] + cell["recovered"] + cell["lost"]
        rows.append(_share(label, "rate", group, gone, decided, everything))
        rows.append(_share(label, "lost_rate", group, cell["lost"], settled, everything))
        recovered = cell["settled_recovered"]
        rows.append(_share(label, "recovered_rate", group, recovered, settled, everything))
    return rows


def windowed(cells: Iterable[Cell]) -> list[Figure]:
    """Write what reply windows saw of the questions of each channel."""
    rows: list[Figure] = []
    for cell in cells:
        group, answered_in_time = [str(cell["channel"])], cell["answered"]
        decided = answered_in_time + cell["late"] + cell["lost"]
        rows += [
            ["reply_windows", name, group, cell[name], decided, cell["open"]]
            for name in ("answered", "late", "lost")
        ]
        rows += [
            ["reply_windows", name, group, cell[name], answered_in_time, 0]
            for name in ("median", "p10")
        ]
    return rows


def _share(label: str, name: str, group: list[str], counts: int, n: int, everything: int) -> Figure:
    return [label, name, group, counts / n if n else None, n, everything - n]


def main(rival: Callable[[Path, str], list[Figure]], sources: tuple[str, ...]) -> None:
    """Read the command line, let the rival work, and write its figures."""
    parser = argparse.ArgumentParser(description="Do the measured work by hand.")
    parser.add_argument("folder", type=Path, help="what records.py or generate.py wrote")
    parser.add_argument("out", type=Path, help="the file for the figures")
    parser.add_argument("--from", dest="source", choices=sources, default=sources[0])
    given = parser.parse_args()
    figures = rival(given.folder, given.source)
    given.out.write_text(json.dumps({"figures": figures}), "utf-8")
