"""What loading promises: everything accounted for, nothing twice, all or nothing."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from convocommerce import loading
from convocommerce.errors import (
    ConvocommerceError,
    DatabaseError,
    ExportError,
    SourceDefinitionError,
    UnrecognisedExportError,
)
from convocommerce.loading import LoadReport, Reason, load, load_history, quarantined
from convocommerce.records import FILLED_BY_LOADING, TABLES, Table
from convocommerce.sources import ExportKind, Source, check
from convocommerce.warehouse import (
    Database,
    ledger,
    merging,
    open_database,
    schema,
    staging,
    state_hash,
)

Document = dict[str, Any]

MIDNIGHT = datetime.fromisoformat("2026-01-01T00:00:00")

_CASTS = {
    "TIMESTAMP": "instant({})",
    "DATE": "try_cast({} as date)",
    "DECIMAL(18,4)": "amount({})",
    "INTEGER": "whole({})",
    "BIGINT": "whole({})",
    "BOOLEAN": "truth({})",
}
_CSV = {"Number": "order_id", "Placed": "created_at", "Total": "total_amount", "Paid": "paid_at"}


def toy_sql(table: Table) -> str:
    columns = ", ".join(
        f"{_CASTS.get(c.type, '{}').format(f'r.{c.name}')} as {c.name}"
        for c in table.columns
        if c.name not in FILLED_BY_LOADING
    )
    return (
        f"select document_no, {columns} from (select document_no, unnest(d.{table.name}) as r "
        "from documents)"
    )


@pytest.fixture
def toy(tmp_path: Path) -> Source:
    """A platform whose documents are the records themselves, by table."""
    folder = tmp_path / "toy_source"
    structure = {
        name: [dict.fromkeys(table.column_names(), "VARCHAR")] for name, table in TABLES.items()
    }
    (folder / "events").mkdir(parents=True)
    for name, table in TABLES.items():
        (folder / "events" / f"{name}.sql").write_text(toy_sql(table))
    (folder / "events" / "outcomes.sql").write_text(
        "select document_no, 'ignored' as outcome, 'a greeting' as reason from documents "
        "where d.greeting is not null"
    )
    (folder / "orders_csv").mkdir()
    columns = ", ".join(
        "'toy' as platform"
        if c.name == "platform"
        else f"{_CASTS.get(c.type, '{}').format(f'd.{c.name}')} as {c.name}"
        if c.name in {*_CSV.values(), "currency"}
        else f"null::{c.type} as {c.name}"
        for c in TABLES["orders"].columns
    )
    (folder / "orders_csv" / "orders.sql").write_text(
        f"select document_no, {columns} from documents"
    )
    source = Source(
        name="toy",
        title="Toy",
        folder=folder,
        kinds=(
            ExportKind(
                name="events",
                title="Toy events",
                recognise=lambda d: bool(d.keys() & {*TABLES, "greeting"}),
                structure=structure | {"greeting": "VARCHAR"},
                envelope_keys=("toys",),
            ),
            ExportKind(
                name="orders_csv",
                title="Toy orders CSV",
                recognise=lambda row: "Number" in row,
                structure=dict.fromkeys((*_CSV.values(), "currency"), "VARCHAR"),
                headings=_CSV.get,
                required_headings=("order_id", "created_at", "total_amount"),
                heading_facts=lambda headings: {"currency": "EUR"},
            ),
        ),
    )
    check(source)
    return source


@pytest.fixture
def database(toy: Source, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setattr(loading, "known_sources", lambda: (toy,))
    with open_database(":memory:") as found:
        yield found


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes documents as one NDJSON file."""

    def write_file(name: str, documents: Sequence[Document | str]) -> Path:
        path = tmp_path / "exports" / name
        path.parent.mkdir(exist_ok=True, parents=True)
        lines = [d if isinstance(d, str) else json.dumps(d) for d in documents]
        path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        return path

    return write_file


def message(number: int | str = 1, **changes: Any) -> Document:
    record = {
        "channel": "toy", "business_id": "page", "customer_id": "anna", "message_id": f"m{number}",
        "sent_at": "1767225600000", "sequence": "0", "direction": "in", "kind": "text",
        "text": f"hello {number}",
    }  # fmt: skip
    return {"messages": [record | changes]}


