"""A small account loaded and built: what counts as said in its tickets, and how long it took.

The account (``fixtures/account``) has a mail ticket with a note, an automatic text and somebody in
copy; a chat handed over by a bot, with its log; a ticket that an employee opened; one that an
employee asked; a sample; one merged into another; and a chat whose audit holds what was said.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import convocommerce as cc

FIXTURES = Path(__file__).with_name("fixtures")


@pytest.fixture(scope="module")
def shop() -> Iterator[cc.Shop]:
    with cc.open(":memory:") as shop:
        report = shop.load(FIXTURES / "account")
        assert (report.ignored, report.quarantined) == (0, 0)
        shop.build()
        yield shop


def rows(shop: cc.Shop, query: str) -> list[tuple[Any, ...]]:
    return shop.database.con.execute(query).fetchall()


def test_what_was_said_in_every_ticket(shop):
    found: dict[str, list[list[str]]] = {}
    for ticket, *said in rows(
        shop,
        """
        select case_id, strftime(sent_at, '%H:%M:%S'), direction, kind, declared_role, text
        from ticket_messages
        order by case_id, sent_at, sequence
        """,
    ):
        found.setdefault(ticket, []).append(said)
    assert found == json.loads((FIXTURES / "expected.json").read_text("utf-8"))


def test_samples_and_merged_tickets_say_nothing(shop):
    assert not rows(shop, "select 1 from ticket_messages where case_id in ('305', '306')")


def test_recorded_first_replies_are_what_our_messages_give(shop):
    """To the minute where Zendesk keeps minutes, to the second where it keeps seconds."""
    found = rows(
        shop,
        """
        with replies as (
            select case_id, min(sent_at) as replied_at
            from ticket_messages
            where declared_role = 'human' and direction = 'out' and kind = 'text'
            group by case_id
        )
        select
            case_id,
            calendar_seconds // precision_seconds,
            floor(epoch(replied_at - tickets.created_at))::bigint // precision_seconds
        from reported_times
        join tickets on ticket_id = case_id
        join replies using (case_id)
        where measure = 'first_reply'
        order by case_id
        """,
    )
    assert [ticket for ticket, _, _ in found] == ["301", "302", "304"]
    assert all(told == ours for _, told, ours in found), found


def test_clocks_of_the_conversations(shop):
    found = rows(
        shop,
        """
        select
            threads.case_id, strftime(first_customer_at, '%H:%M:%S'),
            strftime(acknowledged_at, '%H:%M:%S'), strftime(bot_at, '%H:%M:%S'),
            strftime(human_at, '%H:%M:%S'), strftime(handoff_at, '%H:%M:%S')
        from conversations
        join threads using (thread_key)
        order by threads.case_id
        """,
    )
    assert found == [
        ("301", "09:14:07", "09:17:00", None, "09:29:40", None),
        ("302", "10:00:05", None, "10:00:07", "10:01:25", "10:00:20"),
        ("303", None, None, None, None, None),
        ("304", "13:00:00", None, None, "13:30:30", None),
        ("307", "15:00:00", None, None, "15:00:30", None),
    ]


def test_every_ticket_of_a_customer_is_one_person(shop):
    found = rows(
        shop,
        "select count(distinct contact_key) from threads where case_id in ('301', '302', '303')",
    )
    assert found == [(1,)]
