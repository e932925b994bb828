"""What the benchmarks hold against us gives our figures, and exports are drawn in any slices."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import convocommerce as cc
from convocommerce.metrics import CATALOGUE

COMPARE = Path(__file__).parent.parent / "benchmarks" / "compare.py"
CASES = [
    ("polars", "exports"),
    ("polars", "records"),
    ("pandas", "records"),
    ("chdb", "records"),
]


def _compare(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, COMPARE, "--size", "4000", "--folder", folder, *more],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("benchmark")
    for source in ("exports", "records"):
        done = _compare(where, "--from", source, "--alone", "convocommerce")
        assert done.returncode == 0, done.stderr
    return where


@pytest.mark.parametrize(("rival", "source"), CASES)
def test_a_rival_gives_our_figures(folder: Path, rival: str, source: str) -> None:
    if not importlib.util.find_spec(rival):
        if os.environ.get("CONVOCOMMERCE_NEEDS_RIVALS"):
            pytest.fail(f"{rival} is demanded and not installed")
        pytest.skip(f"{rival} is not installed")
    chosen = ("--from", source, "--rivals", rival)
    done = _compare(folder, *chosen, "--alone", rival)
    assert done.returncode == 0, done.stderr

    done = _compare(folder, *chosen, "--use-runs", "--check")
    assert done.returncode == 0, done.stderr
    n_figures = int(done.stdout.split(": ")[1].split()[0])
    assert n_figures > 1000

    kept = folder / "results" / f"{rival}-{source}.json"
    told = json.loads(kept.read_text("utf-8"))
    told["figures"][n_figures // 2][4] += 1
    kept.write_text(json.dumps(told), "utf-8")
    done = _compare(folder, *chosen, "--use-runs", "--check")
    assert done.returncode == 1
    assert "1 figures differ" in done.stderr


def test_drawing_in_slices_changes_no_byte(tmp_path: Path) -> None:
    for name, per_slice in (("whole", 10_000), ("slices", 300)):
        program = (
            "import sys; from pathlib import Path; from generate import generate; "
            f"generate(3000, Path(sys.argv[1]), per_slice={per_slice})"
        )
        subprocess.run(
            [sys.executable, "-c", program, tmp_path / name],
            cwd=COMPARE.parent,
            timeout=120,
            check=True,
        )
    whole = {path.name: path.read_bytes() for path in (tmp_path / "whole").iterdir()}
    slices = {path.name: path.read_bytes() for path in (tmp_path / "slices").iterdir()}
    assert len(whole) == 5
    assert all(len(data) > 1000 for data in whole.values())
    assert whole == slices


def test_asking_holds_every_metric_against_a_scan(folder: Path, tmp_path: Path) -> None:
    database = tmp_path / "shop.duckdb"
    with cc.open(database) as shop:
        shop.load(folder / "exports")
        shop.build()
    done = subprocess.run(
        [sys.executable, COMPARE.with_name("asking.py"), database, "--rounds", "1"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = [line.split() for line in done.stdout.splitlines()[1:]]
    assert {words[0] for words in told} == set(CATALOGUE)
    tables = {words[0]: " ".join(words) for words in told}
    assert "reply_legs" in tables["next_reply_time"]
    assert "checkout_outcomes" in tables["cart_abandonment"]
