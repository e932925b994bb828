"""No message, name, number, address or token leaves by a side door, least of all in a failure."""

from __future__ import annotations

import gzip
import json
import logging
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import convocommerce as cc
from convocommerce import loading
from convocommerce.errors import ConvocommerceError
from convocommerce.metrics import CATALOGUE
from convocommerce.shop import Shop
from convocommerce.warehouse import merging, parsing, staging
from ugly.conftest import Write
from ugly.payloads import AT, answer, event, page, said

NAME, TEXT, TOKEN = "Wilhelmina Kanarie", "zingende kanarievogel", "EAAkanarietoken99"
PHONE, EMAIL = "+31655501234", "kanarie@example.org"
CANARIES = (
    NAME, "Kanarie", TEXT, TOKEN, PHONE, "655501234", EMAIL, "kanarie",
)  # fmt: skip
CHAT = [
    page(event(timestamp=AT, **said("m_1", text=f"{TEXT} {NAME} {PHONE} {EMAIL} {TOKEN}"))),
    page(answer(timestamp=AT + 9000, **said("m_2", text=f"Dag {NAME}", is_echo=True))),
    page(event(timestamp=AT + 10_000, postback={"mid": "m_3", "title": TEXT, "payload": TOKEN})),
]
ORDER: dict[str, Any] = {
    "id": 1, "name": "#1", "order_number": 1, "created_at": "2026-06-21T11:00:00Z",
    "processed_at": "2026-06-21T11:00:00Z", "total_price": "10.00", "currency": "EUR",
    "financial_status": "paid", "email": EMAIL, "phone": PHONE, "note": TEXT,
    "customer": {"id": 5, "email": EMAIL, "phone": PHONE, "first_name": NAME},
    "billing_address": {"phone": PHONE, "name": NAME},
    "note_attributes": [{"name": "greeting", "value": TEXT}],
}  # fmt: skip
BROKEN = (
    f'{{"object": "page", "entry": [{{"messaging": [{{"text": "{TEXT}", "name": "{NAME}", "x": '
)


def told(*texts: object) -> list[str]:
    """Return the canaries that are heard in some texts."""
    everything = "\n".join(map(str, texts)).lower()
    return [canary for canary in CANARIES if canary.lower() in everything]


