"""What both truth tests of sales ask of a loaded shop."""

from __future__ import annotations

from typing import Any

from convocommerce.building import open_ms_before
from convocommerce.measuring import states_before
from through import Through


def order_states(world: Through) -> dict[str, dict[str, Any]]:
    """Return what was known of every order at the end, by its number."""
    values: dict[str, Any] = {"as_of": world.end}
    sql = f"with {states_before('order_states')} select * from order_states"
    if "$as_of_open_ms" in sql:
        values["as_of_open_ms"] = open_ms_before(world.shop.database.con, world.end)
    return {row["order_number"]: row for row in world.sql(sql, **values)}
