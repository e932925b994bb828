"""The page that the benchmarks write: each replaces its own part and leaves the others."""

from __future__ import annotations

from pathlib import Path

DOC = Path(__file__).parent.parent / "docs" / "benchmarks.md"
AFTER = "## After the first build\n"
EXACT = "## How exact it is\n"
"""These two begin parts that are written by hand, from what other benchmarks print."""
LOADING = "## Loading, platform by platform\n"


def write_comparison(text: str) -> None:
    """Replace all that stands before the other parts."""
    page = _page()
    first = min(
        (place for place in map(page.find, (AFTER, EXACT, LOADING)) if place >= 0), default=None
    )
    rest = "" if first is None else f"\n{page[first:]}"
    DOC.write_text(text.rstrip() + "\n" + rest, "utf-8")


def write_loading(text: str) -> None:
    """Replace the part about loading, the last of the page."""
    before, _, _ = _page().partition(LOADING)
    DOC.write_text(f"{before.rstrip()}\n\n{LOADING}\n{text.strip()}\n", "utf-8")


def _page() -> str:
    return DOC.read_text("utf-8") if DOC.exists() else ""
