"""Whatever becomes of a run, readers see whole pages and the next run mends the rest."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from publishing import light
from publishing.light import Reader

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")

TESTS = Path(light.__file__).parents[1]


def start(folder: Path, *words: str) -> subprocess.Popen[str]:
    """Start the light publisher, which is killed in processes of its own."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])}
    return subprocess.Popen(
        [sys.executable, light.__file__, str(folder), *words],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )


@pytest.mark.parametrize(
    ("what", "every", "ends"),
    [("killed", 1, {-9}), ("full", 3, {0, 74}), ("forbidden", 4, {0, 77})],
)
def test_a_run_can_be_disturbed_before_any_single_step(
    tmp_path: Path, what: str, every: int, ends: set[int]
) -> None:
    with start(tmp_path, "--everywhere", what, "--every", str(every)) as nursery:
        told = json.loads(nursery.communicate()[0])
    assert told["faults"] == []
    *disturbed, last = told["ends"]
    assert last == light.UNDISTURBED
    assert len(disturbed) * every > 50
    assert set(disturbed) == ends


def test_readers_see_whole_pages_while_runs_are_killed(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    with start(tmp_path, "--kills", "15") as nursery:
        while nursery.poll() is None:
            reader.look()
        told = json.loads(nursery.communicate()[0])
    reader.look()
    assert reader.faults == []
    assert reader.n_reads > 1000
    assert told["kills"] == 15
    assert told["amid"] > 3
    assert told["left"] == 0
