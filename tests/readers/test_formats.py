"""What a file is, by its content."""

from __future__ import annotations

import io
import json
import zipfile

import duckdb
import pyarrow as pa
import pyarrow.parquet
import pytest

from convocommerce.readers import find_exports


def nature(tmp_path, data: bytes, name: str = "file") -> tuple[str, str]:
    (tmp_path / name).write_bytes(data)
    (file,) = find_exports([tmp_path / name])
    return file.format(), file.looks_like()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'{"a":1}\n{"a":2}', "ndjson"),
        (b'\n\n{"a":1}\n{"a":2}\n', "ndjson"),
        (b'broken\n{"a":1}\n{"a":2}\n', "ndjson"),
        (b'[broken\n{"a":1}\n{"a":2}\n', "ndjson"),
        (b'{"a":1}\n', "json"),
        (b'{\n  "a": 1\n}\n', "json"),
        (b'[\n{"a":1},\n{"a":2}\n]', "json"),
        (b"[]", "json"),
        (b"a,b\n1,2\n", "csv"),
        (b"[12/03/2024, 10:15:00] Anna: hello\n[12/03/2024, 10:16:00] Bob: hi\n", "chat_text"),
        (b"12/03/2024, 10:15 - Anna: hello\n12/03/2024, 10:16 - Bob: hi\n", "chat_text"),
        (b"\xe2\x80\x8e[12.03.24, 10:15:00] Anna: hello\n", "chat_text"),
        (b"2024-03-12 10:15:00 - INFO: started\n2024-03-12 10:15:01 - ERROR: no\n", "unknown"),
        (b"[2024-03-12 10:15:00] app.ERROR: no space left\n", "unknown"),
        (b"Dear all, hello\nThis is, well, a letter, nothing else\nBye\n", "unknown"),
    ],
)
def test_the_format_is_told_by_the_content_whatever_the_name(tmp_path, data, expected):
    for name in ("export.txt", "export.json", "export"):
        assert nature(tmp_path, data, name)[0] == expected


def test_a_first_line_larger_than_the_look_at_the_file(tmp_path):
    page = json.dumps({"data": [{"a": "x" * 1000}] * 300}).encode()
    assert nature(tmp_path, page + b"\n" + page)[0] == "ndjson"
    assert nature(tmp_path, page + b"\n")[0] == "json"


def office(folder: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{folder}/main.xml", "<x/>")
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xd8\xff\xe0..", "a JPEG image"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"%PDF-1.7\n", "a PDF"),
        (office("xl"), "an Excel workbook, to be exported as CSV instead"),
        (office("word"), "a Word document"),
        (
            b"<!DOCTYPE html><title>Log in</title>",
            "an HTML page, to be exported as JSON or CSV instead",
        ),
        (b"<?xml version='1.0'?>", "an XML or HTML text"),
        (b"Hello, it is me\n", "plain text"),
        (bytes(range(256)) * 4, "binary data"),
        (b"\x1f\x8b\x08\x00", "a damaged compressed file"),
    ],
)
def test_words_for_what_is_no_export(tmp_path, data, words):
    assert nature(tmp_path, data) == ("unknown", words)


def test_words_for_databases_and_parquet(tmp_path):
    duckdb.connect(str(tmp_path / "d.db")).close()
    assert nature(tmp_path, (tmp_path / "d.db").read_bytes())[1] == "a DuckDB database"
    pa.parquet.write_table(pa.table({"a": [1]}), tmp_path / "p.pq")
    assert nature(tmp_path, (tmp_path / "p.pq").read_bytes())[1] == "a Parquet file"


def test_the_words_for_a_csv_name_its_columns_but_nobody(tmp_path):
    assert nature(tmp_path, b"Name,Total\n1,2\n")[1] == "CSV with the columns Name, Total"
    words = nature(tmp_path, b"anna@example.com,0612345678\nbob@example.com,0687654321\n")[1]
    assert "anna" not in words
    assert "0612345678" not in words
