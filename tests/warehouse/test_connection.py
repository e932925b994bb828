"""What opening a database promises: one writer, private files, clear errors, nothing half made."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from convocommerce.building import ensure_built
from convocommerce.errors import (
    DamagedDatabaseError,
    DatabaseError,
    DatabaseLockedError,
    NewerDatabaseError,
    NotADatabaseError,
)
from convocommerce.records import TABLES
from convocommerce.rules import Rules
from convocommerce.warehouse import LAYOUT_VERSION, open_database, schema

_HOLD = """
import sys
from convocommerce.warehouse import open_database
database = open_database(sys.argv[1], read_only=sys.argv[2] == "read")
print("open", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(path: Path, mode: str = "write") -> Iterator[subprocess.Popen[str]]:
    """Hold a database in another process."""
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(path), mode],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    assert holder.stdout.readline() == "open\n"
    try:
        yield holder
    finally:
        holder.stdin.close()
        holder.wait(20)
        holder.stdout.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shop.duckdb"


def count(path: Path) -> int:
    with open_database(path, read_only=True) as database:
        return int(database.con.execute("select count(*) from load_reasons").fetchall()[0][0])


def note(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("insert into load_reasons values (1, 'f', 'ignored', 'r', 1)")


def test_a_new_database_has_every_canonical_table_and_nothing_else_lies_about(path: Path) -> None:
    with open_database(path) as database:
        for name, table in TABLES.items():
            described = database.con.execute(f"describe {name}").fetchall()
            assert [row[0] for row in described][: len(table.columns)] == list(table.column_names())
    assert sorted(one.name for one in path.parent.iterdir()) == ["shop.duckdb", "shop.duckdb.lock"]


def test_everything_that_is_made_is_private(path: Path) -> None:
    before = os.umask(0o022)
    try:
        with open_database(path) as database:
            with database.transaction() as con:
                note(con)
            modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()}
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)
    assert modes.pop("shop.duckdb.tmp") == 0o700
    assert "shop.duckdb.wal" in modes
    assert set(modes.values()) == {0o600}


def test_leftovers_of_a_creation_that_died_are_removed(path: Path) -> None:
    path.with_name("shop.duckdb.new-99999").write_bytes(b"half")
    open_database(path).close()
    assert not path.with_name("shop.duckdb.new-99999").exists()


def test_spilled_data_of_a_writer_that_died_is_removed(path: Path) -> None:
    spilled = path.with_name("shop.duckdb.tmp") / "duckdb_temp_storage.tmp"
    spilled.parent.mkdir()
    spilled.write_bytes(b"chat")
    with open_database(path):
        assert not spilled.exists()
    assert not spilled.parent.exists()


def test_a_second_writer_is_told_who_holds_the_database_and_since_when(path: Path) -> None:
    with held(path) as holder, pytest.raises(DatabaseLockedError) as caught:
        open_database(path)
    note_text = str(caught.value)
    assert f"process {holder.pid} on" in note_text
    assert "since 20" in note_text
    open_database(path).close()


def test_a_reader_is_told_which_process_writes(path: Path) -> None:
    with held(path) as holder, pytest.raises(DatabaseLockedError, match=f"process {holder.pid}"):
        open_database(path, read_only=True)


def test_a_writer_is_told_which_process_reads(path: Path) -> None:
    open_database(path).close()
    with held(path, "read") as holder, pytest.raises(DatabaseLockedError, match=str(holder.pid)):
        open_database(path)


def test_many_readers_share_a_database(path: Path) -> None:
    open_database(path).close()
    with held(path, "read"):
        assert count(path) == 0
    assert sorted(one.name for one in path.parent.iterdir()) == ["shop.duckdb", "shop.duckdb.lock"]


def test_a_writer_waits_as_long_as_it_is_told(path: Path) -> None:
    with held(path) as holder:
        os.kill(holder.pid, signal.SIGSTOP)
        with pytest.raises(DatabaseLockedError):
            open_database(path, lock_timeout=0.2)
        os.kill(holder.pid, signal.SIGCONT)


def test_a_killed_writer_leaves_no_lock(path: Path) -> None:
    with held(path) as holder:
        holder.kill()
        holder.wait(20)
        assert json.loads(path.with_name("shop.duckdb.holder").read_text())["pid"] == holder.pid
        open_database(path).close()


def test_a_stale_or_damaged_holder_note_does_no_harm(path: Path) -> None:
    with held(path):
        path.with_name("shop.duckdb.holder").write_text("{")
        with pytest.raises(DatabaseLockedError, match="another process"):
            open_database(path)


