"""What a platform description consists of, and how it is checked.

A platform is a folder beside this file with a ``source.py`` that defines ``SOURCE`` and, for each
kind of export it reads, a folder of that kind's name with one ``.sql`` file per canonical table::

    sources/shopify/
        source.py                   SOURCE = Source(name="shopify", ...)
        macros.sql                  what only this platform's files convert, if anything
        orders/orders.sql           select document_no, platform, order_id, ... from documents
        orders/identities.sql
        orders/outcomes.sql         select document_no, outcome, reason from documents where ...

Each table file is one ``select`` that reads ``documents`` (columns ``document_no``, ``file``, the
name of the file as people see it, and ``d``, the document parsed into the declared structure, in
which every leaf is text) and yields ``document_no``, every required column of the table and what
it knows of the others, by name, in any order; a column left out is unknown. ``outcomes.sql`` names
the documents that hold nothing to keep: ``outcome`` is ``ignored`` or ``quarantined`` and
``reason`` a short sentence without any content of the document. A step that several files share
stands in ``events.sql``: a select over ``documents`` that runs first and is read as ``events``.
The macros of ``macros.sql`` are at hand in every file, and so are those of the ``macros.sql`` in
the platform's own folder, if it has one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from convocommerce.errors import SourceDefinitionError
from convocommerce.records import FILLED_BY_LOADING, TABLES

Document = Mapping[str, Any]
Structure = Mapping[str, Any]

MACROS = Path(__file__).with_name("macros.sql")
OUTCOMES = "outcomes"
EVENTS = "events"
_NAME = re.compile(r"[a-z][a-z0-9_]*")

TOPICS = {
    "answers": "whether and when somebody answered",
    "senders": "whether a person or a machine wrote",
    "bots": "which messages a bot wrote, of which it tells nothing at all",
    "closes": "when a conversation was closed",
    "employees": "which employee wrote",
    "times": "how exactly times are given",
    "completeness": "whether messages are missing",
    "delivery": "whether a message arrived",
    "customers": "who the customer is",
    "entry_points": "what brought people",
    "orders": "what was bought",
    "checkouts": "what was left behind",
    "ads": "what ads cost and did",
}
"""What a limit of an export can be about; metrics say which of these they rest on."""


@dataclass(frozen=True)
class Limit:
    """Something an export cannot tell.

    Attributes:
        sentence: What, in one full sentence.
        about: The topics of ``TOPICS`` that it touches; results that rest on one repeat it.

    Raises:
        SourceDefinitionError: A topic is not one.
    """

    sentence: str
    about: tuple[str, ...]

    def __post_init__(self) -> None:
        for topic in self.about:
            if topic not in TOPICS:
                raise SourceDefinitionError(
                    f"a limit is about {topic!r}, must be one of {', '.join(TOPICS)}"
                )


NO_CLOSES = Limit("It does not say when a conversation was closed.", about=("closes",))
"""The limit of exports of platforms that know no close, or do not export it."""


@dataclass(frozen=True)
class ExportKind:
    """One kind of export of a platform.

    Attributes:
        name: Its folder's name, such as ``orders_csv``.
        title: What people call it, such as ``Shopify orders CSV``.
        recognise: Whether a document (a parsed JSON object, or a CSV row by heading) is of this
            kind. Asked about the first documents of a file; must not raise.
        structure: The JSON structure of one document with ``"VARCHAR"`` at every leaf.
        envelope_keys: Keys under which a page of the API holds its list of documents.
        headings: Gives the structure's name for a CSV heading, or null to leave the column out;
            null for exports that are not CSV.
        required_headings: Names that a CSV of this kind must have after renaming.
        heading_facts: Facts that only the headings of a CSV tell (a currency, say), added to
            every row.
        cannot_tell: What this export cannot tell.
        mend: Makes good, in the text of one document, what this platform's exporter is known to
            break; returns the text itself when there is nothing to mend. Must not raise.
        is_numbered: Whether the order of its messages (``sequence``) runs through a whole case, so
            that it can contradict a clock; elsewhere it only breaks ties in one instant. What has
            no place in that order has a number above 2,000,000,000.
        reads_name: Whether the name of the file says something that its documents do not, so
            that the same content under another name is another export.
        parses_in_events: Whether documents are parsed while ``events.sql`` reads them, once, and
            are not kept: for exports so large that it counts. Its other files ask only about
            documents of which ``events.sql`` tells nothing, and ``documents`` also has the column
            ``text``, the document as it stands.
        names_people: Whether files of this kind are named after people; reports and books then
            show a short hash of the name instead.
    """

    name: str
    title: str
    recognise: Callable[[Document], bool]
    structure: Structure
    envelope_keys: tuple[str, ...] = ()
    headings: Callable[[str], str | None] | None = None
    required_headings: tuple[str, ...] = ()
    heading_facts: Callable[[Sequence[str]], Mapping[str, str]] | None = None
    cannot_tell: tuple[Limit, ...] = ()
    mend: Callable[[str], str] | None = None
    is_numbered: bool = False
    reads_name: bool = False
    parses_in_events: bool = False
    names_people: bool = False

    @property
    def is_csv(self) -> bool:
        """Whether files of this kind are CSV rather than JSON."""
        return self.headings is not None


@dataclass(frozen=True)
class Unread:
    """A table of a platform that people take for an export, and that holds nothing to read.

    Attributes:
        headings: The headings that it has, in lower case.
        way_out: What it is, what it lacks and what to take instead.
    """

    headings: frozenset[str]
    way_out: str


@dataclass(frozen=True)
class Source:
    """One platform.

    Attributes:
        name: Its folder's name, in lower case.
        title: What people call it.
        folder: Where its SQL stands.
        kinds: The kinds of export it reads, the most specific first.
        made_by: How its exports are made, a way in each text: where to click, or what to ask for.
        unread: Its tables that hold nothing to read.
        sql: The SQL by kind and table, for a source that is made while running; null when it
            stands in the folder.
    """

    name: str
    title: str
    folder: Path
    kinds: tuple[ExportKind, ...]
    made_by: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()
    sql: Mapping[str, Mapping[str, str]] | None = None

    def statements(self, kind: ExportKind) -> dict[str, str]:
        """Return the SQL of one kind by table name, ``outcomes`` and a shared step included.

        The shared step is named ``events`` and comes first.

        Raises:
            SourceDefinitionError: A file is named after no canonical table.
        """
        if self.sql is not None:
            return dict(self.sql[kind.name])
        folder = self.folder / kind.name
        found = {path.stem: path.read_text("utf-8") for path in sorted(folder.glob("*.sql"))}
        unknown = set(found) - set(TABLES) - {OUTCOMES, EVENTS}
        if unknown or not found:
            problem = f"holds SQL for no known table: {sorted(unknown)}" if unknown else "is empty"
            raise SourceDefinitionError(f"the folder {self.name}/{kind.name} {problem}")
        shared = {EVENTS: found.pop(EVENTS)} if EVENTS in found else {}
        return shared | found

    def macros(self) -> str:
        """Return the SQL of the macros at hand in this platform's files, the shared ones first."""
        own = self.folder / MACROS.name
        texts = [MACROS.read_text("utf-8")]
        if self.sql is None and own.exists():
            texts.append(own.read_text("utf-8"))
        return "\n".join(texts)

    def gives(self, kind: ExportKind) -> tuple[str, ...]:
        """Return the canonical tables that a kind of export feeds."""
        given = self.statements(kind)
        return tuple(name for name in TABLES if name in given)


