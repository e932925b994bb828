"""The page that the benchmarks write: each replaces its own part and leaves the others."""

from __future__ import annotations

from pathlib import Path

DOC = Path(__file__).parent.parent / "docs" / "benchmarks.md"
LOADING = "## Loading, platform by platform\n"


def write_comparison(text: str) -> None:
    """Replace all but the part about loading."""
    _, mark, loading = _page().partition(LOADING)
    DOC.write_text(text.rstrip() + "\n" + (f"\n{mark}{loading}" if mark else ""), "utf-8")


def write_loading(text: str) -> None:
    """Replace the part about loading, the last of the page."""
    comparison, _, _ = _page().partition(LOADING)
    DOC.write_text(f"{comparison.rstrip()}\n\n{LOADING}\n{text.strip()}\n", "utf-8")


def _page() -> str:
    return DOC.read_text("utf-8") if DOC.exists() else ""
