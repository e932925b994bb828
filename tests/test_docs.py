"""The pages made from the code are what the code would write now."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
_spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
assert _spec is not None
assert _spec.loader is not None
generate = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(generate)


@pytest.mark.parametrize("name", sorted(generate.PAGES))
def test_page_is_up_to_date(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == generate.PAGES[name](), "run docs/generate.py"


def test_readme_matrix_is_up_to_date() -> None:
    text = generate.README.read_text("utf-8")
    assert text == generate.readme_with_matrix(text), "run docs/generate.py"


def test_links_lead_somewhere() -> None:
    for page in (generate.README, DOCS.parent / "CONTRIBUTING.md", *DOCS.glob("*.md")):
        for link in re.findall(r"\]\(([^)#:]+)[^)]*\)", page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_readme_names_every_command() -> None:
    text = generate.README.read_text("utf-8")
    for word in ("demo", "test", "check", "notebooks", "lab"):
        assert f"make {word}" in text.replace("\n", " ")
