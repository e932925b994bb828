"""What was found out about records is found out anew once they are others."""

import duckdb
import pytest

from convocommerce.remembering import remembered, remembering


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("create table state as select 1 as revision")
    return con


def ask(con: duckdb.DuckDBPyConnection, about: str, found: list[str]) -> str:
    def find_out() -> str:
        found.append(about)
        return f"{about} {len(found)}"

    return remembered(con, about, find_out)


def test_it_is_found_out_once_for_each_state_of_the_records(con: duckdb.DuckDBPyConnection) -> None:
    found: list[str] = []
    for _ in range(2):
        with remembering(con):
            assert ask(con, "reach", found) == "reach 1"
            assert ask(con, "topics", found) == "topics 2"
            assert ask(con, "reach", found) == "reach 1"
    assert found == ["reach", "topics"]

    con.execute("update state set revision = 2")
    with remembering(con):
        assert ask(con, "reach", found) == "reach 3"

    con.execute("create table built as select 2 as revision, 'these rules' as meaning")
    with remembering(con):
        assert ask(con, "reach", found) == "reach 4"
    con.execute("update built set meaning = 'other rules'")
    with remembering(con):
        assert ask(con, "reach", found) == "reach 5"
    con.execute("create table loads as select 1 as load_id, timestamp '2026-03-01' as finished_at")
    with remembering(con):
        assert ask(con, "reach", found) == "reach 6"


def test_nothing_is_remembered_outside_the_block_or_of_another_database(
    con: duckdb.DuckDBPyConnection,
) -> None:
    found: list[str] = []
    other = duckdb.connect()
    other.execute("create table state as select 1 as revision")
    with remembering(con):
        assert ask(con, "reach", found) == "reach 1"
        assert ask(other, "reach", found) == "reach 2"
    assert ask(con, "reach", found) == "reach 3"
    with remembering(bare := duckdb.connect()):
        assert [ask(bare, "reach", []), ask(bare, "reach", [])] == ["reach 1", "reach 1"]
    with remembering(other):
        assert ask(other, "reach", found) == "reach 4"
    with remembering(con):
        assert ask(con, "reach", found) == "reach 1"
