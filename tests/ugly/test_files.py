"""Files as disks, editors, archives and strangers leave them: read, refused or told, never lost."""

from __future__ import annotations

import gzip
import io
import json
import os
import zipfile
from pathlib import Path

import pytest

import convocommerce as cc
from convocommerce.errors import ConvocommerceError, ExportError
from convocommerce.loading import LoadReport
from convocommerce.readers import json_file, ndjson
from convocommerce.shop import Shop
from ugly.conftest import Write
from ugly.payloads import AT, answer, event, page, said

N = 5
LINES = [page(event(timestamp=AT + n, **said(f"m_{n}", text=f"hallo {n} é 😀"))) for n in range(N)]
GOOD = ("\n".join(LINES) + "\n").encode()
ARRAY = f"[{','.join(LINES)}]".encode()
ORDERS = b"Name,Financial Status,Currency,Total,Created at\n" + b"".join(
    b"#%d,paid,EUR,1.00,2026-06-10 11:00:00 +0200\n" % n for n in range(N)
)


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def counts(report: LoadReport) -> tuple[int, int, int]:
    assert report.read == sum((report.loaded, report.duplicate, report.ignored, report.quarantined))
    return (report.read, report.loaded, report.quarantined)


def with_wrong_checksum(data: bytes) -> bytes:
    return data[:-8] + bytes([data[-8] ^ 0xFF]) + data[-7:]


WHOLE: dict[str, bytes] = {
    "utf16.json": GOOD.decode().encode("utf-16"),
    "utf16_without_mark.json": GOOD.decode().encode("utf-16-be"),
    "mark.json": b"\xef\xbb\xbf" + GOOD,
    "gzip.json.gz": gzip.compress(GOOD),
    "not_gzip.json.gz": GOOD,
    "archive.zip": zipped(deep__er__x=GOOD),
    "archive_of_gzip.zip": zipped(x=gzip.compress(GOOD)),
    "raw_control_characters.json": GOOD.replace(b"hallo", b"ha\x00\tllo"),
    "lone_surrogates.json": GOOD.replace(b"hallo", b"\\ud83d hallo"),
    "carriage_returns.json": GOOD.replace(b"\n", b"\r\n"),
    "without_last_line_end.json": GOOD[:-1],
    "an_array.json": ARRAY,
    "an_array_with_a_last_comma.json": ARRAY[:-1] + b",]",
    "a_table.csv": ORDERS,
    "a_table_in_utf16.csv": ORDERS.replace(b",", b"\t").decode().encode("utf-16"),
    "a_table_of_an_old_mac.csv": ORDERS.replace(b"\n", b"\r"),
    "[brackets] 'quotes' \"double\"; drop table--.json": GOOD,
    "a name\nof two lines.json": GOOD,
    "\u202egnp.json": GOOD,
}


@pytest.mark.parametrize("name", WHOLE)
def test_odd_but_whole_files_are_read_whole(shop: Shop, write: Write, name: str):
    report = shop.load(write(name, WHOLE[name]))
    assert counts(report) == (N, N, 0)
    assert not report.files[0].incomplete
    assert report.files[0].file.isprintable()


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("cut_in_a_line.json", GOOD[: len(GOOD) // 2], (3, 2, 1)),
        ("cut_before_the_last_brace.json", GOOD[:-2], (N, N - 1, 1)),
        ("cut_array.json", ARRAY[: len(ARRAY) // 2], (3, 2, 1)),
        ("array_without_its_end.json", ARRAY[:-1], (N, N, 0)),
        ("array_with_more_behind.json", ARRAY + b"xx", (N + 1, N, 1)),
        ("cut_utf16.json", GOOD.decode().encode("utf-16")[:-1], (N, N, 0)),
        ("wrong_checksum.json.gz", with_wrong_checksum(gzip.compress(GOOD)), (N, N, 0)),
        ("more_behind.json.gz", gzip.compress(GOOD) + b"more", (N, N, 0)),
        ("quote_never_closed.csv", ORDERS + b'"#9,paid,EUR,1.00\n', (N + 1, N, 1)),
    ],
)
def test_what_is_cut_or_damaged_is_never_called_whole(
    shop: Shop, write: Write, name: str, content: bytes, expected: tuple[int, int, int]
):
    report = shop.load(write(name, content))
    assert counts(report) == expected
    assert report.files[0].incomplete
    assert report.files[0].note


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("photo.json", b"\xff\xd8\xff\xe0JFIF" + bytes(500), "a JPEG image"),
        ("empty.json", b"", "an empty file"),
        ("only_a_mark.json", b"\xef\xbb\xbf", "an empty file"),
        ("login.json", b"<!doctype html><html>", "an HTML page"),
        ("half_a_gzip.json.gz", b"\x1f\x8b", "damaged compressed file"),
        ("bomb.json.gz", gzip.compress(bytes(70 << 20)), "is binary data|more than 200 times"),
        ("spaces.json.gz", gzip.compress(GOOD + b" " * (80 << 20)), "more than 200 times"),
        ("bomb.zip", zipped(x=bytes(9 << 20)), "more than 200 times"),
        ("slip.zip", zipped(**{"..__x": GOOD}), "points outside the archive"),
        ("nested.zip", zipped(inner=zipped(x=GOOD)), "a zip archive inside another archive"),
        ("cut.zip", zipped(x=GOOD)[:-9], "damaged or cut-off zip archive"),
    ],
)
def test_what_cannot_be_an_export_is_refused_in_words(
    shop: Shop, write: Write, name: str, content: bytes, words: str
):
    with pytest.raises(ExportError, match=words):
        shop.load(write(name, content))
    assert shop.loads().empty


