"""A job on a lake is done whole or not at all, whoever dies or reads meanwhile."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import duckdb
import pytest

import convocommerce as cc
from convocommerce import cluster
from convocommerce.cluster import building, loading, running, tasks
from convocommerce.cluster.lakes import BUILDS, RECORDS, lake_at
from convocommerce.errors import DatabaseLockedError, LakeError, UsageError
from lakes import model_sums, put
from oracle_shops import draw_shop
from tables import SENDERS

RULES = cc.Rules(senders=SENDERS)
OTHER = cc.Rules(senders=SENDERS, conversation_gap_hours=2)


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small lake that is loaded and built under ``RULES``."""
    path = tmp_path_factory.mktemp("lakes") / "the shop's [big] lake"
    with draw_shop(820).database() as database:
        put(database, path, 2)
    cluster.build(path, RULES)
    return path


def everything(path: Path) -> dict[str, bytes]:
    """Return every file of a lake."""
    return {
        str(one.relative_to(path)): one.read_bytes()
        for one in sorted(path.rglob("*"))
        if one.is_file() and one.suffix not in (".lock", ".holder")
    }


def counting(path: Path) -> dict[str, bytes]:
    """Return the files of the generations that count, and what points to them."""
    now = [lake_at(path).current(kind) for kind in (RECORDS, BUILDS)]
    names = {one.name for one in now if one}
    return {
        name: text
        for name, text in everything(path).items()
        if "/" not in name or name.split("/")[1] in names
    }