@pytest.fixture(autouse=True)
def quiet(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Listen to everything that is printed or logged during a test."""
    caplog.set_level(logging.DEBUG)
    yield
    out, err = capfd.readouterr()
    assert told(out, err, caplog.text) == []


def failing(shop: Shop, path: Path) -> str:
    with pytest.raises(ConvocommerceError) as raised:
        shop.load(path)
    return "".join(traceback.format_exception(raised.value))


REFUSED: dict[str, str | bytes] = {
    "no_headings.csv": f"{NAME};{EMAIL};{PHONE};{TEXT}\n{NAME};{EMAIL};{PHONE};{TEXT}\n",
    "headings_of_people.csv": f"Name,{NAME},{TEXT},{EMAIL}\n1,2,3,4\n",
    "people_as_keys.json": json.dumps({NAME: {"text": TEXT}, EMAIL: 1, PHONE: 2, "kanarie": 3}),
    "people_as_keys_by_line.json": f'{{"{NAME}": 1}}\n' * 3,
    "not_an_export.json": json.dumps({"name": NAME, "message": TEXT, "access_token": TOKEN}),
    "an_error.json": json.dumps({"error": {"message": f"bad {TOKEN} of {NAME}"}}),
    "an_empty_page.json": json.dumps({"data": [], "paging": {"next": f"https://x/?t={TOKEN}"}}),
    "broken.json": BROKEN,
    "text.txt": f"{NAME}: {TEXT}\n{PHONE}: {EMAIL}\n",
    "broken.json.gz": gzip.compress(BROKEN.encode())[:-4],
    "too_few_columns.csv": f"Name,Email,Currency,Total,Notes\n#1,{EMAIL},EUR,1,{TEXT}\n",
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_quotes_nothing(shop: Shop, write: Write, name: str):
    assert told(failing(shop, write(name, REFUSED[name]))) == []


def test_reports_and_books_quote_nothing_of_what_was_set_aside(shop: Shop, write: Write):
    faulty = [
        BROKEN + "1}",
        page({"sender": {"name": NAME}, "message": {"text": TEXT}}),
        page(event(timestamp=TEXT, message=TEXT)),
        json.dumps({"object": "page", "entry": {"text": TEXT}}),
        json.dumps({"object": "page", "entry": [{"changes": [{"field": "feed", "value": TEXT}]}]}),
        f'"{TEXT}"',
        json.dumps({"data": [{"text": TEXT}], "paging": {"next": TOKEN}})[:-4],
    ]
    report = shop.load(write("chat.json", "\n".join([*CHAT, *CHAT, *faulty, BROKEN])))
    assert report.quarantined >= 5
    shown = [report, repr(report), report._repr_html_(), report.files]
    assert told(*shown, shop.loads().to_csv(), shop.quarantined().to_csv(), repr(shop)) == []
    assert TEXT in shop.quarantined(text=True).to_csv()


def test_results_quote_nothing_however_they_are_cut(shop: Shop, write: Write):
    shop.load(write("chat.json", "\n".join(CHAT)), write("order.json", json.dumps(ORDER)))
    for name in CATALOGUE:
        for cut in ((), "week"):
            result = shop.measure(name, by=cut)
            assert told(result, repr(result), result._repr_html_(), result.to_pandas()) == []
            assert told(result.sql) == []


@pytest.mark.parametrize("stage", ["parse", "map", "settle", "merge", "books"])
def test_a_failure_at_any_stage_quotes_nothing_and_changes_nothing(
    shop: Shop, write: Write, monkeypatch: pytest.MonkeyPatch, stage: str
):
    """The database is made to fail on the content itself, which its own messages quote."""
    con = shop._database.con
    quoting = "select text::integer from (select '{}' as text)".format(TEXT.replace("'", ""))

    def fail(*_: Any, **__: Any) -> Any:
        con.execute(quoting)

    place: tuple[object, str] = {
        "parse": (parsing, "read"),
        "map": (staging, "_stage_records"),
        "settle": (staging, "_settle"),
        "merge": (merging, "_merge_table"),
        "books": (loading, "write_books"),
    }[stage]
    path = write("chat.json", "\n".join(CHAT))
    with monkeypatch.context() as patch:
        patch.setattr(*place, fail)
        assert told(failing(shop, path)) == []
    assert shop.loads().empty
    assert shop.load(path).loaded == len(CHAT)


def test_no_file_is_left_beside_the_database_and_all_are_private(tmp_path: Path, write: Write):
    folder = tmp_path / "db"
    folder.mkdir()
    with cc.open(folder / "shop.duckdb") as shop:
        shop.load(write("chat.json", "\n".join(CHAT)))
        shop.measure("first_response_time")
        assert {path.stat().st_mode & 0o077 for path in folder.rglob("*")} == {0}
    assert {path.name for path in folder.iterdir()} <= {"shop.duckdb", "shop.duckdb.lock"}


def test_the_address_of_the_next_page_is_never_kept(tmp_path: Path, write: Write):
    address = {"paging": {"next": f"https://graph.example/?access_token={TOKEN}"}}
    thread = {"id": "t_1", "updated_time": "2026-06-21T11:00:00+0000", "messages": address}
    whole = json.dumps({"data": [thread], **address})
    path = tmp_path / "shop.duckdb"
    with cc.open(path) as shop:
        shop.load(write("whole.json", whole))
        shop.load(write("cut.json", whole[:-5]), write("chat.json", CHAT[1]))
        kept = shop.quarantined(text=True)["text"].to_list()
    assert told(*kept) == []
    assert TOKEN.encode() not in path.read_bytes()
