"""Whatever shape a platform, its documentation or a test suite gives, every document is told."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

import convocommerce as cc
from convocommerce.errors import ExportError
from convocommerce.metrics import CATALOGUE
from ugly.payloads import ALL, GROUPS, INSTAGRAM, MESSENGER, QUARANTINED, Expected

KNOWN = {name: case for name, case in ALL.items() if case.expected is not None}
UNKNOWN = {name: case for name, case in ALL.items() if case.expected is None}


def ending(name: str) -> str:
    return ".csv" if name.startswith(("csv", "ads_manager", "advertentie")) else ".json"


def test_names_are_used_once():
    assert len(ALL) == sum(map(len, GROUPS)) >= 130


def test_of_a_webhook_log_every_delivery_is_told():
    """One log of every kind of delivery, so that it is read in one go."""
    cases = [case for case in KNOWN.values() if case in (*MESSENGER.values(), *INSTAGRAM.values())]
    total = Expected(*map(sum, zip(*(case.expected or Expected() for case in cases), strict=True)))
    with tempfile.TemporaryDirectory() as folder, cc.open(":memory:") as shop:
        path = Path(folder, "log.ndjson")
        path.write_text("\n".join(case.text for case in cases), "utf-8")
        report = shop.load(path)
        places = shop.quarantined()["position"].to_list()
    # Beside others a document may say what another said before; then it is a duplicate.
    assert (report.loaded + report.duplicate, report.ignored) == (total.loaded, total.ignored)
    assert places == [n for n, case in enumerate(cases, 1) if case.expected == QUARANTINED]


def test_every_file_gives_what_it_holds_and_all_can_be_measured(tmp_path: Path):
    known = {name: case for name, case in KNOWN.items() if name not in MESSENGER | INSTAGRAM}
    for name, case in known.items():
        (tmp_path / f"{name}{ending(name)}").write_text(case.text, "utf-8")
    with cc.open(":memory:") as shop:
        report = shop.load(tmp_path)
        found = {
            Path(file.file).stem: Expected(
                file.loaded + file.duplicate, file.ignored, file.quarantined
            )
            for file in report.files
        }
        assert found == {name: case.expected for name, case in known.items()}
        assert all(
            file.read == file.loaded + file.duplicate + file.ignored + file.quarantined
            for file in report.files
        )
        for name in CATALOGUE:
            assert shop.measure(name).rows


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_no_platform_writes_is_refused_with_what_it_is(tmp_path: Path, name: str):
    path = tmp_path / f"{name}{ending(name)}"
    path.write_text(UNKNOWN[name].text, "utf-8")
    with cc.open(":memory:") as shop, pytest.raises(ExportError) as raised:
        shop.load(path)
    assert path.name in str(raised.value)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("graph_error", "the error that an API answered"),
        ("graph_empty_page", "an empty page of an API"),
        ("user_object", "JSON with object, entry"),
        ("csv_of_one_column", "CSV of 1 columns with Name"),
        ("csv_without_total", "has no column for total"),
    ],
)
def test_the_refusal_says_what_the_file_seems_to_be(tmp_path: Path, name: str, words: str):
    path = tmp_path / f"{name}{ending(name)}"
    path.write_text(UNKNOWN[name].text, "utf-8")
    with cc.open(":memory:") as shop, pytest.raises(ExportError, match=words):
        shop.load(path)


def test_orders_with_many_lines_each_are_still_an_orders_csv(tmp_path: Path):
    """Of an order with several lines only the first row is filled."""
    line = "#{0},b@example.com,,,,,,,Scarf,\n"
    at = "2026-06-10 11:00:00 +0200"
    first = f"#{{0}},b@example.com,paid,{at},EUR,1,2,{at},Hat,{{0}}\n"
    head = (
        "Name,Email,Financial Status,Paid at,Currency,Subtotal,Total,Created at,Lineitem name,Id\n"
    )
    path = tmp_path / "orders.csv"
    path.write_text(head + "".join((first + line * 4).format(n) for n in range(1, 9)))
    with cc.open(":memory:") as shop:
        report = shop.load(path)
    assert (report.loaded, report.ignored) == (8, 32)
