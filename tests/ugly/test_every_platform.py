"""Every platform at once: side by side in one folder, damaged, and with what is not known yet."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

import convocommerce as cc
from convocommerce import recognising
from convocommerce.loading import LoadReport
from convocommerce.readers import ExportFile, find_exports
from convocommerce.recognising import Recognised
from convocommerce.simulation import simulate
from convocommerce.simulation.writers.registry import SALES, TALK
from convocommerce.sources import ExportKind, Source, known_sources
from convocommerce.warehouse import state_hash

KINDS = [(source, kind) for source in known_sources() for kind in source.kinds]
PRIVATE = "Zonnebloemlaan"
WRITTEN_BY = {"messenger_api": "messenger", "messenger_archive": "messenger",
              "whatsapp_chat": "whatsapp"}  # fmt: skip
BESIDE_TALK = {"instagram": "messenger", "meta_ads": "meta_ads"} | dict(
    zip(SALES, SALES, strict=True)
)
JUNK = {
    "photo.jpg": b"\xff\xd8\xff\xe0JFIF" + bytes(500),
    "invoice.pdf": b"%PDF-1.4\n" + bytes(range(256)),
    "note.txt": b"Dear diary,\n" + PRIVATE.encode(),
    "empty.json": b"",
    "cut.zip": b"PK\x03\x04" + bytes(50),
    "login.html": b"<!doctype html><html><body>" + PRIVATE.encode(),
    "nobody.json": b'{"hello": "%s", "world": [1, 2]}' % PRIVATE.encode(),
    "nobody.ndjson": b'{"hello": 1}\n{"hello": 2}\n',
    "numbers.json": b"[1, 2, 3]",
    "refused.json": b'{"error": {"message": "%s"}}' % PRIVATE.encode(),
    "people.csv": b"naam,straat\nPiet,%s\n" % PRIVATE.encode(),
    "zeros": bytes(1000),
}


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which every platform's export of small simulated shops stands."""
    made = tmp_path_factory.mktemp("every")
    folder = made / "exports"
    for seed, talk in enumerate(TALK):
        simulate(
            made / talk, seed=seed, months=1, conversations_per_day=0.5, talk=talk,
            sales=SALES[seed % len(SALES)], exports_dir=folder / talk,
        )  # fmt: skip
    return folder


def loaded(*paths: Path) -> tuple[str, LoadReport]:
    """Return the state and the report of one load."""
    with cc.open(":memory:") as shop:
        report = shop.load(*paths)
        return state_hash(shop.database.con), report


@pytest.fixture(scope="module")
def expected(exports: Path) -> str:
    return loaded(exports)[0]


def add_up(report: LoadReport) -> None:
    for file in report.files:
        parts = (file.loaded, file.duplicate, file.ignored, file.quarantined)
        assert file.read == sum(parts), file


def test_each_file_finds_its_source_and_the_rest_is_listed(
    exports: Path, expected: str, tmp_path: Path
):
    junk = tmp_path / "junk"
    junk.mkdir()
    for name, content in JUNK.items():
        (junk / name).write_bytes(content)
    (junk / "loop").symlink_to(exports)
    with cc.open(":memory:") as shop:
        report = shop.load(exports, junk)
        add_up(report)
        assert report.quarantined == 0
        assert state_hash(shop.database.con) == expected
        strange = {file.file for file in report.files if file.source is None}
        assert strange == JUNK.keys()
        assert all(file.note for file in report.files if file.source is None)
        assert PRIVATE not in str(report) + repr(report)
        for file in report.files:
            if "/" not in file.file and file.source is not None:
                assert file.kind in ("chat_text", "archive"), "its name is no person's"
            elif file.source is not None:
                shop_name, platform = file.file.split("/")[:2]
                wanted = BESIDE_TALK.get(platform, WRITTEN_BY.get(shop_name, shop_name))
                assert file.source == wanted, file.file
        again = shop.load(exports, junk)
        assert again.loaded == 0
        assert all(file.skipped or file.source is None for file in again.files)


def split(path: Path, into: Path, random: Random) -> Iterator[Path]:
    """Write the documents of an NDJSON file to three compressed files, in another order."""
    lines = path.read_bytes().splitlines(keepends=True)
    random.shuffle(lines)
    for part in range(3):
        target = into / f"{part}-{path.name}.gz"
        target.write_bytes(gzip.compress(b"".join(lines[part::3])))
        yield target


def test_no_order_split_name_or_packing_changes_what_any_platform_says(
    exports: Path, expected: str, tmp_path: Path
):
    random = Random(5)
    kept, packed = io.BytesIO(), []
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, path in enumerate(sorted(exports.rglob("*"))):
            if path.suffix == ".ndjson":
                folder = tmp_path / str(number)
                folder.mkdir()
                packed += split(path, folder, random)
            elif path.is_file():
                archive.write(path, path.relative_to(exports).as_posix())
    whole = tmp_path / "rest.zip"
    whole.write_bytes(kept.getvalue())
    loads = [whole, *packed]
    random.shuffle(loads)
    state, report = loaded(*loads)
    add_up(report)
    assert state == expected


