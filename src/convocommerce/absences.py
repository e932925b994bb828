"""What no record tells: the reason why a figure is not there, where 0 would be a guess.

A topic of ``TOLD`` is told when any record of the database speaks of it. What is not told is not
known, and whoever computes a figure from it gives null and says why with ``reasons``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from convocommerce.building import LAST_POSSIBLE, horizons
from convocommerce.formatting import Formatter
from convocommerce.remembering import remembered
from convocommerce.wording import wording

if TYPE_CHECKING:
    import duckdb

    from convocommerce.periods import Period

TOLD: Mapping[str, str] = {
    "messages": "exists (from messages) or exists (from ticket_messages)",
    "orders": "exists (from orders)",
    "checkouts": "exists (from checkouts)",
    "ads": "exists (from ad_days)",
    "web_analytics": "exists (from web_events)",
    "ratings": "exists (from ratings)",
    "entry_points": "exists (from conversations where entry_point <> 'unknown')",
    "employees": "exists (from reply_legs where agent_id is not null)",
    "words": "exists (from messages where text is not null)"
    " or exists (from ticket_messages where text is not null)",
    "hand_overs": "exists (from messages where kind = 'handover')"
    " or exists (from ticket_events where kind = 'handover')",
    "closes": "exists (from close_tellers)",
    "reply_windows": "exists (from window_openers)",
    "channels": "(select count(distinct channel) from threads) > 1",
    "carts_and_orders": "exists (from checkouts where platform in (select platform from orders))",
    "recovery_links": "exists (from checkouts where is_recovered_by_link is not null)",
}
"""What records can tell, each with the SQL that says whether any of them does."""

DATED = {
    "messages": ("messages", "ticket_events"),
    "orders": ("orders",),
    "checkouts": ("checkouts",),
    "ads": ("ad_days",),
    "web_analytics": ("web_events",),
    "ratings": ("ratings",),
}
"""The tables from whose first record on a topic is told."""

_DAY = dt.timedelta(days=1)
_INSTANTS = {"ad_days": "day", "web_events": "happened_at", "ratings": "rated_at"}


def topics_told(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Return the topics that any record speaks of.

    Args:
        con: A connection to a database with built models.
    """

    def find_out() -> frozenset[str]:
        asked = ", ".join(f"{sql} as {topic}" for topic, sql in TOLD.items())
        row = con.execute(f"select {asked}").fetchall()[0]
        return frozenset(topic for topic, is_told in zip(TOLD, row, strict=True) if is_told)

    return remembered(con, "topics told", find_out)


def told_between(
    con: duckdb.DuckDBPyConnection, topic: str
) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Return the first and the last instant of which a topic is told, in UTC; nulls if it never is.

    Args:
        con: A connection to a database with built models.
        topic: A topic of ``DATED``.
    """

    def find_out() -> tuple[dt.datetime | None, dt.datetime | None]:
        zone = con.execute("select time_zone from rules").fetchall()[0][0]
        instants = {**horizons(zone), **_INSTANTS}
        each = " union all ".join(
            f"select ({instants[table]})::timestamp as instant from {table}"
            for table in DATED[topic]
        )
        first, last = con.execute(
            f"select min(instant), max(instant) from ({each}) where instant <= {LAST_POSSIBLE}"
        ).fetchall()[0]
        return first, last

    return remembered(con, ("told between", topic), find_out)


def is_untold(
    con: duckdb.DuckDBPyConnection, topic: str, period: Period | None, as_of: dt.datetime
) -> bool:
    """Return whether nothing at all is known of a dated topic in a period, as of an instant."""
    first, last = told_between(con, topic)
    if first is None or last is None or _is_before(first, period, as_of):
        return True
    # What happened is told up to the last record, and of a day in which none came that is known.
    return period is not None and last + _DAY < dt.datetime.combine(period.start, dt.time())


def reasons(
    con: duckdb.DuckDBPyConnection,
    needs: Sequence[str],
    language: str,
    *,
    period: Period | None = None,
    as_of: dt.datetime | None = None,
) -> tuple[str, ...]:
    """Return, in full sentences, what is not told of all that a figure needs.

    Args:
        con: A connection to a database with built models.
        needs: Topics of ``TOLD``, the most important first.
        language: The language of the sentences.
        period: The days asked about.
        as_of: The instant whose knowledge counts, in UTC; left out, it is not looked at whether
            records of what is told begin only later.
    """
    told = topics_told(con)
    said = _sentences(language)
    found = []
    for topic in needs:
        if topic not in told:
            found.append(said[topic])
        elif topic in DATED and as_of is not None:
            first, _ = told_between(con, topic)
            if first is not None and _is_before(first, period, as_of):
                found.append(_only_from(topic, first, language))
    return tuple(_without_echoes(found, needs, told, said))


def _is_before(first: dt.datetime, period: Period | None, as_of: dt.datetime) -> bool:
    # A day's slack: the period's days are local, the instant is in UTC.
    is_over = period is not None and first >= dt.datetime.combine(period.end, dt.time()) + _DAY
    return is_over or first > as_of


def _without_echoes(
    found: Sequence[str], needs: Sequence[str], told: Collection[str], said: Mapping[str, str]
) -> list[str]:
    """Leave out what follows from something said already: of no message nobody knows who wrote."""
    follows = {
        "messages": ("entry_points", "employees", "words", "hand_overs", "closes", "reply_windows",
                     "channels"),
        "checkouts": ("carts_and_orders", "recovery_links"),
        "orders": ("carts_and_orders",),
    }  # fmt: skip
    echoes = {
        said[topic]
        for base, topics in follows.items()
        if base in needs and base not in told
        for topic in topics
    }
    return list(dict.fromkeys(one for one in found if one not in echoes))


def _sentences(language: str) -> dict[str, str]:
    say = wording(language)
    return {
        "messages": say("No messages are loaded, so it is not known who wrote and who answered."),
        "orders": say("No orders are loaded, so it is not known what was bought."),
        "checkouts": say("No checkouts are loaded, so it is not known what was left behind."),
        "ads": say("No figures of ads are loaded, so it is not known what they cost and claim."),
        "web_analytics": say(
            "No web analytics are loaded, so it is not known what happened on the website."
        ),
        "ratings": say("No ratings are loaded, so it is not known what customers thought."),
        "entry_points": say("No export tells what brought people."),
        "employees": say("No export names the employees who answered."),
        "words": say("No export keeps what people wrote."),
        "hand_overs": say("No export tells of a hand-over from a bot to people."),
        "closes": say("No export tells when conversations were closed."),
        "reply_windows": say("On no channel loaded it is limited how long one may answer."),
        "channels": say(
            "Messages of one channel only are loaded, so nobody can be seen to change channel."
        ),
        "carts_and_orders": say(
            "No shop's checkouts and orders are both loaded, so it is not known which of them "
            "ended in an order."
        ),
        "recovery_links": say("No export tells which carts were recovered by a link."),
    }


def _only_from(topic: str, first: dt.datetime, language: str) -> str:
    say = wording(language)
    text = {
        "messages": say("Messages are loaded from {day} on; of the days before nothing is known."),
        "orders": say("Orders are loaded from {day} on; of the days before nothing is known."),
        "checkouts": say(
            "Checkouts are loaded from {day} on; of the days before nothing is known."
        ),
        "ads": say("Figures of ads are loaded from {day} on; of the days before nothing is known."),
        "web_analytics": say(
            "Web analytics are loaded from {day} on; of the days before nothing is known."
        ),
        "ratings": say("Ratings are loaded from {day} on; of the days before nothing is known."),
    }[topic]
    return text.format(day=Formatter(language).date(first.date()))
