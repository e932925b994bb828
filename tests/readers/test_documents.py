"""What the readers promise for one file: which documents it gives, and where they stand."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from convocommerce.errors import ExportError, UsageError
from convocommerce.readers import ExportFile, find_exports


def export(tmp_path: Path, data: bytes | str, name: str = "export.json") -> ExportFile:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    (found,) = find_exports([path])
    return found


def rows(file: ExportFile, **options: object) -> list[dict]:
    return [row for table in file.documents(**options) for row in table.to_pylist()]


def places(file: ExportFile, **options: object) -> list[tuple]:
    return [(row["position"], row["part"], row["text"]) for row in rows(file, **options)]


def test_lines_keep_their_physical_number_and_their_text(tmp_path):
    file = export(tmp_path, '{"id": 1.10}\r\n\n  \n{"id":12345678901234567890}\n{"b": "é"}')
    assert file.format() == "ndjson"
    assert places(file) == [
        (1, 0, '{"id": 1.10}'),
        (4, 0, '{"id":12345678901234567890}'),
        (5, 0, '{"b": "é"}'),
    ]
    assert (file.facts.n_documents, file.facts.n_blank) == (3, 2)
    assert not file.facts.is_incomplete
    assert file.facts.encoding == "utf-8"


def test_tables_have_the_declared_columns(tmp_path):
    for data in ('{"a":1}\n{"a":2}\n', '[{"a":1}]', "a,b\n1,2\n"):
        (table,) = export(tmp_path, data).documents()
        assert [(field.name, field.type) for field in table.schema] == [
            ("position", pa.int64()),
            ("part", pa.int32()),
            ("text", pa.large_string()),
            ("fault", pa.string()),
            ("repair", pa.string()),
        ]
        table.validate(full=True)


@pytest.mark.parametrize("batch_bytes", [1, 2, 7, 64, 1 << 20])
def test_the_size_of_batches_changes_no_document(tmp_path, batch_bytes):
    lines = '\ufeff{"a": "é😀"}\n\n{"a": 2}\r\n{"a": 3}\n'.encode()
    assert places(export(tmp_path, lines), batch_bytes=batch_bytes) == [
        (1, 0, '{"a": "é😀"}'),
        (3, 0, '{"a": 2}'),
        (4, 0, '{"a": 3}'),
    ]
    table = 'a;b\n"x\ny";é\n\n3;4\n'
    assert places(export(tmp_path, table), batch_bytes=batch_bytes) == [
        (2, 0, '{"a": "x\\ny", "b": "é"}'),
        (5, 0, '{"a": "3", "b": "4"}'),
    ]


def test_invalid_lines_are_handed_on_for_the_database_to_judge(tmp_path):
    file = export(tmp_path, '{"a":1}\n{"a":\n{"a":3}\n')
    assert places(file) == [(1, 0, '{"a":1}'), (2, 0, '{"a":'), (3, 0, '{"a":3}')]
    assert not file.facts.is_incomplete


def test_a_last_line_cut_inside_a_document_makes_the_file_incomplete(tmp_path):
    file = export(tmp_path, '{"a":1}\n{"a":2}\n{"a":')
    assert len(rows(file)) == 3
    assert file.facts.incomplete_reason == "the last line is cut off"


@pytest.mark.parametrize("space", ["", " ", "\n", "\r\n\t"])
def test_arrays_envelopes_and_single_objects_keep_their_text(tmp_path, space):
    one, two = '{"id": 1.10, "n": {"x": []}}', '{"id":\n 2e3, "s": "]}\\""}'
    array = f"[{space}{one}{space},{space}{two}{space}]{space}"
    assert places(export(tmp_path, array)) == [(1, 0, one), (2, 0, two)]
    envelope = f'{{"paging":{{"next":"secret"}},{space}"data"{space}:{array}}}{space}'
    assert places(export(tmp_path, envelope), envelope_keys={"data"}) == [(1, 0, one), (2, 0, two)]
    assert places(export(tmp_path, two)) == [(1, 0, two)]
    single = f'{{"order"{space}: {one}}}'
    assert places(export(tmp_path, single), envelope_keys=("order",)) == [(1, 0, one)]
    assert places(export(tmp_path, single), envelope_keys=("data",)) == [(1, 0, single)]


def test_objects_one_after_another_are_read(tmp_path):
    file = export(tmp_path, '{\n "a": 1\n}\n{\n "a": 2\n}{"a": 3}\n')
    assert file.format() == "json"
    assert [place[0] for place in places(file)] == [1, 2, 3]
    assert places(file)[2] == (3, 0, '{"a": 3}')


def test_pages_on_lines_are_unwrapped_with_line_and_part(tmp_path):
    lines = [
        '{"data": [{"id": 1}, {"id": 2.50}], "paging": {"next": "secret"}}',
        '{"data": [], "paging": {}}',
        '{"id": 3, "text": "\\"data\\""}',
        '{"nested": {"data": [1]}}',
        '{"data": [{"id": 4}], "paging": {"next": "secr',
    ]
    file = export(tmp_path, "\n".join(lines))
    found = rows(file, envelope_keys={"data"})
    assert [(row["position"], row["part"], row["text"]) for row in found] == [
        (1, 1, '{"id": 1}'),
        (1, 2, '{"id": 2.50}'),
        (3, 0, lines[2]),
        (4, 0, lines[3]),
        (5, 0, '{"data": [{"id": 4}],'),
    ]
    assert [row["fault"] for row in found] == [None] * 4 + ["cut off"]
    assert file.facts.is_incomplete


def test_a_cut_array_gives_its_whole_elements_and_one_fault(tmp_path):
    file = export(tmp_path, '[{"a":1},{"a":2},{"a":')
    found = rows(file)
    assert [(row["position"], row["text"], row["fault"]) for row in found] == [
        (1, '{"a":1}', None),
        (2, '{"a":2}', None),
        (3, '{"a":', "cut off"),
    ]
    assert file.facts.is_incomplete


def test_a_bad_element_ends_the_reading_and_says_where(tmp_path):
    file = export(tmp_path, '[{"a":1},{"a" 2},{"a":3}]')
    found = rows(file)
    assert [(row["position"], row["text"], row["fault"]) for row in found] == [
        (1, '{"a":1}', None),
        (2, '{"a" 2},{"a":3}]', "unreadable from here on"),
    ]
    assert file.facts.incomplete_reason == "the JSON is unreadable from document 2 on"


def test_the_address_of_the_next_page_is_never_kept(tmp_path):
    whole = '{"data": [{"a":1},{"a":2}], "paging": {"next": "token"}, "data2": 1}'
    first = '{"paging": {"next": "token"}, "data": [{"a":1},{"a":2}]}'
    for text in (whole, first, whole.replace('"a":2', '"a" 2')):
        for cut in range(1, len(text) + 1):
            found = rows(export(tmp_path, text[:cut]), envelope_keys={"data"})
            assert not any("token"[:3] in row["text"] for row in found)


def test_an_element_nested_too_deep_does_not_take_its_neighbours_along(tmp_path):
    deep = "[" * 100_000 + "]" * 100_000
    file = export(tmp_path, f'[{{"a":1}},{deep},{{"a":3}}]')
    found = rows(file)
    assert [row["position"] for row in found] == [1, 2, 3]
    assert [row["fault"] for row in found] == [None, "too deep", None]
    assert not file.facts.is_incomplete
    assert len(rows(export(tmp_path, f'{{"a":1}}\n{{"a":2}}\n{{"a":{deep}}}'))) == 3


def test_a_line_too_long_is_a_fault_and_the_next_line_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr("convocommerce.readers.ndjson.MAX_LINE", 100)
    long = json.dumps({"a": "x" * 500})
    for batch_bytes in (10, 64, 300, 1 << 20):
        file = export(tmp_path, f'{{"a":1}}\n{{"a":2}}\n{long}\n{{"a":4}}\n{{"a":5}}\n')
        found = rows(file, batch_bytes=batch_bytes)
        assert [row["position"] for row in found] == [1, 2, 3, 4, 5]
        if batch_bytes < 200:
            assert found[2]["fault"] == "longer than 64 MiB"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-16"])
@pytest.mark.parametrize(
    "text",
    ['{"a": "é😀"}\n{"a": "ü"}\n', '[{"a": "é😀"},\n{"a": "ü"}]', '"a"\r\né😀\r\nü\r\n'],
)
def test_unicode_encodings_give_the_same_documents(tmp_path, codec, text):
    data = text.encode(codec)
    for mark in (b"", {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(codec, b"")):
        file = export(tmp_path, mark + data, "export.csv")
        for batch_bytes in (1, 5, 1 << 20):
            found = rows(file, batch_bytes=batch_bytes)
            assert [json.loads(row["text"])["a"] for row in found] == ["é😀", "ü"]
            assert {row["repair"] for row in found} == {None}
        assert file.facts.encoding.startswith(codec.removesuffix("-sig"))


def test_only_bytes_that_are_no_utf8_are_repaired(tmp_path):
    data = '{"a": "é"}\n'.encode() + '{"a": "é"}\n'.encode("cp1252") + '{"a": "😀"}\n'.encode()
    array = b"[" + data.strip().replace(b"\n", b",") + b"]"
    table = b"a,b\n" + "é,1\n".encode() + "é,1\n".encode("cp1252") + "😀,1\n".encode()
    for content in (data, array, table):
        file = export(tmp_path, content)
        found = rows(file)
        assert [json.loads(row["text"])["a"] for row in found] == ["é", "é", "😀"]
        assert [row["repair"] for row in found] == [None, "read as cp1252", None]
        assert file.facts.encoding == "utf-8 and cp1252"


@pytest.mark.parametrize(
    ("raw", "text", "note"),
    [
        (b"\x93hi\x94", "“hi”", "read as cp1252"),
        (b"\x81", "\ufffd", "undecodable bytes replaced"),
        (b"\xed\xa0\xbd", "\ufffd", "lone surrogate replaced"),
        (b"\xed\xa0\xbd\xed\xb8\x80", "😀", "surrogate pair joined"),
    ],
)
def test_stray_bytes_become_text_with_a_note(tmp_path, raw, text, note):
    (row, _) = rows(export(tmp_path, b'{"a":"' + raw + b'"}\n{"a":1}\n'))
    assert json.loads(row["text"]) == {"a": text}
    assert row["repair"] == note


def test_a_lone_surrogate_in_utf16_is_replaced(tmp_path):
    data = '{"a": "\ud83d"}\n{"a": 1}\n'.encode("utf-16", "surrogatepass")
    (row, _) = rows(export(tmp_path, data))
    assert (json.loads(row["text"]), row["repair"]) == ({"a": "\ufffd"}, "lone surrogate replaced")


def test_a_utf16_file_cut_inside_a_character_is_incomplete(tmp_path):
    file = export(tmp_path, '{"a": 1}\n{"a": 2}\n'.encode("utf-16")[:-1])
    assert len(rows(file)) == 2
    assert file.facts.is_incomplete


def test_byte_order_marks_between_joined_files_are_no_content(tmp_path):
    part = '\ufeff{"a": 1}\n'
    assert [row["text"] for row in rows(export(tmp_path, part * 3))] == ['{"a": 1}'] * 3
    assert [row["text"] for row in rows(export(tmp_path, '\ufeff[{"a": 1}]' * 2))] == [
        '{"a": 1}'
    ] * 2


def test_the_hash_is_of_the_bytes_as_stored(tmp_path):
    for data in (b'{"a":1}\n{"a":2}\n', gzip.compress(b'[{"a":1}]'), b"a,b\n1,2\n", b""):
        file = export(tmp_path, data)
        rows(file, batch_bytes=3)
        assert file.facts.sha256 == hashlib.sha256(data).hexdigest()


def test_progress_counts_stored_bytes(tmp_path):
    file = export(tmp_path, '{"a":1}\n' * 100)
    seen: list[int] = []
    rows(file, progress=seen.append, batch_bytes=80)
    assert seen == sorted(seen)
    assert seen[-1] == file.size == 800


def test_facts_are_asked_for_too_early(tmp_path):
    file = export(tmp_path, '{"a":1}\n' * 9)
    next(file.documents(batch_bytes=8))
    with pytest.raises(UsageError, match=r"export\.json"):
        _ = file.facts


def test_batches_of_no_size_are_refused(tmp_path):
    with pytest.raises(UsageError, match="batch_bytes"):
        rows(export(tmp_path, "{}"), batch_bytes=0)


@pytest.mark.parametrize("data", [b"", b" \n\n", b"\xef\xbb\xbf", gzip.compress(b"", mtime=0)])
def test_an_empty_file_has_no_documents_and_is_complete(tmp_path, data):
    file = export(tmp_path, data)
    assert (file.format(), file.looks_like()) == ("empty", "an empty file")
    assert rows(file) == []
    assert (file.facts.n_documents, file.facts.is_incomplete) == (0, False)


def test_sample_gives_objects_and_skips_what_is_none(tmp_path):
    file = export(tmp_path, '{"a":1}\n{bad\n[1]\n{"data":[{"a":2},3]}\n{"a":4}\n{"a":5}\n')
    assert file.sample(3, ("data",)) == [{"a": 1}, {"a": 2}, {"a": 4}]
    assert export(tmp_path, '[{"a":1},7,{"a":2},{"a":').sample() == [{"a": 1}, {"a": 2}]
    assert export(tmp_path, "a,b\n1,\n2,3\n").sample(1) == [{"a": "1"}]
    assert export(tmp_path, b"%PDF-1.7").sample() == []


def test_sample_of_a_large_array_and_of_one_large_object(tmp_path):
    large = json.dumps([{"a": "x" * 1000}] * 3000)
    assert len(export(tmp_path, large).sample()) == 20
    assert len(export(tmp_path, json.dumps({"a": "x" * 3_000_000})).sample()) == 1


def test_what_holds_no_documents_is_refused_by_name(tmp_path):
    with pytest.raises(ExportError, match=r"photo\.jpg is a JPEG image"):
        rows(export(tmp_path, b"\xff\xd8\xff\xe0", "photo.jpg"))


@pytest.mark.parametrize("name", ["page.json", "page.ndjson"])
def test_samples_for_many_ways_are_those_for_each_way(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text('{"rows":[{"a":1},{"a":2}]}\n{"data":[{"b":3}]}\n{"c":"data"}\n', "utf-8")
    (file,) = find_exports([path])
    ways = [(), ("rows",), ("data",), ("rows", "data"), ("other",)]
    assert file.samples(ways) == [file.sample(envelope_keys=way) for way in ways]
    assert file.samples(ways, 2)[3:] == [
        [{"a": 1}, {"a": 2}],
        [{"rows": [{"a": 1}, {"a": 2}]}, {"data": [{"b": 3}]}],
    ]


def test_a_beginning_is_read_no_more_often_for_more_ways(tmp_path: Path) -> None:
    path = tmp_path / "thread.json"
    path.write_text('{"messages":[{"a":1}]}', "utf-8")
    opened = 0

    def open_stored() -> Any:
        nonlocal opened
        opened += 1
        return path.open("rb", buffering=0)

    counts = []
    for n in (1, 30):
        file = ExportFile("thread.json", path.stat().st_size, open_stored, path)
        opened = 0
        file.samples([(f"key{number}",) for number in range(n)])
        counts.append(opened)
    assert counts[0] == counts[1]
