"""What every platform's tests share: run a kind's SQL over documents and see what came of each."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import count
from random import Random
from typing import Any

import duckdb
import pytest

from convocommerce.records import TABLES
from convocommerce.sources.contract import (
    EVENTS,
    OUTCOMES,
    ExportKind,
    Source,
    structure_json,
)

Row = dict[str, Any]


class Mapped:
    """The records of some documents, by table, and the outcomes of those that gave none.

    Each statement runs when its table is first asked for, so a test pays for what it looks at.
    """

    def __init__(self, statements: Mapping[str, str], fetch: Callable[[str], list[Row]]) -> None:
        self._statements = statements
        self._fetch = cache(fetch)

    @property
    def records(self) -> dict[str, list[Row]]:
        """Return every record with its document number, by table."""
        return {table: self._fetch(table) for table in self._statements if table != OUTCOMES}

    @property
    def outcomes(self) -> dict[int, tuple[str, str]]:
        """Return the outcome and reason of each document that has one."""
        rows = self._fetch(OUTCOMES)
        found = {row["document_no"]: (row["outcome"], row["reason"]) for row in rows}
        assert len(found) == len(rows), "a document has two outcomes"
        return found

    @property
    def incomplete(self) -> list[tuple[int, str, str]]:
        """Return document, table and column of every required value that is missing."""
        return [
            (row["document_no"], table, column.name)
            for table, rows in self.records.items()
            for column in TABLES[table].columns
            for row in rows
            if column.required and row[column.name] is None
        ]

    def __getitem__(self, table: str) -> list[Row]:
        """Return the records of one table without their document number."""
        return [
            {name: value for name, value in row.items() if name != "document_no"}
            for row in self._fetch(table)
        ]

    def one(self, table: str) -> Row:
        """Return the only record of a table."""
        (row,) = self[table]
        return row

    def keys_of(self, subject_id: str) -> set[tuple[str, str]]:
        """Return the identity keys of one subject."""
        return {
            (row["key_kind"], row["key_value"])
            for row in self["identities"]
            if row["subject_id"] == subject_id
        }

    def kept(self) -> set[int]:
        """Return the documents that gave a record."""
        return {row["document_no"] for rows in self.records.values() for row in rows}

    def unaccounted(self, n_documents: int) -> set[int]:
        """Return the documents that gave neither a record nor an outcome."""
        return set(range(n_documents)) - self.kept() - set(self.outcomes)


Run = Callable[..., Mapped]
"""Called with a source, the name of a kind, documents, and if it matters their file's name."""


@pytest.fixture(scope="session")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """One database in memory."""
    con = duckdb.connect()
    con.execute("set TimeZone = 'UTC'")
    con.execute("set threads = 1")
    yield con
    con.close()


def kind_named(source: Source, name: str) -> ExportKind:
    """Return one kind of a source."""
    (kind,) = (kind for kind in source.kinds if kind.name == name)
    return kind


@pytest.fixture(scope="session")
def run(connection: duckdb.DuckDBPyConnection) -> Run:
    """Return a function that maps documents (numbered from 0) with one kind's SQL."""

    numbers = count()

    def map_documents(
        source: Source,
        name: str,
        documents: Sequence[str | Mapping[str, Any]],
        file: str = "export.json",
    ) -> Mapped:
        kind = kind_named(source, name)
        texts = [d if isinstance(d, str) else json.dumps(d) for d in documents]
        if kind.mend is not None:
            texts = [kind.mend(text) for text in texts]
        statements = source.statements(kind)
        token = next(numbers)
        connection.execute(source.macros())
        connection.execute(
            f"create temp table documents_{token} as "
            "select unnest(range(len($texts))) as document_no, $file as file, "
            "from_json(unnest($texts::varchar[]), $structure) as d"
            + ", unnest($texts::varchar[]) as text"
            * kind.parses_in_events,
            {"texts": texts, "structure": structure_json(kind), "file": file},
        )
        events = statements.pop(EVENTS, None)
        if events:
            connection.execute(f"create or replace temp view documents as from documents_{token}")
            connection.execute(f"create temp table events_{token} as {events}")

        def fetch(table: str) -> list[Row]:
            connection.execute(f"create or replace temp view documents as from documents_{token}")
            if events:
                connection.execute(f"create or replace temp view events as from events_{token}")
            cursor = connection.execute(statements[table])
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

        return Mapped(statements, fetch)

    return map_documents


@pytest.fixture(scope="session")
def column_types(connection: duckdb.DuckDBPyConnection) -> Callable[[Source], set[Any]]:
    """Return a function that lists the columns whose type is not the declared one."""

    def mismatches(source: Source) -> set[Any]:
        found = set()
        connection.execute(source.macros())
        for kind in source.kinds:
            connection.execute("drop view if exists documents")
            connection.execute("drop view if exists events")
            connection.execute(
                "create or replace temp table documents as "
                "select 0::bigint as document_no, ''::varchar as file, "
                f"from_json('{{}}', ?) as d{', null::varchar as text' * kind.parses_in_events} "
                "limit 0",
                [structure_json(kind)],
            )
            for table, sql in source.statements(kind).items():
                if table == EVENTS:
                    connection.execute(f"create or replace temp table events as {sql}")
                if table in (OUTCOMES, EVENTS):
                    continue
                types = {row[0]: row[1] for row in connection.execute(f"describe {sql}").fetchall()}
                found |= {
                    (kind.name, table, column.name, types[column.name])
                    for column in TABLES[table].columns
                    if types.get(column.name, column.type) != column.type
                }
            connection.execute("drop table documents")
            if EVENTS in source.statements(kind):
                connection.execute("drop table events")
        return found

    return mismatches


_ODD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 7, 1.5, 1e300, 12345678901234567890123456789, "", " ", "x",
    "1790337612204", "2026-09-25T11:40:12+0200", "2026-13-45T99:99", "NaN", "1e309", [], [None],
    [[]], [5], {}, {"id": {}}, {"a": [1]}, "%zz&ref=%", "attributes[", "\u0000", "é" * 300,
)  # fmt: skip


def mutate(document: Mapping[str, Any], random: Random) -> Any:
    """Return a copy of a document in which some fields are gone, doubled or of another type."""
    damaged = copy.deepcopy(dict(document))
    for _ in range(random.randint(1, 3)):
        holders = list(_holders(damaged))
        if not holders:
            return damaged
        holder: Any = random.choice(holders)
        key: Any = random.choice(sorted(holder) if isinstance(holder, dict) else range(len(holder)))
        action = random.randrange(4)
        if action == 0:
            del holder[key]
        elif action == 1 and isinstance(holder, dict):
            holder[f"{key}X"] = holder.pop(key)
        elif action == 2 and isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
        else:
            holder[key] = copy.deepcopy(random.choice(_ODD_VALUES))
    return damaged


def _holders(value: Any) -> Iterator[dict[str, Any] | list[Any]]:
    if isinstance(value, dict | list):
        if value:
            yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _holders(inner)


@pytest.fixture(scope="session")
def mutant() -> Callable[[Mapping[str, Any], Random], Any]:
    """Return ``mutate``."""
    return mutate
