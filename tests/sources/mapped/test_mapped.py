"""Files that no platform writes, read by a small mapping."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import convocommerce as cc
from convocommerce.errors import ExportError, SourceDefinitionError, UnknownNameError
from convocommerce.sources import check
from convocommerce.sources.mapped import propose, read_mapping, source_of
from convocommerce.sources.mapped.mapping import DEFAULTS, IDENTITY_KINDS

CALLS = """\
Call ID;Started;Caller;Agent;Direction;Note
c1;02-03-2026 09:00;+31612345678;;Inbound;Waar blijft mijn jas?
c2;02-03-2026 09:04;+31612345678;anna;Outbound;"Onderweg; morgen"
c3;29-03-2026 03:30;+31687654321;;Inbound;Zomertijd
c4;;+31687654321;;Inbound;zonder tijd
c5;02-03-2026 10:00;+31612345678;;Sideways;welke kant?
"""
MAPPING = """\
name = "calls"
table = "messages"
time_zone = "Europe/Amsterdam"
date_format = "%d-%m-%Y %H:%M"

[columns]
message_id = "Call ID"
sent_at = "Started"
customer_id = "Caller"
channel = { value = "phone" }
agent_id = "Agent"
text = "Note"
direction = { column = "Direction", values = { inbound = "in", outbound = "out" } }
declared_role = { column = "Direction", values = { inbound = "customer", outbound = "human" } }

[identities]
phone = "Caller"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "calls.csv").write_text(CALLS, "utf-8")
    (tmp_path / "calls.mapping.toml").write_text(MAPPING, "utf-8")
    return tmp_path


def rows(shop: cc.Shop, query: str) -> list[tuple[Any, ...]]:
    return shop.database.con.execute(query).fetchall()


def test_a_folder_with_a_mapping_is_loaded_without_being_told(folder: Path) -> None:
    with cc.open(":memory:") as shop:
        (report,) = shop.load(folder).files
        assert (report.source, report.read, report.loaded, report.quarantined) == ("calls", 5, 3, 2)
        assert {reason.reason for reason in report.reasons} == {"no sent_at", "no direction"}
        found = rows(shop, "select message_id, sent_at, direction, agent_id, text from messages")
        assert found == [
            ("c1", dt.datetime(2026, 3, 2, 8, 0), "in", None, "Waar blijft mijn jas?"),
            ("c2", dt.datetime(2026, 3, 2, 8, 4), "out", "anna", "Onderweg; morgen"),
            ("c3", dt.datetime(2026, 3, 29, 1, 30), "in", None, "Zomertijd"),
        ]
        assert rows(
            shop, "select distinct subject_id, key_kind, key_value from identities order by 1"
        ) == [
            ("phone:calls:+31612345678", "phone", "+31612345678"),
            ("phone:calls:+31687654321", "phone", "+31687654321"),
        ]
        frt = shop.measure("first_response_time", by="channel").figure("median", channel="phone")
        assert (frt.value, frt.n, frt.n_open) == (240.0, 1, 1)
        assert shop.load(folder).loaded == 0


def test_the_same_rows_as_csv_json_and_parquet_are_the_same(tmp_path: Path) -> None:
    table = {
        "id": ["1", "2"],
        "total": ["1.234,50", "10"],
        "placed": ["2026-03-02T09:00:00+01:00", "2026-03-03 10:00:00"],
    }
    mapping = """
        table = "orders"
        name = "till"
        files = ["till*"]
        time_zone = "Europe/Amsterdam"
        [columns]
        order_id = "id"
        total_amount = "total"
        created_at = "placed"
        currency = { value = "EUR" }
        payment_status = { value = "paid" }
    """
    records = [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]
    lines = [";".join(table), *(";".join(record.values()) for record in records)]
    (tmp_path / "map.toml").write_text(mapping)
    files = {name: tmp_path / f"till.{name}" for name in ("csv", "json", "ndjson", "parquet")}
    files["csv"].write_text("\n".join(lines) + "\n")
    files["json"].write_text(json.dumps({"data": records, "next": None}))
    files["ndjson"].write_text("\n".join(map(json.dumps, records)) + "\n")
    pq.write_table(pa.table(table), files["parquet"])
    found = []
    for path in files.values():
        with cc.open(":memory:") as shop:
            assert shop.load(path, mapping=tmp_path / "map.toml").loaded == 2
            found.append(rows(shop, "from orders order by order_id"))
            amounts = rows(shop, "select total_amount, created_at from orders order by order_id")
            assert amounts == [
                (Decimal("1234.50"), dt.datetime(2026, 3, 2, 8)),
                (Decimal("10.00"), dt.datetime(2026, 3, 3, 9)),
            ]
    assert found == [found[0]] * 4


