"""Keeping what was known at an instant changes no figure, and leaves nothing behind."""

import datetime as dt
import itertools
import sys

import pytest

import convocommerce as cc
from convocommerce.measuring import keeping
from oracle_compare import built
from oracle_shops import draw_shop

METRICS = ("first_response_time", "in_chat_conversion", "cart_abandonment", "conversation_count")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> cc.Shop:
    database, _ = built(draw_shop(5, 25))
    with cc.shop.Shop(database) as shop:
        yield shop


def tables(shop: cc.Shop) -> list[str]:
    rows = shop.database.con.execute(
        "select table_name from duckdb_tables() where temporary and table_name like 'kept%'"
    ).fetchall()
    return [name for (name,) in rows]


def test_kept_states_give_the_same_figures(shop: cc.Shop) -> None:
    last = shop.as_of()
    first = shop.database.con.execute(
        "select min(started_local)::date from conversations"
    ).fetchall()[0][0]
    days = f"{first + dt.timedelta(days=2)}..{last:%Y-%m-%d}"
    questions = list(
        itertools.product(
            [name for name in METRICS if name in cc.metrics()],
            [(), ("channel",), ("week", "entry_point")],
            [last, last - dt.timedelta(days=9)],
            [days, None],
        )
    )

    def ask() -> list[object]:
        found = []
        for metric, by, as_of, period in questions:
            result = shop.measure(metric, by=by, period=period, as_of=as_of.replace(tzinfo=dt.UTC))
            found.append((result.records(), result.sql))
        return found

    plain = ask()
    with keeping(shop.database.con, first + dt.timedelta(days=2)):
        assert ask() == plain
        assert len(tables(shop)) >= 2
        # Once more, now that everything is kept.
        assert ask() == plain
    assert tables(shop) == []
    assert ask() == plain


def test_questions_that_read_other_states_than_their_own_find_them(shop: cc.Shop) -> None:
    last = shop.as_of()
    first = shop.database.con.execute(
        "select min(started_local)::date from conversations"
    ).fetchall()[0][0]
    days = f"{first}..{last:%Y-%m-%d}"

    def ask() -> list[object]:
        chats = shop.chat_against_checkout(days)
        return [shop.window_sensitivity(days).to_dict("records"), chats, shop.ads(days).to_dict()]

    plain = ask()
    with keeping(shop.database.con, first):
        for _ in range(3):
            assert ask() == plain
        assert tables(shop)


def test_nothing_is_left_when_the_block_fails(shop: cc.Shop) -> None:
    def fail() -> None:
        with keeping(shop.database.con, dt.date(2000, 1, 1)):
            for _ in range(2):
                shop.measure("first_response_time", period="2026-03")
            assert tables(shop)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert tables(shop) == []


def test_a_question_of_several_queries_leaves_nothing_behind(
    shop: cc.Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def left() -> list[str]:
        rows = shop.database.con.execute(
            "select table_name from duckdb_tables() where temporary and table_name like 'shared%'"
        ).fetchall()
        return [name for (name,) in rows]

    result = shop.measure("first_response_time", by=("channel",))
    assert left() == []
    # What is shown works everything out by itself, and gives what was taken from the shared rows.
    medians = {row.group: row.value for row in result.rows if row.statistic == "median"}
    alone = shop.database.con.execute(result.queries[0].pasted()).fetchall()
    assert medians
    assert {(channel,): median for channel, median, *_ in alone} == medians

    def fails(*_: object) -> None:
        assert left() != []
        raise RuntimeError

    monkeypatch.setattr(sys.modules["convocommerce.measuring.answer"], "waits", fails)
    with pytest.raises(RuntimeError):
        shop.measure("first_response_time")
    assert left() == []
