"""From documents to staged records: the temporary tables of one load.

Documents arrive in batches and leave only their records behind, so memory stays flat however
large an export is. Nothing here is seen by anyone until ``merging`` takes it over.

A document ends up in exactly one place, by the first of these that holds:

1. it cannot be read, or a statement of its source fails on it: quarantined;
2. one of its records lacks a required column: quarantined, its whole records are kept;
3. it gave records: loaded or duplicate, which only merging can tell;
4. its source says what it is: ignored or quarantined, with the source's reason;
5. otherwise it is ignored, for it holds nothing that is read.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import duckdb

from convocommerce.errors import SourceDefinitionError
from convocommerce.records import FILLED_BY_LOADING, TABLES
from convocommerce.warehouse.schema import KEY_COLUMNS, stored_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pyarrow as pa

    from convocommerce.records import Column, Table

Repair: TypeAlias = "Callable[[str], tuple[str | None, str | None]]"
NOTHING_READ = "holds nothing that is read"
MOST_FAILING = 1000
"""On how many documents of a batch statements may fail before the source is to blame."""
NOT_AN_OBJECT = "not a JSON object"

_BOOKS = """
create or replace temp table staged_documents (
    document_no bigint, file_no integer, outcome varchar, reason varchar
);
create or replace temp table staged_outcomes (
    document_no bigint, outcome varchar, reason varchar
);
create or replace temp table staged_faults (document_no bigint, reason varchar);
create or replace temp table staged_quarantine (
    file_no integer, position bigint, part integer, reason varchar, text varchar
);
"""
_BOOK_NAMES = ("staged_documents", "staged_outcomes", "staged_faults", "staged_quarantine")

# DuckDB cuts what it quotes anywhere, in the middle of a letter too, and that is no text then.
_FAILURES = (
    duckdb.ProgrammingError, duckdb.DataError, duckdb.NotSupportedError, UnicodeDecodeError,
)  # fmt: skip


@dataclass(frozen=True)
class DocumentMapping:
    """How the documents of one kind of export become records.

    Attributes:
        name: ``platform/kind``, for error messages.
        structure: The structure of a document, as ``from_json`` takes it.
        statements: The SQL by canonical table.
        outcomes: The SQL that names documents without records, if there is one.
        events: The SQL of the step that the others share, if there is one.
        parses_in_events: Whether documents are parsed while that step reads them, and the others
            ask only about documents of which it tells nothing.
    """

    name: str
    structure: str
    statements: Mapping[str, str]
    outcomes: str | None = None
    events: str | None = None
    parses_in_events: bool = False


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Make empty staging tables."""
    con.execute(_BOOKS)
    for table in TABLES.values():
        columns = ", ".join(f"{name} {type_}" for name, type_ in stored_columns(table).items())
        con.execute(
            f"create or replace temp table staged_{table.name} "
            f"(document_no bigint, missing varchar, {columns})"
        )


def discard(con: duckdb.DuckDBPyConnection) -> None:
    """Drop every staging table."""
    for name in (*_BOOK_NAMES, *(f"staged_{name}" for name in TABLES), "documents", "events"):
        con.execute(f"drop table if exists temp.{name}")


def stage(
    con: duckdb.DuckDBPyConnection,
    batch: pa.Table,
    *,
    first_no: int,
    mapping: DocumentMapping,
    repair: Repair,
) -> dict[int, int]:
    """Turn one batch of documents into staged records.

    Args:
        con: The connection that ``prepare`` was called on.
        batch: Columns ``position``, ``part``, ``text``, ``fault``, ``repair``, ``file`` and
            ``file_no``, the number of the file in this load.
        first_no: The number of the first document of the batch, in this load.
        mapping: What the documents mean.
        repair: Makes readable JSON of text that is not, or says why it cannot.

    Returns:
        How many documents could only be read after a repair, by number of their file.

    Raises:
        SourceDefinitionError: A statement of the source fails without any document, or on more
            documents than ``MOST_FAILING``.
    """
    repaired: Counter[int] = Counter()
    waiting = [batch]
    n_failing = 0
    while waiting:
        part = waiting.pop()
        try:
            repaired.update(_stage_part(con, part, first_no, mapping, repair))
        except SourceDefinitionError as error:
            # DuckDB does not say which document it failed on: halves find it, and keep the others.
            _unstage(con, first_no, mapping)
            if half := part.num_rows // 2:
                waiting += [part.slice(half), part.slice(0, half)]
                continue
            n_failing += 1
            if n_failing > MOST_FAILING:
                raise
            _stage_part(con, _set_aside(part, str(error)), first_no, mapping, repair)
        first_no += part.num_rows
    return dict(repaired)


