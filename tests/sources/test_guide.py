"""The recipe for a new platform in CONTRIBUTING.md works as it is written."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

import convocommerce as cc
from convocommerce import loading
from convocommerce.errors import SourceDefinitionError
from convocommerce.sources import Source, check

GUIDE = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text("utf-8")
DOCUMENTS = """\
{"acme_thread":"t1","id":"1","author":"visitor","body":"hi","sent":"2026-03-02T09:00:00Z"}
{"acme_thread":"t1","id":"2","author":"zoe","body":"hello","sent":"2026-03-02T09:03:00Z"}
"""


def _block(language: str) -> str:
    found = re.search(rf"   ```{language}\n([\s\S]*?)\n   ```", GUIDE)
    assert found is not None
    return textwrap.dedent(found[1])


@pytest.fixture
def acme(tmp_path: Path) -> Source:
    (tmp_path / "acme" / "chats").mkdir(parents=True)
    source = tmp_path / "acme" / "source.py"
    source.write_text(_block("python"))
    (tmp_path / "acme" / "chats" / "messages.sql").write_text(_block("sql"))
    names = {"__file__": str(source), "__name__": "acme.source"}
    exec(compile(source.read_text(), str(source), "exec"), names)  # noqa: S102  # our own guide
    made = names["SOURCE"]
    assert isinstance(made, Source)
    return made


def _export(folder: Path) -> Path:
    export = folder / "chats.ndjson"
    export.write_text(DOCUMENTS)
    return export


def test_a_platform_made_by_the_guide_is_sound(acme: Source) -> None:
    check(acme)


def test_a_platform_made_by_the_guide_is_measured(
    acme: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "known_sources", lambda: (acme,))
    export = _export(tmp_path)
    with cc.open(":memory:") as shop:
        report = shop.load(export)
        assert (report.read, report.loaded) == (2, 2)
        found = shop.measure("first_response_time", by="agent").figure("median", agent="zoe")
        assert (found.value, found.n) == (180.0, 1)


def test_macros_of_a_platforms_own_are_at_hand_and_part_of_what_it_means(
    acme: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "known_sources", lambda: (acme,))
    macro = "create or replace temp macro acme_said(value) as {}(value);"
    macros, messages = acme.folder / "macros.sql", acme.folder / "chats" / "messages.sql"
    macros.write_text(macro.format("upper"))
    messages.write_text(messages.read_text().replace("filled(d.body)", "acme_said(d.body)"))
    check(acme)
    export = _export(tmp_path)
    with cc.open(":memory:") as shop:
        assert shop.load(export).loaded == 2
        assert shop.load(export).files[0].skipped
        macros.write_text(macro.format("lower"))
        assert not shop.load(export).files[0].skipped


def test_macros_that_do_not_run_are_named(acme: Source) -> None:
    (acme.folder / "macros.sql").write_text("create temp macro acme_said(value) as (;")
    with pytest.raises(SourceDefinitionError, match=r"acme/macros\.sql does not run"):
        check(acme)
