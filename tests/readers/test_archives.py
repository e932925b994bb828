"""Compressed files and archives: read when whole, told when not, refused when hostile."""

from __future__ import annotations

import gzip
import io
import random
import stat
import zipfile

import pytest

from convocommerce.errors import ExportError
from convocommerce.readers import ExportFile, archives, find_exports

LINES = b"".join(b'{"id": %d, "text": "%d"}\n' % (n, n * 7919 % 1000) for n in range(200))


def one(tmp_path, data: bytes, name: str = "export.gz") -> ExportFile:
    (tmp_path / name).write_bytes(data)
    (file,) = find_exports([tmp_path / name])
    return file


def rows(file: ExportFile) -> list[dict]:
    return [row for table in file.documents() for row in table.to_pylist()]


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


@pytest.mark.parametrize("name", ["export.json.gz", "export.json", "export"])
def test_gzip_is_told_by_content(tmp_path, name):
    file = one(tmp_path, gzip.compress(LINES), name)
    assert file.format() == "ndjson"
    assert len(rows(file)) == 200
    assert not file.facts.is_incomplete


def test_gzip_of_several_members_and_padding_is_whole(tmp_path):
    file = one(tmp_path, gzip.compress(LINES) + gzip.compress(LINES) + bytes(64))
    assert len(rows(file)) == 400
    assert not file.facts.is_incomplete


def test_gzip_with_a_wrong_checksum_gives_all_and_is_incomplete(tmp_path):
    data = bytearray(gzip.compress(LINES))
    data[-8] ^= 1
    file = one(tmp_path, bytes(data))
    assert len(rows(file)) == 200
    assert file.facts.incomplete_reason == "the gzip file does not match its checksum"


def test_gzip_with_other_bytes_behind_it_gives_all_and_is_incomplete(tmp_path):
    file = one(tmp_path, gzip.compress(LINES) + b"trailing")
    assert len(rows(file)) == 200
    assert file.facts.incomplete_reason == "other bytes follow the end of the gzip file"


def test_gzip_cut_anywhere_is_never_complete(tmp_path):
    whole = gzip.compress(LINES)
    for end in range(2, len(whole)):
        file = one(tmp_path, whole[:end])
        if file.format() == "unknown":
            assert file.looks_like() == "a damaged compressed file"
            continue
        found = rows(file)
        assert file.facts.is_incomplete
        assert file.facts.n_documents == len(found)
        assert b"\n".join(row["text"].encode() for row in found) in LINES


