"""The simulated shop talking on WhatsApp: what its webhook log tells, held against the truth.

The log does not hold what the shop sent through the interface, so links and receipts in those
messages are lost; orders are still tied by the chat id that came back in the cart. People come in
by ads and products only, for WhatsApp tells no other links. Times are whole seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from through import (
    CLOCKS,
    RULES,
    Through,
    assert_same,
    floored,
    found_conversations,
    known,
    loaded_through,
    told_conversations,
)

WHATSAPP = replace(RULES, senders={"whatsapp_api": "bot", "whatsapp_api:agent": "human"})


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Through]:
    folder = tmp_path_factory.mktemp("whatsapp")
    with loaded_through(folder, talk="whatsapp", rules=WHATSAPP) as found:
        yield found


def test_every_delivery_is_understood(world: Through) -> None:
    (log,) = (file for file in world.report.files if file.source == "whatsapp")
    assert log.read > 4000
    assert (log.quarantined, log.ignored, log.note) == (0, 0, None)


def test_every_conversation_and_its_clocks(world: Through) -> None:
    columns = (*CLOCKS, "handoff_at")
    assert_same(
        told_conversations(world, seconds=1, columns=columns),
        found_conversations(world, seconds=1, columns=columns),
    )


def test_who_answered(world: Through) -> None:
    told = sorted(row["agent"] for row in world.conversations if row["agent"])
    found = world.sql("select agent_id from conversations where agent_id is not null order by 1")
    assert [row["agent_id"] for row in found] == told


def test_which_ad_brought_people(world: Through) -> None:
    told = sorted(row["ad_id"] for row in world.conversations if row["entry_point"] == "ad")
    found = world.sql("select ad_id from conversation_touchpoints where entry_point = 'ad'")
    assert sorted(row["ad_id"] for row in found) == told
    assert len(told) > 50


def test_orders_whose_cart_knows_the_chat_are_credited(world: Through) -> None:
    told = {
        row["order_number"]: (
            row["credited_customer_id"],
            floored(known(row["credited_started_at"]), 1),
        )
        for row in world.orders
        if row["link"] == "chat_id" and row["kind"]
    }
    found = world.sql(
        """
        select o.order_number, t.customer_id, c.started_at
        from conversions as o
        join conversations as c using (conversation_id)
        join threads as t on t.thread_key = c.thread_key
        """
    )
    credited = {row["order_number"]: (row["customer_id"], row["started_at"]) for row in found}
    assert len(told) > 20
    assert {number: credited.get(number) for number in told} == told
    # Nothing is credited to another conversation than its own.
    for row in world.orders:
        if row["kind"] and row["order_number"] in credited:
            assert credited[row["order_number"]][0] == row["credited_customer_id"]
