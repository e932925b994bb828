"""The simulated shop told through Sunshine Conversations gives the same clocks and credits.

Everybody has one conversation that never ends, and a message of the business names no customer, so
all of it rests on the conversation. Reactions, edits and deletions have no event there.
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


def test_through_sunshine(tmp_path: Path) -> None:
    with loaded_through(tmp_path, talk="sunshine") as world:
        columns = (*CLOCKS, "handoff_at")
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
