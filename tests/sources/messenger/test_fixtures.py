"""The exports beside these tests give the records that stand with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import convocommerce as cc

FOLDER = Path(__file__).parent / "fixtures"


@pytest.mark.parametrize(
    ("name", "export"),
    [
        ("archive", "your_facebook_activity"),
        ("conversations_api", "conversations.json"),
    ],
)
def test_an_export_gives_its_records(name: str, export: str) -> None:
    expected = json.loads((FOLDER / name / "expected.json").read_text("utf-8"))
    columns = list(expected[0])
    with cc.open(":memory:") as shop:
        shop.load(FOLDER / name / export)
        found = shop.database.con.execute(
            f"select {', '.join(columns)} from messages order by sent_at, sequence"
        ).fetchall()
    assert [dict(zip(columns, map(str, row), strict=True)) for row in found] == expected
