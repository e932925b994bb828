"""States of which few columns are asked have those columns as ever."""

import datetime as dt
import re
from collections import Counter
from typing import Any

import pytest

import convocommerce as cc
from convocommerce.measuring import states_before
from convocommerce.narrowing import column_names, narrowed, words_of
from convocommerce.sqlfiles import sql_files
from oracle_compare import built
from oracle_shops import draw_shop

STATES = sql_files("states")


@pytest.fixture(scope="module", params=[5, 12])
def shop(request: pytest.FixtureRequest) -> cc.Shop:
    database, _ = built(draw_shop(request.param, 25))
    with cc.shop.Shop(database) as shop:
        yield shop


def rows(shop: cc.Shop, name: str, columns: list[str], common: str, day: int) -> Counter[Any]:
    as_of = shop.as_of() - dt.timedelta(days=day)
    sql = f"with {common} select {', '.join(columns)} from {name}"
    return Counter(shop.database.con.execute(sql, {"as_of": as_of}).fetchall())


@pytest.mark.parametrize("name", STATES)
def test_one_column_alone_is_what_it_is_among_all(shop: cc.Shop, name: str) -> None:
    columns = column_names(STATES[name].sql)
    for day in (0, 9):
        whole = rows(shop, name, columns, states_before(name), day)
        for place, column in enumerate(columns):
            alone = rows(shop, name, [column], states_before(name, frozenset([column])), day)
            among: Counter[Any] = Counter()
            for row, n in whole.items():
                among[row[place : place + 1]] += n
            assert alone == among, column
        assert whole


@pytest.mark.parametrize("name", STATES)
def test_all_columns_are_all_there_is(name: str) -> None:
    file = STATES[name]
    assert narrowed(file.sql, frozenset(column_names(file.sql))).split() == file.sql.split()


@pytest.mark.parametrize("name", STATES)
def test_a_state_is_written_so_that_it_can_be_narrowed(name: str) -> None:
    file = STATES[name]
    for join in re.findall(r"left join (\w+)\n", file.sql):
        # Without another name its own is the one its columns bear.
        assert join not in STATES or f"{join}." in file.sql
    # A star would hide which columns of a state another one needs.
    for other in file.reads:
        if other in STATES:
            alias = re.search(rf"\b{other} as (\w+)", file.sql)
            assert f"{alias[1] if alias else other}.*" not in file.sql


def test_what_only_a_column_left_out_needs_goes_with_it() -> None:
    sql = """
with one as (
    select a, max(b) as b from first group by a
),
-- Told of the second.
two as (
    select a, max(c) as c from second group by a
)
select
    base.a,
    one.b,
    -- Some comment.
    two.c,
    c + 1 as d
from base
left join one on one.a = base.a
left join two
    on two.a = base.a
where base.a > 0
""".strip()
    assert column_names(sql) == ["a", "b", "c", "d"]
    assert narrowed(sql, frozenset({"a"})) == "select\n    base.a\nfrom base\nwhere base.a > 0"
    told = narrowed(sql, frozenset({"d"}))
    assert {"two", "second", "c", "d"} <= words_of(told)
    assert not {"one", "first", "b"} & words_of(told)
    assert "-- Told of the second." in told
    assert "-- Some comment." not in narrowed(sql, frozenset({"b"}))
    assert narrowed(sql, frozenset()) == narrowed(sql, frozenset({"a"}))


def test_a_question_reads_no_table_that_its_figures_do_not_need(shop: cc.Shop) -> None:
    (query,) = shop.measure("conversations").queries
    assert not {"conversation_messages", "conversions", "reply_legs"} & words_of(query.sql)
    first = shop.measure("conversion").queries[0]
    assert "conversions" in words_of(first.sql)
    assert not {"reply_legs", "leg_calendars"} & words_of(first.sql)