def _stage_part(
    con: duckdb.DuckDBPyConnection,
    batch: pa.Table,
    first_no: int,
    mapping: DocumentMapping,
    repair: Repair,
) -> dict[int, int]:
    import numpy as np
    import pyarrow as pa

    n = batch.num_rows
    counted = np.arange(first_no, first_no + n, dtype=np.int64)
    # From buffers: pa.array would import pandas, which takes a third of a second.
    numbers = pa.Array.from_buffers(pa.int64(), n, [None, pa.py_buffer(counted)])
    con.register("arriving", batch.append_column("document_no", numbers))
    try:
        repaired = _read(con, batch, mapping, repair)
        for name, statement in mapping.statements.items():
            _stage_records(con, TABLES[name], statement, mapping)
        if mapping.outcomes:
            _run(
                con,
                "insert into staged_outcomes select document_no, outcome, reason from "
                f"(\n{_bare(mapping.outcomes)}\n)",
                f"{mapping.name}/outcomes.sql",
            )
        _settle(con, first_no, list(mapping.statements))
    finally:
        con.unregister("arriving")
        con.execute("drop table if exists temp.documents")
        con.execute("drop table if exists temp.events")
        con.execute("truncate staged_outcomes")
        con.execute("truncate staged_faults")
    return repaired


def _unstage(con: duckdb.DuckDBPyConnection, first_no: int, mapping: DocumentMapping) -> None:
    """Take back the records of a batch on which a later statement failed."""
    for table in mapping.statements:
        con.execute(f"delete from staged_{table} where document_no >= {first_no}")


def _set_aside(document: pa.Table, reason: str) -> pa.Table:
    """Return one document as one that cannot be used."""
    import pyarrow as pa

    at = document.schema.get_field_index("fault")
    type_ = document.schema.field(at).type
    return document.set_column(at, "fault", pa.repeat(pa.scalar(reason, type_), 1))


def _read(
    con: duckdb.DuckDBPyConnection, batch: pa.Table, mapping: DocumentMapping, repair: Repair
) -> dict[int, int]:
    """Make ``documents`` and ``events``; count the documents that had to be repaired, by file."""
    if _looks_whole(con, batch):
        try:
            _read_whole(con, mapping)
        except _FAILURES:
            pass  # something in it cannot be read after all, and has to be found
        else:
            return {}
    repaired = _parse(con, mapping, repair)
    if mapping.events:
        _run(
            con,
            f"create or replace temp table events as {_bare(mapping.events)}",
            f"{mapping.name}/events.sql",
        )
    return repaired


def _looks_whole(con: duckdb.DuckDBPyConnection, batch: pa.Table) -> bool:
    """Return whether readers found nothing wrong with a batch, and every text begins an object."""
    if any(batch.column(name).null_count < batch.num_rows for name in ("fault", "repair")):
        return False
    others = con.execute("select count(*) from arriving where not starts_with(text, '{')")
    return others.fetchall() == [(0,)]


def _read_whole(con: duckdb.DuckDBPyConnection, mapping: DocumentMapping) -> None:
    """Make ``documents`` and ``events`` of documents that can all be read as they are.

    Asking for each whether it can be read (``try``) costs a third of reading them. What is parsed
    while ``events`` is made need not be kept, which costs as much as the parsing.
    """
    parsed = "select document_no, file, from_json(text, $structure) as d"
    structure = {"structure": mapping.structure}
    if not mapping.parses_in_events:
        con.execute(f"create or replace temp table documents as {parsed} from arriving", structure)
        if mapping.events:
            con.execute(f"create or replace temp table events as {_bare(mapping.events)}")
        return
    con.execute(
        f"create or replace temp table events as with documents as ({parsed}, text from arriving) "
        f"select * from (\n{_bare(mapping.events or '')}\n)",
        structure,
    )
    con.execute(
        f"create or replace temp table documents as {parsed}, text from arriving "
        "anti join events using (document_no)",
        structure,
    )