ABSURD = [
    -1, 0, 12, -AT, 253402300799000, 99999999999999, 2**63 - 1, -(2**63), 2**64, 10**400,
    "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "99999-01-01T00:00:00Z", "0000-00-00T00:00",
    "2026-13-45T25:61:61Z", "infinity", "epoch", "", True, [], {}, None, 1.5e12, float("nan"),
]  # fmt: skip


@pytest.mark.parametrize("field", ["timestamp", "time"])
def test_no_absurd_time_stops_a_load_or_bends_the_calendar(shop: Shop, write: Write, field: str):
    documents = [json.loads(page(event(**said(f"m_a{n}", text="x")))) for n in range(len(ABSURD))]
    for document, value in zip(documents, ABSURD, strict=True):
        place = document["entry"][0]
        (place if field == "time" else place["messaging"][0])[field] = value
    lines = "\n".join(map(json.dumps, documents))
    report = shop.load(write("absurd.json", lines.encode() + b"\n" + GOOD))
    assert counts(report) == (len(ABSURD) + N, len(ABSURD) + N, 0)
    assert shop.as_of().year == 2026
    assert shop.measure("first_response_time").rows


def test_orders_of_an_absurd_year_are_quarantined_and_not_measured(shop: Shop, write: Write):
    rows = b"".join(
        b"#9%d,paid,EUR,1.00,%s-12-31 11:00:00 +0000\n" % (n, year)
        for n, year in enumerate((b"9999", b"0001", b"1899", b"2100"))
    )
    report = shop.load(write("orders.csv", ORDERS + rows))
    assert counts(report) == (N + 4, N, 4)
    assert shop.as_of().year == 2026


@pytest.mark.parametrize("total", ["free", "9" * 60, "NaN", "", None, [], {}, "1e400"])
def test_an_order_with_a_total_that_is_none_keeps_its_place(
    shop: Shop, write: Write, total: object
):
    order = {
        "id": 10**39, "name": "#1", "order_number": 1, "created_at": "2026-06-10T11:00:00Z",
        "total_price": total, "currency": None, "financial_status": "paid",
    }  # fmt: skip
    assert counts(shop.load(write("order.json", json.dumps(order)))) == (1, 1, 0)
    assert shop.measure("in_chat_conversion") is not None


def test_deep_and_long_documents_are_set_aside_and_their_neighbours_kept(
    shop: Shop, write: Write, monkeypatch: pytest.MonkeyPatch
):
    for module in (ndjson, json_file):
        monkeypatch.setattr(module, "MAX_LINE", 4 << 20)
    deep = b'{"object":"page","entry":' + b"[" * 5000 + b"]" * 5000 + b"}\n"
    long = page(event(**said("m_long", text="x" * (8 << 20)))).encode() + b"\n"
    assert counts(shop.load(write("lines.json", GOOD + deep + long))) == (N + 2, N, 2)
    assert counts(shop.load(write("first.json", long + GOOD))) == (N + 1, 0, 1)