def test_a_csv_row_cut_by_a_damaged_gzip_is_a_fault(tmp_path):
    noise = random.Random(1)
    lines = b"a,b\n" + b"".join(b"%d,%d\n" % (n, noise.getrandbits(40)) for n in range(500))
    whole = gzip.compress(lines)
    for end in range(len(whole) // 2, len(whole) - 8, 40):
        found = rows(one(tmp_path, whole[:end]))
        assert [row["fault"] for row in found[:-1]] == [None] * (len(found) - 1)
        last = found[-1]
        assert last["fault"] == "cut off" or last["text"].count('"b"') == 1


def test_a_gzip_bomb_is_refused(tmp_path):
    file = one(tmp_path, gzip.compress((b'{"a":"' + b"x" * 1_000_000 + b'"}\n') * 80))
    with pytest.raises(ExportError, match="more than 200 times"):
        rows(file)


def test_members_of_a_zip_are_listed_by_name(tmp_path):
    data = zipped(
        {
            "b/orders.json": LINES,
            "a.json.gz": gzip.compress(LINES),
            "__MACOSX/._a.json": b"x",
            ".DS_Store": b"x",
            "b/.hidden/c.json": b"x",
        }
    )
    (tmp_path / "exports.zip").write_bytes(data)
    files = find_exports([tmp_path])
    assert [file.name for file in files] == ["exports.zip/a.json.gz", "exports.zip/b/orders.json"]
    assert [len(rows(file)) for file in files] == [200, 200]
    assert not any(file.facts.is_incomplete for file in files)
    assert files[1].size < len(LINES)


def test_a_member_with_a_wrong_checksum_gives_all_and_is_incomplete(tmp_path):
    data = bytearray(zipped({"a.json": LINES}, zipfile.ZIP_STORED))
    data[data.index(b'"text"') + 1] ^= 1
    file = one(tmp_path, bytes(data), "a.zip")
    assert len(rows(file)) == 200
    assert "checksum" in file.facts.incomplete_reason


def test_a_damaged_member_is_incomplete(tmp_path):
    data = bytearray(zipped({"a.json": LINES}))
    for place in range(len(data) // 3, len(data) // 3 + 40):
        data[place] = 0xFF
    file = one(tmp_path, bytes(data), "a.zip")
    if file.format() != "unknown":
        rows(file)
        assert file.facts.is_incomplete


def test_a_cut_zip_is_refused_at_every_byte(tmp_path):
    whole = zipped({"a.json": LINES[:300]})
    for end in range(4, len(whole)):
        (tmp_path / "a.zip").write_bytes(whole[:end])
        with pytest.raises(ExportError, match=r"a\.zip is a damaged or cut-off zip"):
            find_exports([tmp_path])[0].format()


def test_a_list_of_files_shorter_than_declared_is_refused(tmp_path):
    data = bytearray(zipped({"a.json": LINES}))
    end = data.index(b"PK\x05\x06")
    data[end + 12 : end + 16] = bytes(4)
    with pytest.raises(ExportError, match="damaged or cut-off"):
        one(tmp_path, bytes(data), "a.zip").format()


def test_a_member_without_a_name_is_refused(tmp_path):
    nameless = zipped({"a.json": LINES}).replace(b"a.json", b"\0.json")
    with pytest.raises(ExportError, match=r"outside|no name"):
        one(tmp_path, nameless, "a.zip").format()


def test_a_zip_inside_a_zip_is_read_and_one_inside_that_is_refused(tmp_path):
    inner = zipped({"a.json": LINES, "again.zip": zipped({"b.json": LINES})})
    data = zipped({"x.json": LINES, "Inner.ZIP": inner, "last.json": LINES})
    (tmp_path / "outer.zip").write_bytes(data)
    first, again, *others = find_exports([tmp_path])
    names = [file.name for file in (first, again, *others)]
    assert names == [
        "outer.zip/Inner.ZIP/a.json",
        "outer.zip/Inner.ZIP/again.zip",
        "outer.zip/last.json",
        "outer.zip/x.json",
    ]
    assert [len(rows(file)) for file in (first, *others)] == [200, 200, 200]
    with pytest.raises(ExportError, match=r"again\.zip is a zip archive inside another"):
        rows(again)


@pytest.mark.parametrize(
    ("inner", "why"),
    [
        (zipped({"a.json": LINES})[:-9], "damaged or cut-off zip archive"),
        (b"PK", "damaged or cut-off zip archive"),
        (zipped({"x": bytes(9 << 20)}), "more than 200 times"),
        (zipped({"../up.json": LINES}), "outside the archive"),
    ],
)
def test_a_bad_zip_inside_a_zip_is_refused_and_its_neighbours_are_not(tmp_path, inner, why):
    (tmp_path / "outer.zip").write_bytes(zipped({"inner.zip": inner, "x.json": LINES}))
    bad, good = find_exports([tmp_path])
    assert bad.name == "outer.zip/inner.zip"
    with pytest.raises(ExportError, match=why):
        rows(bad)
    assert len(rows(good)) == 200


def test_archives_inside_one_share_what_it_may_unpack_to(tmp_path, monkeypatch):
    inner = zipped({"a.json": LINES})
    (tmp_path / "outer.zip").write_bytes(zipped({f"{n}.zip": inner for n in range(3)}))
    room = len(LINES) * 2 + len(inner) * 3 + 10
    monkeypatch.setattr(archives, "MAX_TOTAL", room)
    read, too = find_exports([tmp_path])[:2], find_exports([tmp_path])[2]
    assert [len(rows(file)) for file in read] == [200, 200]
    with pytest.raises(ExportError, match="unpacks to more than"):
        rows(too)


def test_a_damaged_zip_inside_a_zip_says_so(tmp_path):
    data = bytearray(zipped({"inner.zip": zipped({"a.json": LINES})}, zipfile.ZIP_STORED))
    data[60] ^= 255
    with pytest.raises(ExportError, match=r"a zip archive inside outer\.zip is damaged"):
        rows(one(tmp_path, bytes(data), "outer.zip"))


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../up.json", "a/../../b.json", "C:/x.json", "..\\up.json"]
)
def test_members_that_point_outside_are_refused(tmp_path, name):
    with pytest.raises(ExportError, match="outside the archive"):
        one(tmp_path, zipped({name: b"{}"}), "a.zip").format()


def test_links_doubled_names_and_encryption_are_refused(tmp_path):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        link = zipfile.ZipInfo("link.json")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(ExportError, match="is a link"):
        one(tmp_path, data.getvalue(), "a.zip").format()

    doubled = zipped({"a.json": b"{}", "b.json": b"{}"}).replace(b"b.json", b"a.json")
    with pytest.raises(ExportError, match="the same name"):
        one(tmp_path, doubled, "a.zip").format()

    secret = bytearray(zipped({"a.json": b"{}"}))
    secret[secret.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ExportError, match="encrypted"):
        one(tmp_path, bytes(secret), "a.zip").format()


def test_zip_bombs_are_refused_before_anything_is_unpacked(tmp_path, monkeypatch):
    with pytest.raises(ExportError, match="more than 200 times"):
        one(tmp_path, zipped({"a.json": bytes(8 << 20)}), "a.zip").format()
    monkeypatch.setattr("convocommerce.readers.archives.MAX_TOTAL", 1000)
    with pytest.raises(ExportError, match="more than 4 GiB"):
        one(tmp_path, zipped({"a.json": LINES}), "a.zip").format()
    monkeypatch.setattr("convocommerce.readers.archives.MAX_MEMBERS", 1)
    with pytest.raises(ExportError, match="more than 1 files"):
        one(tmp_path, zipped({"a.json": b"{}", "b.json": b"{}"}), "a.zip").format()


def test_an_empty_zip_holds_nothing(tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped({}))
    assert find_exports([tmp_path]) == []
