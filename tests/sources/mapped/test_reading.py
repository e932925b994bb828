"""What mapped values become: times, ids, words and places."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import convocommerce as cc
from convocommerce.records import TABLES
from convocommerce.sources.mapped.vocabularies import STRANGE, VOCABULARIES

TALK = """\
name = "desk"
table = "messages"
{more}
[columns]
customer_id = "who"
sent_at = "at"
direction = {{ value = "in" }}
text = "body"
"""


def told(tmp_path: Path, csv: str, mapping: str, query: str) -> list[tuple[Any, ...]]:
    """Load a table by a mapping and ask."""
    (tmp_path / "desk.csv").write_text(csv)
    (tmp_path / "desk.toml").write_text(mapping)
    with cc.open(":memory:") as shop:
        shop.load(tmp_path / "desk.csv", mapping=tmp_path / "desk.toml")
        return shop.database.con.execute(query).fetchall()


@pytest.mark.parametrize(
    ("written", "more", "utc"),
    [
        ("09:12 03-04-2026", 'date_format = "%H:%M %d-%m-%Y"', (7, 12)),
        ("03-04-2026 09:12 +0500", 'date_format = "%d-%m-%Y %H:%M %z"', (4, 12)),
        ("2026-04-03T09:12:00+05:00", "", (4, 12)),
        ("2026-04-03 09:12:00+05", "", (4, 12)),
        ("2026-04-03 09:12 UTC", "", (9, 12)),
        ("2026-04-03 09:12", "", (7, 12)),
        ("1775207520", "", (9, 12)),
    ],
)
def test_only_an_offset_is_taken_for_one(
    tmp_path: Path, written: str, more: str, utc: tuple[int, int]
) -> None:
    mapping = TALK.format(more=f'time_zone = "Europe/Amsterdam"\n{more}')
    found = told(
        tmp_path, f"who;at;body\nu1;{written};hoi\n", mapping, "select sent_at from messages"
    )
    assert found == [(dt.datetime(2026, 4, 3, *utc),)]


def test_a_day_is_moved_by_no_zone_and_read_by_its_format(tmp_path: Path) -> None:
    mapping = """
        name = "ads"
        table = "ad_days"
        time_zone = "Europe/Amsterdam"
        date_format = "%m-%d-%Y"
        [columns]
        ad_key = "ad"
        day = "on"
        last_day = "on"
        level = { value = "ad" }
    """
    found = told(tmp_path, "ad;on\na1;04-03-2026\n", mapping, "select day, last_day from ad_days")
    assert found == [(dt.date(2026, 4, 3), dt.date(2026, 4, 3))]


def test_a_date_and_a_time_of_day_make_an_instant(tmp_path: Path) -> None:
    mapping = TALK.format(more='time_zone = "Europe/Amsterdam"').replace(
        '"at"', '{ columns = ["Datum", "Tijd"] }'
    )
    csv = "who;Datum;Tijd;body\nu1;2026-04-03;09:12;hoi\nu2;2026-04-03;;zonder\n"
    found = told(tmp_path, csv, mapping, "select sent_at from messages")
    assert found == [(dt.datetime(2026, 4, 3, 7, 12),)]


def test_a_day_kept_as_midnight_takes_the_time_beside_it(tmp_path: Path) -> None:
    table = {
        "who": ["u1"],
        "Datum": [dt.datetime(2026, 4, 3)],
        "Tijd": [dt.time(9, 12)],
        "body": ["hoi"],
    }
    pq.write_table(pa.table(table), tmp_path / "desk.parquet")
    mapping = TALK.format(more="").replace('"at"', '{ columns = ["Datum", "Tijd"] }')
    (tmp_path / "desk.toml").write_text(mapping)
    with cc.open(":memory:") as shop:
        shop.load(tmp_path / "desk.parquet", mapping=tmp_path / "desk.toml")
        found = shop.database.con.execute("select sent_at from messages").fetchall()
    assert found == [(dt.datetime(2026, 4, 3, 9, 12),)]


def test_a_time_that_cannot_be_read_leaves_nothing_of_its_row(tmp_path: Path) -> None:
    mapping = TALK.format(more="") + '[identities]\nemail = "who"\n'
    csv = "who;at;body\nan@shop.example;3 april;hoi\n"
    (tmp_path / "desk.csv").write_text(csv)
    (tmp_path / "desk.mapping.toml").write_text(mapping)
    with cc.open(":memory:") as shop:
        (report,) = shop.load(tmp_path).files
        (reason,) = report.reasons
        assert reason.reason == (
            "the column 'at' gives no sent_at; say by date_format how it is written"
        )
        assert shop.database.con.execute("select count(*) from identities").fetchall() == [(0,)]


MADE = {
    "messages": ("who;at;body;by\nu1;2026-04-03T09:12:00Z;hoi;anna\n", TALK.format(more=""),
                 "agent_id"),
    "touchpoints": (
        "who;at;by\nu1;2026-04-03T09:12:00Z;p7\n",
        ('name = "desk"\ntable = "touchpoints"\n[columns]\ncustomer_id = "who"\n'
        'occurred_at = "at"\nentry_point = { value = "post" }\n'),
        "post_id",
    ),
    "ratings": (
        "who;at;by\nu1;2026-04-03T09:12:00Z;anna\n",
        ('name = "desk"\ntable = "ratings"\n[columns]\ncustomer_id = "who"\nrated_at = "at"\n'
        'scale = { value = "1_to_5" }\n'),
        "agent_id",
    ),
    "refunds": (
        "who;at;by\n7;2026-04-03T09:12:00Z;EUR\n",
        ('name = "desk"\ntable = "refunds"\n[columns]\norder_id = "who"\nrefunded_at = "at"\n'
        'refund_amount = { value = "5" }\n'),
        "currency",
    ),
}  # fmt: skip


@pytest.mark.parametrize("table", MADE)
def test_a_column_mapped_later_makes_no_new_record(tmp_path: Path, table: str) -> None:
    csv, mapping, column = MADE[table]
    (tmp_path / "desk.csv").write_text(csv)
    path = tmp_path / "desk.mapping.toml"
    with cc.open(":memory:") as shop:
        path.write_text(mapping)
        assert shop.load(tmp_path).loaded == 1
        path.write_text(f'{mapping}{column} = "by"\n')
        shop.load(tmp_path)
        assert shop.database.con.execute(f"select count(*) from {table}").fetchall() == [(1,)]


@pytest.mark.parametrize("n", range(8))
def test_a_message_is_kept_as_the_fuller_mapping_tells_it(tmp_path: Path, n: int) -> None:
    (tmp_path / "desk.csv").write_text(f"who;at;body;by\nu{n};2026-04-03T09:12:00Z;hoi;anna\n")
    path = tmp_path / "desk.mapping.toml"
    with cc.open(":memory:") as shop:
        for more in ("", 'agent_id = "by"\n', ""):
            path.write_text(TALK.format(more="") + more)
            shop.load(tmp_path)
        assert shop.database.con.execute("select agent_id from messages").fetchall() == [("anna",)]


def test_a_message_without_text_is_no_other_message_by_its_ticket(tmp_path: Path) -> None:
    mapping = TALK.format(more="") + 'case_id = "case"\n'
    csv = "who;at;body;case\nu1;2026-04-03T09:12:00Z;x;\nu1;2026-04-03T09:12:00Z;;x\n"
    assert len(told(tmp_path, csv, mapping, "select message_id from messages")) == 2


def test_a_colon_in_a_place_names_no_second_customer(tmp_path: Path) -> None:
    mapping = (
        TALK.format(more="")
        + 'business_id = "inbox"\nchannel = { value = "voice:nl" }\n'
        + '[identities]\nemail = "mail"\n'
    )
    csv = "who;at;body;inbox;mail\nu1;2026-04-03T09:12:00Z;hoi;team:eu;an@shop.example\n"
    (tmp_path / "desk.csv").write_text(csv)
    (tmp_path / "desk.mapping.toml").write_text(mapping)
    with cc.open(":memory:") as shop:
        shop.load(tmp_path)
        con = shop.database.con
        assert con.execute("select channel, business_id from messages").fetchall() == [
            ("voice-nl", "team-eu")
        ]
        assert con.execute("select subject_id from identities").fetchall() == [
            ("voice-nl:team-eu:u1",)
        ]


def test_words_of_the_file_are_held_to_what_a_column_can_hold(tmp_path: Path) -> None:
    mapping = (
        TALK.format(more="").replace('{ value = "in" }', '"way"')
        + 'kind = "sort"\ndeclared_role = "role"\n'
    )
    csv = (
        "who;at;body;way;sort;role\n"
        "u1;2026-04-03T09:12:00Z;a;OUT;Text;Human\n"
        "u1;2026-04-03T09:13:00Z;b;in;poll;alien\n"
        "u1;2026-04-03T09:14:00Z;c;sideways;;\n"
    )
    query = "select text, direction, kind, declared_role from messages order by text"
    assert told(tmp_path, csv, mapping, query) == [
        ("a", "out", "text", "human"),
        ("b", "in", "unsupported", None),
    ]


@pytest.mark.parametrize(
    ("table", "column"), [(table, name) for table, names in VOCABULARIES.items() for name in names]
)
def test_vocabularies_are_those_that_the_records_list(table: str, column: str) -> None:
    (meaning,) = (one.meaning for one in TABLES[table].columns if one.name == column)
    plain = re.sub(r" \([^)]*\)", "", meaning.rpartition(": ")[2].partition(";")[0])
    listed = re.split(r", | or | and ", plain.rstrip("."))
    assert set(VOCABULARIES[table][column]) == {word for word in listed if " " not in word}
    assert STRANGE.get(column) in (None, *VOCABULARIES[table][column])
