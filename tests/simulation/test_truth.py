"""A plain second reading of the exports finds exactly what the truth says."""

import itertools
import json
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path

import pytest

from .reread import BOT, DAY, Talk, events, millis, rows, talks


@pytest.fixture(scope="module")
def read(exports: Path) -> list[Talk]:
    return talks(exports)


def test_conversations_begin_and_end_where_the_truth_says(read: list[Talk], truth: Path) -> None:
    found = {(t.channel, t.customer, t.spoken[0][0], t.spoken[-1][0], len(t.spoken)) for t in read}
    told = {
        (
            row["channel"],
            row["customer_id"],
            millis(row["started_at"]),
            millis(row["last_message_at"]),
            int(row["n_messages"]),
        )
        for row in rows(truth / "conversations.csv")
    }
    assert found == told


def test_first_answers_are_found_again(read: list[Talk], truth: Path) -> None:
    told = {
        (r["customer_id"], millis(r["started_at"])): r for r in rows(truth / "conversations.csv")
    }
    for talk in read:
        row = told[talk.customer, talk.spoken[0][0]]
        assert talk.asked == millis(row["first_customer_at"])
        assert talk.first("auto") == millis(row["acknowledged_at"])
        assert talk.first("bot") == millis(row["bot_at"])
        assert talk.first("human") == millis(row["human_at"])
        assert talk.handoff == millis(row["handoff_at"])
        agents = {agent for at, _, agent in talk.spoken if at == talk.first("human")} or {""}
        assert agents == {row["agent"]}
        assert (row["started_by"] == "business") == (talk.spoken[0][1] == "human")


def test_nothing_else_happens_near_the_end_of_a_conversation(read: list[Talk]) -> None:
    """Answered conversations of one thread lie so far apart that no rule of a day is in doubt."""
    for before, after in itertools.pairwise(read):
        if before.customer == after.customer:
            assert after.spoken[0][0] - before.spoken[-1][0] > 1.2 * DAY


def test_touchpoints_lead_to_the_conversation_they_brought(
    exports: Path, read: list[Talk], truth: Path
) -> None:
    told = {
        (r["customer_id"], millis(r["started_at"])): r for r in rows(truth / "conversations.csv")
    }
    begins = defaultdict(list)
    for talk in read:
        begins[talk.customer].append((talk.spoken[0][0], talk.spoken[-1][0]))
    entries = {}
    for _, customer, event in events(exports):
        spoken = event.get("message") or event.get("postback") or {}
        referral = event.get("referral") or spoken.get("referral")
        if not referral:
            continue
        at = event["timestamp"]
        for start, end in begins[customer]:
            if start <= at <= end or at < start <= at + DAY:
                source = {"ADS": "ad", "SHORTLINK": "link"}.get(referral.get("source"), "shop")
                ad_id = str(referral.get("ad_id", ""))
                entries[customer, start] = (source, ad_id, referral.get("ref", ""))
                break
    for key, row in told.items():
        expected = (row["entry_point"], row["ad_id"], row["ref"])
        assert entries.get(key, ("organic", "", "")) == expected


def test_credit_follows_the_stated_rule(exports: Path, read: list[Talk], truth: Path) -> None:
    """Five days after the last message before the order, to the latest conversation begun."""
    orders = {
        order["name"]: order
        for file in exports.glob("shopify/orders-*.json")
        for order in json.loads(file.read_text("utf-8"))["orders"]
    }
    receipts = {number for talk in read for number in talk.receipts}
    for row in rows(truth / "orders.csv"):
        order = orders[row["order_number"]]
        assert datetime.fromisoformat(order["created_at"]).timestamp() * 1000 == millis(
            row["created_at"]
        )
        chat = {pair["name"]: pair["value"] for pair in order["note_attributes"]}.get("chat")
        assert (row["link"] == "chat_id") == bool(chat)
        if row["kind"]:
            is_in_chat = chat is not None or order["name"] in receipts
            assert row["kind"] == ("in_chat" if is_in_chat else "assisted")
            assert order["financial_status"] in ("paid", "partially_refunded")
            assert not order["cancelled_at"]
            assert not order["test"]
        if chat and order["financial_status"] == "paid" and not order["test"]:
            at = millis(row["created_at"])
            mine = [t for t in read if t.customer == chat and t.spoken[0][0] <= at]
            last = max(moment for moment, _, _ in mine[-1].spoken if moment <= at)
            assert bool(row["kind"]) == (at - last <= 5 * DAY)


def test_orders_are_tied_by_every_kind_of_key_and_some_by_none(truth: Path) -> None:
    links = Counter(row["link"] for row in rows(truth / "orders.csv"))
    assert set(links) == {"chat_id", "token", "shop_customer", "email", "phone", "none"}


def test_a_question_about_an_order_never_converts(truth: Path) -> None:
    asked = [
        row for row in rows(truth / "conversations.csv") if row["intent"] == "where_is_my_order"
    ]
    assert len(asked) > 100
    assert {row["outcome"] for row in asked} == {"none"}


def test_the_world_is_believable(truth: Path) -> None:
    table = rows(truth / "conversations.csv")
    waits = sorted(
        (millis(row["human_at"]) or 0) - (millis(row["first_customer_at"]) or 0)
        for row in table
        if row["human_at"]
    )
    assert waits[0] > 5000
    assert 0.2 < sum(wait <= 300_000 for wait in waits) / len(waits) < 0.6
    unanswered = [
        row
        for row in table
        if row["first_customer_at"]
        and not row["human_at"]
        and (row["handoff_at"] or not row["bot_at"])
    ]
    assert 0.04 < len(unanswered) / len(table) < 0.09
    channels = defaultdict(set)
    for row in table:
        channels[row["person"]].add(row["channel"])
    assert sum(len(used) == 2 for used in channels.values()) > 20


def test_only_the_bot_hands_over(exports: Path) -> None:
    passed = [e["pass_thread_control"] for _, _, e in events(exports) if "pass_thread_control" in e]
    assert {control["previous_owner_app_id"] for control in passed} == {BOT}
