"""One document on each line: the hot path, without a Python object per line.

Line ends are found with numpy and the batch becomes one Arrow array over the same bytes. Only a
batch with bytes that are no UTF-8, or with pages of an API on its lines, is looked at line by
line.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from convocommerce.readers.batches import SCHEMA, Row, numbers, table_of
from convocommerce.readers.encodings import decode, notes_within
from convocommerce.readers.facts import Reading
from convocommerce.readers.json_text import CUT_OFF, KEPT_OF_FAULTY, kept_of, page

MAX_LINE = 64 << 20
TOO_LONG = "longer than 64 MiB"
_AROUND = " \t\r\n"
_MARK = "\ufeff"
_MARK_BEGINS = _MARK.encode()[0]


def frame(
    blocks: Iterator[bytes], envelope_keys: Collection[str], reading: Reading
) -> Iterator[pa.Table]:
    """Give the lines of UTF-8 blocks as documents, one table per block.

    The position is the physical line, blank lines counted. A last line without a line end is a
    document; if it is no JSON, the file is noted as cut off.
    """
    line = 1
    for data in _whole_lines(blocks):
        if isinstance(data, _Overlong):
            yield table_of([Row(line, 0, kept_of(decode(data.beginning)[0]), TOO_LONG)])
            line += 1
            continue
        if not data.endswith(b"\n"):
            _check_last(data, reading)
            data += b"\n"
        texts, repairs = _lines(data, reading)
        positions = np.arange(line, line + len(texts), dtype=np.int64)
        line += len(texts)
        table = _without_blanks(positions, texts, repairs, reading)
        if envelope_keys:
            table = _unwrapped(table, data, envelope_keys)
        if table.num_rows:
            yield table


class _Overlong:
    """A line too long to be one document."""

    def __init__(self, beginning: bytes) -> None:
        self.beginning = beginning


def _whole_lines(blocks: Iterator[bytes]) -> Iterator[bytes | _Overlong]:
    """Cut blocks at line ends; what follows the last line end waits for the next block."""
    waiting: list[bytes] = []
    n_waiting = 0
    for block in blocks:
        end = block.rfind(b"\n") + 1
        if end:
            first = block.find(b"\n") + 1
            if n_waiting > MAX_LINE:
                yield _Overlong(b"".join(waiting)[:KEPT_OF_FAULTY])
                if first < end:
                    yield block[first:end]
            else:
                yield b"".join([*waiting, block[:end]])
            waiting, n_waiting = [], 0
        if end < len(block):
            n_waiting += len(block) - end
            if n_waiting <= MAX_LINE or not waiting:
                waiting.append(block[end:])
            elif len(waiting) > 1:
                waiting = [b"".join(waiting)[:KEPT_OF_FAULTY]]
    if n_waiting > MAX_LINE:
        yield _Overlong(b"".join(waiting)[:KEPT_OF_FAULTY])
    elif waiting:
        yield b"".join(waiting)


def _check_last(data: bytes, reading: Reading) -> None:
    last = data[data.rfind(b"\n") + 1 :]
    try:
        if last.strip():
            json.loads(decode(last)[0], strict=False, parse_int=str)
    except json.JSONDecodeError:
        reading.cut("the last line is cut off")
    except RecursionError:
        return  # too deep to judge here; the document itself will be refused


def _lines(data: bytes, reading: Reading) -> tuple[pa.LargeStringArray, list[str | None] | None]:
    octets = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(octets == ord("\n")) + 1
    offsets = np.concatenate([np.zeros(1, np.int64), ends])
    texts = pa.LargeStringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(data))
    repairs: list[str | None] | None = None
    try:
        texts.validate(full=True)
    except pa.ArrowInvalid:
        texts, repairs = _repaired(data)
        reading.found_other_bytes()
    if (octets[offsets[:-1]] == _MARK_BEGINS).any():
        # Files put one behind the other keep their byte order marks at the start of a line.
        texts = pc.replace_substring_regex(texts, pattern=f"^{_MARK}+", replacement="")
    return pc.ascii_trim(texts, characters=_AROUND), repairs


def _repaired(data: bytes) -> tuple[pa.LargeStringArray, list[str | None]]:
    texts: list[str] = []
    notes: list[str | None] = []
    for line in data[:-1].split(b"\n"):
        text, repairs = decode(line)
        texts.append(text)
        notes.append(notes_within(repairs, 0, len(text) + 1))
    return pa.array(texts, pa.large_string()), notes


def _without_blanks(
    positions: np.ndarray[tuple[int], np.dtype[np.int64]],
    texts: pa.LargeStringArray,
    repairs: list[str | None] | None,
    reading: Reading,
) -> pa.Table:
    n = len(texts)
    columns = [
        # From buffers: pa.array would import pandas, which takes a second; and so would pa.scalar.
        pa.Array.from_buffers(pa.int64(), n, [None, pa.py_buffer(positions)]),
        pa.Array.from_buffers(pa.int32(), n, [None, pa.py_buffer(np.zeros(n, np.int32))]),
        texts,
        pa.nulls(n, pa.string()),
        pa.nulls(n, pa.string()) if repairs is None else pa.array(repairs, pa.string()),
    ]
    table = pa.Table.from_arrays(columns, schema=SCHEMA)
    is_filled = pc.binary_length(texts).cast(pa.bool_())
    n_filled = pc.sum(is_filled).as_py() or 0
    if n_filled < n:
        reading.n_blank += n - n_filled
        table = table.filter(is_filled)
    return table


def _unwrapped(table: pa.Table, data: bytes, keys: Collection[str]) -> pa.Table:
    quoted = [json.dumps(key, ensure_ascii=False) for key in keys]
    present = [key for key in quoted if data.find(key.encode()) >= 0]
    if not present:
        return table
    holds = [pc.match_substring(table["text"], key) for key in present]
    candidates = pc.indices_nonzero(reduce(pc.or_, holds))
    changed: dict[int, list[Row]] = {}
    for index, values in zip(
        candidates.to_pylist(), table.take(candidates).to_pylist(), strict=True
    ):
        documents = _documents_of(Row(**values), keys)
        if documents is not None:
            changed[index] = documents
    if not changed:
        return table
    others = [index for index in range(table.num_rows) if index not in changed]
    kept = iter(table.take(numbers(others, pa.int64())).to_pylist())
    rows: list[Row] = []
    for index in range(table.num_rows):
        rows.extend(changed[index] if index in changed else [Row(**next(kept))])
    return table_of(rows)


def _documents_of(row: Row, keys: Collection[str]) -> list[Row] | None:
    found = page(row.text, keys)
    if found is None:
        # A page that cannot be unwrapped still holds the address of the next one, with its key.
        kept = kept_of(row.text)
        is_page = kept != row.text and not _is_json(row.text)
        return [row._replace(text=kept, fault=CUT_OFF)] if is_page else None
    text, position, repair = row.text, row.position, row.repair
    return [
        Row(position, part, text[start:end], fault, repair)
        for part, (start, end, fault) in enumerate(found, start=1)
    ]


def _is_json(text: str) -> bool:
    try:
        json.loads(text, strict=False, parse_int=str)
    except (json.JSONDecodeError, RecursionError):
        return False
    return True
