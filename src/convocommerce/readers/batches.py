"""The shape in which documents leave the readers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
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
    columns = [
        numbers([row.position for row in rows], pa.int64()),
        numbers([row.part for row in rows], pa.int32()),
        texts_of([row.text for row in rows]),
        _notes([row.fault for row in rows]),
        _notes([row.repair for row in rows]),
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def numbers(values: Sequence[int] | np.ndarray[Any, Any], type_: pa.DataType) -> pa.Array:
    """Return whole numbers as an Arrow array.

    By way of a buffer: ``pa.array`` imports pandas, which takes a third of a second.
    """
    counted = np.asarray(values, type_.to_pandas_dtype())
    return pa.Array.from_buffers(type_, len(counted), [None, pa.py_buffer(counted)])


def texts_of(values: Sequence[str]) -> pa.LargeStringArray:
    """Return texts as an Arrow array, by way of buffers as well."""
    octets = [value.encode() for value in values]
    ends = np.zeros(len(octets) + 1, np.int64)
    np.cumsum([len(one) for one in octets], out=ends[1:])
    joined = pa.py_buffer(b"".join(octets))
    return pa.LargeStringArray.from_buffers(len(octets), pa.py_buffer(ends), joined)


def _notes(values: list[str | None]) -> pa.StringArray:
    is_empty = all(value is None for value in values)
    return pa.nulls(len(values), pa.string()) if is_empty else pa.array(values, pa.string())


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
