"""What the README shows works as it is written, from the root of a clone."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n([\s\S]*?)```", README)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    return tmp_path


def test_ten_lines(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(clone)
    (code,) = blocks("python")
    names: dict[str, object] = {}
    exec(code, names)  # noqa: S102  # our own README
    names["shop"].close()  # type: ignore[attr-defined]  # the shop that the lines open
    assert list((clone / "reports").glob("*.html"))


def test_commands(clone: Path) -> None:
    (text,) = [block for block in blocks("sh") if "convocommerce" in block]
    for line in text.splitlines():
        words = shlex.split(line, comments=True)
        assert words[0] == "convocommerce"
        done = subprocess.run(
            [sys.executable, "-m", *words], cwd=clone, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{line}: {done.stderr}"
        assert done.stdout


def test_sample_rules_are_those_of_the_demo() -> None:
    from convocommerce.demo import SAMPLE_RULES
    from convocommerce.rules import Rules

    assert Rules.from_toml(ROOT / "data" / "rules.toml") == SAMPLE_RULES
