"""A shop that talks through Chatwoot: the clocks and credited orders are those of the truth.

Webhooks keep milliseconds, so the clocks are exact; the pages of the API beside them keep whole
seconds and give way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from through import (
    CLOCKS,
    Through,
    assert_same,
    found_conversations,
    known,
    loaded_through,
    told_conversations,
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Through]:
    """One month of the shop, told through Chatwoot."""
    with loaded_through(tmp_path_factory.mktemp("chatwoot"), talk="chatwoot") as found:
        yield found


def test_conversations_have_their_clocks(world: Through) -> None:
    columns = (*CLOCKS, "handoff_at")
    assert_same(
        told_conversations(world, columns=columns),
        found_conversations(world, columns=columns),
    )


def test_orders_are_credited_to_the_conversations_before_them(world: Through) -> None:
    told = Counter(
        (row["order_id"], known(row["credited_started_at"]))
        for row in world.orders
        if row["credited_started_at"]
    )
    found = world.sql(
        "select order_id, started_at from conversions join conversations using (conversation_id)"
    )
    assert told
    assert not told - Counter((row["order_id"], row["started_at"]) for row in found)


def test_nothing_is_left_in_quarantine(world: Through) -> None:
    assert not any(file.quarantined for file in world.report.files)
    assert {file.kind for file in world.report.files if file.source == "chatwoot"} == {
        "conversations"
    }
