"""Rows of a Parquet file as JSON documents, as if its columns had been a CSV's.

Types are given up on the way, as a CSV gives them up: what a column means is the source's to say.
Whole numbers that were stored as floating point, the way data frames keep ids with gaps, are
written as whole numbers again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO, TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from convocommerce.errors import ExportError
from convocommerce.readers.batches import SCHEMA

if TYPE_CHECKING:
    from convocommerce.readers.facts import Reading

Rename = Callable[[str], str | None]
DAMAGED = "the Parquet file is damaged"
_ROWS = 50_000
_FLOATS = (pa.types.is_floating, pa.types.is_float16)


def columns_of(file: IO[bytes], name: str) -> list[str]:
    """Return the names of the columns.

    Raises:
        ExportError: The file is damaged.
    """
    try:
        return list(pq.ParquetFile(file).schema_arrow.names)
    except (pa.ArrowException, OSError):
        raise ExportError(f"{name} cannot be read: {DAMAGED}; export it again") from None


def frame(
    file: IO[bytes],
    rename: Rename | None,
    constants: Mapping[str, str] | None,
    reading: Reading,
    rows: int = _ROWS,
) -> Iterator[pa.Table]:
    """Give the rows as documents; the position is the number of the row, counted from 1.

    A file that turns out to be damaged in the middle is noted as incomplete.

    Args:
        file: The file, seekable.
        rename: Gives the name for a column, or null to leave it out. Of two columns with one
            name, the first that is filled counts.
        constants: Values added to every row that does not have them itself.
        reading: Where damage is noted.
        rows: How many rows one table holds at most.
    """
    con = duckdb.connect()
    try:
        con.execute("set TimeZone = 'UTC'")
        position = 1
        parquet = pq.ParquetFile(file)
        document = _document_sql(parquet.schema_arrow, rename, constants or {})
        for batch in parquet.iter_batches(batch_size=rows):
            con.register("given", pa.Table.from_batches([batch]))
            texts = con.sql(f"select {document}::varchar as text from given").to_arrow_table()
            yield _table(texts.column("text"), position)
            position += batch.num_rows
    except (pa.ArrowException, OSError):
        reading.cut(DAMAGED)
    finally:
        con.close()


def _document_sql(schema: pa.Schema, rename: Rename | None, constants: Mapping[str, str]) -> str:
    """Return the SQL of one row as a JSON object, under the names that are asked for."""
    wanted: dict[str, list[str]] = {}
    for field in schema:
        name = rename(field.name) if rename else field.name
        if name is not None:
            wanted.setdefault(name, []).append(_value_sql(field))
    for name, value in constants.items():
        wanted.setdefault(name, []).append(_quoted(value))
    fields = (f"{_quoted(name)}, {_first_filled(values)}" for name, values in wanted.items())
    return f"json_object({', '.join(fields)})"


def _value_sql(field: pa.Field) -> str:
    column = '"' + str(field.name).replace('"', '""') + '"'
    if any(is_float(field.type) for is_float in _FLOATS):
        return (
            f"case when {column} = trunc({column}) and abs({column}) < 9007199254740992 "
            f"then {column}::bigint::varchar else {column}::varchar end"
        )
    # JSON's own numbers pass through floating point.
    return f"{column}::varchar" if pa.types.is_decimal(field.type) else column


def _first_filled(values: Sequence[str]) -> str:
    if len(values) == 1:
        return values[0]
    return f"coalesce({', '.join(f'''nullif({value}::varchar, '')''' for value in values)})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _table(texts: pa.ChunkedArray, first: int) -> pa.Table:
    n = len(texts)
    columns = [
        pa.array(range(first, first + n), SCHEMA.field("position").type),
        pa.repeat(pa.scalar(0, SCHEMA.field("part").type), n),
        texts.cast(SCHEMA.field("text").type),
        pa.nulls(n, SCHEMA.field("fault").type),
        pa.nulls(n, SCHEMA.field("repair").type),
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMA)
