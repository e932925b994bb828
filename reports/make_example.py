"""Writes the example page from the sample shop."""

from __future__ import annotations

from pathlib import Path

import convocommerce as cc
from convocommerce.demo import SAMPLE_RULES

HERE = Path(__file__).parent
EXAMPLE = HERE / "example_weekly_en.html"


def example() -> str:
    """Return the page of one settled week of the sample shop."""
    with cc.open(":memory:") as shop:
        shop.load(HERE.parent / "data" / "sample")
        shop.rules = SAMPLE_RULES
        return shop.report("weekly", period="2026-W33").html()


if __name__ == "__main__":
    EXAMPLE.write_text(example(), "utf-8", newline="\n")
