"""A real browser: the machine's own Chromium, which never leaves the file it is given."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

import convocommerce as cc

ROOT = Path(__file__).parents[2]
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}


def chromium() -> str | None:
    named = os.environ.get("CHROMIUM", "")
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    return named or found or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; where there is none the tests are left out, unless they are demanded."""
    path = chromium()
    if path is None:
        told = "no Chromium here: install one, or name it in CHROMIUM"
        if os.environ.get("CONVOCOMMERCE_NEEDS_BROWSER"):
            pytest.fail(told)
        pytest.skip(told)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@dataclass
class Seen:
    """What happened while a page was open.

    Attributes:
        page: The page.
        errors: Everything the console complained of, and scripts that failed.
        requests: Every address asked for, but for the file itself.
        dialogs: What popped up.
    """

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def axe(self) -> list[str]:
        """Return what axe-core finds against the page: the rule and the first place."""
        self.page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
        # Only what is wrong is told node by node, which is quicker on a long page.
        found: dict[str, Any] = self.page.evaluate("axe.run({resultTypes: ['violations']})")
        return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]]

    def assert_quiet(self) -> None:
        assert self.errors == []
        assert self.requests == []
        assert self.dialogs == []


Open = Callable[..., Any]


@pytest.fixture
def opened(browser: Browser) -> Open:
    """Open a file in a fresh window and watch it."""

    @contextmanager
    def look(path: Path | str, **options: Any) -> Iterator[Seen]:
        address = path.as_uri() if isinstance(path, Path) else path
        context = browser.new_context(**({"viewport": DESKTOP} | options))
        page = context.new_page()
        seen = Seen(page)
        page.on(
            "console", lambda one: seen.errors.append(one.text) if one.type == "error" else None
        )
        page.on("pageerror", lambda one: seen.errors.append(str(one)))
        page.on(
            "request",
            lambda one: seen.requests.append(one.url) if one.url.split("#")[0] != address else None,
        )
        page.on("dialog", lambda one: (seen.dialogs.append(one.message), one.dismiss()))
        page.goto(address)
        page.wait_for_load_state("load")
        yield seen
        context.close()

    return look


@pytest.fixture(scope="session")
def shop() -> Iterator[cc.Shop]:
    """The sample shop."""
    with cc.open(":memory:") as shop:
        shop.load(ROOT / "data" / "sample")
        shop.rules = cc.Rules.from_toml(ROOT / "data" / "rules.toml")
        yield shop