def test_opening_twice_in_one_process_shares_the_file(path: Path) -> None:
    first = open_database(path)
    second = open_database(path)
    with first.transaction() as con:
        note(con)
    assert second.con.execute("select count(*) from load_reasons").fetchall() == [(1,)]
    first.close()
    with second.transaction() as con:
        note(con)
    second.close()
    assert count(path) == 2


def test_a_forgotten_database_lets_go_of_the_file(path: Path) -> None:
    open_database(path)
    with held(path):
        pass


def test_a_reader_of_this_process_keeps_its_writer_out(path: Path) -> None:
    open_database(path).close()
    with (
        open_database(path, read_only=True),
        pytest.raises(DatabaseLockedError, match="reading only"),
    ):
        open_database(path)


def test_reading_only_allows_no_transaction(path: Path) -> None:
    open_database(path).close()
    with (
        open_database(path, read_only=True) as database,
        pytest.raises(DatabaseError, match="reading only"),
        database.transaction(),
    ):
        pass


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt])
def test_a_transaction_that_raises_leaves_nothing(path: Path, kind: type[BaseException]) -> None:
    def fail(con: duckdb.DuckDBPyConnection) -> None:
        note(con)
        raise kind

    with open_database(path) as database:
        with pytest.raises(kind), database.transaction() as con:
            fail(con)
        with database.transaction() as con:
            note(con)
    assert count(path) == 1


def test_an_interrupt_stays_one_though_clearing_up_fails(path: Path) -> None:
    def interrupted(con: duckdb.DuckDBPyConnection) -> None:
        try:
            with contextlib.suppress(duckdb.Error):
                con.execute("select error('as an interrupted statement ends')").fetchall()
            raise KeyboardInterrupt
        finally:
            con.execute("drop table if exists temp.working")

    def by_the_engine(_: duckdb.DuckDBPyConnection) -> None:
        raise RuntimeError("Query interrupted")

    with open_database(path) as database:
        for work in (interrupted, by_the_engine):
            with pytest.raises(KeyboardInterrupt), database.transaction() as con:
                work(con)
        with pytest.raises(KeyboardInterrupt), database.reading() as con:
            by_the_engine(con)
        with pytest.raises(RuntimeError, match="other"), database.reading():
            raise RuntimeError("other")
        assert database.con.execute("select 1").fetchall() == [(1,)]


def test_a_swallowed_error_is_not_taken_for_a_commit(path: Path) -> None:
    with open_database(path) as database:

        def swallow() -> None:
            with database.transaction() as con:
                note(con)
                with pytest.raises(duckdb.Error):
                    con.execute("insert into loads values (null, null, null, null)")

        with pytest.raises(DatabaseError, match="nothing was changed"):
            swallow()
    assert count(path) == 0


