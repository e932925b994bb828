"""A database is as it was or as it became, and says so when it is neither."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random

import duckdb
import pytest

import convocommerce as cc
from convocommerce.errors import (
    ConvocommerceError,
    DamagedDatabaseError,
    DatabaseError,
    DatabaseLockedError,
    NewerDatabaseError,
    NotADatabaseError,
)
from convocommerce.warehouse import open_database, state_hash
from ugly.conftest import Write
from ugly.payloads import AT, event, page, said

OPEN = "import sys, os, convocommerce as cc; shop = cc.open(sys.argv[1], lock_timeout=60); "
LOAD = OPEN + "print('begun', flush=True); shop.load(sys.argv[2]); print('saved', flush=True); "


def export(write: Write, name: str, n: int = 300) -> Path:
    return write(
        name,
        "\n".join(
            page(event(timestamp=AT + i, **said(f"m_{name}_{i}", text="x"))) for i in range(n)
        ),
    )


def run(code: str, *arguments: Path) -> subprocess.Popen[str]:
    command: Sequence[str] = [sys.executable, "-c", code, *map(str, arguments)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)


def held(path: Path) -> tuple[str, int]:
    """Return the state and the number of loads in the books."""
    with open_database(path) as database:
        loads = database.con.execute("select count(*) from loads").fetchall()
        return state_hash(database.con), loads[0][0]


def test_a_database_in_use_says_by_whom_and_since_when(tmp_path: Path):
    path = tmp_path / "shop.duckdb"
    other = run(OPEN + "print('up', flush=True); sys.stdin.read()", path)
    assert other.stdout is not None
    other.stdout.readline()
    try:
        with pytest.raises(DatabaseLockedError, match=rf"process {other.pid} .*since 20\d\d-"):
            cc.open(path)
        with pytest.raises(DatabaseLockedError, match=f"process {other.pid}"):
            cc.open(path, read_only=True)
    finally:
        other.kill()
        other.communicate()
    cc.open(path).close()


@pytest.mark.parametrize("content", [b"hello " * 999, b"\xff\xd8\xff" + bytes(9000), b"", b"DUCK"])
def test_a_file_of_something_else_is_left_as_it_is(tmp_path: Path, content: bytes):
    path = tmp_path / "shop.duckdb"
    path.write_bytes(content)
    with pytest.raises(NotADatabaseError):
        cc.open(path)
    assert path.read_bytes() == content


def test_a_database_of_a_newer_layout_is_left_as_it_is(tmp_path: Path):
    path = tmp_path / "shop.duckdb"
    cc.open(path).close()
    with duckdb.connect(str(path)) as con:
        con.execute("update layout set version = 99")
    before = path.read_bytes()
    with pytest.raises(NewerDatabaseError, match="upgrade"):
        cc.open(path)
    assert path.read_bytes() == before


def test_damage_is_told_whenever_it_shows(tmp_path: Path, write: Write):
    whole, path = tmp_path / "whole.duckdb", tmp_path / "shop.duckdb"
    with cc.open(whole) as shop:
        shop.load(export(write, "a.json", 2000))
        books = shop.loads()
    content, random = whole.read_bytes(), Random(1)
    told = 0
    for number in range(12):
        damaged = bytearray(content)
        for _ in range(8):
            damaged[random.randrange(len(damaged))] ^= 1 << random.randrange(8)
        path.write_bytes(damaged[: len(damaged) // 2] if number == 0 else damaged)
        try:
            with cc.open(path) as shop:
                assert shop.loads().equals(books)
                assert shop.quarantined().empty
                shop.load(write("again.json", page(event(**said("m_0", text="x")))))
        except (DamagedDatabaseError, NotADatabaseError, NewerDatabaseError):
            told += 1
    assert told > 6


def test_what_a_load_reported_survives_the_loss_of_the_log(tmp_path: Path, write: Write):
    path = tmp_path / "shop.duckdb"
    dying = run(LOAD + "os.kill(os.getpid(), 9)", path, export(write, "a.json"))
    out, _ = dying.communicate()
    assert out == "begun\nsaved\n"
    Path(f"{path}.wal").unlink(missing_ok=True)
    assert held(path)[1] == 1


def test_a_foreign_log_is_told_and_not_touched(tmp_path: Path, write: Write):
    mine, other = tmp_path / "mine.duckdb", tmp_path / "other.duckdb"
    for path in (mine, other):
        with cc.open(path) as shop:
            shop.load(export(write, f"{path.stem}.json", 20))
    with duckdb.connect(str(other), config={"wal_autocheckpoint": "1GB"}) as con:
        con.execute("update state set revision = revision + 1")
        shutil.copy(f"{other}.wal", f"{mine}.wal")
    log = Path(f"{mine}.wal").read_bytes()
    with pytest.raises(DamagedDatabaseError, match="belongs to another file"):
        cc.open(mine)
    assert Path(f"{mine}.wal").read_bytes() == log


def test_killed_at_any_moment_a_load_is_all_or_nothing(tmp_path: Path, write: Write):
    base = tmp_path / "base.duckdb"
    with cc.open(base) as shop:
        shop.load(export(write, "before.json", 50))
    more = export(write, "more.json", 6_000)
    whole = Path(shutil.copy(base, tmp_path / "whole.duckdb"))
    with cc.open(whole) as shop:
        shop.load(more)
    before, after = held(base), held(whole)
    random = Random(3)
    for number in range(4):
        path = Path(shutil.copy(base, tmp_path / f"killed{number}.duckdb"))
        loading = run(LOAD, path, more)
        assert loading.stdout is not None
        loading.stdout.readline()
        try:
            loading.wait(random.uniform(0.05, 1.2))
        except subprocess.TimeoutExpired:
            loading.kill()
        out, _ = loading.communicate()
        found = held(path)
        assert found in (before, after)
        assert found == after or "saved" not in out


def test_loads_of_two_processes_both_arrive(tmp_path: Path, write: Write):
    path = tmp_path / "shop.duckdb"
    processes = [run(LOAD, path, export(write, f"{name}.json")) for name in "ab"]
    assert [process.communicate()[0] for process in processes] == ["begun\nsaved\n"] * 2
    with open_database(path) as database:
        rows = database.con.execute("select count(*) from messages").fetchall()
    assert rows == [(600,)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_can_do_no_harm(tmp_path: Path, write: Write):
    path, export_path = tmp_path / "shop.duckdb", export(write, "a.json", 20)
    with cc.open(path) as shop:
        child = os.fork()
        if child == 0:
            refused = 0
            for attempt in (lambda: shop.load(export_path), lambda: cc.open(path)):
                try:
                    attempt()
                except ConvocommerceError:
                    refused += 1
            os._exit(refused)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2
        assert shop.load(export_path).loaded == 20
    assert held(path)[1] == 1


def test_a_disk_without_room_is_told_and_changes_nothing(tmp_path: Path, write: Write):
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only the superuser can make a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk], check=False)
    if made.returncode:
        pytest.skip("no small disk can be made here")
    try:
        path = disk / "shop.duckdb"
        with cc.open(path) as shop:
            shop.load(export(write, "a.json", 20))
        before = held(path)
        # Ids of noise: they cannot be packed, so they need the room they seem to need.
        random = Random(0)
        lines = [
            page(event(timestamp=AT + n, **said(random.randbytes(200).hex(), text="x")))
            for n in range(20_000)
        ]
        with cc.open(path) as shop, pytest.raises(DatabaseError, match="nothing was changed"):
            shop.load(write("big.json", "\n".join(lines)))
        assert held(path) == before
    finally:
        subprocess.run(["umount", "-l", disk], check=False)
