"""Small drawn shops, full of what goes wrong: ties, edges of every window, bots, second carts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from convocommerce.rules import Rules
from convocommerce.warehouse import Database
from oracle import Contacts
from oracle_talk import millis
from tables import EVENT_CODES, SENDERS, T0, database_of

Records = dict[str, list[dict[str, Any]]]
MS = dt.timedelta(milliseconds=1)
SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000
CODES = "ccccchhhbbbaenrsmxHHkyyq"
KINDS: dict[str, dict[str, Any]] = {
    **EVENT_CODES,
    "k": {"direction": "none", "kind": "close", "declared_role": "system"},
    # The inbox's fixed text, an app nobody knows, and a word that tells a person from an app.
    "y": {"direction": "out", "text": " We are AWAY "},
    "q": {"direction": "out", "app_id": "stranger"},
}
ZONES = ("Europe/Amsterdam", "America/New_York", "Asia/Kolkata", "UTC")
Windows = list[tuple[set[int], int, int]]
HOURS: dict[str, Windows] = {
    "24/7": [(set(range(7)), 0, 1440)],
    "Mo-Fr 09:00-17:30": [({0, 1, 2, 3, 4}, 540, 1050)],
    # Seven minutes of every third hour, so that answers often fall beside an edge.
    "Mo-Su " + ",".join(f"{hour:02d}:07-{hour:02d}:14" for hour in range(0, 24, 3)): [
        (set(range(7)), 60 * hour + 7, 60 * hour + 14) for hour in range(0, 24, 3)
    ],
    "Mo-Su 09:00-12:00,13:00-18:00": [
        (set(range(7)), 540, 720),
        (set(range(7)), 780, 1080),
    ],
    "Mo-Th 20:00-03:00; Sa 10:07-10:09": [({0, 1, 2, 3}, 1200, 1620), ({5}, 607, 609)],
}
"""Opening hours in the notation of the rules and as (weekdays, first minute, last minute)."""


@dataclass
class DrawnShop:
    seed: int
    tables: Records
    rules: Rules
    instants: list[dt.datetime] = field(default_factory=list)
    """Every instant at which anything happens, in order."""

    def open_time(self, start: int, stop: int) -> int:
        """Open milliseconds between two instants, minute by minute of the wall clock's windows."""
        changes = {dt.date.fromisoformat(day): text for day, text in self.rules.hours_since.items()}

        def windows(day: dt.date) -> Windows:
            since = [one for one in sorted(changes) if one <= day]
            return HOURS[changes[since[-1]] if since else self.rules.opening_hours]

        return plain_open_time(windows, self.rules.time_zone, start, stop)

    def database(self) -> Database:
        return database_of(**self.tables)


