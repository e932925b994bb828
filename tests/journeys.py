"""Shops drawn person by person: by which entry points they talked when, and what they ordered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convocommerce.building import ensure_built
from convocommerce.rules import Rules
from convocommerce.warehouse import Database
from tables import SENDERS, at, database_of, thread

DAY = 86400


def shop_of(
    talks: Mapping[str, list[tuple[float, str]]], orders: Mapping[str, list[dict[str, Any]]]
) -> Database:
    """Build a database of conversations by their entry points and of orders, person by person."""
    messages, touchpoints, placed, identities = [], [], [], []
    for person, talk in talks.items():
        for number, (day, entry) in enumerate(talk):
            name = f"{person}-{number}"
            messages += thread([(day * DAY, "c"), (day * DAY + 60, "h")], customer=person)
            messages[-2]["message_id"], messages[-1]["message_id"] = f"{name}-c", f"{name}-h"
            if entry != "unknown":
                touchpoints.append(
                    {
                        "touchpoint_id": name,
                        "customer_id": person,
                        "occurred_at": at(day * DAY),
                        "entry_point": entry,
                    }
                )
        email = f"{person}@example.com"
        identities.append(("customer", f"messenger:page:{person}", "email", email))
    for person, theirs in orders.items():
        for number, order in enumerate(theirs):
            name = f"{person}-{number}"
            day = order.pop("day")
            placed.append({"order_id": name, "created_at": at(day * DAY), **order})
            identities.append(("order", f"shopify:{name}", "email", f"{person}@example.com"))
    names = ("subject_kind", "subject_id", "key_kind", "key_value")
    database = database_of(
        messages=messages,
        touchpoints=touchpoints,
        orders=placed,
        identities=[dict(zip(names, row, strict=True)) for row in identities],
    )
    ensure_built(database, Rules(senders=SENDERS))
    return database
