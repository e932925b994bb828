"""Which files a load takes: known content is skipped, and one bad file never stops the others."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import convocommerce as cc
from convocommerce import loading
from convocommerce.errors import ExportError, UnrecognisedExportError
from convocommerce.readers import ExportFile
from convocommerce.sources import ExportKind, Source, known_sources
from convocommerce.warehouse import state_hash

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
LOG = SAMPLE / "instagram" / "webhooks-2026-06.ndjson"


@pytest.fixture
def bomb(tmp_path: Path) -> Path:
    path = tmp_path / "exports" / "bomb.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", bytes(8 << 20))
    return path


def test_known_content_is_not_read_again_under_any_name(tmp_path: Path) -> None:
    copy = shutil.copy(LOG, tmp_path / "another name.txt")
    with cc.open(":memory:") as shop:
        first = shop.load(LOG).files[0]
        state = state_hash(shop.database.con)
        (second,) = shop.load(copy).files
        assert (second.skipped, second.file) == (True, "another name.txt")
        assert second.read == first.read == second.duplicate + second.ignored
        assert second.reasons == first.reasons
        assert state_hash(shop.database.con) == state
        assert "taken before" in repr(shop.load(LOG))


def test_another_file_of_the_same_size_is_read(tmp_path: Path) -> None:
    lines = LOG.read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "a.ndjson").write_text("".join(lines))
    (tmp_path / "b.ndjson").write_text("".join(reversed(lines)))
    with cc.open(":memory:") as shop:
        shop.load(tmp_path / "a.ndjson")
        (report,) = shop.load(tmp_path / "b.ndjson").files
        assert (report.skipped, report.loaded) == (False, 0)


def test_a_kind_that_is_read_otherwise_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with cc.open(":memory:") as shop:
        shop.load(LOG)
        monkeypatch.setattr(
            Source,
            "statements",
            lambda self, kind, old=Source.statements: {
                name: f"{sql} -- otherwise" if name == "outcomes" else sql
                for name, sql in old(self, kind).items()
            },
        )
        assert not shop.load(LOG).files[0].skipped


def test_an_archive_built_to_do_harm_stops_nobody_else(bomb: Path) -> None:
    shutil.copy(LOG, bomb.parent)
    with cc.open(":memory:") as shop:
        report = shop.load(bomb.parent)
        assert [(file.file, file.failed) for file in report.files] == [
            ("bomb.zip", True),
            (LOG.name, False),
        ]
        assert "unpacks to more than 200 times its size" in str(report.failed[0].note)
        assert report.loaded > 100
        with pytest.raises(ExportError, match=r"bomb\.zip is refused"):
            shop.load(LOG, bomb)


def test_a_file_that_breaks_off_keeps_what_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = ExportFile.documents

    def breaking(self: ExportFile, **options: object) -> object:
        for number, table in enumerate(real(self, **{**options, "batch_bytes": 1 << 18})):  # type: ignore[arg-type]
            if self.name == "a.ndjson" and number:
                raise ExportError("a.ndjson cannot be read: input error")
            yield table

    half = LOG.read_text("utf-8")
    (tmp_path / "a.ndjson").write_text(half * 30)
    (tmp_path / "b.ndjson").write_text(half.splitlines()[0] + "\n" + half.splitlines()[1])
    monkeypatch.setattr(ExportFile, "documents", breaking)
    with cc.open(":memory:") as shop:
        first, second = shop.load(tmp_path).files
        assert first.incomplete
        assert 0 < first.read < 30 * half.count("\n")
        assert "input error" in str(first.note)
        assert (second.read, second.incomplete) == (2, False)


def test_the_command_line_says_that_a_file_could_not_be_read(bomb: Path) -> None:
    shutil.copy(LOG, bomb.parent)
    done = subprocess.run(
        [sys.executable, "-m", "convocommerce", "load", bomb.parent / "shop.duckdb", bomb.parent],
        capture_output=True,
        text=True,
        env=os.environ,
        check=False,
    )
    assert done.returncode == 65
    assert "bomb.zip is refused" in done.stderr
    assert "bomb.zip" in done.stdout


def _claiming(name: str) -> Source:
    source = next(source for source in known_sources() if source.name == "shopify")
    kind = ExportKind("orders", f"{name} orders", lambda d: "acme" in d, {"acme": "VARCHAR"})
    return Source(name, name, source.folder, (kind,))


def test_two_platforms_that_claim_a_file_are_both_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = tmp_path / "x.json"
    export.write_text(json.dumps([{"acme": 1}]))
    monkeypatch.setattr(loading, "known_sources", lambda: (_claiming("beta"), _claiming("alfa")))
    with (
        cc.open(":memory:") as shop,
        pytest.raises(ExportError, match=r"x\.json .* alfa orders and as beta orders"),
    ):
        shop.load(export)


def test_a_stranger_is_told_what_it_resembles(tmp_path: Path) -> None:
    export = tmp_path / "x.json"
    export.write_text(json.dumps([{"id": 1, "order_number": 5, "name": "#5", "currency": "EUR"}]))
    with (
        cc.open(":memory:") as shop,
        pytest.raises(UnrecognisedExportError, match=r"it is most like Shopify orders"),
    ):
        shop.load(export)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "payment.json",
            '{"id": "int_1", "request_id": "r", "amount": 1, "currency": "AUD", "descriptor": "d"}',
        ),
        (
            "chat.json",
            '[{"type": "message", "user": "U1", "text": "hi", "ts": "1.5", "team": "T"}]',
        ),
        (
            "clicks.csv",
            "Day,Campaign,Campaign ID,Cost,Clicks,Impressions\n2026-03-15,a,1,2.5,3,4\n",
        ),
        ("replica.csv", "ad_id,date,account_id,impressions,spend,cpc\n1,2026-03-15,2,3,4.5,1\n"),
        (
            "charges.csv",
            "id,amount,created,currency,status\nch_1,1250,2026-03-15 10:00:00,eur,paid\n",
        ),
    ],
)
def test_a_stranger_is_not_taken_for_somebody_for_a_few_common_words(
    tmp_path: Path, name: str, content: str
) -> None:
    (tmp_path / name).write_text(content)
    with (
        cc.open(":memory:") as shop,
        pytest.raises(
            UnrecognisedExportError, match=r"no known platform writes; expected an"
        ) as found,
    ):
        shop.load(tmp_path / name)
    assert "mapping" in str(found.value)
    assert len(str(found.value)) < 500


def test_a_report_of_ads_with_a_column_left_out_is_told_which(tmp_path: Path) -> None:
    (tmp_path / "ads.csv").write_text(
        "Campaign name,Day,Amount spent (EUR),Purchases\nLente,2026-03-02,1.50,2\n"
    )
    with (
        cc.open(":memory:") as shop,
        pytest.raises(ExportError, match=r"Meta Ads Manager CSV but has no column for impressions"),
    ):
        shop.load(tmp_path / "ads.csv")


def test_files_named_after_people_are_not_named_in_books(tmp_path: Path) -> None:
    chat = tmp_path / "exports" / "WhatsApp Chat with Noor Vos.txt"
    chat.parent.mkdir()
    chat.write_text(
        "25/09/2026, 14:03 - Noor Vos: Is de jas er nog?\n"
        "25/09/2026, 14:05 - Jas & Co: Ja hoor\n"
        "26/09/2026, 09:00 - Noor Vos: Fijn\n"
    )
    with cc.open(":memory:") as shop:
        report = shop.load(chat.parent)
        assert report.loaded == 3
        again = shop.load(chat.parent)
        assert again.files[0].skipped
        told = [repr(report), repr(again), shop.loads().to_string(), str(shop.inspect(chat.parent))]
        told.append(repr(shop.quarantined()))
    assert not [text for text in told if "Noor" in text]
    assert report.files[0].file.startswith("chat_text-")
    assert report.files[0].file.endswith(".txt")


def test_files_that_cannot_be_read_name_no_people_either(tmp_path: Path) -> None:
    thread = tmp_path / "messages" / "inbox" / "noorvos_1234"
    (thread / "photos").mkdir(parents=True)
    (thread / "message_1.html").write_text("<!doctype html><html>")
    (thread / "photos" / "1.jpg").write_bytes(b"\xff\xd8\xff\xe0JFIF" + bytes(500))
    (tmp_path / "WhatsApp Chat - Noor Vos.zip").write_bytes(b"PK\x03\x04 cut off")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("WhatsApp Chat - Noor Vos.zip", b"PK\x03\x04" + bytes(90))
    with cc.open(":memory:") as shop, pytest.raises(ExportError) as nothing:
        shop.load(tmp_path)
    shutil.copy(LOG, tmp_path)
    seen: list[str] = [str(nothing.value)]
    with cc.open(":memory:") as shop:
        report = shop.load(tmp_path, progress=lambda name, *_: seen.append(name))
        told = [repr(report), shop.loads().to_string(), str(shop.inspect(tmp_path)), *seen]
    assert not [text for text in told if "noor" in text.lower()]
    unread = [one.file.rpartition("unread-")[0] for one in report.files if "unread-" in one.file]
    assert sorted(unread) == ["", "all.zip/", "messages/inbox/", "messages/inbox/"]
    assert {Path(one.file).suffix for one in report.files} == {".html", ".jpg", ".zip", ".ndjson"}


def test_a_table_that_nobody_writes_is_left_aside_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text("caller,began,ended\n1,2,3\n2,3,4\n")
    shutil.copy(LOG, tmp_path)
    with cc.open(":memory:") as shop:
        note = next(one.note for one in shop.load(tmp_path).files if one.file == "calls.csv")
    assert note == "not recognised: CSV of 3 columns; a mapping can read it (propose-mapping)"


@pytest.mark.parametrize(
    "headings",
    [
        "ID,Subject,Requester,Requested,Type,Priority,Group,Assignee,Updated,Status",
        "Summation column,Id,Requester id,Assignee,Status,Created at,First reply time in minutes",
    ],
)
def test_a_list_of_tickets_is_told_from_an_export_of_them(tmp_path: Path, headings: str) -> None:
    (tmp_path / "tickets.csv").write_text(f"{headings}\n{',1' * headings.count(',')}\n")
    shutil.copy(LOG, tmp_path)
    with cc.open(":memory:") as shop:
        report = shop.load(tmp_path)
    note = next(one.note for one in report.files if one.file == "tickets.csv")
    assert "a list of tickets from Zendesk holds no messages: export tickets as JSON" in str(note)
    assert report.loaded > 100


def test_chats_that_are_archives_each_are_read_from_one_archive_of_them_all(tmp_path: Path) -> None:
    for who in ("Noor Vos", "Bo"):
        with zipfile.ZipFile(tmp_path / f"WhatsApp Chat - {who}.zip", "w") as chat:
            lines = f"[09/03/2026, 10:00:00] {who}: Hi\n[09/03/2026, 10:01:00] Shop: Hello\n"
            chat.writestr("_chat.txt", lines * 1 + f"[23/03/2026, 10:00:00] {who}: Thanks\n")
    one_by_one, at_once = tmp_path / "chats", tmp_path / "all"
    one_by_one.mkdir()
    at_once.mkdir()
    chats = sorted(tmp_path.glob("*.zip"))
    with zipfile.ZipFile(at_once / "all.zip", "w") as outer:
        for path in chats:
            outer.write(path, path.name)
            shutil.move(path, one_by_one)
    states = []
    for folder in (one_by_one, at_once):
        with cc.open(":memory:") as shop:
            report = shop.load(folder)
            assert report.loaded == 6
            assert "Noor" not in repr(report) + shop.loads().to_string()
            states.append(state_hash(shop.database.con))
    assert states[0] == states[1]


def test_the_books_say_why_documents_were_not_understood(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(
        "Name,Financial Status,Currency,Total,Created at\n"
        "#1,paid,EUR,1.00,2026-06-10 11:00:00 +0000\n#2,paid,EUR,1.00,\n"
    )
    with cc.open(":memory:") as shop:
        report = shop.load(tmp_path)
        assert report.quarantined == 1
        for shown in (repr(report), report._repr_html_()):
            assert "1 order without the time it was placed" in shown
        assert "1 order without the time it was placed" in repr(shop.load(tmp_path))


def test_many_files_left_aside_for_one_reason_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    for number in range(40):
        (tmp_path / "photos" / f"{number}.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(90))
    shutil.copy(LOG, tmp_path)
    with cc.open(":memory:") as shop:
        shown = repr(shop.load(tmp_path))
    assert len(shown.splitlines()) == 4
    assert "photos/ (40 files)" in shown


def test_many_files_of_a_kind_are_shown_together_and_faults_alone(tmp_path: Path) -> None:
    lines = LOG.read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "logs").mkdir()
    for number in range(40):
        (tmp_path / "logs" / f"{number}.ndjson").write_text(
            "".join(lines[2 * number : 2 * number + 2])
        )
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 and no more")
    with cc.open(":memory:") as shop:
        report = shop.load(tmp_path)
        assert len(report.files) == 41
        shown = repr(report)
        assert len(shown.splitlines()) == 4
        assert "logs/ (40 files)" in shown
        assert "broken.zip" in shown
        text = str(shop.inspect(tmp_path))
        assert "logs/ (40 files): messenger/webhooks, 80 documents" in text