def test_a_task_that_always_fails_leaves_the_lake_as_it_was(
    records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(records)
    work = building._Build.work

    def failing(task: Any) -> Any:
        if task.bucket == 1:
            raise OSError(28, "No space left on device", "/somebody's/name")
        return work(task)

    monkeypatch.setattr(building._Build, "work", failing)
    with pytest.raises(LakeError, match=r"task 1: No space left on device$"):
        cluster.build(records, OTHER)
    assert everything(records) == before


def test_what_duckdb_quotes_is_not_repeated(records: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_task: Any) -> Any:
        raise duckdb.ConversionException("could not convert 'anna@post.example' to INT32")

    monkeypatch.setattr(building._Build, "work", failing)
    with pytest.raises(
        LakeError, match=r"task \d: the database failed \(ConversionException\)"
    ) as caught:
        cluster.build(records, OTHER)
    assert "anna" not in str(caught.value)


def test_a_bucket_that_does_not_fit_says_what_to_do(
    records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_task: Any) -> Any:
        raise duckdb.OutOfMemoryException("failed to pin block")

    monkeypatch.setattr(building._Build, "work", failing)
    with pytest.raises(LakeError, match=r"task 0 needs more memory .* more buckets"):
        cluster.build(records, OTHER)


def test_a_driver_without_enough_memory_says_so(records: Path) -> None:
    before = everything(records)
    with pytest.raises(LakeError, match=r"needs more memory .* allow the driver more"):
        cluster.build(records, OTHER, driver_memory_limit="1MB")
    assert everything(records) == before


def test_other_versions_on_workers_are_refused(
    records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(records)
    own = running.versions()
    monkeypatch.setattr(tasks, "versions", lambda: own | {"package": "0.0.9"})
    with pytest.raises(LakeError, match=r"package 0\.0\.9 there and .* here"):
        cluster.build(records, OTHER)
    assert everything(records) == before


def test_a_task_of_another_version_is_not_even_looked_into() -> None:
    def get() -> Any:
        raise AssertionError

    told = json.loads(tasks.perform(3, tasks.versions() | {"layout": 999}, get))
    assert told == {"number": 3, "versions": tasks.versions()}


@pytest.mark.parametrize(
    ("come_back", "words"), [([0, 1, 1], "came back twice"), ([1], "1 of 2 tasks did not")]
)
def test_every_task_comes_back_exactly_once(
    come_back: list[int], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [
        json.dumps({"number": one, "versions": tasks.versions(), "answer": {}}) for one in come_back
    ]
    monkeypatch.setattr(running, "_here", lambda _tasks, _on: told)
    with pytest.raises(LakeError, match=words):
        running.run([None, None])  # type: ignore[list-item]


def test_a_reader_sees_one_whole_build_or_the_other(records: Path) -> None:
    """While builds under two sets of rules follow each other, whoever opens the lake sees one."""
    wanted = {}
    for rules in (OTHER, RULES):
        wanted[rules.fingerprint()] = cluster.build(records, rules).models
    assert len({str(one) for one in wanted.values()}) == 2
    seen: list[str] = []
    faults: list[str] = []
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            try:
                with cc.open(records) as shop:
                    mark = shop.rules.fingerprint()
                    if model_sums(shop.database) != wanted[mark]:
                        faults.append("a partial build")
                    seen.append(mark)
            except cc.ConvocommerceError as error:
                faults.append(str(error))

    reader = threading.Thread(target=look)
    reader.start()
    try:
        for rules in (OTHER, RULES, OTHER):
            cluster.build(records, rules)
    finally:
        stop.set()
        reader.join()
    cluster.build(records, RULES)
    assert faults == []
    assert len(seen) > 1
    with cc.open(records) as shop:
        assert model_sums(shop.database) == wanted[RULES.fingerprint()]


KILLED = """
import os, sys
from convocommerce import cluster, Rules
from convocommerce.cluster import building
work = building._Build.work
def slow(task):
    found = work(task)
    print("written", flush=True)
    sys.stdin.read()
    return found
building._Build.work = slow
cluster.build(sys.argv[1], Rules(conversation_gap_hours=5), on=1)
"""


def test_a_killed_job_leaves_what_was_and_the_next_one_clears_up(records: Path) -> None:
    before = counting(records)
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(records)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        assert process.stdout.readline() == b"written\n"
        with pytest.raises(DatabaseLockedError, match=f"process {process.pid}"):
            cluster.build(records, RULES)
        os.kill(process.pid, signal.SIGKILL)
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()
    assert counting(records) == before
    (draft,) = {
        name.split("/")[1] for name in everything(records).keys() - before if "scratch" in name
    }
    built = cluster.build(records, RULES)
    assert not [name for name in everything(records) if draft in name]
    with cc.open(records) as shop:
        assert model_sums(shop.database) == built.models


def test_only_the_last_generations_stay(records: Path) -> None:
    for rules in (OTHER, RULES, OTHER, RULES):
        cluster.build(records, rules)
    place = lake_at(records).place
    # The next build removes the one before the last two.
    assert len(place.names(BUILDS)) <= 3
    assert len(place.names(RECORDS)) == 1
    assert not [name for name in everything(records) if "scratch" in name or "staged" in name]
    assert not [name for name in everything(records) if name.endswith(".new")]


def test_a_lake_is_for_its_owner_only(records: Path) -> None:
    assert records.stat().st_mode & 0o077 == 0


def test_a_lake_is_for_reading_only(records: Path) -> None:
    with cc.open(records) as shop:
        with pytest.raises(cc.ConvocommerceError, match="reading only"):
            shop.load("anything")
        shop.rules = OTHER
        with pytest.raises(UsageError, match="under other rules"):
            shop.measure("first_response_time")


def test_a_lake_without_records_or_models_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="load exports first"):
        cluster.build(tmp_path / "lake", RULES)
    assert not (tmp_path / "lake").exists()
    with draw_shop(820).database() as database:
        put(database, tmp_path / "lake", 2)
    with pytest.raises(LakeError, match="load exports and build it first"):
        cc.open(tmp_path / "lake")


def test_a_lake_of_another_layout_or_a_damaged_one_says_so(tmp_path: Path) -> None:
    with draw_shop(820).database() as database:
        path = put(database, tmp_path / "lake", 2)
    pointer = json.loads((path / "records.json").read_text("utf-8"))
    manifest = path / "records" / pointer["generation"] / "manifest.json"
    told = json.loads(manifest.read_text("utf-8"))
    told["versions"]["layout"] = 999
    manifest.write_text(json.dumps(told), "utf-8")
    with pytest.raises(LakeError, match="layout 999"):
        cluster.build(path, RULES)
    (path / "records.json").write_text("{", "utf-8")
    with pytest.raises(LakeError, match="damaged"):
        cluster.build(path, RULES)


def test_a_file_of_many_tasks_is_read_once_whatever_runs_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small files share a task; with a task for each, the same comes out."""
    from convocommerce.simulation import simulate

    exports = simulate(tmp_path / "made", seed=9, months=1, conversations_per_day=3).exports
    together = cluster.load(tmp_path / "a", exports, buckets=2)
    monkeypatch.setattr(loading, "_TOGETHER", 1)
    apart = cluster.load(tmp_path / "b", exports, buckets=3, on=2)
    assert together.files == apart.files
    assert (
        cluster.build(tmp_path / "a", RULES).models == cluster.build(tmp_path / "b", RULES).models
    )


DESK = """
name = "desk"
table = "messages"
time_zone = "Europe/Amsterdam"
[columns]
customer_id = "who"
sent_at = "at"
direction = { value = "in" }
text = "body"
"""


def test_a_load_that_fails_leaves_the_lake_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, lake = tmp_path / "told", tmp_path / "lake"
    told.mkdir()
    desk = told / "desk.csv"
    desk.write_text("who;at;body\nu1;2026-01-01 10:00;hoi\nu2;2026-01-01 11:00;hallo\n", "utf-8")
    (told / "desk.mapping.toml").write_text(DESK, "utf-8")
    assert cluster.load(lake, told, buckets=2).loaded == 2
    before = everything(lake)
    work = loading._Merge.work

    def failing(task: Any) -> Any:
        if task.bucket == 1:
            raise OSError(5, "Input/output error")
        return work(task)

    desk.write_text(desk.read_text("utf-8") + "u3;2026-01-01 12:00;hee\n", "utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(loading._Merge, "work", failing)
        with pytest.raises(LakeError, match="task 1: Input/output error"):
            cluster.load(lake, told)
    assert everything(lake) == before
    report = cluster.load(lake, told)
    assert (report.loaded, report.duplicate) == (1, 2)


def test_an_address_nothing_reaches_says_what_to_install() -> None:
    with pytest.raises(LakeError, match=r"nothing installed here reaches nosuch://"):
        cc.open("nosuch://bucket/lake")
