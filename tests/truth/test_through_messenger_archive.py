"""The simulated shop told through the archives that Facebook and Instagram let one download.

An archive cannot tell bots, automatic replies and people apart, so the first answer of any kind is
compared. A bot that gives the same answers fast enough looks automatic, and what a customer writes
after it then still waits: such a conversation may go on where it truly began anew. Customers are
known by name only, so orders are tied by the links that were sent to them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from answered import after_a_bot, credited, first_answers, told_answers
from through import Through, known, loaded_through


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Through]:
    with loaded_through(tmp_path_factory.mktemp("world"), talk="messenger_archive") as found:
        yield found


def test_every_part_is_loaded(world: Through) -> None:
    files = [file for file in world.report.files if file.kind == "archive"]
    assert sum(file.loaded for file in files) == sum(file.read for file in files) > 300


def test_both_channels_are_told_apart(world: Through) -> None:
    told = Counter(row["channel"] for row in world.conversations if row not in after_a_bot(world))
    found = world.sql("select channel, count(*) as n from conversations group by all")
    counted = {row["channel"]: row["n"] for row in found}
    assert set(counted) == set(told)
    assert all(counted[channel] >= told[channel] for channel in told)


def test_conversations_have_their_clocks(world: Through) -> None:
    found = first_answers(world)
    every = Counter(told_answers(row) for row in world.conversations)
    unsure = after_a_bot(world)
    certain = Counter(told_answers(row) for row in world.conversations if row not in unsure)
    assert not found - every
    assert not certain - found


def test_broken_text_is_made_good(world: Through) -> None:
    (row,) = world.sql(
        "select count(*) filter (regexp_matches(text, '[\\x{80}-\\x{bf}]')) as broken, "
        "count(*) filter (regexp_matches(text, '[^\\x{00}-\\x{ff}]')) as beyond from messages"
    )
    assert row["broken"] == 0
    assert row["beyond"] > 0


def test_orders_are_credited_to_the_conversations_that_brought_them(world: Through) -> None:
    told, found = credited(world, links=("chat_id", "token"))
    unsure = {known(row["started_at"]) for row in after_a_bot(world)}
    wanted = {number: at for number, at in told.items() if at not in unsure}
    assert len(wanted) > 20
    assert {number: found.get(number) for number in wanted} == wanted
