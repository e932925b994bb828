"""The sample shop from exports to page, as one call."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from convocommerce.rules import Rules
from convocommerce.shop import open as open_shop

SAMPLE_RULES = Rules(
    time_zone="Europe/Amsterdam",
    opening_hours="Mo-Fr 09:00-17:30; Th 09:00-21:00; Sa 10:00-16:00",
    holidays="NL",
    senders={"551122334455667": "bot", "990011223344556": "human"},
    phone_country_code="31",
)
"""The rules of the sample shop: where it stands, when it is open and who its apps are."""

HEADLINES = ("first_response_time", "in_chat_conversion", "cart_abandonment")


def run_demo(
    out: Path,
    exports: Path | None,
    scratch: Path,
    language: str = "en",
    progress: Callable[[str, int, int], None] | None = None,
) -> tuple[Path, str]:
    """Load a sample shop, measure it and write its page.

    Args:
        out: Folder for ``demo.duckdb`` and the page.
        exports: Folder of the sample exports; a shop is simulated when left out.
        scratch: Folder for simulated exports.
        language: ``en`` or ``nl``.
        progress: Told how far loading is.

    Returns:
        The page, and what to print: what was loaded and the three metrics.
    """
    if exports is None:
        from convocommerce.simulation import simulate

        exports = simulate(scratch).exports
    out.mkdir(parents=True, exist_ok=True)
    with open_shop(out / "demo.duckdb", language=language) as shop:
        loaded = shop.load(exports, progress=progress)
        shop.rules = SAMPLE_RULES
        result = shop.measure(HEADLINES)
        page = shop.report("weekly", language=language).save(out)
        return page, f"{loaded}\n\n{result}\n\nThe database: {shop.path}"
