"""The pages made from the code are what the code would write now."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from convocommerce.sources import known_sources

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


def test_the_matrix_has_every_platform_and_says_something_of_each() -> None:
    rows = {row.split("|")[1].strip(): row for row in generate.support_matrix().splitlines()[2:]}
    assert len(rows) == len(known_sources())
    assert all("yes" in row for row in rows.values())


def test_anchors_of_the_matrix_are_headings_of_the_page() -> None:
    headings = re.findall(r"^## (.*)$", generate.sources_page(), re.MULTILINE)
    anchors = {heading.lower().replace(" ", "-") for heading in headings}
    assert set(re.findall(r"sources\.md#([^)]*)\)", generate.support_matrix())) <= anchors


def test_every_limit_stands_on_the_page_of_sources_once_for_its_platform() -> None:
    page = generate.sources_page()
    for source in known_sources():
        section = page.partition(f"\n## {source.title}\n")[2].partition("\n## ")[0]
        for kind in source.kinds:
            assert f"`{source.name}/{kind.name}`" in section
            for limit in kind.cannot_tell:
                rows = [line for line in section.splitlines() if f"| {limit.sentence} |" in line]
                touching = [row for row in rows if f"`{kind.name}`" in row or "| all |" in row]
                assert len(touching) == 1, limit.sentence


def test_links_lead_somewhere() -> None:
    for page in (generate.README, DOCS.parent / "CONTRIBUTING.md", *DOCS.glob("*.md")):
        for link in re.findall(r"\]\(([^)#:]+)[^)]*\)", page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_readme_names_every_command() -> None:
    text = generate.README.read_text("utf-8")
    for word in ("demo", "test", "check", "notebooks", "lab"):
        assert f"make {word}" in text.replace("\n", " ")
