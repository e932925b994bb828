"""The simulated shop as a Zendesk account with messaging, told by its conversation logs.

Zendesk's log keeps milliseconds, says who is a bot and which messages a trigger sent. It tells
nothing of reactions, edits and deletions, which no figure counts, and nothing of what brought
people, so entry points are not compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from convocommerce.measuring import states_before
from through import (
    Through,
    assert_same,
    found_conversations,
    known,
    loaded_through,
    told_conversations,
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Through]:
    with loaded_through(tmp_path_factory.mktemp("zendesk"), talk="zendesk") as world:
        yield world


def test_nothing_is_left_over(world):
    of_zendesk = [file for file in world.report.files if file.source == "zendesk"]
    assert of_zendesk
    assert not [file.file for file in of_zendesk if file.quarantined or file.ignored]


def test_every_conversation_has_its_clocks(world):
    assert_same(told_conversations(world), found_conversations(world))


def test_conversations_are_on_their_channel(world):
    told = Counter(row["channel"] for row in world.conversations)
    found = world.sql("select channel, count(*) as n from conversations group by channel")
    assert {row["channel"]: row["n"] for row in found} == told


def test_orders_are_credited_to_the_same_conversations(world):
    told = Counter(
        (row["order_number"], known(row["credited_started_at"]))
        for row in world.orders
        if row["credited_started_at"]
    )
    found = Counter(
        (row["order_number"], row["started_at"])
        for row in world.sql(
            f"""
            with {states_before("order_states")}
            select order_number, conversations.started_at
            from order_states
            join conversations using (conversation_id)
            where is_sale
            """,
            as_of=world.end,
        )
    )
    assert_same(told, found)


def test_the_first_reply_that_zendesk_reports_is_ours(world):
    """Zendesk counts from the ticket, which a bot's handing over makes; ours from then too."""
    differ = world.sql(
        """
        select case_id
        from reported_times
        join tickets on ticket_id = case_id
        join threads using (case_id)
        join conversations using (thread_key)
        where measure = 'first_reply'
            and calendar_seconds
                <> epoch(date_trunc('second', human_at)) - epoch(tickets.created_at)
        """
    )
    assert differ == []
