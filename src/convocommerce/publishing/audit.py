"""Whether data is fit to be published: what would make a page wrong stops it, the rest is told.

A page that nobody looks at before it goes out must not go out wrong. So the exports must have come
and be whole, their newest records be recent, the days be covered, as much be said as usually on
such days, and the books add up. What may be odd and right all the same, such as a silence over
Christmas, is told and stops nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from convocommerce.building import SENT_AT, UNNAMED_SENDER
from convocommerce.checking import check
from convocommerce.file_names import MEDIA
from convocommerce.periods import Period

if TYPE_CHECKING:
    import duckdb

    from convocommerce.configuration import Audit, Source
    from convocommerce.warehouse import LoadReport

WEEKS_BEFORE = 8
"""How many weeks before a period say what is usual on its weekdays."""

_STOPPING = ("told twice",)
"""The checks of the data that stop a page: the same messages would be counted twice."""

_ELSEWHERE = ("documents", "senders", "files")
"""The checks of the data that are made here against the thresholds of the configuration."""

_PLATFORMS = {"meta_ads": "meta"}
"""What platforms call themselves in their records, where it is not the name of the source."""

_SAID = f"""
    select {SENT_AT} as instant from messages
    union all
    select happened_at from ticket_events where kind in ('text', 'attachment')