def deletion(number: int | str = 1) -> Document:
    change = {
        "channel": "toy", "message_id": f"m{number}", "change": "deleted", "revision": "0",
        "changed_at": "1767225700000",
    }  # fmt: skip
    return {"message_changes": [change]}


def order(order_id: str = "1", **changes: Any) -> Document:
    record = {"platform": "toy", "order_id": order_id, "created_at": "2026-01-01T10:00:00Z"}
    return {"orders": [record | changes]}


def rows(database: Database, sql: str) -> list[Any]:
    return database.con.execute(sql).fetchall()


def counts(report: LoadReport) -> tuple[int, int, int, int, int]:
    return (report.read, report.loaded, report.duplicate, report.ignored, report.quarantined)


MIXED: list[Document | str] = [
    message(1),
    message(2, sent_at="1767225600"),
    {**message(3), **order("7", order_number="#7")},
    {"greeting": "hi"},
    {"messages": []},
    "[1, 2]",
    '{"messages": [',
    message(4, sent_at="never"),
    message(1),
]


def test_every_document_is_accounted_for(database: Database, write: Callable[..., Path]) -> None:
    report = load(database, write("day.ndjson", MIXED))
    (file,) = report.files
    assert (file.file, file.source, file.kind) == ("day.ndjson", "toy", "events")
    assert counts(report) == (9, 3, 1, 2, 3)
    assert {(r.outcome, r.reason, r.n) for r in file.reasons} == {
        ("ignored", "a greeting", 1),
        ("ignored", "holds nothing that is read", 1),
        ("quarantined", "not a JSON object", 1),
        ("quarantined", "cut off", 1),
        ("quarantined", "no sent_at", 1),
    }
    assert rows(database, "select message_id, sent_at from messages order by all") == [
        (f"m{number}", MIDNIGHT) for number in (1, 2, 3)
    ]
    assert rows(database, "select file, position from quarantine order by all") == [
        ("day.ndjson", 6), ("day.ndjson", 7), ("day.ndjson", 8)
    ]  # fmt: skip


def test_a_second_load_changes_nothing(database: Database, write: Callable[..., Path]) -> None:
    path = write("day.ndjson", MIXED)
    load(database, path)
    before = (
        state_hash(database.con),
        rows(database, "from state"),
        rows(database, "from quarantine"),
    )
    report = load(database, path)
    assert counts(report) == (9, 0, 4, 2, 3)
    assert report.load_id == 2
    after = (
        state_hash(database.con),
        rows(database, "from state"),
        rows(database, "from quarantine"),
    )
    assert after == before
    assert rows(database, "from state") == [(1,)]


def all_kinds_of_records(random: Random) -> list[Document]:
    """Return records of every table in which keys meet again and again."""
    documents: list[Document] = []
    for _ in range(120):
        document: Document = {}
        for name in random.sample(sorted(TABLES), 2):
            table = TABLES[name]
            record = {}
            for column in table.columns:
                if column.type in ("TIMESTAMP", "DATE"):
                    value = f"2026-01-0{random.randint(1, 3)}T00:00:00Z"[
                        : 10 if column.type == "DATE" else None
                    ]
                elif column.type == "BOOLEAN":
                    value = "true"
                else:
                    value = str(random.randint(1, 4))
                if column.required or random.random() < 0.7:
                    record[column.name] = value
            document[name] = [record]
        documents.append(document)
    documents += [message(n, text=str(random.random())) for n in (1, 1, 2, 3)]
    documents += [
        deletion(1),
        deletion(2),
        {"orders": [order("1", order_number="#1")["orders"][0]]},
    ]
    documents += [order("number:#1"), order("number:#2"), order("2", order_number="#2")]
    return documents


