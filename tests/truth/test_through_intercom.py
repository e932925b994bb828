"""A shop that talks through Intercom: the clocks and credited orders are those of the truth.

Intercom keeps whole seconds. Orders are tied by the links that were sent in the chat and by the
addresses that stand with the contact; telephone numbers stand in the list of contacts only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from through import (
    CLOCKS,
    Through,
    assert_same,
    floored,
    found_conversations,
    known,
    loaded_through,
    told_conversations,
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Through]:
    """One month of the shop, told through Intercom."""
    with loaded_through(tmp_path_factory.mktemp("intercom"), talk="intercom") as found:
        yield found


def test_conversations_have_their_clocks(world: Through) -> None:
    columns = (*CLOCKS, "handoff_at")
    assert_same(
        told_conversations(world, seconds=1, columns=columns),
        found_conversations(world, seconds=1, columns=columns),
    )


def test_orders_are_credited_to_the_conversations_before_them(world: Through) -> None:
    told = Counter(
        (row["order_id"], floored(known(row["credited_started_at"]), 1))
        for row in world.orders
        if row["credited_started_at"] and row["link"] != "phone"
    )
    found = world.sql(
        "select order_id, started_at from conversions join conversations using (conversation_id)"
    )
    assert told
    assert not told - Counter((row["order_id"], row["started_at"]) for row in found)


def test_nothing_is_left_in_quarantine(world: Through) -> None:
    assert not any(file.quarantined for file in world.report.files)
    assert {file.kind for file in world.report.files if file.source == "intercom"} == {
        "conversations",
        "contacts",
    }