def widened(value: Any) -> Any:
    """Return a document in which every object has a field that nobody knows yet."""
    if isinstance(value, list):
        return [widened(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: widened(one) for name, one in value.items()} | {"brand_new": {"x": [1, None]}}


def test_fields_that_nobody_knows_yet_change_nothing(exports: Path, expected: str, tmp_path: Path):
    for path in exports.rglob("*"):
        target = tmp_path / path.relative_to(exports)
        if path.is_dir():
            target.mkdir(parents=True, exist_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text("utf-8")
        if path.suffix == ".ndjson":
            text = "\n".join(json.dumps(widened(json.loads(line))) for line in text.splitlines())
        elif path.suffix == ".json":
            text = json.dumps(widened(json.loads(text)))
        target.write_text(text, "utf-8")
    state, report = loaded(tmp_path)
    add_up(report)
    assert report.quarantined == 0
    assert state == expected


TIMES = (
    "2026-03-02T09:14:07Z", "2026-03-02 09:14:07", "1790337612", 1790337612204, 1790337612204000,
    1.790337612e9, "2026-03-02", "9999-12-31T23:59:59Z", "0000-00-00T00:00:00", -5, 0, "infinity",
)  # fmt: skip
IDS = ("12345678901234567", 12345678901234567890123, "abc-def", 1.5, 1e22, 0, -1, "007", True)
SUMS = ("12.50", 12.5, -3, "-3,00", "1e400", "9" * 60, 0, "€ 5", "12,345.67", 99999999999999)
ODD = (
    None, True, [], {}, [[]], [None], {"a": PRIVATE}, [PRIVATE], "", " ", "NaN", 1e300, -1,
    "\u0000", "\ud83d", "é" * 9000, "{not", "[not", "{\"a\":", "%zz&ref=%", "attributes[",
    f"{PRIVATE} 7, piet@voorbeeld.nl, +31612345678", "open", "closed", "true", "message", "1",
)  # fmt: skip


def anything(structure: Any, name: str, random: Random) -> Any:
    """Return a document of a kind's own shape whose every value may be of any type or size."""
    if isinstance(structure, Mapping) and random.random() > 0.05:
        kept = [(key, inner) for key, inner in structure.items() if random.random() > 0.1]
        return {key: anything(inner, key, random) for key, inner in kept}
    if isinstance(structure, list) and random.random() > 0.05:
        return [anything(structure[0], name, random) for _ in range(random.choice((0, 1, 1, 2)))]
    if random.random() < 0.2:
        return random.choice(ODD)
    for values, marks in (
        (TIMES, ("_at", "time", "date", "created", "updated", "day", "start", "end")),
        (IDS, ("id", "number", "key")),
        (SUMS, ("amount", "price", "total", "value", "count", "score", "rating", "spend")),
    ):
        if any(mark in name.lower() for mark in marks):
            return random.choice(values)
    return random.choice(ODD)


def text_of(document: Any, random: Random) -> bytes:
    """Return a document as one line of JSON, some cut off, doubled in part or nested deeply."""
    text = json.dumps(document, ensure_ascii=random.random() < 0.5)
    damage = random.random()
    if damage < 0.04:
        text = text[: random.randrange(len(text) + 1)]
    elif damage < 0.08 and text.endswith("}") and len(text) > 2:
        text = f'{text[:-1]}, "id": 5, "id": {{"x": "{PRIVATE}"}}}}'
    elif damage < 0.1 and text.endswith("}") and len(text) > 2:
        text = f'{text[:-1]}, "deep": {"[" * 3000}{"]" * 3000}}}'
    return text.encode("utf-8", "surrogatepass")


def of_kind(source: Source, kind: ExportKind, folder: Path, random: Random) -> Recognised:
    """Return a file of documents in the shape of a kind, as if it had been recognised."""
    documents = [anything(kind.structure, "", random) for _ in range(40)]
    path = folder / f"{source.name}-{kind.name}.ndjson"
    lines = [json.dumps({"first": 1}).encode(), *(text_of(one, random) for one in documents)]
    path.write_bytes(b"\n".join(lines) + b"\n")
    (export,) = find_exports([path])
    assert isinstance(export, ExportFile)
    return Recognised(export, source, kind)


def test_no_document_of_any_kind_stops_a_load_gets_lost_or_shows_in_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    random = Random(20260302)
    files = [of_kind(source, kind, tmp_path, random) for source, kind in KINDS]
    monkeypatch.setattr(recognising, "find", lambda *_: files)
    with cc.open(":memory:") as shop:
        report = shop.load(tmp_path)
        add_up(report)
        told = [(f.source, f.kind, reason.reason) for f in report.files for reason in f.reasons]
        assert not [one for one in told if "failed" in one[2]]
        assert all((report.loaded, report.duplicate, report.ignored, report.quarantined))
        words = [str(report), repr(report), str(shop.loads()), str(shop.quarantined()), str(told)]
        assert not [one for one in words if PRIVATE in one]
        before = state_hash(shop.database.con)
        assert shop.load(tmp_path).loaded == 0
        assert state_hash(shop.database.con) == before
        shop.build()
        assert shop.as_of().year == 2026


def test_a_thread_of_more_than_eight_megabytes_in_one_document_is_recognised_and_read(
    tmp_path: Path,
):
    said = [
        {"sender_name": ("Zoe", "Winkel")[n % 2], "timestamp_ms": 1782864000000 + n * 60_000,
         "content": f"{n} {'hallo ' * 400}"}
        for n in range(4000)
    ]  # fmt: skip
    people = [{"name": "Zoe"}, {"name": "Winkel"}]
    thread = {"participants": people, "messages": said, "title": "Zoe", "thread_path": "inbox/z_1"}
    path = tmp_path / "message_1.json"
    path.write_text(json.dumps(thread))
    assert path.stat().st_size > 9 << 20
    with cc.open(":memory:") as shop:
        report = shop.load(path)
        assert (report.files[0].source, report.read, report.loaded) == ("messenger", 1, 1)
        assert shop.database.con.execute("select count(*) from messages").fetchall() == [(4000,)]