def _parse(
    con: duckdb.DuckDBPyConnection, mapping: DocumentMapping, repair: Repair
) -> dict[int, int]:
    """Make ``documents``, and ``staged_faults`` of what cannot be read; count the repaired."""
    import pyarrow as pa

    looks_like_object = r"ltrim(text, ' ' || chr(9) || chr(10) || chr(13)) like '{%'"
    kept = ", text" if mapping.parses_in_events else ""
    _run(
        con,
        "create or replace temp table documents as select document_no, file, "
        f"try(from_json(text, $structure)) as d{kept} from arriving "
        f"where fault is null and {looks_like_object}",
        mapping.name,
        {"structure": mapping.structure},
    )
    con.execute("delete from documents where d is null")
    con.execute(
        "insert into staged_faults select document_no, fault from arriving where fault is not null"
    )
    unread = con.execute(
        "select document_no, text from arriving "
        "where fault is null and document_no not in (select document_no from documents)"
    ).fetchall()
    repaired: list[tuple[int, str]] = []
    faults: list[tuple[int, str]] = []
    for number, text in unread:
        better, note = repair(text)
        if better is None:
            faults.append((number, note or "not JSON"))
        elif not better.lstrip().startswith("{"):
            faults.append((number, NOT_AN_OBJECT))
        else:
            repaired.append((number, better))
    if repaired:
        columns = [pa.array(list(column)) for column in zip(*repaired, strict=True)]
        con.register("repaired", pa.table(columns, names=["document_no", "text"]))
        con.execute(
            f"insert into documents select document_no, file, "
            f"try(from_json(text, $structure)){kept} from repaired "
            "join (select document_no, file from arriving) using (document_no)",
            {"structure": mapping.structure},
        )
        con.unregister("repaired")
        lost = con.execute("select document_no from documents where d is null").fetchall()
        con.execute("delete from documents where d is null")
        faults += [(number, "not JSON") for (number,) in lost]
    if faults:
        con.executemany("insert into staged_faults values (?, ?)", faults)
    mended = [number for number, _ in repaired]
    by_file = con.execute(
        "select file_no, count(*) from arriving "
        "where (repair is not null or list_contains($mended::bigint[], document_no)) "
        "and document_no in (select document_no from documents) group by file_no",
        {"mended": mended},
    ).fetchall()
    return dict(by_file)


def _stage_records(
    con: duckdb.DuckDBPyConnection, table: Table, statement: str, mapping: DocumentMapping
) -> None:
    where = f"{mapping.name}/{table.name}.sql"
    columns = ", ".join(f"{_clean(column, mapping)} as {column.name}" for column in table.columns)
    # A column that the statement leaves out is unknown: this empty table has them all.
    unknown = ", ".join(f"null::{column.type} as {column.name}" for column in table.columns)
    missing = " ".join(
        f"when {column.name} is null then 'no {column.name}'"
        for column in table.columns
        if column.required
    )
    keys = "".join(f", {sql} as {name}" for name, sql in KEY_COLUMNS.get(table.name, {}).items())
    _run(
        con,
        f"insert into staged_{table.name} by name "
        f"select *, case {missing} end as missing{keys} "
        f"from (select document_no, {columns} from ("
        f"select null::bigint as document_no, {unknown} where false "
        f"union all by name from (\n{_bare(statement)}\n)))",
        where,
    )


def _clean(column: Column, mapping: DocumentMapping) -> str:
    """Return the SQL that makes a source's value one of the declared type, or null."""
    if column.name in FILLED_BY_LOADING:
        return f"'{mapping.name}'"
    value = f"try_cast({column.name} as {column.type})"
    return f"nullif({value}, '')" if column.type == "VARCHAR" else value


def _settle(con: duckdb.DuckDBPyConnection, first_no: int, tables: list[str]) -> None:
    """Decide where each document of the batch ends up, as far as that is known before merging."""
    of_batch = [
        f"select document_no, missing from staged_{table} where document_no >= {first_no}"
        for table in tables
    ]
    records = " union all ".join(of_batch) or "select null::bigint, null::varchar limit 0"
    con.execute(
        f"""
        insert into staged_documents
        with records(document_no, missing) as ({records}),
        found as (
            select document_no, min(missing) as missing from records group by document_no
        ),
        said as (
            select document_no, max(outcome) as outcome, arg_max(reason, outcome) as reason
            from (select * from staged_outcomes order by reason) group by document_no
        )
        select
            arriving.document_no,
            arriving.file_no,
            case
                when faults.reason is not null or found.missing is not null then 'quarantined'
                when found.document_no is null then coalesce(said.outcome, 'ignored')
            end,
            case
                when faults.reason is not null then faults.reason
                when found.missing is not null then found.missing
                when found.document_no is null then coalesce(said.reason, $nothing)
            end
        from arriving
        left join staged_faults as faults using (document_no)
        left join found using (document_no)
        left join said using (document_no)
        """,
        {"nothing": NOTHING_READ},
    )
    quarantined = (
        "select document_no, reason from staged_documents "
        f"where document_no >= {first_no} and outcome = 'quarantined'"
    )
    # Nearly always there are none, and looking for them beside the texts costs more than asking.
    if not con.execute(f"{quarantined} limit 1").fetchall():
        return
    con.execute(
        "insert into staged_quarantine select file_no, position, part, reason, text "
        f"from arriving join ({quarantined}) using (document_no)"
    )
    for table in tables:
        con.execute(
            f"delete from staged_{table} where document_no >= {first_no} and missing is not null"
        )


def _bare(statement: str) -> str:
    return statement.strip().removesuffix(";")


def _run(
    con: duckdb.DuckDBPyConnection,
    sql: str,
    where: str,
    values: dict[str, object] | None = None,
) -> None:
    try:
        con.execute(sql, values or {})
    except _FAILURES as error:
        # DuckDB quotes the document it failed on, so only the kind of failure is passed on.
        raise SourceDefinitionError(f"{where} failed: {type(error).__name__}") from None
