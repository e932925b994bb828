"""The simulated shop told through the Graph API's conversations.

The API cannot tell bots, automatic replies and people apart, so the first answer of any kind is
compared. A bot that gives the same answers fast enough looks automatic, and what a customer writes
after it then still waits: such a conversation may go on where it truly began anew. Of threads with
more than twenty messages the oldest are missing, and the conversation that the list cuts into is
marked.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from answered import after_a_bot, credited, first_answers, told_answers
from through import Row, Through, floored, known, loaded_through


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Through]:
    with loaded_through(tmp_path_factory.mktemp("world"), talk="messenger_api") as found:
        yield found


@pytest.fixture(scope="module")
def cuts(world: Through) -> dict[str, dt.datetime]:
    rows = world.sql("select customer_id, sent_at from messages where is_cut_off")
    return {row["customer_id"]: row["sent_at"] for row in rows}


def is_whole(row: Row, cuts: dict[str, dt.datetime]) -> bool:
    cut = cuts.get(row["customer_id"])
    return cut is None or known(row["started_at"]) >= cut + dt.timedelta(seconds=1)


def test_every_thread_is_loaded(world: Through) -> None:
    files = [file for file in world.report.files if file.kind == "conversations_api"]
    assert sum(file.loaded for file in files) == sum(file.read for file in files) > 300


def test_conversations_have_their_clocks(world: Through, cuts: dict[str, Any]) -> None:
    told = [row for row in world.conversations if is_whole(row, cuts)]
    found = first_answers(world, seconds=1, where="not is_cut_off")
    every = Counter(told_answers(row, seconds=1) for row in told)
    certain = Counter(told_answers(row, seconds=1) for row in told if row not in after_a_bot(world))
    assert len(cuts) > 3
    assert not found - every
    assert not certain - found


def test_the_conversation_that_a_list_cuts_into_is_marked(world: Through, cuts: Any) -> None:
    marked = world.sql("select started_at from conversations where is_cut_off")
    assert sorted(row["started_at"] for row in marked) == sorted(cuts.values())


def test_orders_are_credited_to_the_conversations_that_brought_them(
    world: Through, cuts: Any
) -> None:
    told, found = credited(world, links=("chat_id", "token"), seconds=1)
    unsure = after_a_bot(world)
    starts = {
        floored(known(row["started_at"]), 1)
        for row in world.conversations
        if is_whole(row, cuts) and row not in unsure
    }
    wanted = {number: at for number, at in told.items() if at in starts}
    assert len(wanted) > 20
    assert {number: found.get(number) for number in wanted} == wanted
