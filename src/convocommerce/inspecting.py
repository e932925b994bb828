"""What exports hold, without loading them; and which exports can be read at all."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convocommerce.building import HORIZONS
from convocommerce.calling import knows_its_names
from convocommerce.errors import ExportError
from convocommerce.loading import FileReport, Progress, load
from convocommerce.readers import find_exports
from convocommerce.recognising import find
from convocommerce.records import TABLES
from convocommerce.sources import known_sources
from convocommerce.sources.mapped import DEFAULTS, PAGE_KEYS, listed, propose, read_mapping
from convocommerce.warehouse import open_database
from convocommerce.warehouse.ledger import MANY, gathered

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

_TIMES = {
    "messages": "sent_at",
    "ticket_events": HORIZONS["ticket_events"],
    "touchpoints": "occurred_at",
    "orders": "created_at",
    "checkouts": "created_at",
    "web_events": "happened_at",
    "ad_days": "day::timestamp",
}

# Spoken only, and who it was without naming anybody: apps have numbers, employees are counted.
_SPOKEN = """
    create or replace temp table spoken as
    select
        channel,
        thread_key::varchar as thread,
        case
            when direction = 'in' then 'customers'
            when declared_role is not null then declared_role
            when app_id is not null then 'app ' || app_id
            else 'the business, no app named'
        end as who,
        agent_id
    from messages
    where direction <> 'none' and kind not in ('handover', 'close', 'reaction')
    union all
    select
        coalesce(t.channel, 'unknown channel'),
        e.platform || e.ticket_id,
        case
            when e.kind = 'note' then 'note'
            when coalesce(e.declared_role, p.role) = 'customer' or e.author_id = t.customer_id
                then 'customers'
            else coalesce(e.declared_role, p.role, 'human')
        end as who,
        case when who = 'human' then e.author_id end
    from ticket_events as e
    left join tickets as t using (platform, ticket_id)
    left join people as p on p.platform = e.platform and p.person_id = e.author_id
    where e.kind not in ('close', 'reopen', 'handover', 'chat')
        and not coalesce(e.is_transcript, t.is_messaging, false)
"""

_TALK = """
    select channel, count(distinct thread), count(*) as messages
    from spoken group by channel order by messages desc, channel
"""

_SPEAKERS = """
    select
        case who
            when 'human' then 'employees'
            when 'bot' then 'bots'
            when 'auto' then 'automatic replies'
            when 'note' then 'internal notes'
            else who
        end as speaker,
        count(*) as messages,
        count(distinct agent_id)
    from spoken group by speaker order by messages desc, speaker
"""

# What is kept although its meaning is not known: a new kind of message, a new way in ...
_STRANGE = """
    select 'messages of a kind that is not known' as what, count(*) as n
    from messages where kind = 'unsupported'
    union all
    select 'touchpoints of an entry point that is not known', count(*)
    from touchpoints where entry_point = 'other'
    union all
    select 'tickets of a channel that is not known', count(*) from tickets where channel = 'other'
    union all
    select 'orders in a state of payment that is not known', count(*)
    from orders
    where payment_status not in (
        'pending', 'authorized', 'partially_paid', 'paid', 'partially_refunded', 'refunded',
        'voided'
    )
