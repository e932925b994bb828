"""The shape in which documents leave the readers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pyarrow as pa

SCHEMA = pa.schema(
    [
        pa.field("position", pa.int64(), nullable=False),
        pa.field("part", pa.int32(), nullable=False),
        pa.field("text", pa.large_string(), nullable=False),
        pa.field("fault", pa.string()),
        pa.field("repair", pa.string()),
    ]
)


class Row(NamedTuple):
    """One document with its place, its fault and its repair."""

    position: int
    part: int
    text: str
    fault: str | None = None
    repair: str | None = None


def table_of(rows: list[Row]) -> pa.Table:
    """Return rows as an Arrow table."""
    columns = zip(*rows, strict=True) if rows else [[] for _ in SCHEMA]
    arrays = [
        pa.array(column, type=field.type) for column, field in zip(columns, SCHEMA, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


def batched(rows: Iterator[Row], batch_bytes: int) -> Iterator[pa.Table]:
    """Gather rows into tables of about ``batch_bytes`` of text."""
    waiting: list[Row] = []
    n_bytes = 0
    for row in rows:
        waiting.append(row)
        n_bytes += len(row.text)
        if n_bytes >= batch_bytes:
            yield table_of(waiting)
            waiting, n_bytes = [], 0
    if waiting:
        yield table_of(waiting)


def gathered(tables: Iterator[pa.Table], batch_bytes: int) -> Iterator[pa.Table]:
    """Join small tables into tables of about ``batch_bytes``, without copying them."""
    waiting: list[pa.Table] = []
    n_bytes = 0
    for table in tables:
        waiting.append(table)
        n_bytes += table.nbytes
        if n_bytes >= batch_bytes:
            yield pa.concat_tables(waiting)
            waiting, n_bytes = [], 0
    if waiting:
        yield pa.concat_tables(waiting)