@pytest.mark.parametrize("seed", range(2))
def test_any_order_split_or_packing_ends_in_the_same_state(
    seed: int, toy: Source, monkeypatch: pytest.MonkeyPatch, write: Callable[..., Path]
) -> None:
    monkeypatch.setattr(loading, "known_sources", lambda: (toy,))
    random = Random(seed)
    documents = all_kinds_of_records(random)
    hashes = set()
    for way in range(5):
        random.shuffle(documents)
        parts = [documents] if way == 0 else [documents[start::3] for start in range(3)]
        with open_database(":memory:") as database:
            for number, part in enumerate(parts):
                path = write(f"{way}-{number}.ndjson", part)
                if way == 2:
                    packed = path.with_suffix(".zip")
                    with zipfile.ZipFile(packed, "w") as archive:
                        archive.write(path, path.name)
                    path = packed
                elif way == 3:
                    path.write_bytes(gzip.compress(path.read_bytes()))
                elif way == 4:
                    path.write_text(json.dumps({"toys": part, "paging": {}}))
                load(database, path)
                if way == 1:
                    load(database, path)
            stored = {
                name: sorted(rows(database, f"select {name}::varchar from {name}"))
                for name in TABLES
            }
            hashes.add((state_hash(database.con), str(stored)))
            for name, table in TABLES.items():
                key = ", ".join(table.key)
                assert not rows(
                    database, f"select 1 from {name} group by {key} having count(*) > 1"
                )
    assert len(hashes) == 1


@pytest.mark.parametrize("turned", [False, True])
def test_the_newest_version_wins_whenever_it_arrives(
    database: Database, write: Callable[..., Path], turned: bool
) -> None:
    versions = [
        order(total_amount="1.10", updated_at=None),
        order(total_amount="2.20", updated_at="2026-01-02T00:00:00Z"),
        order(total_amount="3.30", updated_at="2026-01-03T00:00:00Z"),
    ]
    for number, document in enumerate(versions[::-1] if turned else versions):
        load(database, write(f"{number}.ndjson", [document]))
    assert [str(row[0]) for row in rows(database, "select total_amount from orders")] == ["3.3000"]
    assert rows(database, "select revision from state") == [(1 if turned else 3,)]


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("together", [False, True])
def test_an_order_known_by_number_gives_way_to_the_order_itself(
    database: Database, write: Callable[..., Path], turned: bool, together: bool
) -> None:
    documents = [order("number:#1"), order("77", order_number="#1")]
    documents = documents[::-1] if turned else documents
    parts = [documents] if together else [[document] for document in documents]
    for number, part in enumerate(parts):
        load(database, write(f"{number}.ndjson", part))
    assert rows(database, "select order_id from orders") == [("77",)]
    assert load(database, write("again.ndjson", [order("number:#1")])).duplicate == 1


@pytest.mark.parametrize("turned", [False, True])
def test_a_deleted_message_keeps_no_text(
    database: Database, write: Callable[..., Path], turned: bool
) -> None:
    edit = {
        "message_changes": [deletion()["message_changes"][0] | {"change": "edited", "text": "x"}]
    }
    documents = [message(1), edit, message(2), deletion(1)]
    for number, document in enumerate(documents[::-1] if turned else documents):
        load(database, write(f"{number}.ndjson", [document]))
    found = rows(database, "select message_id, text from messages order by all")
    assert found == [("m1", None), ("m2", "hello 2")]
    assert rows(database, "select count(text) from message_changes") == [(0,)]
    assert load(database, write("again.ndjson", [message(1)])).duplicate == 1


@pytest.mark.parametrize("number", range(8))
def test_copies_of_a_deleted_message_are_judged_alike_before_and_after_the_deletion(
    database: Database, write: Callable[..., Path], number: int
) -> None:
    copies = [message(text=f"said {number}"), message(text="said", app_id=f"app {number}")]
    ways = [[*copies, deletion()], [copies[0], deletion(), copies[1]], [deletion(), *copies[::-1]]]
    found = set()
    for way, documents in enumerate(ways):
        for document in documents:
            load(database, write(f"{way}.ndjson", [document]))
        found.add(str(rows(database, "select message_id, app_id, text from messages")))
        before = rows(database, "from state")
        assert load(database, write("again.ndjson", documents)).loaded == 0
        assert rows(database, "from state") == before
        for name in (*TABLES, "load_files"):
            database.con.execute(f"delete from {name}")
    assert len(found) == 1


def test_values_arrive_exactly(database: Database, write: Callable[..., Path]) -> None:
    long_id = "9" * 40
    text = (
        '{"orders": [{"platform": "toy", "order_id": %s, "created_at": 1767225600, '
        '"total_amount": "1234567890123.4567", "cart_token": "0049 1.0", "currency": ""}]}'
    )
    load(database, write("a.ndjson", [text % long_id]))
    load(database, write("b.ndjson", [order("2", total_amount="NaN", created_at=1767225600123456)]))
    found = rows(
        database,
        "select order_id, created_at, total_amount::varchar, cart_token, currency from orders "
        "order by order_id desc",
    )
    assert found == [
        (long_id, MIDNIGHT, "1234567890123.4567", "0049 1.0", None),
        ("2", MIDNIGHT.replace(microsecond=123456), None, None, None),
    ]


