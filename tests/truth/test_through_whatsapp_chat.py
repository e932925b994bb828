"""The simulated shop told through exported WhatsApp chats.

A chat text has one author for the whole business: bot, automatic messages and employees cannot be
told apart, except that a text which many people got at once is automatic. So the clocks are
compared where no bot spoke in the thread, and what was said is compared everywhere. Customers have
names and no ids, so only orders that a link in the chat leads to can be tied.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import convocommerce as cc
from convocommerce.simulation import simulate
from through import RULES, Through, floored, found_conversations, known


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Through]:
    made = simulate(tmp_path_factory.mktemp("shop"), months=1, talk="whatsapp_chat")
    end = json.loads((made.truth / "summary.json").read_text("utf-8"))["ends_at"]
    with cc.open(":memory:") as shop:
        report = shop.load(made.exports)
        shop.rules = RULES
        shop.build()
        told = [rows(made.truth / f"{name}.csv") for name in ("conversations", "orders")]
        yield Through(shop, report, made.exports, *told, checkouts=[], end=known(end))


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def test_every_message_is_read_and_none_is_set_aside(world: Through) -> None:
    chats = [file for file in world.report.files if file.kind == "chat_text"]
    assert len(chats) > 200
    assert sum(file.quarantined for file in chats) == 0
    assert {reason.reason for file in chats for reason in file.reasons} == {
        "a line of the app itself"
    }
    (found,) = world.sql("select count(*) as n from messages where channel = 'whatsapp'")
    assert found["n"] == sum(int(row["n_messages"]) for row in world.conversations)


def test_all_chats_are_of_one_business(world: Through) -> None:
    found = world.sql("select distinct business_id from messages where direction = 'out'")
    assert len(found) == 1


def test_the_clocks_hold_where_no_bot_spoke(world: Through) -> None:
    columns = ("first_customer_at", "human_at")
    with_bot = {
        (row["channel"], row["customer_id"]) for row in world.conversations if row["bot_at"]
    }
    told = Counter(
        tuple(floored(known(row[c]) if row[c] else None, 1) for c in ("started_at", *columns))
        for row in world.conversations
        if (row["channel"], row["customer_id"]) not in with_bot
    )
    found: Counter[Any] = found_conversations(world, seconds=1, columns=columns)
    missing = told - found
    assert told.total() > 100
    assert not missing, f"{missing.total()} of {told.total()} are missing: {list(missing)[:3]}"


def test_orders_that_a_link_in_the_chat_leads_to_are_tied(world: Through) -> None:
    told = {row["order_number"] for row in world.orders if row["link"] == "token"}
    found = {
        row["order_number"]
        for row in world.sql(
            "select o.order_number from orders as o "
            "join order_contacts as c using (platform, order_id) where c.match_rule = 'token'"
        )
    }
    assert told
    assert told <= found
