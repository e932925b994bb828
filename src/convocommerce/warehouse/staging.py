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
from typing import TYPE_CHECKING

from convocommerce.errors import SourceDefinitionError
from convocommerce.records import FILLED_BY_LOADING, TABLES
from convocommerce.warehouse import parsing
from convocommerce.warehouse.parsing import DocumentMapping, Repair, bare, run
from convocommerce.warehouse.schema import KEY_COLUMNS, stored_columns

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from convocommerce.records import Column, Table

NOTHING_READ = "holds nothing that is read"
MOST_FAILING = 1000
"""On how many documents of a batch statements may fail before the source is to blame."""

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
        repaired = parsing.read(con, batch, mapping, repair)
        for name, statement in mapping.statements.items():
            _stage_records(con, TABLES[name], statement, mapping)
        if mapping.outcomes:
            run(
                con,
                "insert into staged_outcomes select document_no, outcome, reason from "
                f"(\n{bare(mapping.outcomes)}\n)",
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
    run(
        con,
        f"insert into staged_{table.name} by name "
        f"select *, case {missing} end as missing{keys} "
        f"from (select document_no, {columns} from ("
        f"select null::bigint as document_no, {unknown} where false "
        f"union all by name from (\n{bare(statement)}\n)))",
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
