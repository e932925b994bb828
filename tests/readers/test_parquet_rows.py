"""Parquet files: rows become documents as a CSV's do, whatever the types of the columns."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from convocommerce.errors import ExportError
from convocommerce.readers import ExportFile, find_exports

ROWS = {
    "id": pa.array([8812345678901234567, None], pa.int64()),
    "made": pa.array([dt.datetime(2026, 3, 2, 9, 14, 7), None], pa.timestamp("us", tz="UTC")),
    "total": pa.array([Decimal("12.50"), None], pa.decimal128(9, 2)),
    "is_public": pa.array([True, None]),
    "via": pa.array([{"channel": "web", "rel": None}, None]),
    "body": pa.array(['é "quoted"\n', ""]),
}


def export(tmp_path: Path, columns: dict[str, Any], name: str = "ticket.parquet") -> ExportFile:
    path = tmp_path / name
    pq.write_table(pa.table(columns), path)
    (found,) = find_exports([path])
    return found


def read(file: ExportFile, **options: Any) -> list[tuple[int, dict[str, Any]]]:
    tables = file.documents(**options)
    rows = [row for table in tables for row in table.to_pylist()]
    return [(row["position"], json.loads(row["text"], parse_float=str)) for row in rows]


def test_rows_are_documents_with_every_digit(tmp_path: Path) -> None:
    file = export(tmp_path, ROWS)
    assert (file.format(), file.headings()) == ("parquet", list(ROWS))
    first, second = read(file)
    assert first == (
        1,
        {
            "id": 8812345678901234567,
            "made": "2026-03-02 09:14:07+00",
            "total": "12.50",
            "is_public": True,
            "via": {"channel": "web", "rel": None},
            "body": 'é "quoted"\n',
        },
    )
    assert second == (2, dict.fromkeys(ROWS) | {"body": ""})
    assert (file.facts.n_documents, file.facts.is_incomplete) == (2, False)


def test_ids_that_a_data_frame_made_floating_are_whole_again(tmp_path: Path) -> None:
    file = export(tmp_path, {"id": [7001.0, None, 0.25], "n": pa.array([1.0, 2.0, 3.5])})
    assert [row for _, row in read(file)] == [
        {"id": "7001", "n": "1"},
        {"id": None, "n": "2"},
        {"id": "0.25", "n": "3.5"},
    ]


def test_columns_are_renamed_left_out_and_filled_up(tmp_path: Path) -> None:
    file = export(
        tmp_path, {"Mail": ["", "a@b.example"], "E-mail": ["c@d.example", ""], "x": [1, 2]}
    )
    names = {"Mail": "email", "E-mail": "email"}
    found = read(file, rename=names.get, constants={"currency": "EUR"})
    assert [row for _, row in found] == [
        {"email": "c@d.example", "currency": "EUR"},
        {"email": "a@b.example", "currency": "EUR"},
    ]


def test_names_of_columns_are_never_run(tmp_path: Path) -> None:
    names = ['a"b', "a'b", "1); drop table x; --"]
    file = export(tmp_path, {name: [number] for number, name in enumerate(names)})
    assert read(file) == [(1, {name: number for number, name in enumerate(names)})]


@pytest.mark.parametrize("packing", ["gz", "zip"])
def test_packed_files_are_read(tmp_path: Path, packing: str) -> None:
    plain = tmp_path / "ticket.parquet"
    pq.write_table(pa.table(ROWS), plain)
    packed = tmp_path / f"packed.{packing}"
    if packing == "gz":
        packed.write_bytes(gzip.compress(plain.read_bytes()))
    else:
        with zipfile.ZipFile(packed, "w") as archive:
            archive.write(plain, "tables/ticket.parquet")
    (file,) = find_exports([packed])
    assert (file.format(), len(read(file))) == ("parquet", 2)


def test_many_rows_come_in_tables_of_their_own(tmp_path: Path) -> None:
    file = export(tmp_path, {"id": list(range(120_000))})
    tables = list(file.documents(batch_bytes=1 << 20))
    assert len(tables) > 1
    assert [one for table in tables for one in table.column("position").to_pylist()] == list(
        range(1, 120_001)
    )


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ticket.parquet"
    pq.write_table(pa.table(ROWS), path)
    path.write_bytes(path.read_bytes()[:-20])
    (file,) = find_exports([path])
    with pytest.raises(ExportError, match=r"ticket.parquet cannot be read: the Parquet file is"):
        file.headings()
