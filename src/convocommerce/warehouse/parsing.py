"""From a batch of documents to ``documents`` and ``events``, which statements read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import duckdb

from convocommerce.errors import SourceDefinitionError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pyarrow as pa

Repair: TypeAlias = "Callable[[str], tuple[str | None, str | None]]"
NOT_AN_OBJECT = "not a JSON object"

# DuckDB cuts what it quotes anywhere, in the middle of a letter too, and that is no text then.
FAILURES = (
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


def read(
    con: duckdb.DuckDBPyConnection, batch: pa.Table, mapping: DocumentMapping, repair: Repair
) -> dict[int, int]:
    """Make ``documents`` and ``events``, and ``staged_faults`` of what cannot be read.

    Args:
        con: A connection on which ``arriving`` is the batch, its documents numbered.
        batch: The same batch.
        mapping: What the documents mean.
        repair: Makes readable JSON of text that is not, or says why it cannot.

    Returns:
        How many documents could only be read after a repair, by number of their file.

    Raises:
        SourceDefinitionError: The structure is none, or ``events.sql`` fails.
    """
    if _looks_whole(con, batch):
        try:
            _read_whole(con, mapping)
        except FAILURES:
            pass  # something in it cannot be read after all, and has to be found
        else:
            return {}
    repaired = _parse(con, mapping, repair)
    if mapping.events:
        run(
            con,
            f"create or replace temp table events as {bare(mapping.events)}",
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
            con.execute(f"create or replace temp table events as {bare(mapping.events)}")
        return
    con.execute(
        f"create or replace temp table events as with documents as ({parsed}, text from arriving) "
        f"select * from (\n{bare(mapping.events or '')}\n)",
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
    run(
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


def bare(statement: str) -> str:
    """Return a statement without what ends it, to stand inside another."""
    return statement.strip().removesuffix(";")


def run(
    con: duckdb.DuckDBPyConnection,
    sql: str,
    where: str,
    values: dict[str, object] | None = None,
) -> None:
    """Run SQL of a source.

    Args:
        con: A connection.
        sql: The statement.
        where: Which file it stands in, for error messages.
        values: Its parameters.

    Raises:
        SourceDefinitionError: It fails; says where, and of what kind the failure is.
    """
    try:
        con.execute(sql, values or {})
    except FAILURES as error:
        # DuckDB quotes the document it failed on, so only the kind of failure is passed on.
        raise SourceDefinitionError(f"{where} failed: {type(error).__name__}") from None
