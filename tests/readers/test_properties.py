"""What holds for any documents and any damage."""

from __future__ import annotations

import gzip
import io
import json
import tempfile
import zipfile
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from convocommerce.errors import ExportError
from convocommerce.readers import ExportFile, find_exports, repair_document

leaves = st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
keys = st.text().filter(lambda key: key != "data")
objects = st.lists(st.dictionaries(keys, values, max_size=4), min_size=2, max_size=6)


def read(
    data: bytes, batch_bytes: int = 1 << 20, name: str = "export"
) -> tuple[list[dict], ExportFile]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(data)
        files = find_exports([path])
        assume(len(files) == 1)  # damage to its name may turn a member into a hidden one
        file = files[0]
        tables = file.documents(envelope_keys={"data"}, batch_bytes=batch_bytes)
        found = [row for table in tables for row in table.to_pylist()]
        file.sample(envelope_keys={"data"})
        return found, file


def zipped(data: bytes) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("folder/export.json", data)
    return archive.getvalue()


@given(objects, st.booleans(), st.sampled_from([1, 7, 100, 1 << 20]))
@settings(deadline=None, max_examples=60)
def test_any_form_gives_the_same_texts(documents, is_ascii, batch_bytes):
    texts = [json.dumps(document, ensure_ascii=is_ascii) for document in documents]
    lines = "\n".join(texts)
    array = f"[{','.join(texts)}]"
    envelope = f'{{"data": [\n{" , ".join(texts)}\n], "paging": {{}}}}'
    for form in (lines, lines + "\n", array, envelope):
        data = form.encode()
        for stored in (data, gzip.compress(data), zipped(data), zipped(gzip.compress(data))):
            found, file = read(stored, batch_bytes)
            assert [row["text"] for row in found] == texts
            assert {row["fault"] for row in found} == {None}
            assert not file.facts.is_incomplete
            assert file.facts.n_documents == len(texts)


@given(st.lists(st.dictionaries(keys, leaves, max_size=2), min_size=2, max_size=3))
@settings(deadline=None, max_examples=12)
def test_an_array_cut_at_any_byte_is_never_read_as_complete(documents):
    texts = [json.dumps(document, ensure_ascii=False) for document in documents]
    for whole in (f"[{', '.join(texts)}]", f'{{"data": [{",".join(texts)}], "paging": {{}}}}'):
        data = whole.encode()
        for end in range(1, len(data)):
            found, file = read(data[:end])
            assert file.facts.is_incomplete
            healthy = [row["text"] for row in found if row["fault"] is None]
            assert healthy == texts[: len(healthy)]
            assert len(found) <= len(healthy) + 1


mutations = st.lists(
    st.tuples(
        st.integers(0, 10_000), st.sampled_from(["flip", "drop", "put"]), st.integers(0, 255)
    ),
    min_size=1,
    max_size=4,
)


def mutated(data: bytes, changes: list[tuple[int, str, int]]) -> bytes:
    changed = bytearray(data)
    for place, kind, byte in changes:
        at = place % max(1, len(changed))
        if kind == "put":
            changed.insert(at, byte)
        elif changed and kind == "drop":
            del changed[at]
        elif changed:
            changed[at] = byte
    return bytes(changed)


FORMS = (
    b'{"id": 1, "t": "x"}\n{"id": 2, "t": "\xc3\xa9"}\n{"id": 3}\n{"id": 4}\n',
    b'[{"id": 1, "t": "x"}, {"id": 2, "t": "\xc3\xa9"}, {"id": 3}]',
    b'{"data": [{"id": 1}, {"id": 2}], "paging": {"next": "x"}}\n',
    b'{"data": [{"id": 1}], "paging": {}}\n{"data": [{"id": 2}], "paging": {}}\n',
    b'id,t\n1,"x\ny"\n2,\xc3\xa9\n3,"z"\n',
)
STORED = [stored(form) for form in FORMS for stored in (bytes, gzip.compress, zipped)] + [
    form.decode().encode("utf-16") for form in FORMS
]


@given(st.sampled_from(STORED), mutations, st.sampled_from([1, 16, 1 << 20]))
@settings(deadline=None, max_examples=400)
def test_no_damage_crashes_and_every_document_is_accounted_for(stored, changes, batch_bytes):
    try:
        found, file = read(mutated(stored, changes), batch_bytes)
    except ExportError:
        return
    assert file.facts.n_documents == len(found)
    places = [(row["position"], row["part"]) for row in found]
    assert places == sorted(set(places))
    for row in found:
        row["text"].encode()
        repair_document(row["text"])


@given(st.integers(0, 3), st.binary(min_size=1, max_size=12).filter(lambda raw: b"\n" not in raw))
@settings(deadline=None, max_examples=200)
def test_a_damaged_line_leaves_its_neighbours_alone(which, raw):
    lines = [b'{"id": %d, "text": "hello"}' % n for n in range(9)]
    damaged = lines.copy()
    damaged[which + 4] = lines[which + 4][:9] + raw + lines[which + 4][9:]
    found, _ = read(b"\n".join(damaged) + b"\n")
    assert [row["position"] for row in found] == list(range(1, 10))
    for number, row in enumerate(found):
        if number != which + 4:
            assert (row["text"], row["repair"]) == (lines[number].decode(), None)


@given(st.lists(st.lists(st.text(), min_size=3, max_size=3), min_size=1, max_size=5))
@settings(deadline=None, max_examples=100)
def test_cells_survive_csv(cells):
    rows = [[cell.replace("\r", " ") for cell in row] for row in cells]
    quoted = "".join(
        ",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n"
        for row in [["a", "b", "c"], *rows]
    )
    found, _ = read(quoted.encode(), name="export.csv")
    expected = [{name: cell for name, cell in zip("abc", row, strict=True) if cell} for row in rows]
    assert [json.loads(row["text"]) for row in found] == [row for row in expected if row]
