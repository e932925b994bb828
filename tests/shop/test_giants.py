"""Shops as lopsided as they come: one contact with all messages, or all of them in one second."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

import convocommerce as cc
from convocommerce import cluster
from convocommerce.building import apart, refreshing
from convocommerce.errors import MemoryLimitError
from convocommerce.sqlfiles import sql_files
from lakes import model_sums, put

N = 50_000
_PAUSE = {"giant": "i * 9700 + i // 500 * 90000000", "second": "0"}
"""Milliseconds after the first message: 500 in a row and a day of silence, or all at once."""


def write_log(path: Path, pause: str, first: int = 0, last: int = N) -> Path:
    """Write a webhook log of one person, every third message theirs; ids count on."""
    event = """
        '{"sender":{"id":"' || case when i % 3 = 0 then '7355' else '1020' end
        || '"},"recipient":{"id":"' || case when i % 3 = 0 then '1020' else '7355' end
        || '"},"timestamp":' || t || ',"message":{"mid":"m_' || lpad(i::varchar, 7, '0')
        || '",' || case when i % 3 = 0 then '' else '"is_echo":true,"app_id":263902037430900,' end
        || '"text":"' || i || '"}}'
    """
    with duckdb.connect() as con:
        con.execute(
            'copy (select \'{"object":"page","entry":[{"id":"1020","time":\' || t || '
            f"',\"messaging\":[' || {event} || ']}}]}}' "
            f"from (select i, 1514764800000 + {pause} as t from range({first}, {last}) as r(i)) "
            f"order by t, i) to '{path}' "
            r"(format csv, header false, quote '', escape '', delimiter e'\x01')"
        )
    return path


def sums(shop: cc.Shop) -> dict[str, Any]:
    """Return a hash of every model."""
    return model_sums(shop.database)


@pytest.fixture(scope="module", params=list(_PAUSE))
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database into which such a shop is loaded, not built."""
    folder = tmp_path_factory.mktemp(request.param)
    with cc.open(folder / "shop.duckdb") as shop:
        shop.load(write_log(folder / "log.ndjson", _PAUSE[request.param]))
    return folder / "shop.duckdb"


@pytest.fixture
def path(loaded: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of it, beside which nothing may be left in the end."""
    copy = Path(shutil.copy(loaded, tmp_path / "shop.duckdb"))
    yield copy
    assert {one.name for one in tmp_path.iterdir()} <= {"shop.duckdb", "shop.duckdb.lock"}


def test_a_contact_that_fits_into_no_part_is_built_all_the_same(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cc.open(path) as shop:
        shop.build()
        wanted = sums(shop)
        assert wanted["thread_messages"][0] == N
    monkeypatch.setattr(apart, "BYTES_PER_MESSAGE", 2000)
    with cc.open(path, memory_limit="60MB") as shop:
        assert apart.steps_needed(shop.database.con) == 2
        with shop.database.transaction() as con:
            con.execute("drop table built")
        shop.build()
        assert Path(f"{path}.tmp").stat().st_mode & 0o777 == 0o700
        assert sums(shop) == wanted


def test_too_little_memory_says_what_it_takes_and_changes_nothing(path: Path) -> None:
    before = path.read_bytes()
    with cc.open(path, memory_limit="12MB") as shop:
        with pytest.raises(MemoryLimitError) as caught:
            shop.build()
        told = str(caught.value)
        assert "which may use 11.4 MiB; nothing was changed" in told
        assert "larger memory_limit" in told
        assert "its 50,000 messages takes about 151MB." in told
        assert "Its longest thread holds 50,000 of them" in told
    assert path.read_bytes() == before
    with cc.open(path) as shop:
        assert shop.build()


def test_a_few_more_messages_of_such_a_contact(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if there were so many others that building everything costs more.
    monkeypatch.setattr(refreshing, "MOST", 1)
    with cc.open(path, memory_limit="80MB") as shop:
        shop.build()
        more = write_log(tmp_path / "more.ndjson", "9e12::bigint // 1000", N, N + 6)
        shop.load(more)
        more.unlink()
        assert shop.build()
        found = sums(shop)
        with shop.database.transaction() as con:
            con.execute("drop table built")
        shop.build()
        assert sums(shop) == found
        assert found["thread_messages"][0] == N + 6


def test_a_lake_with_one_bucket_that_holds_all(path: Path, tmp_path: Path) -> None:
    with cc.open(path) as shop:
        shop.build()
        lake = put(shop.database, tmp_path / "lake", 1)
        cluster.build(lake, shop.rules, on=1, memory_limit="100MB")
        with cc.open(lake, memory_limit="100MB") as same:
            assert {name: sums(same)[name] for name in sql_files("models")} == sums(shop)
    shutil.rmtree(lake)