def plain_open_time(
    windows_on: Callable[[dt.date], Windows], zone: str, start: int, stop: int
) -> int:
    """Add up the overlap with the windows of every day; where two overlap, time counts once."""
    tz, found = ZoneInfo(zone), []
    first = (T0 + dt.timedelta(milliseconds=start - millis(T0))).date() - dt.timedelta(days=2)
    for number in range((stop - start) // DAY + 5):
        day = first + dt.timedelta(days=number)
        for weekdays, opens, closes in windows_on(day):
            if day.weekday() in weekdays:
                midnight = dt.datetime.combine(day, dt.time())
                begin, end = (
                    _instant(midnight + dt.timedelta(minutes=minute), tz)
                    for minute in (opens, closes)
                )
                found.append((begin, end))
    open_ms, counted = 0, start
    for begin, end in sorted(found):
        open_ms += max(0, min(stop, end) - max(counted, begin))
        counted = max(counted, min(stop, end))
    return open_ms


@cache
def _instant(wall: dt.datetime, zone: ZoneInfo) -> int:
    """Convert a wall-clock time; one that a clock change skips is the first one after it."""
    while True:
        utc = wall.replace(tzinfo=zone).astimezone(dt.UTC)
        if utc.astimezone(zone).replace(tzinfo=None) == wall:
            return millis(utc.replace(tzinfo=None))
        wall += dt.timedelta(minutes=1)


def _changes(seed: int) -> dict[str, str]:
    """Draw the days on which the hours of every other shop changed."""
    random = Random(f"hours of {seed}")
    days = random.sample(range(1, 40), random.choice((0, 0, 1, 2)))
    return {str((T0 + dt.timedelta(days=day)).date()): random.choice(list(HOURS)) for day in days}


def draw_shop(seed: int, people: int = 12) -> DrawnShop:
    """Draw a shop; the same seed gives the same shop."""
    random = Random(seed)
    time_zone, opening_hours = random.choice(ZONES), random.choice(list(HOURS))
    gap, window = random.choice(((24, 5), (24, 1), (3, 7), (3, 30), (168, 7), (168, 30)))
    rules = Rules(
        time_zone=time_zone,
        opening_hours=opening_hours,
        conversation_gap_hours=gap,
        attribution_window_days=window,
        recovered_within_days=random.choice((7, 1)),
        unknown_app=random.choice(("bot", "human")),
        no_app=random.choice(("human", "human", "marketing")),
        senders={**SENDERS, "stranger:agent": "human"},
        automatic_reply_people=random.choice((2, 5)),
        exclude_customers=("p3",) if random.random() < 0.2 else (),
        hours_since=_changes(seed),
    )
    shop = DrawnShop(seed, {}, rules)
    tables: Records = {name: [] for name in TABLE_NAMES}
    codes = random.choice((CODES, CODES, CODES.replace("k", ""), CODES.replace("H", "")))
    for number in range(people):
        _person(random, f"p{number}", tables, rules, codes)
    _ads(random, tables)
    if seed % 4 == 3:  # a platform that does not tell by which way a cart came back
        for row in tables["checkouts"]:
            row["is_recovered_by_link"] = None
    for rows in tables.values():
        random.shuffle(rows)
    shop.tables = {name: rows for name, rows in tables.items() if rows}
    columns = (
        "sent_at",
        "occurred_at",
        "created_at",
        "refunded_at",
        "cancelled_at",
        "completed_at",
    )
    shop.instants = sorted(
        {
            row[column]
            for rows in tables.values()
            for row in rows
            for column in columns
            if row.get(column) is not None
        }
    )
    return shop


TABLE_NAMES = (
    "messages",
    "touchpoints",
    "orders",
    "refunds",
    "checkouts",
    "ad_days",
    "identities",
)


def _person(random: Random, name: str, tables: Records, rules: Rules, codes: str) -> None:
    """Draw the threads, orders and checkouts of one person, or of two who share a mailbox."""
    times: list[dt.datetime] = []
    begin = T0 + MS * random.randrange(10 * DAY)
    for number, channel in enumerate(random.choices(("messenger", "instagram"), k=_few(random))):
        thread = {"channel": channel, "business_id": f"page{number}", "customer_id": name}
        said = _thread(random, thread, begin, rules, codes)
        tables["messages"] += said
        times += [one["sent_at"] for one in said]
        tables["touchpoints"] += _touchpoints(random, thread, times, rules)
        if random.random() < 0.9:
            subject = ":".join(thread.values())
            tables["identities"].append(_shown("customer", subject, "email", f"{name}@example.com"))
    times = times or [begin]
    window = rules.attribution_window_days * DAY
    edges = [0, 1, -1, MINUTE, HOUR, window, window - 1, window + 1, 2 * DAY, -DAY, 9 * DAY]
    for number in range(random.choice((0, 1, 1, 2, 3))):
        created = random.choice(times) + MS * int(random.choice(edges))
        tables["orders"].append(_order(random, f"{name}-o{number}", created, tables))
        _show(random, "order", f"shopify:{name}-o{number}", name, tables)
    mine = [one for one in tables["orders"] if one["order_id"].startswith(f"{name}-o")]
    _payments(random, name, mine, tables)
    _checkouts(random, name, random.choice(times), tables, rules)


def _few(random: Random) -> int:
    return random.choice((0, 1, 1, 1, 2, 3))


def _shown(kind: str, subject: str, key_kind: str, value: str) -> dict[str, Any]:
    return {
        "subject_kind": kind,
        "subject_id": subject,
        "key_kind": key_kind,
        "key_value": value,
    }


def _show(random: Random, kind: str, subject: str, name: str, tables: Records) -> None:
    """Tie an order or checkout to a person in one of the ways there are, or not at all."""
    mail = f"{name}@example.com"
    if random.random() < 0.75:
        tables["identities"].append(_shown(kind, subject, "email", mail))
    if random.random() < 0.3:
        tables["identities"].append(_shown(kind, subject, "chat_id", f"chat-{name}"))
        for thread in {
            f"{one['channel']}:{one['business_id']}:{one['customer_id']}"
            for one in tables["messages"]
            if one["customer_id"] == name
        }:
            shown = _shown("customer", thread, "chat_id", f"chat-{name}")
            if shown not in tables["identities"]:
                tables["identities"].append(shown)


def _thread(
    random: Random, thread: dict[str, str], begin: dt.datetime, rules: Rules, codes: str
) -> list[dict[str, Any]]:
    gap = int(rules.conversation_gap_hours * HOUR)
    steps = [0, 0, 1, SECOND, 4999, 5000, 5001, MINUTE, 299_999, 300_000, 300_001, 900_000]
    steps += [HOUR, HOUR, 5 * HOUR, gap - 1, gap, gap + 1, 2 * gap, 3 * DAY, DAY]
    now, sequence, said = begin, 0, []
    for number in range(random.randrange(16)):
        code = random.choice(codes)
        now += MS * max(random.choice(steps), 1 if code == "k" else 0)
        sequence = random.choice((sequence, sequence + 1, sequence - 1))
        said.append(
            {
                **thread,
                "message_id": f"{thread['customer_id']}-{thread['business_id']}-{number}",
                "sent_at": now,
                "sequence": sequence,
                **KINDS[code],
            }
        )
        if code == "k":
            now += MS  # what is said after a close is said later
        if code in "heq" and random.random() < 0.7:
            agent = random.choice(("anna", "ben"))
            said[-1] |= {"agent_id": agent, "metadata": f"agent:{agent}"}
    return said


def _touchpoints(
    random: Random, thread: dict[str, str], times: list[dt.datetime], rules: Rules
) -> list[dict[str, Any]]:
    gap = int(rules.conversation_gap_hours * HOUR)
    found = []
    for number in range(random.choice((0, 0, 1, 1, 2, 3)) if times else 0):
        offset = random.choice((0, 0, -1, 1, -MINUTE, MINUTE, -gap, -gap - 1, -gap + 1, gap))
        entry = random.choice(("ad", "ad", "link", "shop", "post"))
        found.append(
            {
                **thread,
                "touchpoint_id": f"{'-'.join(thread.values())}-{number}",
                "occurred_at": random.choice(times) + MS * offset,
                "sequence": random.choice((0, 0, 1)),
                "entry_point": entry,
                "ad_id": random.choice(("ad1", "ad2", "ad3")) if entry == "ad" else None,
                "ref": random.choice((None, "spring")),
            }
        )
    return found


def _order(random: Random, name: str, created: dt.datetime, tables: Records) -> dict[str, Any]:
    order: dict[str, Any] = {
        "order_id": name,
        "order_number": f"#{name}",
        "created_at": created,
        "total_amount": random.choice(("100", "19.9900", "0")),
        "currency": random.choice(("EUR", "EUR", "EUR", "USD")),
        "payment_status": random.choice(
            ("paid", "paid", "paid", "pending", "partially_refunded", "refunded", "voided", None)
        ),
        "is_test": random.choice((None, False, False, True)),
    }
    if random.random() < 0.3:
        order["paid_at"] = created + MS * random.choice((1, HOUR, 2 * DAY))
    if random.random() < 0.2:
        order["cancelled_at"] = created + MS * random.choice((1, HOUR, 2 * DAY))
    if random.random() < 0.2:
        order["refunded_amount"] = random.choice(("10", "100"))
    for number in range(random.choice((0, 0, 0, 1, 2))):
        tables["refunds"].append(
            {
                "refund_id": f"{name}-r{number}",
                "order_id": name,
                "refunded_at": created + MS * random.choice((1, HOUR, 3 * DAY)),
                "refund_amount": random.choice(("5", "50", "19.9900")),
            }
        )
    return order


def _payments(random: Random, name: str, mine: list[dict[str, Any]], tables: Records) -> None:
    """Draw a payment provider's word on some orders, tied by one of the keys that there are.

    Both are told of the same instant: seconds between them are no business of an as-of.
    """
    for number, order in enumerate(mine):
        how = random.choice(("", "", "reference", "payment", "number", "unmatched"))
        if not how:
            continue
        payment = f"{name}-pi{number}"
        told = {
            "platform": "stripe",
            "order_id": payment,
            "is_payment": True,
            "payment_reference": payment,
            "detail": random.choice((1, 4)),
        }
        subject = f"stripe:{payment}"
        if how == "reference":
            order["payment_reference"] = payment
        elif how == "payment":
            tables["identities"].append(_shown("order", subject, "payment", f"{name}-ch{number}"))
            tables["identities"].append(
                _shown("order", f"shopify:{order['order_id']}", "payment", f"{name}-ch{number}")
            )
        elif how == "number":
            for one in (subject, f"shopify:{order['order_id']}"):
                shown = _shown("order", one, "token", f"order:{order['order_id']}")
                tables["identities"].append(shown)
        tables["orders"].append(
            {**_order(random, payment, order["created_at"], {"refunds": []}), **told}
        )
        _show(random, "order", subject, name, tables)
        if random.random() < 0.3:
            # The same payment once more, under its invoice.
            again = f"{name}-in{number}"
            for one in (subject, f"stripe:{again}"):
                tables["identities"].append(
                    _shown("order", one, "payment", f"{name}-invoice{number}")
                )
            tables["orders"].append(
                {
                    **_order(random, again, order["created_at"], {"refunds": []}),
                    **told,
                    "order_id": again,
                    "payment_reference": again,
                }
            )
            _show(random, "order", f"stripe:{again}", name, tables)


def _checkouts(
    random: Random, name: str, begin: dt.datetime, tables: Records, rules: Rules
) -> None:
    """Draw checkouts around the edges of being abandoned, recovered and lost."""
    lost = int(rules.recovered_within_days * DAY)
    steps = [
        0,
        1,
        MINUTE,
        600_000,
        600_001,
        HOUR - 1,
        HOUR,
        HOUR + 1,
        DAY,
        lost - 1,
        lost,
        lost + 1,
    ]
    now = begin + MS * random.choice((-DAY, -HOUR, 0, HOUR, DAY))
    for number in range(random.choice((0, 0, 1, 2, 3, 4))):
        token, cart = f"{name}-t{number}", f"{name}-cart{random.choice((number, 0))}"
        done = now + MS * random.choice(steps) if random.random() < 0.4 else None
        is_listed = random.random() < 0.8
        if is_listed:
            tables["checkouts"].append(
                {
                    "checkout_id": f"{name}-c{number}",
                    "created_at": now,
                    "checkout_token": random.choice((token, token, None)),
                    "cart_token": random.choice((cart, cart, None)),
                    "completed_at": done if random.random() < 0.7 else None,
                    "is_recovered_by_link": random.choice((None, False, True)),
                    "is_test": random.random() < 0.1,
                    "recovers_checkout_id": random.choice(
                        (None, None, f"{name}-c{random.randrange(4)}")
                    ),
                }
            )
            _show(random, "checkout", f"shopify:{name}-c{number}", name, tables)
        if done is not None:
            order = _order(random, f"{name}-co{number}", done, tables)
            tables["orders"].append(order | {"checkout_token": token, "cart_token": cart})
            _show(random, "order", f"shopify:{name}-co{number}", name, tables)
        now += MS * random.choice(steps)


def _ads(random: Random, tables: Records) -> None:
    for ad_id in ("ad1", "ad2"):
        for number in range(random.choice((0, 1, 2))):
            day = T0.date() + dt.timedelta(days=number)
            tables["ad_days"].append(
                {
                    "ad_key": ad_id,
                    "ad_id": ad_id,
                    "day": day,
                    "last_day": day,
                    "ad_name": f"{ad_id} {random.choice('xy')}",
                    "campaign_id": f"c{ad_id}",
                    "campaign_name": f"{ad_id} campaign {random.choice('xy')}",
                }
            )


def contacts_of(database: Database) -> Contacts:
    """Read who is who from a built database."""
    con = database.con
    threads = con.execute(
        "select channel, business_id, customer_id, contact_key from threads"
    ).fetchall()
    tied = [
        con.execute(
            f"select platform, {kind}_id, contact_key, match_rule from {kind}_contacts"
        ).fetchall()
        for kind in ("order", "checkout")
    ]
    orders, checkouts = ({(a, b): (c, d) for a, b, c, d in rows} for rows in tied)
    return Contacts({(a, b, c): d for a, b, c, d in threads}, orders, checkouts)