def test_values_inside_objects_are_reached_by_paths(tmp_path: Path) -> None:
    (tmp_path / "bot.ndjson").write_text(
        '{"user": {"id": "u1"}, "at": 1790337612, "said": {"by": "bot", "text": "Hoi"}}\n'
        '{"user": {"id": "u1"}, "at": 1790337600, "said": {"by": "user", "text": "Hallo"}}\n'
    )
    (tmp_path / "bot.mapping.toml").write_text(
        """
        table = "messages"
        [columns]
        customer_id = "user.id"
        sent_at = "at"
        text = "said.text"
        direction = { column = "said.by", values = { user = "in" }, default = "out" }
        declared_role = { column = "said.by", values = { user = "customer" }, default = "bot" }
        """
    )
    with cc.open(":memory:") as shop:
        assert shop.load(tmp_path).loaded == 2
        assert rows(shop, "select direction, declared_role, text from messages order by 1") == [
            ("in", "customer", "Hallo"),
            ("out", "bot", "Hoi"),
        ]


def test_a_mapping_in_a_folder_is_for_the_files_of_that_folder_only(tmp_path: Path) -> None:
    for name in ("till", "till/archive", "elsewhere"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "calls.csv").write_text("id,at\n1,2026-03-02 09:00\n")
    (tmp_path / "till" / "calls.mapping.toml").write_text(
        'table = "orders"\n[columns]\norder_id = "id"\ncreated_at = "at"\n'
    )
    with cc.open(":memory:") as shop:
        read = {file.file: file.source for file in shop.load(tmp_path).files}
    assert read == {
        "till/calls.csv": "calls",
        "till/archive/calls.csv": "calls",
        "elsewhere/calls.csv": None,
    }


@pytest.mark.parametrize("column", ["user.", ".", "user..id", "user"])
def test_a_path_that_leads_to_no_value_of_an_object_is_told(tmp_path: Path, column: str) -> None:
    (tmp_path / "bot.json").write_text('[{"user": {"id": "u1"}, "at": 1790337612}]')
    (tmp_path / "bot.mapping.toml").write_text(
        'table = "orders"\n[columns]\norder_id = "user.id"\ncreated_at = "at"\n'
        f'order_number = "{column}"\n'
    )
    with cc.open(":memory:") as shop, pytest.raises(ExportError, match="leads to no value"):
        shop.load(tmp_path)


