"""What a reader must know about the data behind a figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from convocommerce.building import UNNAMED_SENDER, data_through
from convocommerce.formatting import Formatter
from convocommerce.metrics import Metric, Total
from convocommerce.wording import wording

if TYPE_CHECKING:
    import duckdb

    from convocommerce.periods import Period
    from convocommerce.rules import Rules

_STALE = dt.timedelta(days=1)


def notes_on(
    con: duckdb.DuckDBPyConnection,
    metrics: Sequence[Metric],
    rules: Rules,
    period: Period | None,
    as_of: dt.datetime,
    language: str,
) -> tuple[str, ...]:
    """Return what a reader must know, in full sentences; nothing when all is well.

    Args:
        con: A connection to a database with built models.
        metrics: The metrics asked for.
        rules: The rules in force.
        period: The days asked about.
        as_of: The instant whose knowledge counts, in UTC.
        language: The language of the sentences.
    """
    say, write = wording(language), Formatter(language)
    notes = []
    through = data_through(con)
    reads_orders = any(
        metric.states == "abandonment_states"
        or any(isinstance(one, Total) and one.states == "order_states" for one in metric.statistics)
        for metric in metrics
    )
    if reads_orders and "orders" not in through:
        notes.append(say("No orders are loaded, so nothing can have been bought."))
    elif reads_orders and through["orders"] < as_of - _STALE:
        day = write.date(through["orders"].date())
        notes.append(say("Orders are loaded up to {day} only.").format(day=day))
    notes += _unknown_senders(con, rules, as_of, language)
    if period is not None:
        end = dt.datetime.combine(period.end, dt.time())
        if end > as_of + dt.timedelta(hours=26):
            notes.append(say("The period is not over at the as-of."))
    return tuple(notes)


def _unknown_senders(
    con: duckdb.DuckDBPyConnection, rules: Rules, as_of: dt.datetime, language: str
) -> list[str]:
    say, write = wording(language), Formatter(language)
    unknown = con.execute(
        f"""
        select count(*), count(distinct app_id)
        from messages
        where {UNNAMED_SENDER} and sent_at <= $as_of
        """,
        {"as_of": as_of},
    ).fetchall()[0]
    if not unknown[0]:
        return []
    return [
        say(
            "{n} messages came from {apps} apps that the rules do not name and are taken for: "
            "{role}. Set Rules.senders, or answer times cannot be trusted."
        ).format(
            n=write.count(unknown[0]), apps=write.count(unknown[1]), role=say(rules.unknown_app)
        )
    ]