def test_a_closed_database_says_so(path: Path) -> None:
    database = open_database(path)
    database.close()
    database.close()
    with pytest.raises(DatabaseError, match="closed"):
        _ = database.con


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_cannot_use_or_harm_the_database(path: Path) -> None:
    script = f"""
import os, sys
from convocommerce.errors import DatabaseError, DatabaseLockedError
from convocommerce.warehouse import open_database
database = open_database({str(path)!r})
child = os.fork()
if child == 0:
    for attempt, error in ((lambda: database.con, DatabaseError),
                           (lambda: open_database({str(path)!r}), DatabaseLockedError)):
        try:
            attempt()
        except error:
            continue
        os._exit(1)
    database.close()
    sys.exit(0)
assert os.waitpid(child, 0)[1] == 0, "the child could use it"
with database.transaction() as con:
    con.execute("insert into load_reasons values (1, 'f', 'ignored', 'r', 1)")
try:
    import subprocess
    code = "from convocommerce.warehouse import open_database; open_database({str(path)!r})"
    assert b"DatabaseLockedError" in subprocess.run([sys.executable, "-c", code],
                                                   capture_output=True).stderr
finally:
    database.close()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert count(path) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40,
        bytes(4096),
        b"name,total\n",
        b"name,total\n#1,2.50\n#2,3.00\n",
        b'[{"name": "#1", "total": 2.5}]',
    ],
)
def test_another_kind_of_file_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(NotADatabaseError, match=r"shop\.duckdb is (an empty|not a conv)"):
        open_database(path)
    assert path.read_bytes() == content


def test_a_database_of_something_else_is_refused_and_left_alone(path: Path) -> None:
    duckdb.connect(str(path)).execute("create table layout (a integer, b integer)").close()
    with pytest.raises(NotADatabaseError, match="not one of convocommerce"):
        open_database(path)
    assert duckdb.connect(str(path)).execute("show tables").fetchall() == [("layout",)]


def test_a_folder_or_a_missing_place_is_refused(path: Path) -> None:
    with pytest.raises(NotADatabaseError, match="is a folder"):
        open_database(path.parent)
    with pytest.raises(DatabaseError, match="does not exist"):
        open_database(path.parent / "none" / "shop.duckdb")
    with pytest.raises(DatabaseError, match="no database at"):
        open_database(path, read_only=True)


def test_a_newer_layout_is_refused(path: Path) -> None:
    with open_database(path) as database:
        database.con.execute("update layout set version = ?", [LAYOUT_VERSION + 1])
    with pytest.raises(NewerDatabaseError, match=f"layout {LAYOUT_VERSION + 1}"):
        open_database(path)


def test_an_older_layout_is_lifted_in_one_go(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_database(path).close()
    target = LAYOUT_VERSION + 1
    monkeypatch.setattr(schema, "LAYOUT_VERSION", target)
    monkeypatch.setattr(schema, "MIGRATIONS", {target: "create table a (x int); select broken"})
    with pytest.raises(DatabaseError):
        open_database(path)
    monkeypatch.setattr(schema, "MIGRATIONS", {target: "create table a (x integer)"})
    with pytest.raises(DatabaseError, match="older layout"):
        open_database(path, read_only=True)
    with open_database(path) as database:
        assert database.con.execute("select count(*) from a").fetchall() == [(0,)]
        assert database.con.execute("select version from layout").fetchall() == [(target,)]


def test_a_file_from_before_loads_noted_what_they_touch_is_built_anew(path: Path) -> None:
    with open_database(path) as database:
        database.con.execute(
            "drop table touched; drop table erased; drop table erasures; drop table erasure_salt; "
            "update layout set version = 2"
        )
        database.con.execute("create table built as select 'of then' as fingerprint")
    with open_database(path) as database:
        assert ensure_built(database, Rules())
        assert not ensure_built(database, Rules())
        assert database.con.execute("select count(*) from touched").fetchall() == [(0,)]


def test_a_layout_without_a_way_up_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_database(path).close()
    monkeypatch.setattr(schema, "LAYOUT_VERSION", LAYOUT_VERSION + 1)
    with pytest.raises(DatabaseError, match="too old"):
        open_database(path)


def test_a_damaged_log_is_reported_and_kept(path: Path) -> None:
    script = (
        "import os, sys\n"
        "from convocommerce.warehouse import open_database\n"
        "database = open_database(sys.argv[1])\n"
        "with database.transaction() as con:\n"
        "    con.execute(\"insert into load_reasons select range, 'f', 'o', 'r', 1 \"\n"
        '                "from range(5000)")\n'
        "os._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    log = path.with_name("shop.duckdb.wal")
    damaged = bytearray(log.read_bytes())
    damaged[len(damaged) // 2] ^= 255
    log.write_bytes(damaged)
    with pytest.raises(DamagedDatabaseError, match="write-ahead log"):
        open_database(path)
    assert log.read_bytes() == damaged


def test_a_log_without_its_database_is_reported_and_kept(path: Path) -> None:
    log = path.with_name("shop.duckdb.wal")
    log.write_bytes(b"saved work")
    with pytest.raises(DamagedDatabaseError, match="without its database"):
        open_database(path)
    assert log.read_bytes() == b"saved work"
    assert not path.exists()


@pytest.mark.parametrize("way", ["cut off", "a bit turned"])
def test_a_damaged_database_is_reported(path: Path, way: str) -> None:
    open_database(path).close()
    content = bytearray(path.read_bytes())
    if way == "cut off":
        content = content[:12300]
    else:
        for header in (4096, 8192):
            content[header + 20] ^= 255
    path.write_bytes(content)
    with pytest.raises(DamagedDatabaseError, match="damaged"):
        open_database(path)


def test_sessions_are_in_utc_and_cannot_see_python_variables() -> None:
    secrets = [1]
    with open_database(":memory:", memory_limit="1GB") as database:
        shown = database.con.execute("select current_setting('TimeZone')").fetchall()
        assert shown == [("UTC",)]
        with pytest.raises(duckdb.CatalogException):
            database.con.execute("select * from secrets")
    assert secrets == [1]