def test_a_whole_record_beside_a_broken_one_is_kept(
    database: Database, write: Callable[..., Path]
) -> None:
    broken = {"orders": [order()["orders"][0], {"platform": "toy", "order_id": "2"}]}
    report = load(database, write("a.ndjson", [broken]))
    assert counts(report) == (1, 0, 0, 0, 1)
    assert rows(database, "select order_id from orders") == [("1",)]


def test_a_repaired_document_is_loaded_and_counted(
    database: Database, write: Callable[..., Path]
) -> None:
    line = json.dumps(message(1, text="broken \ud83d face"))
    report = load(database, write("a.ndjson", [line, message(2)]))
    assert (report.loaded, report.repaired) == (2, 1)
    assert rows(database, "select text from messages where message_id = 'm1'") == [
        ("broken \ufffd face",)
    ]


def test_half_a_file_is_loaded_and_called_incomplete(
    database: Database, write: Callable[..., Path]
) -> None:
    path = write("a.json", [])
    whole = json.dumps([message(number) for number in range(10)])
    path.write_text(whole[: len(whole) // 2 + 40])
    report = load(database, path)
    assert report.incomplete
    assert report.loaded > 2
    assert report.quarantined == 1
    assert report.read == report.loaded + report.quarantined
    assert "incomplete" in str(report)


def test_a_csv_is_loaded_by_its_headings(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("Number,Placed,Total,Colour\n1,2026-01-01T00:00:00Z,9.95,red\n2,,1,blue\n")
    report = load(database, path)
    assert counts(report) == (2, 1, 0, 0, 1)
    assert rows(database, "select order_id, total_amount::varchar, currency from orders") == [
        ("1", "9.9500", "EUR")
    ]


def test_a_csv_without_a_needed_column_says_which(database: Database, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("Number,Total\n1,9.95\n")
    with pytest.raises(ExportError, match=r"orders\.csv looks like Toy orders CSV .*created_at"):
        load(database, tmp_path / "orders.csv")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xd8\xff\xe0" + bytes(range(256)) * 9, "JPEG"),
        (b"", "an empty file"),
        (b'{"other": 1}\n{"other": 2}\n', "JSON"),
        (b"Dear diary,\nnothing happened.\n", "plain text"),
    ],
)
def test_a_named_file_of_no_known_kind_is_refused_with_what_it_looks_like(
    database: Database, tmp_path: Path, content: bytes, words: str
) -> None:
    (tmp_path / "thing").write_bytes(content)
    with pytest.raises(
        UnrecognisedExportError, match=rf"thing is .*{words}.*expected an export of Toy"
    ):
        load(database, tmp_path / "thing")
    assert rows(database, "from loads") == []


def test_another_file_in_a_folder_is_listed_and_left(
    database: Database, write: Callable[..., Path]
) -> None:
    folder = write("a.ndjson", [message(1)]).parent
    (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 9)
    report = load(database, folder)
    assert [(file.file, file.source, file.read) for file in report.files] == [
        ("a.ndjson", "toy", 1),
        ("photo.jpg", None, 0),
    ]
    assert "not recognised: a JPEG image" in str(report)


def test_a_folder_without_any_export_is_refused(database: Database, tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    with pytest.raises(UnrecognisedExportError, match="there is no file"):
        load(database, tmp_path / "exports")
    (tmp_path / "exports" / "note.txt").write_text("Dear diary,\n")
    with pytest.raises(UnrecognisedExportError, match="none of the 1 files"):
        load(database, tmp_path / "exports")


def test_the_database_itself_is_never_read_as_an_export(
    toy: Source, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, write: Callable[..., Path]
) -> None:
    monkeypatch.setattr(loading, "known_sources", lambda: (toy,))
    folder = write("a.ndjson", [message(1)]).parent
    opened: list[str] = []
    watching = True

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if watching and event == "open":
            opened.append(str(arguments[0]))

    sys.addaudithook(watch)
    with open_database(folder / "shop.duckdb") as database:
        assert [file.file for file in load(database, folder).files] == ["a.ndjson"]
        with pytest.raises(UnrecognisedExportError, match="the database itself"):
            load(database, folder / "shop.duckdb")
    watching = False
    assert any(name.endswith("a.ndjson") for name in opened)
    assert not [name for name in opened if name.endswith("shop.duckdb")]


def test_a_document_on_which_a_statement_fails_is_set_aside_and_the_others_are_kept(
    database: Database, toy: Source, write: Callable[..., Path]
) -> None:
    sql = toy_sql(TABLES["orders"]).replace("r.order_id", "r.order_id::integer::varchar")
    (toy.folder / "events" / "orders.sql").write_text(sql)
    written = [message(1), order("canary-1"), order("7"), order("canary-2"), message(2), order("8")]
    report = load(database, write("a.ndjson", written))
    assert (report.read, report.loaded, report.quarantined) == (6, 4, 2)
    assert report.files[0].reasons == (
        Reason("quarantined", "toy/events/orders.sql failed: ConversionException", 2),
    )
    assert rows(database, "select order_id from orders order by 1") == [("7",), ("8",)]
    assert rows(database, "select position from quarantine order by 1") == [(2,), (4,)]


def test_a_statement_that_fails_whatever_the_document_stops_the_load_and_quotes_nothing(
    database: Database, toy: Source, write: Callable[..., Path]
) -> None:
    load(database, write("a.ndjson", [message(1)]))
    before = state_hash(database.con)
    sql = toy_sql(TABLES["orders"]).replace("r.order_id", "r.order_idea")
    (toy.folder / "events" / "orders.sql").write_text(sql)
    with pytest.raises(SourceDefinitionError, match=r"toy/events/orders\.sql failed") as caught:
        load(database, write("b.ndjson", [message(2), order("canary-4711"), message(3)]))
    assert "canary" not in str(caught.value)
    assert caught.value.__suppress_context__
    assert state_hash(database.con) == before
    assert rows(database, "select count(*) from loads") == [(1,)]


def test_a_key_press_leaves_the_previous_state(
    database: Database, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    load(database, write("a.ndjson", [message(1)]))
    before = state_hash(database.con)

    def stop(name: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(database, write("b.ndjson", [message(2)]), progress=stop)

    def press(*_: Any, **__: Any) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(ledger, "write", press)
        with pytest.raises(KeyboardInterrupt):
            load(database, write("b.ndjson", [message(2)]))
    assert state_hash(database.con) == before
    assert load(database, write("b.ndjson", [message(2)])).loaded == 1


def test_documents_that_do_not_add_up_are_not_saved(
    database: Database, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "_settle", lambda *_: None)
    with pytest.raises(DatabaseError, match="1 documents and 0 were accounted for"):
        load(database, write("a.ndjson", [message(1)]))
    assert rows(database, "select count(*) from messages") == [(0,)]


def test_two_keys_with_one_hash_are_refused(
    database: Database, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = {"message_key": "7::ubigint", "thread_key": "8::ubigint"}
    monkeypatch.setitem(schema.KEY_COLUMNS, "messages", keys)
    load(database, write("a.ndjson", [message(1)]))
    with pytest.raises(DatabaseError, match="same 64-bit hash"):
        load(database, write("b.ndjson", [message(2)]))
    assert rows(database, "select message_id from messages") == [("m1",)]


def test_progress_reaches_the_total_and_never_goes_back(
    database: Database, write: Callable[..., Path]
) -> None:
    paths = [write(f"{n}.ndjson", [message(n)]) for n in range(3)]
    seen: list[tuple[str, int, int]] = []
    load(database, paths, progress=lambda *told: seen.append(told))
    total = sum(path.stat().st_size for path in paths)
    done = [step[1] for step in seen]
    assert done == sorted(done)
    assert seen[-1] == ("2.ndjson", total, total)


def test_the_books_can_be_read_and_show_nothing_personal(
    database: Database, write: Callable[..., Path]
) -> None:
    report = load(database, write("day.ndjson", [message(1), message("canary", sent_at="x")]))
    load(database, write("day.ndjson", [message(1)]))
    history = load_history(database)
    assert list(history["load_id"]) == [1, 2]
    assert list(history["n_loaded"]) == [1, 0]
    kept = quarantined(database)
    assert list(kept["reason"]) == ["no sent_at"]
    shown = f"{report}{report._repr_html_()}{report!r}{history.to_csv()}{kept.to_csv()}"
    assert "canary" not in shown
    assert "canary" in quarantined(database, text=True)["text"][0]


def test_a_file_name_is_shown_and_not_run(database: Database, write: Callable[..., Path]) -> None:
    report = load(database, write("<b>.ndjson", [message(1)]))
    assert "&lt;b&gt;.ndjson" in report._repr_html_()


def test_a_database_for_reading_takes_no_load(tmp_path: Path, write: Callable[..., Path]) -> None:
    open_database(tmp_path / "shop.duckdb").close()
    with (
        open_database(tmp_path / "shop.duckdb", read_only=True) as database,
        pytest.raises(DatabaseError, match="reading only"),
    ):
        load(database, write("a.ndjson", [message(1)]))


def test_temporary_tables_are_gone_after_a_load(
    database: Database, write: Callable[..., Path]
) -> None:
    load(database, write("a.ndjson", [*MIXED]))
    with pytest.raises(ConvocommerceError):
        load(database, write("b.ndjson", ["no"]))
    assert rows(database, "select table_name from duckdb_tables() where temporary") == []


_KILLED = """
import os, sys
from convocommerce import loading
from convocommerce.warehouse import merging, open_database, ledger
database = open_database(sys.argv[1])
if sys.argv[3] == "merged":
    write = ledger.write
    ledger.write = lambda *a, **k: (write(*a, **k), os.kill(os.getpid(), 9))
elif sys.argv[3] == "staged":
    merging.merge = lambda con: os.kill(os.getpid(), 9)
else:
    ledger.read = lambda *a: os.kill(os.getpid(), 9)
loading.load(database, sys.argv[2])
"""


def webhook(number: int) -> Mapping[str, Any]:
    event = {
        "sender": {"id": "900"}, "recipient": {"id": "page"}, "timestamp": 1767225600000 + number,
        "message": {"mid": f"m{number}", "text": "hello"},
    }  # fmt: skip
    return {"object": "page", "entry": [{"id": "page", "time": 1, "messaging": [event]}]}


@pytest.mark.parametrize(("stage", "kept"), [("staged", 3), ("merged", 3), ("committed", 6)])
def test_a_load_that_is_killed_leaves_the_state_before_or_after(
    tmp_path: Path, write: Callable[..., Path], stage: str, kept: int
) -> None:
    path = tmp_path / "shop.duckdb"
    with open_database(path) as database:
        load(database, write("a.ndjson", [dict(webhook(n)) for n in range(3)]))
    more = write("b.ndjson", [dict(webhook(n)) for n in range(3, 6)])
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, str(path), str(more), stage], capture_output=True
    )
    assert done.returncode == -9, done.stderr
    with open_database(path) as database:
        assert rows(database, "select count(*) from messages") == [(kept,)]
        assert rows(database, "select count(*) from loads") == [(kept // 3,)]
        assert load(database, more).read == 3
        assert rows(database, "select count(*) from messages") == [(6,)]


def test_duckdb_errors_are_told_without_their_text(
    database: Database, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(con: duckdb.DuckDBPyConnection) -> bool:
        con.execute("select 'canary'::integer")
        return True

    monkeypatch.setattr(merging, "merge", fail)
    with pytest.raises(DatabaseError, match="nothing was changed") as caught:
        load(database, write("a.ndjson", [message(1)]))
    assert "canary" not in str(caught.value)
    assert os.linesep not in str(caught.value)


def test_ids_that_count_up_together_are_told_apart(
    database: Database, write: Callable[..., Path]
) -> None:
    """Under the engine's own hash some of these would collide and the load would be refused."""
    keys = [
        {
            "identities": [
                {
                    "subject_kind": "customer",
                    "subject_id": f"messenger:5ec{n:08x}:68a{n:08x}",
                    "key_kind": "person",
                    "key_value": f"toy:68b{n:08x}",
                }
                for n in range(first, first + 1000)
            ]
        }
        for first in range(0, 60_000, 1000)
    ]
    load(database, write("ids.ndjson", keys))
    assert rows(database, "select count(*) from identities") == [(60_000,)]