"""

_NEWEST = {
    "messages": (SENT_AT, "export"),
    "ticket_events": ("happened_at", "export"),
    "orders": ("coalesce(updated_at, created_at)", "platform"),
    "checkouts": ("coalesce(updated_at, created_at)", "platform"),
    "refunds": ("refunded_at", "platform"),
    "tickets": ("coalesce(updated_at, created_at)", "platform"),
    "web_events": ("happened_at", "platform"),
    "ratings": ("rated_at", "platform"),
    "reported_times": ("updated_at", "platform"),
    "sent_conversions": ("happened_at", "platform"),
    # A day of ads is told when it is over.
    "ad_days": ("last_day + interval 1 day", "platform"),
}
"""When a record is from, and which column says what told it, by table."""


@dataclass(frozen=True)
class Check:
    """One thing looked at before publishing.

    Attributes:
        name: What was looked at.
        found: What was found, in a sentence without anything personal.
        outcome: ``ok``, ``told`` (odd, and published all the same) or ``stop``.
        way_out: What to do when it stops.
    """

    name: str
    found: str
    outcome: str = "ok"
    way_out: str = ""

    def __str__(self) -> str:
        return f"{self.name}: {self.found}" + (f"; {self.way_out}" if self.way_out else "")


@dataclass(frozen=True)
class Loaded:
    """What one source of the configuration brought.

    Attributes:
        source: The source.
        report: What became of its files.
    """

    source: Source
    report: LoadReport


def audit(
    con: duckdb.DuckDBPyConnection,
    limits: Audit,
    loaded: Sequence[Loaded],
    periods: Mapping[Period, dt.datetime],
    now: dt.datetime,
) -> list[Check]:
    """Look at everything that could make the pages of some periods wrong.

    Args:
        con: A connection to a database with built models.
        limits: What data must be like.
        loaded: What each source brought in this build.
        periods: The days that pages are about, with the instant whose knowledge counts, in UTC.
        now: The instant that the age of records is counted to, in UTC.
    """
    zone = str(con.execute("select time_zone from rules").fetchall()[0][0])
    found = [_books(con)]
    for one in loaded:
        found += _source(con, one, zone, now)
    if loaded:
        found.append(_quarantined(limits, loaded))
    for period, as_of in periods.items():
        counts = _by_day(con, period, zone, as_of, now)
        found.append(_coverage(limits, period, counts))
        found.append(_volume(limits, period, counts))
        found.append(_senders(con, limits, period, zone, as_of))
    found += [
        Check(
            one.name,
            one.found,
            "ok" if one.is_fit else "stop" if one.name in _STOPPING else "told",
        )
        for one in check(con)
        if one.name not in _ELSEWHERE
    ]
    return found


def _books(con: duckdb.DuckDBPyConnection) -> Check:
    n = con.execute(
        "select count(*) from load_files "
        "where n_read <> n_loaded + n_duplicate + n_ignored + n_quarantined"
    ).fetchall()[0][0]
    if n:
        return Check(
            "books",
            f"of {n:,} files the documents read are not those accounted for",
            "stop",
            "restore the database from a backup, or load everything into a new one",
        )
    return Check("books", "every document read is accounted for")


def _source(
    con: duckdb.DuckDBPyConnection, loaded: Loaded, zone: str, now: dt.datetime
) -> Iterator[Check]:
    """Look at what one source brought: which platform, how much, how whole and how recent."""
    source, files = loaded.source, loaded.report.files
    where = str(source.path)
    kinds = {(one.source, one.kind) for one in files if one.source and one.kind}
    others = sorted(
        f"{platform}/{kind}"
        for platform, kind in kinds
        if source.platform not in (None, platform, f"{platform}/{kind}")
    )
    if others:
        yield Check(
            "platform",
            f"{where} holds {', '.join(others)} and should hold {source.platform} alone",
            "stop",
            "put these files elsewhere, or leave platform out",
        )
    least = source.min_documents
    if least is not None and loaded.report.read < least:
        yield Check(
            "documents",
            f"{where} holds {loaded.report.read:,} documents and min_documents is {least:,}",
            "stop",
            "see whether the export is whole",
        )
    broken = [one.file for one in files if one.incomplete or one.failed]
    if broken:
        yield Check(
            "files",
            f"{where} holds {_files(len(broken))} cut off or not to be read: "
            f"{', '.join(broken[:3])}",
            "stop",
            "export them again, or take them away",
        )
    strange = [
        f"{one.file}: {note}"
        for one in files
        if not one.source and not one.failed and not (note := one.note or "").endswith(MEDIA)
    ]
    if strange:
        yield Check(
            "left aside",
            f"{where} holds {_files(len(strange))} that nothing was read from: "
            f"{', '.join(strange[:3])}",
            "told",
        )
    if source.max_age is not None:
        yield _age(con, where, source.max_age, kinds, zone, now)


def _files(n: int) -> str:
    return "1 file" if n == 1 else f"{n:,} files"


def _age(
    con: duckdb.DuckDBPyConnection,
    where: str,
    max_age: dt.timedelta,
    kinds: set[tuple[str, str]],
    zone: str,
    now: dt.datetime,
) -> Check:
    exports = [f"{platform}/{kind}" for platform, kind in kinds]
    platforms = [_PLATFORMS.get(platform, platform) for platform, _ in kinds]
    asked = " union all ".join(
        f"select max({instant.format(zone=zone)}) as newest from {table} "
        f"where {column} in (select unnest(${column}))"
        for table, (instant, column) in _NEWEST.items()
    )
    newest = con.execute(
        f"select max(newest) from ({asked})", {"export": exports, "platform": platforms}
    ).fetchall()[0][0]
    if newest is None:
        return Check("age", f"how old the newest record of {where} is cannot be told", "told")
    age = now - newest
    said = f"the newest record of {where} is from {newest:%Y-%m-%d %H:%M} UTC"
    if age > max_age:
        return Check(
            "age",
            f"{said}, {_span(age)} ago, and max_age is {_span(max_age)}",
            "stop",
            "see why the export stopped, or allow it to be older",
        )
    return Check("age", said)


def _quarantined(limits: Audit, loaded: Sequence[Loaded]) -> Check:
    read = sum(one.report.read for one in loaded)
    kept = sum(one.report.quarantined for one in loaded)
    said = f"{kept:,} of {read:,} documents could not be understood"
    if kept > limits.max_quarantined * read:
        return Check(
            "quarantined",
            f"{said}, {kept / read:.1%}, and max_quarantined is {limits.max_quarantined:.1%}",
            "stop",
            "convocommerce loads tells why, file by file",
        )
    return Check("quarantined", said)


@dataclass(frozen=True)
class _Counts:
    """How many messages each day had.

    Attributes:
        days: The days of the period that are over by now.
        of: The number of messages by day, of the period and of the weeks before.
        first: The first day with any message.
    """

    days: tuple[dt.date, ...]
    of: Mapping[dt.date, int]
    first: dt.date | None

    def usual(self) -> float | None:
        """Return how many messages such days usually have; null where too few weeks are known."""
        import statistics

        total = 0.0
        for day in self.days:
            before = [
                earlier
                for weeks in range(1, WEEKS_BEFORE + 1 + len(self.days) // 7)
                if (earlier := day - dt.timedelta(weeks=weeks)) < self.days[0]
                and self.first is not None
                and earlier >= self.first
            ][:WEEKS_BEFORE]
            if len(before) < 2:
                return None
            total += statistics.median(self.of.get(earlier, 0) for earlier in before)
        return total


def _by_day(
    con: duckdb.DuckDBPyConnection,
    period: Period,
    zone: str,
    as_of: dt.datetime,
    now: dt.datetime,
) -> _Counts:
    rows: list[tuple[Any, int]] = con.execute(
        f"""
        select timezone($zone, timezone('UTC', instant))::date as day, count(*)
        from ({_SAID.format(zone=zone)})
        where instant <= $as_of
        group by day
        """,
        {"zone": zone, "as_of": as_of},
    ).fetchall()
    counts = dict(rows)
    today = now.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone)).date()
    n_days = max((min(period.end, today) - period.start).days, 0)
    days = tuple(period.start + dt.timedelta(days=number) for number in range(n_days))
    return _Counts(days, counts, min(counts, default=None))


def _coverage(limits: Audit, period: Period, counts: _Counts) -> Check:
    n_days, n_with = len(counts.days), sum(1 for day in counts.days if counts.of.get(day))
    said = f"{n_with} of the {n_days} days of {period.name} so far have messages"
    if counts.first is None:
        return Check(
            "coverage",
            "no messages are loaded, and every page is about conversations",
            "stop",
            "load an export of conversations; convocommerce measure gives figures without any",
        )
    if not n_with:
        return Check(
            "coverage",
            f"nothing is known of {period.name}",
            "stop",
            "load the exports of these days, or ask for a period that they cover",
        )
    if n_with < limits.min_coverage * n_days:
        return Check(
            "coverage",
            f"{said}, and min_coverage is {limits.min_coverage:.0%}",
            "stop",
            "load the exports of the other days",
        )
    return Check("coverage", said)


def _volume(limits: Audit, period: Period, counts: _Counts) -> Check:
    n, usual = sum(counts.of.get(day, 0) for day in counts.days), counts.usual()
    said = f"{n:,} messages in {period.name}"
    if usual is None or not usual:
        return Check("volume", f"{said}; too few weeks before it to say what is usual")
    said += f", where {usual:,.0f} are usual on such days"
    if n < (1 - limits.max_volume_drop) * usual:
        return Check(
            "volume",
            f"{said}: {1 - n / usual:.0%} fewer, and max_volume_drop is "
            f"{limits.max_volume_drop:.0%}",
            "stop",
            "see whether an export is missing",
        )
    return Check("volume", said)


def _senders(
    con: duckdb.DuckDBPyConnection,
    limits: Audit,
    period: Period,
    zone: str,
    as_of: dt.datetime,
) -> Check:
    total, unknown = con.execute(
        f"""
        select count(*), count(*) filter ({UNNAMED_SENDER})
        from (select *, {SENT_AT.format(zone=zone)} as instant from messages)
        where direction = 'out'
            and timezone($zone, timezone('UTC', instant))::date >= $first
            and timezone($zone, timezone('UTC', instant))::date < $last
            and instant <= $as_of
        """,
        {"zone": zone, "first": period.start, "last": period.end, "as_of": as_of},
    ).fetchall()[0]
    said = f"{unknown:,} of {total:,} outgoing messages in {period.name} are of unnamed apps"
    if unknown > limits.max_unknown_senders * total:
        return Check(
            "senders",
            f"{said}, and max_unknown_senders is {limits.max_unknown_senders:.0%}",
            "stop",
            "name them in rules.senders; convocommerce check lists them",
        )
    return Check("senders", said)


def _span(length: dt.timedelta) -> str:
    hours = length / dt.timedelta(hours=1)
    return f"{hours / 24:.1f} days" if hours >= 48 else f"{hours:.1f} hours"
