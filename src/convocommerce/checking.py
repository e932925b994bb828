"""Whether the data behind the figures is fit to be shown: coverage, gaps and skew."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convocommerce.building import (
    LAST_POSSIBLE,
    TOLD_IN_TICKETS,
    TOLD_TWICE,
    UNNAMED_SENDER,
    horizons,
)
from convocommerce.markup import html_table

if TYPE_CHECKING:
    import duckdb

_MOST_QUARANTINED = 0.01
_LONGEST_SILENCE = dt.timedelta(days=2)


@dataclass(frozen=True)
class Finding:
    """One thing looked at.

    Attributes:
        name: What was looked at.
        found: What was found, in a sentence without anything personal.
        is_fit: Whether figures can be trusted in spite of it.
    """

    name: str
    found: str
    is_fit: bool = True


class Findings(list[Finding]):
    """Everything looked at; in a notebook and a terminal it shows itself as a table."""

    @property
    def is_fit(self) -> bool:
        """Whether nothing makes the figures untrustworthy."""
        return all(finding.is_fit for finding in self)

    def __repr__(self) -> str:
        return "\n".join(f"{mark:4}  {name}: {found}" for mark, name, found in self._rows())

    def _repr_html_(self) -> str:
        return html_table(("", "looked at", "found"), self._rows())

    def _rows(self) -> list[tuple[str, str, str]]:
        return [("ok" if one.is_fit else "LOOK", one.name, one.found) for one in self]


def check(con: duckdb.DuckDBPyConnection) -> Findings:
    """Look at everything that could make figures wrong.

    Args:
        con: A connection to a database with built models.
    """
    found = (
        _documents(con),
        _incomplete(con),
        _future(con),
        _silence(con),
        _linked(con),
        _senders(con),
        _told_twice(con),
        _tickets(con),
        _conflicts(con),
    )
    return Findings(found)


def _zone(con: duckdb.DuckDBPyConnection) -> str:
    return str(con.execute("select time_zone from rules").fetchall()[0][0])


def _documents(con: duckdb.DuckDBPyConnection) -> Finding:
    read, quarantined = con.execute(
        "select coalesce(sum(n_read), 0), coalesce(sum(n_quarantined), 0) from load_files"
    ).fetchall()[0]
    share = quarantined / read if read else 0.0
    return Finding(
        "documents",
        f"{quarantined:,} of {read:,} documents read were quarantined",
        read > 0 and share <= _MOST_QUARANTINED,
    )


def _incomplete(con: duckdb.DuckDBPyConnection) -> Finding:
    files = con.execute(
        "select count(distinct file) from load_files where is_incomplete"
    ).fetchall()[0][0]
    return Finding("files", f"{files:,} files were cut off", files == 0)


def _future(con: duckdb.DuckDBPyConnection) -> Finding:
    """Count records from after the load that brought them, which only a wrong clock can write."""
    n = sum(
        con.execute(f"select count(*) from {table} where {column} > {LAST_POSSIBLE}").fetchall()[0][
            0
        ]
        for table, column in horizons(_zone(con)).items()
    )
    return Finding("clocks", f"{n:,} records are dated after they were loaded", n == 0)


def _silence(con: duckdb.DuckDBPyConnection) -> Finding:
    """Find the longest time in which no thread at all had a message: a log that stopped."""
    rows = con.execute(
        f"""
        with hours as (
            select distinct date_trunc('hour', sent_at) as hour from messages
            union
            select distinct date_trunc('hour', happened_at) from ticket_events
            where {TOLD_IN_TICKETS}
        ),
        gaps as (select hour, lag(hour) over (order by hour) as before from hours)
        select before, hour from gaps where before is not null order by hour - before desc limit 1
        """
    ).fetchall()
    if not rows:
        return Finding("silence", "there are no messages", is_fit=False)
    before, after = rows[0]
    hours = (after - before).total_seconds() / 3600
    return Finding(
        "silence",
        f"the longest time without any message is {hours:,.0f} h, from {before:%Y-%m-%d %H:00} UTC",
        after - before <= _LONGEST_SILENCE,
    )


def _linked(con: duckdb.DuckDBPyConnection) -> Finding:
    rows = con.execute(
        "select match_rule, count(*) from order_contacts group by all order by count(*) desc, 1"
    ).fetchall()
    total = sum(n for _, n in rows)
    said = ", ".join(f"{rule} {n:,}" for rule, n in rows) or "none"
    return Finding("orders", f"{total:,} orders, tied to a chat by: {said}")


def _senders(con: duckdb.DuckDBPyConnection) -> Finding:
    rows = con.execute(
        f"""
        select app_id, count(*)
        from messages
        where {UNNAMED_SENDER}
        group by app_id
        order by count(*) desc
        limit 5
        """
    ).fetchall()
    said = ", ".join(f"{app} ({n:,} messages)" for app, n in rows)
    return Finding(
        "senders",
        f"apps that the rules do not name: {said}; set Rules.senders"
        if rows
        else "the rules name every app that sends messages",
        not rows,
    )


def _told_twice(con: duckdb.DuckDBPyConnection) -> Finding:
    rows = con.execute(
        "select channel, exports, n_messages from told_twice where n_messages >= $few order by 1",
        {"few": TOLD_TWICE},
    ).fetchall()
    said = "; ".join(f"{channel} by {', '.join(exports)} ({n:,})" for channel, exports, n in rows)
    return Finding(
        "told twice",
        f"the same messages come from several exports: {said}; set Rules.told_by"
        if rows
        else "no channel is told by two exports",
        not rows,
    )


def _tickets(con: duckdb.DuckDBPyConnection) -> Finding:
    """Count what was written in tickets that nobody told, or whose customer nobody told."""
    total, lost = con.execute(
        """
        select count(*), count(*) filter (tickets.customer_id is null)
        from ticket_events as events
        left join tickets using (platform, ticket_id)
        where events.kind in ('text', 'attachment') and events.ticket_id not like 'chat:%'
        """
    ).fetchall()[0]
    return Finding(
        "tickets",
        f"{lost:,} of {total:,} messages in tickets have no known customer and are left out",
        lost <= total * _MOST_QUARANTINED,
    )


def _conflicts(con: duckdb.DuckDBPyConnection) -> Finding:
    n = con.execute("select count(*) from dropped_keys").fetchall()[0][0]
    return Finding("shared keys", f"{n:,} keys are shared by too many people and tie nobody")
