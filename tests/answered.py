"""What can be compared with the truth when an export does not tell who answered."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import pairwise
from typing import Any

from through import Row, Through, floored, known


def first_answers(
    world: Through, *, seconds: float = 0, where: str = "true"
) -> Counter[tuple[Any, ...]]:
    """Return start, question and first answer of any kind of every measured conversation."""
    rows = world.sql(
        "select started_at, first_customer_at, least(acknowledged_at, bot_at, human_at) as first "
        f"from conversations where {where}"
    )
    return Counter(tuple(floored(moment, seconds) for moment in row.values()) for row in rows)


def told_answers(row: Row, *, seconds: float = 0) -> tuple[Any, ...]:
    """Return start, question and first answer of any kind of a true conversation."""
    answers = [known(row[c]) for c in ("acknowledged_at", "bot_at", "human_at") if row[c]]
    asked = known(row["first_customer_at"]) if row["first_customer_at"] else None
    moments = (known(row["started_at"]), asked, min(answers, default=None))
    return tuple(floored(moment, seconds) for moment in moments)


def after_a_bot(world: Through) -> list[Row]:
    """Return the conversations before which a bot had the last word in their thread.

    Bots and automatic replies look alike without the app that sent them, so such a conversation
    may be measured as the end of a wait.
    """
    threads: dict[tuple[str, str], list[Row]] = {}
    for row in sorted(world.conversations, key=lambda row: row["started_at"]):
        threads.setdefault((row["channel"], row["customer_id"]), []).append(row)
    return [
        later for rows in threads.values() for earlier, later in pairwise(rows) if earlier["bot_at"]
    ]


def credited(
    world: Through, *, links: tuple[str, ...], seconds: float = 0
) -> tuple[dict[str, dt.datetime | None], dict[str, dt.datetime | None]]:
    """Return when the credited conversation of each order began: truly, and as measured.

    Only orders whose tie to a customer is of one of the given kinds are told.
    """
    told = {
        row["order_number"]: floored(known(row["credited_started_at"]), seconds)
        for row in world.orders
        if row["credited_started_at"] and row["link"] in links
    }
    rows = world.sql(
        "select orders.order_number, conversations.started_at from conversions "
        "join orders using (platform, order_id) join conversations using (conversation_id)"
    )
    return told, {row["order_number"]: floored(row["started_at"], seconds) for row in rows}
