"""The simulated shop told through Sunshine Conversations gives the same clocks and credits.

What the platform cannot tell: the receipt that a bot sends is a text without a number that counts,
so orders that only a receipt ties to a chat are left out; reactions, edits and deletions have no
event.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from through import (
    CLOCKS,
    assert_same,
    found_conversations,
    known,
    loaded_through,
    told_conversations,
)

ENTRY = ("entry_point", "ad_id")


def test_through_zendesk_chat(tmp_path: Path) -> None:
    with loaded_through(tmp_path, talk="zendesk_chat") as world:
        columns = CLOCKS
        assert_same(
            told_conversations(world, columns=columns),
            found_conversations(world, columns=columns),
        )
        told = Counter(
            (row["order_number"], known(row["credited_started_at"]))
            for row in world.orders
            if row["credited_started_at"]
        )
        found = Counter(
            (row["order_number"], row["started_at"])
            for row in world.sql(
                "select orders.order_number, conversations.started_at from conversions "
                "join orders using (platform, order_id) join conversations using (conversation_id)"
            )
        )
        assert_same(told, found)
