"""The simulated shop told through Zendesk Chat gives the same clocks and credits.

Every conversation is a chat of its own. Chats do not tell when a bot gave up: an employee who joins
is taken to take over, so hand-overs are not compared.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from through import (
    CLOCKS,
    Through,
    assert_same,
    found_conversations,
    known,
    loaded_through,
    told_conversations,
)


def credited(world: Through) -> dict[str, object]:
    """Return when the conversation began to which each order is credited, if to any."""
    found = world.sql(
        "select conversions.order_number, conversations.started_at from conversions "
        "left join conversations using (conversation_id)"
    )
    return {row["order_number"]: row["started_at"] for row in found}


def test_through_zendesk_chat(tmp_path: Path) -> None:
    with loaded_through(tmp_path, talk="zendesk_chat") as world:
        columns = CLOCKS
        assert_same(
            told_conversations(world, columns=columns),
            found_conversations(world, columns=columns),
        )
        # An order that does not count is credited to nobody in the truth.
        counting = [
            row
            for row in world.orders
            if row["paid"] == "true"
            and row["cancelled"] == row["test"] == "false"
            and Decimal(row["refunded_amount"]) < Decimal(row["total_amount"])
        ]
        told = {
            row["order_number"]: known(row["credited_started_at"])
            if row["credited_started_at"]
            else None
            for row in counting
        }
        found = credited(world)
        assert {number: found[number] for number in told} == told
        assert sum(start is not None for start in told.values()) > 50
