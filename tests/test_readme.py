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


def served(folder: Path, line: str) -> str:
    """Return the address that a command serves at, which else goes on for ever."""
    words = [sys.executable, "-m", *shlex.split(line), "--port", "0"]
    with subprocess.Popen(words, cwd=folder, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            return server.stdout.readline()
        finally:
            server.terminate()


SHOWN = [block for block in blocks("sh") if "convocommerce " in block]


@pytest.mark.parametrize("block", SHOWN, ids=lambda block: block.split()[1])
def test_commands(clone: Path, block: str) -> None:
    for line in block.splitlines():
        if line.startswith("cd "):
            clone = clone / line.split()[1]
            continue
        assert line.startswith("convocommerce ")
        command = f"{shlex.quote(sys.executable)} -m {line}"
        if line.startswith("convocommerce serve"):
            assert served(clone, line.partition("#")[0]).startswith("http://")
            continue
        done = subprocess.run(
            ["sh", "-c", command], cwd=clone, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{line}: {done.stderr}"
        assert done.stdout or " > " in line


def test_sample_rules_are_those_of_the_demo() -> None:
    from convocommerce.demo import SAMPLE_RULES
    from convocommerce.rules import Rules

    assert Rules.from_toml(ROOT / "data" / "rules.toml") == SAMPLE_RULES
