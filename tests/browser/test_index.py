"""The index of a site in a real browser: nothing runs, nothing is fetched, everyone can read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from browser.conftest import DESKTOP, PHONE, Open
from convocommerce.publishing import Site
from publishing.light import edition

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    site = Site(folder, "Slof & Stukje", ("nl", "en"))
    for period, text in (("2026-W34", ""), ("2026-W35", "a"), ("2026-W35", "b")):
        site.publish([edition(period, text, formats=("html", "json"))])
    return folder


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
@pytest.mark.parametrize("name", ["index.html", "index-en.html"])
def test_axe_finds_nothing_and_nothing_is_asked_for(
    folder: Path, opened: Open, name: str, size: dict[str, int], scheme: str
) -> None:
    with opened(folder / name, viewport=size, color_scheme=scheme, bypass_csp=True) as seen:
        assert seen.axe() == []
        seen.assert_quiet()
        width = seen.page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"]


def test_its_links_lead_to_pages_and_to_the_other_language(folder: Path, opened: Open) -> None:
    with opened(folder / "index-en.html", viewport=DESKTOP) as seen:
        seen.page.get_by_role("link", name="weekly 2026-W35 en").first.click()
        assert "2026-W35 en html b" in seen.page.content()
        seen.page.go_back()
        seen.page.get_by_role("link", name="Nederlands").click()
        assert seen.page.get_by_role("heading", name="Nieuwste").is_visible()