def test_of_one_message_told_differently_one_text_stays_whatever_the_order(write: Write):
    told = [page(event(**said("m_same", text=text))) for text in ("a", "b", "c", "a")]
    kept = set()
    for order in (told, told[::-1], told[2:] + told[:2]):
        with cc.open(":memory:") as shop:
            for number, line in enumerate(order):
                shop.load(write(f"{number}.json", line))
            kept.add(str(shop._database.con.execute("select text from messages").fetchall()))
    assert len(kept) == 1


def test_long_ids_and_every_script_survive_to_the_last_sign(shop: Shop, write: Write):
    text = "\u202eمرحبا\u202c 👩‍👩‍👧 é e\u0301 \\ \" ' \U0010ffff"
    person, business, mid = "1" * 40, "0" * 39 + "2", "m_é'\"--" + "3" * 40
    sent = {
        "sender": {"id": person}, "recipient": {"id": business}, "timestamp": AT,
        "message": {"mid": mid, "text": text},
    }  # fmt: skip
    shop.load(write("odd.json", page(sent, at=business)))
    rows = shop._database.con.execute(
        "select customer_id, business_id, message_id, text from messages"
    ).fetchall()
    assert rows == [(person, business, mid, text)]


def test_two_shops_with_equal_order_numbers_stay_two_orders(shop: Shop, write: Write):
    orders = [
        {
            "id": shop_no, "name": "#1001", "order_number": 1001, "total_price": "1.00",
            "created_at": "2026-06-10T11:00:00Z", "currency": "EUR", "financial_status": "paid",
        }
        for shop_no in (1, 2)
    ]  # fmt: skip
    assert shop.load(write("orders.json", json.dumps({"orders": orders}))).loaded == 2


def test_the_same_file_under_two_names_counts_once(shop: Shop, write: Write):
    write("a.json", GOOD)
    report = shop.load(write("b.json", GOOD).parent)
    assert (report.read, report.loaded, report.duplicate) == (2 * N, N, N)


def test_a_file_that_grows_is_taken_up_again_later(shop: Shop, write: Write):
    path = write("log.json", GOOD + LINES[0].encode()[:40])
    first = shop.load(path)
    assert (counts(first), first.files[0].incomplete) == ((N + 1, N, 1), True)
    more = page(answer(timestamp=AT + 99, **said("m_new", text="ja", is_echo=True)))
    write("log.json", GOOD + LINES[0].encode() + b"\n" + more.encode() + b"\n")
    second = shop.load(path)
    assert (second.read, second.loaded, second.duplicate) == (N + 2, 1, N + 1)


def test_a_file_that_grows_while_it_is_read_is_read_to_some_end(shop: Shop, write: Write):
    path = write("log.json", GOOD)

    def append(name: str, done: int, total: int) -> None:
        if path.stat().st_size < 3 * len(GOOD):
            with path.open("ab") as file:
                file.write(page(event(**said("m_late", text="x"))).encode() + b"\n")

    report = shop.load(path, progress=append)
    assert report.read >= N
    assert report.quarantined == 0


def test_loops_and_links_are_walked_once(shop: Shop, write: Write):
    folder = write("a.json", GOOD).parent
    (folder / "again").symlink_to(folder, target_is_directory=True)
    (folder / "b.json").symlink_to(folder / "a.json")
    (folder / "loop.json").symlink_to(folder / "loop.json")
    (folder / "gone.json").symlink_to(folder / "nowhere.json")
    os.mkfifo(folder / "pipe.json")
    assert counts(shop.load(folder)) == (N, N, 0)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_what_may_not_be_read_is_said(shop: Shop, write: Write):
    path = write("a.json", GOOD)
    path.chmod(0)
    with pytest.raises(ConvocommerceError, match=r"a\.json cannot be read"):
        shop.load(path)


def test_a_folder_with_no_export_says_what_is_in_it(shop: Shop, write: Write):
    folder: Path = write("photo.json", b"\xff\xd8\xff\xe0").parent
    with pytest.raises(ExportError, match=r"photo\.json: not recognised: a JPEG image"):
        shop.load(folder)
