"""Looking at exports without loading them, and listing what can be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import convocommerce as cc
from convocommerce.building import data_through
from convocommerce.errors import UnrecognisedExportError
from convocommerce.sources import known_sources

SAMPLE = Path(__file__).parents[1] / "data" / "sample"


def test_what_a_log_holds_is_said_and_nothing_is_loaded() -> None:
    with cc.open(":memory:") as shop:
        found = shop.inspect(SAMPLE / "instagram", SAMPLE / "shopify" / "orders-2026-06.json")
        assert shop.database.con.execute("select count(*) from messages").fetchall() == [(0,)]
        assert shop.loads().empty
        report = shop.load(SAMPLE / "instagram", SAMPLE / "shopify" / "orders-2026-06.json")
        assert [(f.file, f.loaded, f.ignored) for f in found.files] == [
            (f.file, f.loaded, f.ignored) for f in report.files
        ]
        (messages,) = shop.database.con.execute("select count(*) from messages").fetchall()
        (spoken,) = shop.database.con.execute(
            "select count(*) from messages where direction <> 'none' and kind <> 'reaction'"
        ).fetchall()
    assert found.records["messages"] == messages[0]
    assert found.channels["instagram"][1] == spoken[0]
    assert found.speakers["customers"][0] > 1000
    assert found.speakers["app 990011223344556"][1] == 6
    assert found.period is not None
    assert found.period[0].year == 2026
    assert "Messenger and Instagram webhook log" in found.limits


def test_what_is_said_names_nobody() -> None:
    with cc.open(":memory:") as shop:
        shop.load(SAMPLE / "instagram")
        people = shop.database.con.execute("select distinct customer_id from messages").fetchall()
    text = str(cc.inspect(SAMPLE / "instagram")) + cc.inspect(SAMPLE / "instagram")._repr_html_()
    assert not [one for (one,) in people if one in text]


def test_a_strange_file_is_refused_with_what_it_looks_like(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('[{"hello": 1}]')
    with pytest.raises(UnrecognisedExportError, match=r"x\.json is JSON"):
        cc.inspect(tmp_path / "x.json")


def test_every_kind_of_export_is_listed_with_what_it_cannot_tell() -> None:
    with cc.open(":memory:") as shop:
        listed = shop.sources()
    kinds = [kind for source in known_sources() for kind in source.kinds]
    assert list(listed["export"]) == [kind.title for kind in kinds]
    assert listed["cannot_tell"].map(len).min() > 0


def test_what_is_new_is_kept_and_said(tmp_path: Path) -> None:
    orders = json.loads((SAMPLE / "shopify" / "orders-2026-06.json").read_text("utf-8"))
    orders["orders"][0] |= {"financial_status": "bartered", "moon_phase": "full", "u_4711": 1}
    (tmp_path / "orders.json").write_text(json.dumps(orders))
    found = cc.inspect(tmp_path / "orders.json")
    assert found.records["orders"] == len(orders["orders"])
    assert found.strange == {"orders in a state of payment that is not known": 1}
    (names,) = found.unread.values()
    assert "moon_phase" in names
    assert "u_4711" not in names
    assert "moon_phase" in str(found)


def test_a_table_that_ties_chats_to_tickets_tells_neither_talk_nor_times(tmp_path: Path) -> None:
    ties, said = tmp_path / "ticket_chat.csv", tmp_path / "ticket_comment.csv"
    ties.write_text(
        "chat_id,_fivetran_synced,backend,channel,initiator,tags,ticket_id,user_id,visitor_id\n"
        "4323.9.TyDt,2026-09-19 16:51:27.753,chat,chat,1,[],45,387066542,21432-1JDm\n",
        "utf-8",
    )
    said.write_text(
        "id,_fivetran_synced,body,created,public,ticket_id,user_id\n"
        "7001,2026-09-19 16:51:30.000,hoi,2026-03-02 09:14:07,TRUE,45,387066542\n",
        "utf-8",
    )
    with cc.open(":memory:") as shop:
        found = shop.inspect(ties)
        assert (found.period, found.channels, found.speakers) == (None, {}, {})
        shop.load(ties, said)
        through = data_through(shop.database.con, shop.rules.time_zone)
        assert str(through["ticket_events"]) == "2026-03-02 09:14:07"
