"""The page that the benchmarks write: each replaces its own part and leaves the others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from convocommerce.charts import THEME_CSS, Bars, to_svg

DOCS = Path(__file__).parent.parent / "docs"
DOC = DOCS / "benchmarks.md"
PICTURE = DOCS / "pictures" / "benchmarks.svg"
AFTER = "## After the first build\n"
EXACT = "## How exact it is\n"
"""These two begin parts that are written by hand, from what other benchmarks print."""
LOADING = "## Loading, platform by platform\n"
TITLES = {"polars": "Polars", "pandas": "pandas", "chdb": "ClickHouse"}
STEPS = ("start", "load", "build", "measure")

Result = dict[str, Any]


def write_comparison(results: Sequence[Result]) -> str:
    """Replace all that stands before the other parts, and the picture; return the text."""
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture(results), "utf-8")
    text = COMPARISON.format(
        costs=_costs(results),
        memory=_memory(results),
        steps=_steps(results),
        machine=_machine(results),
    )
    page = _page()
    first = min(
        (place for place in map(page.find, (AFTER, EXACT, LOADING)) if place >= 0), default=None
    )
    rest = "" if first is None else f"\n{page[first:]}"
    DOC.write_text(text.rstrip() + "\n" + rest, "utf-8")
    return text


def write_loading(text: str) -> None:
    """Replace the part about loading, the last of the page."""
    before, _, _ = _page().partition(LOADING)
    DOC.write_text(f"{before.rstrip()}\n\n{LOADING}\n{text.strip()}\n", "utf-8")


def picture(results: Sequence[Result]) -> str:
    """Return the picture of all ratios, which follows the reader's dark mode by itself."""
    ordered = sorted(results, key=lambda one: (one["source"], TITLES[one["rival"]], one["size"]))
    chart = Bars(
        title="Processor time of convocommerce, times that of the same work by hand",
        unit="number",
        categories=[f"{_what(one)}: {TITLES[one['rival']]}" for one in ordered],
        values=[one["cpu"]["ratio"] for one in ordered],
        low=[one["cpu"]["least"] for one in ordered],
        high=[one["cpu"]["most"] for one in ordered],
        reference=1,
        reference_label="as much as by hand",
        caption="Median of the runs; the line is from the least to the most.",
    )
    svg = to_svg(chart)
    end = svg.index(">") + 1
    return f"{svg[:end]}<style>{THEME_CSS}</style>{svg[end:]}\n"


def _what(one: Result) -> str:
    size = f"{one['size'] / 1e6:g} million" if one["size"] >= 1_000_000 else f"{one['size']:,}"
    limit = f", {one['memory_limit']}" if one["memory_limit"] else ""
    return f"{size} from {one['source']}{limit}"


def _costs(results: Sequence[Result]) -> str:
    heads = (
        ("messages, and what both start from", "by hand in", "figures", "runs"),
        ("processor, s: ours", "by hand", "ratio", "least to most", "clock: ratio"),
    )
    lines = [f"| {' | '.join(heads[0] + heads[1])} |", f"|---|---|{'---:|' * 7}"]
    for one in results:
        cpu = one["cpu"]
        lines.append(
            f"| {_what(one)} ({one['megabytes']:,} MB) | {TITLES[one['rival']]} "
            f"| {one['figures']:,} | {one['runs']} "
            f"| {cpu['ours']:.1f} | {cpu['rival']:.1f} | **{cpu['ratio']:.2f}** "
            f"| {cpu['least']:.2f} to {cpu['most']:.2f} | {one['wall']['ratio']:.2f} |"
        )
    return "\n".join(lines)


def _memory(results: Sequence[Result]) -> str:
    lines = [
        "| messages, and what both start from | by hand in | peak, MiB: ours | by hand | ratio |",
        "|---|---|---:|---:|---:|",
    ]
    for one in results:
        peak = one["peak"]
        lines.append(
            f"| {_what(one)} | {TITLES[one['rival']]} | {peak['ours']:,.0f} | {peak['rival']:,.0f} "
            f"| {peak['ratio']:.2f} |"
        )
    return "\n".join(lines)


def _steps(results: Sequence[Result]) -> str:
    lines = [
        f"| messages, and what it starts from | {' | '.join(STEPS)} |",
        f"|---|{'---:|' * len(STEPS)}",
    ]
    seen = set()
    for one in results:
        if _what(one) not in seen:
            seen.add(_what(one))
            cells = " | ".join(f"{one['steps'][step]:.1f}" for step in STEPS)
            lines.append(f"| {_what(one)} | {cells} |")
    return "\n".join(lines)


def _machine(results: Sequence[Result]) -> str:
    machines = sorted({(one["cores"], one["gib"]) for one in results})
    dates = sorted({one["date"] for one in results})
    where = " and ".join(f"{cores} cores and {gib} GiB" for cores, gib in machines)
    when = dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"
    loads = sorted(one["load"] for one in results)
    busy = (
        f"{loads[0]:.0f}"
        if round(loads[0]) == round(loads[-1])
        else f"{loads[0]:.0f} to {loads[-1]:.0f}"
    )
    return f"{where} of memory ({when}), while on average {busy} processes wanted to run"


COMPARISON = """# Benchmarks

Written by `./run bench` (`python benchmarks/compare.py`). What is compared is one job, from the
exports of a fictional shop to the figures: conversations, first response times by people and by
anyone, later replies, both times also in opening hours (one week in Europe/Amsterdam), and in-chat
conversion, by channel and week; conversion by entry point and by ad; abandonment of checkouts and
carts by week; and what reply windows of 24 hours saw of the questions, by channel.

The other side is a program of the kind one writes for one question, in `benchmarks/rivals/`: Polars
(lazy, streaming), pandas (sorted once, shifted, `merge_asof`) and ClickHouse's SQL in its embedded
form, chdb. **From exports** they read the webhook log, orders, checkouts and ads. **From
records** our side opens a database in which the records are loaded, and builds every model; the
others read the same records as flat Parquet tables. Before anything is written every figure must be
equal on both sides: counts and shares exactly, times to a millisecond, money to a cent. Figures
whose definition a hand-written program would not take on are left out on both sides and named in
`benchmarks/ours.py`.

They are not the same work. convocommerce also judges and accounts for every document, merges
records so that any order of loading ends in the same state, joins people by what they have in
common, follows edits, hand-overs and closes, keeps several calendars, puts an interval beside each
figure and counts who still waits, and stores the whole in a database, so that the next question
costs only its measuring. The others read everything again for every question, and know no more of
the format than the generator writes.

![Processor time of convocommerce beside the same work by hand](pictures/benchmarks.svg)

On {machine}.
Ratios mean more than seconds, and differences below a quarter mean little.

{costs}

Memory, of the whole process:

{memory}

Where the processor seconds of convocommerce go:

{steps}
"""


def _page() -> str:
    return DOC.read_text("utf-8") if DOC.exists() else ""
