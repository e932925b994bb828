"""The same seed gives the same bytes; the sample in the repository is what the seed gives."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from convocommerce.errors import UsageError
from convocommerce.simulation import SimulationSummary, simulate

DATA = Path(__file__).parents[2] / "data"


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        simulate(tmp_path / name, seed=3, months=1, conversations_per_day=5, shapes="all")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_another_seed_gives_other_conversations(tmp_path: Path) -> None:
    for seed in (3, 4):
        simulate(tmp_path / str(seed), seed=seed, months=1, conversations_per_day=5)
    three, four = contents(tmp_path / "3"), contents(tmp_path / "4")
    assert three.keys() == four.keys()
    # Only the list of ads does not depend on chance.
    assert {name for name in three if three[name] == four[name]} == {"truth/ads.csv"}


def test_the_sample_is_what_the_default_seed_gives(simulated: SimulationSummary) -> None:
    assert contents(DATA / "sample") == contents(simulated.exports)
    assert contents(DATA / "sample_truth") == contents(simulated.truth)


def test_the_sample_is_small(simulated: SimulationSummary) -> None:
    files = contents(simulated.exports) | contents(simulated.truth)
    assert sum(map(len, files.values())) < 5_000_000


def test_exports_and_truth_go_where_they_are_asked_to(tmp_path: Path) -> None:
    told = simulate(
        exports_dir=tmp_path / "a",
        truth_dir=tmp_path / "b",
        months=1,
        start=date(2026, 3, 14),
        conversations_per_day=4,
    )
    assert (told.first_day, told.last_day) == (date(2026, 3, 1), date(2026, 3, 31))
    assert (tmp_path / "a" / "shopify" / "orders-2026-03.json").is_file()
    assert (tmp_path / "b" / "conversations.csv").is_file()


def test_progress_rises_to_one(tmp_path: Path) -> None:
    told: list[float] = []
    simulate(tmp_path, months=1, conversations_per_day=3, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


@pytest.mark.parametrize("wrong", [{"months": 0}, {"conversations_per_day": 0}, {"shapes": "some"}])
def test_impossible_arguments_are_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        simulate(tmp_path, **wrong)
    assert not list(tmp_path.iterdir())
