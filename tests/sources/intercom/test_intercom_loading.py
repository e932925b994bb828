"""Intercom's files end in one state, however they are loaded, and give the clocks one can count."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from random import Random

import pytest

import convocommerce as cc
from convocommerce.warehouse import state_hash

FIXTURES = Path(__file__).parent / "fixtures"
FILES = ("conversation.json", "webhooks.ndjson", "list.json")


def documents(name: str) -> list[str]:
    text = (FIXTURES / name).read_text("utf-8")
    return text.splitlines() if name.endswith(".ndjson") else [json.dumps(json.loads(text))]


def test_any_order_split_and_repetition_end_in_one_state(tmp_path: Path) -> None:
    lines = [line for name in FILES for line in documents(name)]
    states = set()
    for seed in range(3):
        Random(seed).shuffle(lines)
        with cc.open(":memory:") as shop:
            for number in range(0, len(lines), seed + 4):
                path = tmp_path / f"{seed}-{number}.ndjson"
                path.write_text("\n".join(lines[number : number + seed + 4]), "utf-8")
                shop.load(path)
            before = state_hash(shop.database.con)
            shop.load(tmp_path)
            assert state_hash(shop.database.con) == before
            states.add(before)
    assert len(states) == 1


@pytest.mark.parametrize(
    "names", [("conversation.json",), ("webhooks.ndjson",), ("list.json", "conversation.json")]
)
def test_the_clocks_of_the_conversation(names: tuple[str, ...]) -> None:
    with cc.open(":memory:") as shop:
        report = shop.load(*(FIXTURES / name for name in names))
        assert not any(file.quarantined or file.ignored for file in report.files)
        shop.build()
        found = shop.database.con.execute(
            "select started_at, first_customer_at, bot_at, human_at, n_messages from conversations"
        ).fetchall()
    start = dt.datetime(2026, 3, 2, 9, 14, 5)
    (row,) = [tuple(v.replace(microsecond=0) for v in r[:4]) + r[4:] for r in found]
    assert row == (
        start,
        start,
        start + dt.timedelta(seconds=3),
        start + dt.timedelta(seconds=65),
        4,
    )


def test_pages_of_users_from_before_contacts_were_one_thing(tmp_path: Path) -> None:
    people = [
        {"type": "user", "id": f"5310d8e7598c9a0b2400000{n}", "email": f"{n}@voorbeeld.nl",
         "signed_up_at": 1401970113, "unsubscribed_from_emails": False}
        for n in (1, 2)
    ]  # fmt: skip
    page = {"type": "user.list", "pages": {"next": None}, "users": people, "total_count": 2}
    path = tmp_path / "users.json"
    path.write_text(json.dumps(page), "utf-8")
    with cc.open(":memory:") as shop:
        (file,) = shop.load(path).files
        assert (file.source, file.kind, file.loaded) == ("intercom", "contacts", 2)
