"""The page as people open it: on a screen, a phone and paper, in the dark, with scripts off."""

from __future__ import annotations

import re
import zlib
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

import convocommerce as cc
from browser.conftest import DESKTOP, PHONE, Open

pytestmark = pytest.mark.browser

WEEK = "2026-W35"
LOOKS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": DESKTOP},
    "dark": {"viewport": DESKTOP, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "is_mobile": True, "has_touch": True},
    "dark phone": {"viewport": PHONE, "is_mobile": True, "color_scheme": "dark"},
    "scripts off": {"viewport": DESKTOP, "java_script_enabled": False},
}


@pytest.fixture(scope="module", params=["en", "nl"])
def file(shop: cc.Shop, tmp_path_factory: pytest.TempPathFactory, request: Any) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    return shop.report("weekly", period=WEEK, language=request.param).save(folder)


@pytest.mark.parametrize("look", LOOKS)
def test_the_page_opens_without_a_word_and_asks_for_nothing(
    file: Path, opened: Open, look: str
) -> None:
    with opened(file, **LOOKS[look]) as seen:
        assert seen.page.title()
        assert seen.page.locator("svg:visible").count() >= 5
        assert seen.page.locator("h2").count() >= 8
        seen.assert_quiet()


@pytest.mark.parametrize("look", [name for name in LOOKS if name != "scripts off"])
def test_axe_finds_nothing(file: Path, opened: Open, look: str) -> None:
    # The page's own policy forbids what axe needs; without it the page is the same.
    with opened(file, **LOOKS[look], bypass_csp=True) as seen:
        assert seen.axe() == []


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_sticks_out_to_the_side(file: Path, opened: Open, width: int) -> None:
    with opened(file, viewport={"width": width, "height": 800}) as seen:
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_picture_has_its_table_and_shows_it_when_asked(file: Path, opened: Open) -> None:
    with opened(file) as seen:
        pictures = seen.page.locator("figure")
        for number in range(pictures.count()):
            one = pictures.nth(number)
            if not one.locator("details").evaluate("one => one.open"):
                one.locator("summary").click()
            assert one.locator("table").is_visible()
        seen.assert_quiet()


def test_every_link_leads_to_a_place_on_the_page(file: Path, opened: Open) -> None:
    with opened(file) as seen:
        links = seen.page.eval_on_selector_all("a", "all => all.map(a => a.getAttribute('href'))")
        assert len(links) >= 8
        for link in links:
            assert link.startswith("#"), link
            assert seen.page.locator(f"[id='{link[1:]}']").count() == 1, link


def test_it_prints_on_paper_with_every_table_open(file: Path, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(file.as_uri())
    page.emulate_media(media="print")
    assert page.locator("details table").first.is_visible()
    pdf = page.pdf(format="A4", tagged=True, prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF")
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", _inflated(pdf))) <= 30
    assert len(pdf) < 3_000_000
    page.close()


def _inflated(pdf: bytes) -> bytes:
    parts = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            parts.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"".join(parts)


def test_it_stays_small(file: Path) -> None:
    assert file.stat().st_size <= 2_000_000


def test_a_mail_opens_without_asking_for_anything(
    shop: cc.Shop, tmp_path: Path, opened: Open
) -> None:
    shop.report("weekly", period=WEEK).save(tmp_path, ["mail"])
    (mail,) = tmp_path.glob("*.mail.html")
    with opened(mail, java_script_enabled=False) as seen:
        assert seen.page.locator("table").count() >= 1
        seen.assert_quiet()


def test_a_pointer_shows_what_a_mark_says_and_a_button_opens_every_table(
    file: Path, opened: Open
) -> None:
    with opened(file) as seen:
        page = seen.page
        mark = page.locator("figure .wide svg g:has(> title):has(> rect)").first
        words = mark.locator("> title").text_content()
        mark.locator("> rect").first.hover()
        tip = page.locator(".tip")
        assert tip.is_visible()
        assert tip.text_content() == words
        page.mouse.move(0, 0)
        assert tip.is_hidden()
        assert mark.locator("> title").text_content() == words
        button = page.locator("nav button")
        button.click()
        assert page.locator("figure details:not([open])").count() == 0
        button.click()
        assert page.locator("figure details[open]").count() == 0
        seen.assert_quiet()