"""

# Names of fields may themselves be data, where objects are keyed by people or numbers.
_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z_. ()-]{1,38}")
_SAMPLE = 200


@dataclass(frozen=True, repr=False)
class Inspection:
    """What some exports are and hold.

    Attributes:
        files: What would become of every file: which kind it is, and how many of its documents
            would be loaded, ignored or quarantined, with the reasons.
        period: The first and last instant that any record speaks of, in UTC; null without records.
        records: How many records of each canonical table there would be.
        channels: Threads and messages of each channel.
        speakers: Messages and named employees of everybody who speaks, by role or app.
        strange: How much is kept although its meaning is not known, by what it is.
        unread: Fields of the first documents that are not read, by title of the kind.
        limits: What the kinds of exports met cannot tell, by title of the kind.
    """

    files: tuple[FileReport, ...]
    period: tuple[dt.datetime, dt.datetime] | None
    records: dict[str, int]
    channels: dict[str, tuple[int, int]]
    speakers: dict[str, tuple[int, int]]
    strange: dict[str, int]
    unread: dict[str, tuple[str, ...]]
    limits: dict[str, tuple[str, ...]]

    def sections(self) -> dict[str, list[str]]:
        """Return what there is to say, line by line under headings."""
        first, last = self.period or (None, None)
        files = self.files if len(self.files) <= MANY else gathered(self.files)
        return {
            "Files": [line for file in files for line in _file_lines(file)],
            "Period": [f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC"]
            if first and last
            else ["nothing with a time"],
            "Records": [f"{n:,} {name.replace('_', ' ')}" for name, n in self.records.items()],
            "Threads": [
                f"{channel}: {threads:,} threads, {messages:,} messages"
                for channel, (threads, messages) in self.channels.items()
            ],
            "Who speaks": [
                f"{who}: {messages:,} messages" + (f" by {n:,} people" if n else "")
                for who, (messages, n) in self.speakers.items()
            ],
            "Kept, not understood": [f"{n:,} {what}" for what, n in self.strange.items()],
            "Fields not read": [
                f"{title}: {', '.join(names)}" for title, names in self.unread.items()
            ],
            "What this cannot tell": [
                f"{title}: {sentence}"
                for title, sentences in self.limits.items()
                for sentence in sentences
            ],
        }

    def __str__(self) -> str:
        """Return the sections as plain text."""
        return "\n".join(
            line
            for heading, lines in self.sections().items()
            if lines
            for line in (heading, *(f"  {one}" for one in lines))
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return "".join(
            f"<h4>{escape(heading)}</h4><ul>"
            + "".join(f"<li>{escape(line)}</li>" for line in lines)
            + "</ul>"
            for heading, lines in self.sections().items()
            if lines
        )


@knows_its_names
def inspect(
    paths: str | Path | Sequence[str | Path],
    *,
    mapping: str | Path | Sequence[str | Path] = (),
    progress: Progress | None = None,
) -> Inspection:
    """Say what exports are and hold, without loading them anywhere.

    Args:
        paths: Files, folders and zip archives.
        mapping: TOML files that say what the columns of other files mean.
        progress: Told how far reading has come.

    Raises:
        UnrecognisedExportError: A file that was named, or everything, is of no known kind; the
            message says what it looks like and what it resembles.
        ExportError: A file that was named cannot be read.

    >>> from pathlib import Path
    >>> sample = Path("data/sample/instagram/webhooks-2026-06.ndjson")
    >>> print(inspect(sample)) if sample.exists() else print("Files ...")
    Files ...
    """
    with open_database(":memory:") as database:
        mappings = listed(mapping)
        report = load(database, paths, mappings=mappings, progress=progress)
        with database.reading() as con:
            con.execute(_SPOKEN)
            return Inspection(
                files=report.files,
                period=_period(con),
                records=_records(con),
                channels={row[0]: (row[1], row[2]) for row in con.execute(_TALK).fetchall()},
                speakers={row[0]: (row[1], row[2]) for row in con.execute(_SPEAKERS).fetchall()},
                strange={what: n for what, n in con.execute(_STRANGE).fetchall() if n},
                unread=_unread(paths, mappings),
                limits=_limits(report.files),
            )


@knows_its_names
def propose_mapping(path: str | Path, *, table: str | None = None) -> str:
    """Return the text of a mapping to start from, guessed from what a file's columns are called.

    What could not be guessed is marked with a question mark. Save it beside the file as
    ``<name>.mapping.toml`` and loading the folder finds it.

    Args:
        path: A CSV, Parquet or JSON file.
        table: The canonical table its rows should become, such as ``messages`` or ``orders``; the
            one that fits best when left out.

    Raises:
        ExportError: The file cannot be read, or has no columns.
        UnknownNameError: There is no such table.
    """
    exports = find_exports([path])
    if len(exports) != 1:
        raise ExportError(f"{Path(path).name} is not one file; give a single file")
    export = exports[0]
    sample = export.sample(limit=200, envelope_keys=PAGE_KEYS)
    columns = export.headings() or list(dict.fromkeys(one for row in sample for one in _paths(row)))
    if not columns:
        raise ExportError(f"{export.name} is {export.looks_like()} and has no columns to map")
    name = re.sub(r"\W+", "_", Path(path).name.partition(".")[0].lower()).strip("_") or "mapped"
    return propose(columns, sample, name=name, table=table)


@knows_its_names
def try_mapping(path: str | Path, mapping: str | Path, *, rows: int = 10) -> pd.DataFrame:
    """Return the first records that a mapping makes of a file, without loading them anywhere.

    The rows say what the file says, and that may be personal.

    Args:
        path: The file.
        mapping: The TOML file.
        rows: How many records.

    Raises:
        ExportError: The file lacks a column that the mapping names, or none of its rows can be
            used; says why.
        SourceDefinitionError: The mapping is not one.
    """
    told = read_mapping(mapping)
    with open_database(":memory:") as database:
        report = load(database, path, mappings=[mapping])
        columns = [*told.columns, *(c for c in DEFAULTS[told.table] if c not in told.columns)]
        with database.reading() as con:
            found = con.execute(
                f"select {', '.join(columns)} from {told.table} order by rowid limit {int(rows)}"
            ).df()
    if found.empty:
        reasons = "; ".join(f"{one.reason} ({one.n:,})" for f in report.files for one in f.reasons)
        raise ExportError(f"no row of {Path(path).name} gives a record: {reasons or 'it is empty'}")
    return found


def supported() -> pd.DataFrame:
    """Return every kind of export that can be read: what it gives and what it cannot tell.

    Returns:
        A row per kind: ``platform``, ``export`` (its title), ``kind``, ``gives`` (the canonical
        tables it feeds) and ``cannot_tell`` (sentences).
    """
    import pandas as pd

    return pd.DataFrame(
        [
            {
                "platform": source.title,
                "export": kind.title,
                "kind": f"{source.name}/{kind.name}",
                "gives": source.gives(kind),
                "cannot_tell": tuple(limit.sentence for limit in kind.cannot_tell),
            }
            for source in known_sources()
            for kind in source.kinds
        ]
    )


def _paths(row: Mapping[str, Any], before: str = "") -> Iterator[str]:
    for key, value in row.items():
        if isinstance(value, Mapping):
            yield from _paths(value, f"{before}{key}.")
        else:
            yield f"{before}{key}"


def _file_lines(file: FileReport) -> list[str]:
    if file.source is None:
        return [f"{file.file}: {file.note}"]
    told = [
        f"{n:,} {word}"
        for n, word in (
            (file.loaded, "to load"),
            (file.duplicate, "say the same again"),
            (file.ignored, "to ignore"),
            (file.quarantined, "to quarantine"),
        )
        if n
    ]
    note = f"; {file.note}" if file.note else ""
    lines = [f"{file.file}: {file.source}/{file.kind}, {file.read:,} documents{note}"]
    lines += [f"  {', '.join(told)}"] if told else []
    lines += [f"  {reason.outcome}: {reason.n:,} {reason.reason}" for reason in file.reasons]
    return lines


def _period(con: duckdb.DuckDBPyConnection) -> tuple[dt.datetime, dt.datetime] | None:
    parts = " union all ".join(
        f"select min({column}) as first, max({column}) as last from {table}"
        for table, column in _TIMES.items()
    )
    first, last = con.execute(f"select min(first), max(last) from ({parts})").fetchall()[0]
    return None if first is None else (first, last)


def _records(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    counts = {name: con.execute(f"select count(*) from {name}").fetchall()[0][0] for name in TABLES}
    return {name: n for name, n in counts.items() if n}


def _unread(
    paths: str | Path | Sequence[str | Path], mappings: Sequence[str | Path]
) -> dict[str, tuple[str, ...]]:
    """Return the fields at the top of the first documents that no source looks at."""
    given = [paths] if isinstance(paths, str | Path) else paths
    found: dict[str, dict[str, None]] = {}
    for file in find(given, known_sources(), [read_mapping(one) for one in mappings]):
        kind = file.kind
        if kind is None or not isinstance(kind.structure, Mapping):
            continue
        if kind.headings is not None:
            names = [name for name in file.export.headings() if kind.headings(name) is None]
        else:
            sample = file.export.sample(limit=_SAMPLE, envelope_keys=kind.envelope_keys)
            names = [name for one in sample for name in one if name not in kind.structure]
        kept = (name for name in names if _FIELD_NAME.fullmatch(name))
        found.setdefault(kind.title, {}).update(dict.fromkeys(kept))
    return {title: tuple(names) for title, names in found.items() if names}


def _limits(files: Sequence[FileReport]) -> dict[str, tuple[str, ...]]:
    met = {(file.source, file.kind) for file in files}
    return {
        kind.title: tuple(limit.sentence for limit in kind.cannot_tell)
        for source in known_sources()
        for kind in source.kinds
        if (source.name, kind.name) in met and kind.cannot_tell
    }