def way_out(headings: Iterable[str], sources: Iterable[Source]) -> str:
    """Return what can be done with a table that no platform reads."""
    have = {heading.strip().lower() for heading in headings}
    unread = (one for source in sources for one in source.unread)
    found = next((one.way_out for one in unread if one.headings <= have), "")
    return found or "a mapping can read it (propose-mapping)"


def structure_json(kind: ExportKind) -> str:
    """Return the structure as the text that ``from_json`` takes."""
    return json.dumps(kind.structure)


def share_known(kind: ExportKind, documents: Sequence[Document], *, more_than: float) -> float:
    """Return which share of some documents a kind knows; 0 when it is not more than a limit.

    Most files are not of most kinds, so it asks no longer than the limit can still be exceeded.
    """
    n_known = len(documents)
    for document in documents:
        if not kind.recognise(document):
            n_known -= 1
            if n_known <= more_than * len(documents):
                return 0.0
    return n_known / len(documents) if documents else 0.0


def check(source: Source) -> None:
    """Bind every statement of a source against an empty table of documents.

    Raises:
        SourceDefinitionError: A name is not usable, a structure is not one, the macros do not
            run, or a statement does not bind or does not yield exactly the declared columns; says
            which and how.
    """
    if not _NAME.fullmatch(source.name):
        raise SourceDefinitionError(f"the source name {source.name!r} is not lower_snake_case")
    con = duckdb.connect()
    try:
        con.execute("set TimeZone = 'UTC'")
        try:
            con.execute(source.macros())
        except duckdb.Error as error:
            raise SourceDefinitionError(f"{source.name}/macros.sql does not run: {error}") from None
        for kind in source.kinds:
            _check_kind(con, source, kind)
    finally:
        con.close()


def _check_kind(con: duckdb.DuckDBPyConnection, source: Source, kind: ExportKind) -> None:
    where = f"{source.name}/{kind.name}"
    con.execute("drop table if exists events")
    try:
        con.execute(
            "create or replace temp table documents as "
            "select 0::bigint as document_no, ''::varchar as file, "
            f"from_json('{{}}', ?) as d{', null::varchar as text' * kind.parses_in_events} limit 0",
            [structure_json(kind)],
        )
    except duckdb.Error as error:
        raise SourceDefinitionError(f"{where}: the structure is not one: {error}") from None
    for table, sql in source.statements(kind).items():
        try:
            described = con.execute(f"describe {sql}").fetchall()
        except duckdb.Error as error:
            raise SourceDefinitionError(f"{where}/{table}.sql does not run: {error}") from None
        if table == EVENTS:
            con.execute(f"create or replace temp table events as {sql}")
            continue
        found = {row[0] for row in described}
        if table == OUTCOMES:
            wanted = allowed = {"document_no", "outcome", "reason"}
        else:
            columns = [c for c in TABLES[table].columns if c.name not in FILLED_BY_LOADING]
            wanted = {"document_no"} | {column.name for column in columns if column.required}
            allowed = {"document_no"} | {column.name for column in columns}
        if not wanted <= found <= allowed or len(described) != len(found):
            missing, extra = sorted(wanted - found), sorted(found - allowed)
            raise SourceDefinitionError(
                f"{where}/{table}.sql must yield every required column and no other than the "
                f"declared ones, each once; missing {missing or 'none'}, "
                f"not declared {extra or 'none'}"
            )
