"""Drawn shops as exports tell them: local clocks, several exports, failures, cuts and tickets."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from oracle_shops import DAY, HOUR, MINUTE, MS, SECOND, DrawnShop, Records, draw_shop
from tables import T0

EXPORTS = (None, None, "messenger/webhooks", "messenger/archive")
TOLD_BY: tuple[dict[str, str], ...] = (
    {},
    {},
    {"messenger": "messenger"},
    {"messenger": "messenger/archive", "instagram": "desk"},
    {"messenger": "desk/comments"},
)
STEPS = (0, 1, SECOND, 5000, MINUTE, 300_000, HOUR, 5 * HOUR, DAY, 3 * DAY)


def draw_told_shop(seed: int, people: int = 12) -> DrawnShop:
    """Draw a shop whose talk is told in all the ways there are; the same seed gives the same."""
    shop = draw_shop(seed, people)
    random = Random(f"exports of {seed}")
    shop.rules = replace(
        shop.rules,
        told_by=random.choice(TOLD_BY),
        automatic_reply_seconds=random.choice((5, 60)),
        quick_answer_minutes=random.choice((5, 15)),
        checkout_abandoned_after_minutes=random.choice((10, 10, 90)),
        cart_abandoned_after_minutes=random.choice((60, 60, 5)),
    )
    shop.tables.setdefault("messages", [])
    _exports(random, shop)
    _deliveries(random, shop.tables)
    for touch in shop.tables.get("touchpoints", ()):
        touch["ref"] = touch.get("ref") and random.choice(("spring", "summer"))
    shop.tables |= {"tickets": [], "ticket_events": [], "people": _people()}
    for number in range(people):
        _ticket(random, number, shop.tables)
    _clocks(Random(f"clocks of {seed}"), shop)
    shop.tables = {name: rows for name, rows in shop.tables.items() if rows}
    happened = {one["happened_at"] for one in shop.tables.get("ticket_events", ())}
    messages = shop.tables.get("messages", ())
    said = {one["sent_at"] for one in messages if not one.get("is_local")}
    shop.instants = sorted({*shop.instants, *said, *happened})
    return shop


def _clocks(random: Random, shop: DrawnShop) -> None:
    """Let some sources number what was said throughout, with stamps that contradict their order."""
    tolerance = random.choice((10, 10, 3600, 0))
    shop.rules = replace(shop.rules, clock_tolerance_seconds=tolerance)
    threads: dict[Any, list[dict[str, Any]]] = {}
    for message in shop.tables["messages"]:
        if message["export"] is None and not message.get("is_local"):
            threads.setdefault((message["business_id"], message["customer_id"]), []).append(message)
    tickets: dict[Any, list[dict[str, Any]]] = {}
    for event in shop.tables["ticket_events"]:
        tickets.setdefault(event["ticket_id"], []).append(event)
    for lists, column, export in (
        (threads, "sent_at", "intercom/conversations"),
        (tickets, "happened_at", "chatwoot/conversations"),
    ):
        for listed in lists.values():
            if random.random() < 0.5:
                continue
            listed.sort(key=lambda one: (one[column], one.get("sequence", 0)))
            steps = (1, SECOND, tolerance * SECOND, tolerance * SECOND + 1, HOUR)
            for number, one in enumerate(listed):
                one |= {"export": export, "sequence": number // random.choice((1, 1, 1, 2))}
                if random.random() < 0.3:
                    one[column] = random.choice(listed)[column] - MS * random.choice(steps)
                if random.random() < 0.02:
                    one[column] += 300 * MS * DAY
                if one["kind"] in ("close", "reopen", "handover") and random.random() < 0.3:
                    one["sequence"] = 2_000_000_001


def _exports(random: Random, shop: DrawnShop) -> None:
    """Let each thread be told by one export, some by clocks without a zone, some cut off."""
    zone = ZoneInfo(shop.rules.time_zone)
    kinds: dict[tuple[str, str], tuple[str | None, bool]] = {}
    for message in shop.tables["messages"]:
        thread = message["business_id"], message["customer_id"]
        if thread not in kinds:
            kinds[thread] = random.choice(EXPORTS), random.random() < 0.2
        message["export"], is_local = kinds[thread]
        if is_local:
            wall = message["sent_at"].replace(tzinfo=dt.UTC).astimezone(zone)
            message |= {"is_local": True, "sent_at": wall.replace(tzinfo=None)}
        if random.random() < 0.15:
            message["is_cut_off"] = random.choice((True, True, False))
        if message.get("kind", "text") == "text":
            message["kind"] = random.choice(("text", "text", "attachment", "cart", "template"))


def _deliveries(random: Random, tables: Records) -> None:
    for message in tables["messages"]:
        if random.random() < 0.1:
            told = {
                "channel": message["channel"],
                "message_id": message["message_id"],
                "happened_at": message["sent_at"],
            }
            statuses = random.sample(("failed", "delivered", "read"), random.choice((1, 2)))
            tables.setdefault("deliveries", [])
            tables["deliveries"] += [{**told, "status": status} for status in statuses]


def _people() -> list[dict[str, Any]]:
    roles = {"anna": "human", "robot": "bot", "u99": "customer", "mute": None}
    return [{"person_id": name, "role": role} for name, role in roles.items()]


def _ticket(random: Random, number: int, tables: Records) -> None:
    """Draw a ticket of a customer, perhaps one who also chats, with a chat in it or without."""
    customer, ticket = f"u{random.randrange(8)}", f"t{number}"
    channel = random.choice(("messenger", "email"))
    begin = T0 + MS * random.randrange(10 * DAY)
    tables["tickets"].append(
        {
            "ticket_id": ticket,
            "channel": channel,
            "customer_id": random.choice((customer,) * 9 + (None,)),
            "created_at": begin,
            "status": random.choice((None, *("open", "solved", "closed") * 3, "deleted", "merged")),
            "is_sample": random.choice((None, *(False,) * 8, True)),
            "is_messaging": random.choice((None, *(False,) * 6, True)),
        }
    )
    mail = {"key_kind": "email", "key_value": f"p{customer[1:]}@example.com"}
    shown = {"subject_kind": "customer", "subject_id": f"{channel}:desk:{customer}", **mail}
    tables.setdefault("identities", [])
    if shown not in tables["identities"]:
        tables["identities"].append(shown)
    places = [ticket]
    if random.random() < 0.4:
        # The next ticket may be given a copy of the same chat.
        chat = f"c{number // 2}"
        places.append(f"chat:{chat}")
        tables["ticket_events"].append(
            {
                "event_id": f"{ticket}-chat",
                "ticket_id": ticket,
                "happened_at": begin,
                "kind": "chat",
                "chat_id": chat,
                "author_id": random.choice((customer, "visitor", None)),
            }
        )
    is_logged, now = random.random() < 0.3, begin
    for place in range(random.randrange(14)):
        kind = random.choice((*("text",) * 6, "attachment", "note", "handover", "close", "reopen"))
        now += MS * max(random.choice(STEPS), kind == "close")
        tables["ticket_events"].append(
            {
                "event_id": f"{ticket}-{place}",
                "ticket_id": random.choice(places),
                "happened_at": now,
                "sequence": random.choice((0, 0, 1, 2)),
                "kind": kind,
                "author_id": random.choice(
                    (customer, customer, "visitor", "anna", "ben", "robot", "u99", "mute", None)
                ),
                "declared_role": random.choice(
                    (None,) * 6 + ("customer", "human", "bot", "bot", "auto", "note", "system")
                ),
                "is_transcript": random.choice((*(None,) * 8, False, True)),
                "told_as": random.choice(
                    (None, "chat", "comment", "log") if is_logged else (None, "chat")
                ),
                "export": random.choice((None, "desk/comments", "messenger/webhooks")),
            }
        )
        now += MS * (kind == "close")
