"""What brought a person, told by another system than the talk itself, finds its conversation."""

from __future__ import annotations

from typing import Any

import pytest

from convocommerce.building import ensure_built
from convocommerce.rules import Rules
from tables import SENDERS, at, database_of, thread

HOUR, DAY = 3600, 86_400


def tie(business: str, customer: str) -> dict[str, str]:
    return {
        "subject_kind": "customer",
        "subject_id": f"messenger:{business}:{customer}",
        "key_kind": "email",
        "key_value": "ann@example.com",
    }


def brought(seconds: float, messages: list[dict[str, Any]]) -> list[tuple[str, Any]]:
    """Return each conversation's page and ad when a silent thread tells of an ad."""
    touch = {
        "touchpoint_id": "t",
        "business_id": "ads",
        "customer_id": "a1",
        "occurred_at": at(seconds),
        "ad_id": "ad1",
    }
    ties = [tie("page", "ann"), tie("shop", "anna"), tie("ads", "a1")]
    with database_of(messages=messages, touchpoints=[touch], identities=ties) as database:
        ensure_built(database, Rules(senders=SENDERS))
        rows = database.con.execute(
            "select business_id, ad_id from conversations order by business_id"
        ).fetchall()
    return [(name, ad) for name, ad in rows]


LONG = thread([(0, "c"), (60, "h"), (20 * HOUR, "c"), (20 * HOUR + 60, "h")])
SHORT = thread([(HOUR, "c"), (HOUR + 60, "h")], customer="anna", business_id="shop")


@pytest.mark.parametrize(
    ("seconds", "ad_of"),
    [
        # Both run, and the one that began last is meant, from its first instant on; then it has
        # ended and the other has not.
        (HOUR, ["shop"]),
        (HOUR + 30, ["shop"]),
        (2 * HOUR, ["page"]),
        (20 * HOUR + 60, ["page"]),
        # After both, none is coming; before both, the next one to begin is meant.
        (20 * HOUR + 61, []),
        (-HOUR, ["page"]),
        (-DAY, ["page"]),
        (-DAY - 1, []),
    ],
)
def test_of_conversations_that_run_at_once_the_last_begun_that_still_runs_is_meant(
    seconds: float, ad_of: list[str]
) -> None:
    found = brought(seconds, LONG + SHORT)
    assert [name for name, ad in found if ad == "ad1"] == ad_of
