"""How much memory may be used: said in so many words, kept private, and enough or told what is."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

import convocommerce as cc
from convocommerce.errors import MemoryLimitError, UsageError
from convocommerce.warehouse import open_database
from convocommerce.warehouse.failures import working_failure


def limit_of(shop: cc.Shop) -> str:
    ((limit,),) = shop.database.con.execute("select current_setting('memory_limit')").fetchall()
    return str(limit)


@pytest.mark.parametrize("limit", ["0", "0MB", "10", "-1GB", "-1", "lots", "", "80%", "GB", 500])
def test_what_is_no_amount_of_memory_is_refused(tmp_path: Path, limit: str) -> None:
    with pytest.raises(UsageError, match=r"memory_limit is .*, must be a number above 0 with its"):
        cc.open(tmp_path / "shop.duckdb", memory_limit=limit)
    assert not list(tmp_path.iterdir())
    for job in (cc.cluster.build, cc.cluster.load):
        given = [tmp_path] if job is cc.cluster.load else []
        with pytest.raises(UsageError, match="memory_limit is"):
            job(tmp_path / "lake", *given, memory_limit=limit)
    with pytest.raises(UsageError, match="driver_memory_limit is"):
        cc.cluster.build(tmp_path / "lake", driver_memory_limit=limit)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("limit", "shown"),
    [("500MB", "476.8 MiB"), ("1.5 gib", "1.5 GiB"), ("0.5GB", "476.8 MiB")],
)
def test_a_limit_holds(tmp_path: Path, limit: str, shown: str) -> None:
    for path in (tmp_path / "shop.duckdb", ":memory:"):
        with cc.open(path, memory_limit=limit) as shop:
            assert limit_of(shop) == shown


def test_a_limit_given_later_holds_as_well(tmp_path: Path) -> None:
    path = tmp_path / "shop.duckdb"
    with cc.open(path, memory_limit="1GiB") as shop, cc.open(path) as same:
        assert limit_of(same) == "1.0 GiB"
        with cc.open(path, memory_limit="500MiB"):
            assert limit_of(shop) == "500.0 MiB"


def test_less_than_opening_takes_says_so(tmp_path: Path) -> None:
    path = tmp_path / "shop.duckdb"
    cc.open(path).close()
    before = path.read_bytes()
    with pytest.raises(MemoryLimitError, match="give it a larger memory_limit or none"):
        cc.open(path, memory_limit="1KB")
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.glob("*.tmp")] == []


def test_a_database_in_memory_spills_where_nobody_else_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with open_database(":memory:", memory_limit="40MB") as database:
        ((folder,),) = database.con.execute("select current_setting('temp_directory')").fetchall()
        # This takes 48 MB.
        database.con.execute("create table h as select hash(i) from range(6_000_000) as r(i)")
        assert list(Path(folder).iterdir())
        assert Path(folder).stat().st_mode & 0o777 == 0o700
    assert not Path(folder).exists()
    assert not list(tmp_path.iterdir())


def fail_while_clearing_up() -> None:
    """Raise what DuckDB does where the temporary tables of a failed statement are dropped."""
    try:
        raise duckdb.OutOfMemoryException("failed to pin 'anna' (60.9 MiB/61.0 MiB used)")
    finally:
        raise duckdb.TransactionException("Current transaction is aborted")


def test_too_little_memory_is_told_where_clearing_up_failed_too() -> None:
    """In a transaction that failed the next statement fails as well, which says nothing."""
    with open_database(":memory:") as database:
        with pytest.raises(MemoryLimitError) as caught, database.transaction():
            fail_while_clearing_up()
        assert "which may use 61.0 MiB; nothing was changed" in str(caught.value)
        assert "anna" not in str(caught.value)
    other = working_failure(duckdb.TransactionException("Conflict on 'anna'"), Path("shop.duckdb"))
    assert str(other).endswith("not finish the work (TransactionException); nothing was changed")


def test_rows_put_in_after_none_are_there() -> None:
    """What DuckDB 2.0.0 lost until the file was opened again; so 2.0.1 is the oldest allowed.

    A part without rows, then one with more than a row group, in one transaction.
    """
    with open_database(":memory:") as database, database.transaction() as con:
        con.execute("create temp table many as select i from range(200_000) as r(i)")
        con.execute("create table kept as from many limit 0")
        con.execute("insert into kept from many where i < 0")
        con.execute("insert into kept from many")
        assert con.execute("select max(i) from kept").fetchall() == [(199_999,)]
