"""What is guessed of a file that nobody described."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

import convocommerce as cc
from convocommerce.sources.mapped import propose


def guessed(
    columns: Sequence[str], sample: Sequence[Mapping[str, str]] = (), name: str = "export"
) -> dict[str, Any]:
    return tomllib.loads(propose(columns, sample, name=name, table=None))


@pytest.mark.parametrize(
    ("columns", "name", "table"),
    [
        ("who at dir body", "log", "messages"),
        ("foo bar", "log", "messages"),
        ("conversation when from text", "log", "messages"),
        ("id date amount customer", "export", "orders"),
        ("id date amount order_id customer", "export", "orders"),
        ("id created_at total cart_token status", "export", "orders"),
        ("id date amount order_id", "refunds", "refunds"),
        ("refund_id date refund_amount order", "export", "refunds"),
        ("id date score customer", "csat", "ratings"),
        ("day ad spend clicks impressions", "export", "ad_days"),
        ("checkout_id created_at total email", "export", "checkouts"),
        ("message_id change changed_at", "edits", "message_changes"),
    ],
)
def test_the_table_is_the_likely_one(columns: str, name: str, table: str) -> None:
    assert guessed(columns.split(), name=name)["table"] == table


def test_short_names_are_known() -> None:
    row = {"who": "+31612345678", "at": "2026-03-02T09:00:00Z", "dir": "in", "body": "Hoi"}
    assert guessed(list(row), [row])["columns"] == {
        "customer_id": "who",
        "sent_at": "at",
        "direction": {"column": "dir", "values": {"in": "in"}},
        "text": "body",
    }


def test_a_sender_of_few_words_is_the_role_and_not_the_customer() -> None:
    columns = ["conversation", "when", "from", "text", "customer_email"]
    sample = [{"from": "visitor"}, {"from": "Agent"}, {"from": "bot"}, {"from": "desk"}]
    told = guessed(columns, sample)["columns"]
    assert told["customer_id"] == "customer_email"
    assert told["case_id"] == "conversation"
    assert told["direction"] == {
        "column": "from",
        "values": {"agent": "out", "bot": "out", "desk": "?", "visitor": "in"},
    }
    assert told["declared_role"]["values"] == {
        "agent": "human", "bot": "bot", "desk": "?", "visitor": "customer",
    }  # fmt: skip


def test_a_sender_of_many_values_is_the_customer() -> None:
    sample = [{"from": f"+3161234567{n}"} for n in range(9)]
    told = guessed(["from", "when", "text", "dir"], sample)["columns"]
    assert told["customer_id"] == "from"
    assert "declared_role" not in told


@pytest.mark.parametrize(
    ("values", "line"),
    [
        (("03-04-2026 09:12", "13-04-2026 09:12"), 'date_format = "%d-%m-%Y %H:%M"'),
        (("03/04/2026", "03/14/2026"), 'date_format = "%m/%d/%Y"'),
        (("09:12 13.04.2026",), 'date_format = "%H:%M %d.%m.%Y"'),
        (("4/13/26 9:12 PM",), 'date_format = "%m/%d/%y %I:%M %p"'),
        (("13-04-2026 09:12:01",), 'date_format = "%d-%m-%Y %H:%M:%S"'),
        (
            ("03-04-2026", "04-05-2026"),
            '# date_format = "%d-%m-%Y"  # or "%m-%d-%Y": the sample fits each',
        ),
        (("2026-04-03T09:12:00Z", "2026-04-03 09:12"), '# date_format = "%d-%m-%Y %H:%M"'),
        (("1775207520",), '# date_format = "%d-%m-%Y %H:%M"'),
        (("13-04-2026", "gisteren"), '# date_format = "%d-%m-%Y %H:%M"'),
    ],
)
def test_how_times_are_written_is_guessed_on_evidence_only(
    values: Sequence[str], line: str
) -> None:
    text = propose(["at", "who"], [{"at": one} for one in values], name="x", table="messages")
    assert line in text.splitlines()


@pytest.mark.parametrize("days", [("2026-04-03", "2026-04-13"), ("03-04-2026", "13-04-2026")])
def test_a_date_beside_a_time_is_proposed_as_one_and_read(
    tmp_path: Path, days: tuple[str, str]
) -> None:
    (tmp_path / "desk.csv").write_text(
        f"Klant;Datum;Tijd;Richting;Bericht\nk1;{days[0]};9:12;in;Hoi\nk1;{days[1]};19:30;uit;Dag\n"
    )
    text = cc.propose_mapping(tmp_path / "desk.csv")
    assert tomllib.loads(text)["columns"]["sent_at"] == {"columns": ["Datum", "Tijd"]}
    (tmp_path / "desk.mapping.toml").write_text(text)
    found = cc.try_mapping(tmp_path / "desk.csv", tmp_path / "desk.mapping.toml")
    assert [f"{one:%m-%d %H:%M}" for one in found["sent_at"]] == ["04-03 09:12", "04-13 19:30"]


def test_a_column_called_time_that_has_the_day_too_stands_alone() -> None:
    sample = [{"time": "2026-04-03T09:12:00Z", "date": "2026-04-03"}]
    assert guessed(["date", "time", "who", "dir", "text"], sample)["columns"]["sent_at"] == "time"
