"""What holds for every platform that is read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from convocommerce.sources import ExportKind, Source, check, known_sources
from convocommerce.sources.contract import MACROS

KINDS = [(source, kind) for source in known_sources() for kind in source.kinds]
NAMED = [f"{source.name}/{kind.name}" for source, kind in KINDS]


@pytest.mark.parametrize("source", known_sources(), ids=lambda source: source.name)
def test_every_statement_binds_and_yields_declared_columns(source: Source) -> None:
    check(source)


@pytest.mark.parametrize("source", known_sources(), ids=lambda source: source.name)
def test_a_platforms_own_macros_bear_its_name(source: Source) -> None:
    # Macros of one load stay at hand for the next platform: none may change what another's means.
    own = source.macros().removeprefix(MACROS.read_text("utf-8"))
    for name in re.findall(r"(?i)\bmacro\s+(\w+)", own):
        assert name.startswith(f"{source.name}_")


@pytest.mark.parametrize(("source", "kind"), KINDS, ids=NAMED)
def test_every_kind_says_what_it_cannot_tell(source: Source, kind: ExportKind) -> None:
    assert kind.cannot_tell
    # Results and the page repeat them: few, and none twice.
    assert len({limit.sentence for limit in kind.cannot_tell}) == len(kind.cannot_tell) <= 7
    for limit in kind.cannot_tell:
        assert re.fullmatch(r"[A-Z].*\.", limit.sentence), limit.sentence


@pytest.mark.parametrize(("source", "kind"), KINDS, ids=NAMED)
def test_a_kind_says_so_when_it_reads_the_name_of_its_file(
    source: Source, kind: ExportKind
) -> None:
    sql = "".join(re.sub(r"--.*", "", statement) for statement in source.statements(kind).values())
    reads = re.search(r"\b(?:documents|d|x|pages?)\.file\b|[\s(,]file[,\s)]", sql) is not None
    assert kind.reads_name == (reads or kind.name == "chat_text")


@pytest.mark.parametrize(("source", "kind"), KINDS, ids=NAMED)
def test_odd_documents_are_not_claimed_and_do_no_harm(source: Source, kind: ExportKind) -> None:
    odd = [None, 1, "x", [], {}, [None], {"id": None}, [{"id": []}]]
    keys = list(kind.structure) if isinstance(kind.structure, dict) else []
    for value in odd:
        kind.recognise(dict.fromkeys(keys, value))
    assert not kind.recognise({})
    assert not kind.recognise({"hello": 1})


def test_every_platform_says_how_its_exports_are_made() -> None:
    page = (Path(__file__).parents[2] / "docs" / "sources.md").read_text("utf-8")
    for source in known_sources():
        assert source.made_by, source.name
        for way in source.made_by:
            assert way.endswith(".")
            assert f"- {way}\n" in page