WRONG = {
    "tabel": (MAPPING.replace("table =", "tabel ="), UnknownNameError, "did you mean 'table'"),
    "table": (MAPPING.replace('"messages"', '"message"'), UnknownNameError, "mean 'messages'"),
    "column": (MAPPING.replace("sent_at", "send_at"), UnknownNameError, "did you mean 'sent_at'"),
    "identity": (MAPPING.replace("phone =", "fone ="), UnknownNameError, "did you mean 'phone'"),
    "required": (
        MAPPING.replace('sent_at = "Started"', ""),
        SourceDefinitionError,
        "needs sent_at",
    ),
    "zone": (MAPPING.replace("Amsterdam", "Amsterdm"), SourceDefinitionError, "no IANA time zone"),
    "cell": (MAPPING.replace('"Note"', "7"), SourceDefinitionError, "columns.text must be"),
    "both": (
        MAPPING.replace("{ value =", '{ column = "x", value ='),
        SourceDefinitionError,
        "either a column or a value",
    ),
    "open column": (
        MAPPING.replace('sent_at = "Started"', 'sent_at = "?"'),
        SourceDefinitionError,
        "columns.sent_at is not filled in yet",
    ),
    "open value": (
        MAPPING.replace('outbound = "out"', 'outbound = "?"'),
        SourceDefinitionError,
        "columns.direction is not filled in yet",
    ),
    "open identity": (
        MAPPING.replace('phone = "Caller"', 'phone = "?"'),
        SourceDefinitionError,
        "identities.phone is not filled in yet",
    ),
    "word": (MAPPING.replace('"human"', '"humann"'), UnknownNameError, "did you mean 'human'"),
    "constant": (
        MAPPING + '[columns.kind]\nvalue = "txt"\n',
        UnknownNameError,
        "unknown kind of calls.mapping.toml 'txt', did you mean 'text'",
    ),
    "default": (
        MAPPING.replace('outbound = "human" }', 'outbound = "human" }, default = "robot"'),
        UnknownNameError,
        "did you mean 'bot'",
    ),
    "type": (
        MAPPING + '[columns.is_failed]\nvalue = "perhaps"\n',
        SourceDefinitionError,
        "columns.is_failed is 'perhaps' and must be a boolean",
    ),
    "no columns": (
        MAPPING.replace('"Started"', "{ columns = [] }"),
        SourceDefinitionError,
        "must name at least one column",
    ),
    "toml": ("name = ", SourceDefinitionError, "is not TOML"),
    "deep": (f"name = {'[' * 6000}", SourceDefinitionError, "nested too deeply"),
    "format": (MAPPING.replace("%d-%m-%Y %H:%M", "%Q"), SourceDefinitionError, "'%Q' is none"),
    "name": (MAPPING.replace('"calls"', '"My Calls"'), SourceDefinitionError, "lower_snake_case"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_mapping_says_what_is_wrong_and_where(folder: Path, fault: str) -> None:
    text, error, words = WRONG[fault]
    mapping = folder / "calls.mapping.toml"
    mapping.write_text(text)
    with cc.open(":memory:") as shop:
        with pytest.raises(error, match=words) as caught:
            shop.load(folder, mapping=mapping)
        with pytest.raises(error, match=words):
            shop.load(folder / "calls.csv", mapping)
    assert "calls.mapping.toml" in str(caught.value)


def test_a_column_that_the_file_lacks_is_named(folder: Path) -> None:
    (folder / "calls.csv").write_text(CALLS.replace("Caller", "Beller"))
    with cc.open(":memory:") as shop, pytest.raises(ExportError, match="has no column 'Caller'"):
        shop.load(folder / "calls.csv", mapping=folder / "calls.mapping.toml")


def test_two_mappings_that_claim_a_file_are_both_named(folder: Path) -> None:
    (folder / "other.mapping.toml").write_text('files = ["*.csv"]\n' + MAPPING)
    with (
        cc.open(":memory:") as shop,
        pytest.raises(ExportError, match=r"calls.mapping.toml and other.mapping.toml"),
    ):
        shop.load(
            folder / "calls.csv", folder / "calls.mapping.toml", folder / "other.mapping.toml"
        )


@pytest.mark.parametrize("nasty", ["a'b", 'a"b', "a.b", "a;b", "} --", "$1", "x\x1fy"])
def test_names_of_columns_are_never_run(tmp_path: Path, nasty: str) -> None:
    told = {
        "table": "orders",
        "columns": {"order_id": nasty, "created_at": {"value": "2026-01-01"}},
    }
    path = tmp_path / "x.toml"
    path.write_text(
        f"table = 'orders'\n[columns]\norder_id = {json.dumps(nasty)}\n"
        "created_at = { value = '2026-01-01' }\n"
    )
    assert told["columns"]
    check(source_of(read_mapping(path)))
    pq.write_table(pa.table({nasty: ["7"]}), tmp_path / "x.parquet")
    with cc.open(":memory:") as shop:
        shop.load(tmp_path / "x.parquet", mapping=path)
        assert rows(shop, "select order_id from orders") == [("7",)]


@pytest.mark.parametrize("table", DEFAULTS)
def test_every_table_can_be_mapped_from_a_file_with_its_own_columns(
    tmp_path: Path, table: str
) -> None:
    from convocommerce.records import FILLED_BY_LOADING, TABLES

    columns = [c.name for c in TABLES[table].columns if c.name not in FILLED_BY_LOADING]
    text = propose(columns, [], name="own", table=table)
    told = tomllib.loads(text)
    assert set(told["columns"]) >= {c.name for c in TABLES[table].columns if c.required}
    (tmp_path / "own.toml").write_text(text)
    check(source_of(read_mapping(tmp_path / "own.toml")))


def test_a_proposal_can_be_used_once_it_is_filled_in(folder: Path) -> None:
    (folder / "calls.mapping.toml").unlink()
    text = cc.propose_mapping(folder / "calls.csv")
    told = tomllib.loads(text)
    assert told["table"] == "messages"
    assert told["columns"]["customer_id"] == "Caller"
    assert told["columns"]["direction"]["values"] == {
        "inbound": "in",
        "outbound": "out",
        "sideways": "?",
    }
    assert told["identities"] == {"phone": "Caller"}
    assert "0612345678" not in text
    assert told["columns"]["sent_at"] == "Started"
    assert told["date_format"] == "%d-%m-%Y %H:%M"
    (folder / "calls.mapping.toml").write_text(text)
    with pytest.raises(SourceDefinitionError, match=r"columns.direction is not filled in yet"):
        cc.try_mapping(folder / "calls.csv", folder / "calls.mapping.toml")
    (folder / "calls.mapping.toml").write_text(text.replace('"?"', '"none"'))
    assert len(cc.try_mapping(folder / "calls.csv", folder / "calls.mapping.toml")) == 4


def test_ten_rows_are_shown_without_being_loaded(folder: Path) -> None:
    found = cc.try_mapping(folder / "calls.csv", folder / "calls.mapping.toml", rows=2)
    assert list(found["message_id"]) == ["c1", "c2"]
    assert list(found["channel"]) == ["phone", "phone"]


def test_why_no_row_can_be_used_is_said(folder: Path) -> None:
    mapping = folder / "calls.mapping.toml"
    mapping.write_text(MAPPING.replace("%d-%m-%Y %H:%M", "%Y"))
    words = (
        "no row of calls.csv gives a record: the column 'Started' gives no sent_at; "
        r"say by date_format how it is written \(4\); no sent_at \(1\)"
    )
    with pytest.raises(ExportError, match=words):
        cc.try_mapping(folder / "calls.csv", mapping)


def test_every_kind_of_identity_is_one_that_contacts_know() -> None:
    from convocommerce.warehouse.contacts import STAGES

    assert set(IDENTITY_KINDS) <= set(STAGES)
