"""What both truth tests of sales ask of a loaded shop."""

from __future__ import annotations

from typing import Any

from convocommerce.measuring import states_before
from through import Through


def order_states(world: Through) -> dict[str, dict[str, Any]]:
    """Return what was known of every order at the end, by its number."""
    sql = f"with {states_before('order_states')} select * from order_states"
    return {row["order_number"]: row for row in world.sql(sql, as_of=world.end)}
